"""Pictures with controls: they mean something before they are touched, and answer at once."""

from utils.explorers.causes import who_blames_whom
from utils.explorers.console import gate_console
from utils.explorers.lanes import two_lanes
from utils.explorers.plane import phase_portrait
from utils.explorers.stepper import graph_stepper
from utils.explorers.structures import wirings

__all__ = ["gate_console", "graph_stepper", "phase_portrait", "two_lanes", "who_blames_whom", "wirings"]
