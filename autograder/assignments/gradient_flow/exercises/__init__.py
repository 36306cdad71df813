"""04-gradient-flow: what becomes of a gradient on its way back through time."""

from autograder.assignments.gradient_flow.exercises.counterexample_transient import COUNTEREXAMPLE_TRANSIENT
from autograder.assignments.gradient_flow.exercises.counterexample_vanish import COUNTEREXAMPLE_VANISH
from autograder.assignments.gradient_flow.exercises.diagonal_backward import DIAGONAL_BACKWARD
from autograder.assignments.gradient_flow.exercises.diagonal_forward import DIAGONAL_FORWARD
from autograder.assignments.gradient_flow.exercises.gradient_norms import GRADIENT_NORMS
from autograder.assignments.gradient_flow.exercises.jacobian_product import JACOBIAN_PRODUCT
from autograder.assignments.gradient_flow.exercises.norm_bound import NORM_BOUND
from autograder.assignments.gradient_flow.exercises.orthogonal import ORTHOGONAL
from autograder.assignments.gradient_flow.exercises.repair_growth import REPAIR_GROWTH
from autograder.assignments.gradient_flow.exercises.repair_products import REPAIR_PRODUCTS
from autograder.assignments.gradient_flow.exercises.rescale import RESCALE
from autograder.assignments.gradient_flow.exercises.step_jacobian import STEP_JACOBIAN

ASSIGNMENT = "04-gradient-flow"
EXERCISES = (
    STEP_JACOBIAN,
    JACOBIAN_PRODUCT,
    GRADIENT_NORMS,
    RESCALE,
    NORM_BOUND,
    ORTHOGONAL,
    COUNTEREXAMPLE_VANISH,
    COUNTEREXAMPLE_TRANSIENT,
    REPAIR_PRODUCTS,
    REPAIR_GROWTH,
    DIAGONAL_FORWARD,
    DIAGONAL_BACKWARD,
)
