"""Pictures with controls: they mean something before they are touched, and answer at once."""

from utils.explorers.fan import spectrum_fan
from utils.explorers.plane import phase_portrait
from utils.explorers.structures import wirings

__all__ = ["phase_portrait", "spectrum_fan", "wirings"]
