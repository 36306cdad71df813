"""Pictures with controls: they mean something before they are touched, and answer at once."""

from utils.explorers.causes import who_blames_whom
from utils.explorers.compass import clip_compass
from utils.explorers.connectivity import connectivity
from utils.explorers.console import gate_console
from utils.explorers.fan import spectrum_fan
from utils.explorers.lanes import two_lanes
from utils.explorers.plane import phase_portrait
from utils.explorers.step_size import u_curve
from utils.explorers.stepper import graph_stepper
from utils.explorers.structures import wirings
from utils.explorers.truncation import cut_lines

__all__ = [
    "clip_compass",
    "connectivity",
    "cut_lines",
    "gate_console",
    "graph_stepper",
    "phase_portrait",
    "spectrum_fan",
    "two_lanes",
    "u_curve",
    "who_blames_whom",
    "wirings",
]
