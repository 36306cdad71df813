"""Check gradients: the numeric gradient that students read, and checks that say which one is wrong, where and how."""

from utils.gradients.backward import check_backward
from utils.gradients.loss import check_gradients
from utils.gradients.numeric import GradientError, numeric_gradient
from utils.gradients.report import GradientReport, GradientsDisagree, ParameterReport
from utils.gradients.taylor import TaylorReport, TaylorRow, taylor_test
from utils.gradients.verdict import Verdict

__all__ = [
    "GradientError",
    "GradientReport",
    "GradientsDisagree",
    "ParameterReport",
    "TaylorReport",
    "TaylorRow",
    "Verdict",
    "check_backward",
    "check_gradients",
    "numeric_gradient",
    "taylor_test",
]
