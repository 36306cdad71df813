"""Pictures with controls: they mean something before they are touched, and answer at once."""

from utils.explorers.causes import who_blames_whom
from utils.explorers.plane import phase_portrait
from utils.explorers.stepper import graph_stepper
from utils.explorers.structures import wirings

__all__ = ["graph_stepper", "phase_portrait", "who_blames_whom", "wirings"]
