"""Pictures with controls: they mean something before they are touched, and answer at once."""

from utils.explorers.plane import phase_portrait
from utils.explorers.step_size import u_curve
from utils.explorers.structures import wirings

__all__ = ["phase_portrait", "u_curve", "wirings"]
