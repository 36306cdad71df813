"""Pictures with controls: they mean something before they are touched, and answer at once."""

from utils.explorers.causes import who_blames_whom
from utils.explorers.compass import clip_compass
from utils.explorers.plane import phase_portrait
from utils.explorers.stepper import graph_stepper
from utils.explorers.structures import wirings
from utils.explorers.truncation import cut_lines

__all__ = ["clip_compass", "cut_lines", "graph_stepper", "phase_portrait", "who_blames_whom", "wirings"]
