"""Pictures with controls: they mean something before they are touched, and answer at once."""

from utils.explorers.lanes import two_lanes
from utils.explorers.plane import phase_portrait
from utils.explorers.structures import wirings

__all__ = ["phase_portrait", "two_lanes", "wirings"]
