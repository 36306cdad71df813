"""Figures that a learner's own functions draw: wrong code gives a visibly wrong picture."""

from utils.figures.growth import orthogonal_flow, powers
from utils.figures.jacobian import one_jacobian
from utils.figures.repairs import repaired_growth, repaired_products
from utils.figures.saturation import one_unit
from utils.figures.timing import time_per_length
from utils.figures.trade_offs import carried_state, reach, same_parameters

__all__ = [
    "carried_state",
    "one_jacobian",
    "one_unit",
    "orthogonal_flow",
    "powers",
    "reach",
    "repaired_growth",
    "repaired_products",
    "same_parameters",
    "time_per_length",
]
