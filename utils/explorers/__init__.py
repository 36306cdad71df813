"""Show pictures with controls: they mean something before they are touched, and answer at once."""

from utils.explorers._clip_compass import clip_compass
from utils.explorers._connectivity import connectivity
from utils.explorers._cut_lines import cut_lines
from utils.explorers._gate_console import gate_console
from utils.explorers._graph_stepper import graph_stepper
from utils.explorers._phase_portrait import phase_portrait
from utils.explorers._spectrum_fan import spectrum_fan
from utils.explorers._two_lanes import two_lanes
from utils.explorers._u_curve import u_curve
from utils.explorers._who_blames_whom import who_blames_whom
from utils.explorers._wirings import wirings
from utils.explorers.prediction import predict

__all__ = [
    "clip_compass",
    "connectivity",
    "cut_lines",
    "gate_console",
    "graph_stepper",
    "phase_portrait",
    "predict",
    "spectrum_fan",
    "two_lanes",
    "u_curve",
    "who_blames_whom",
    "wirings",
]
