"""06-highway: the LSTM backwards, and why it trains."""

from autograder.assignments.highway.exercises.cell_highway import CELL_HIGHWAY
from autograder.assignments.highway.exercises.forget_bias import FORGET_BIAS
from autograder.assignments.highway.exercises.gru_step_backward import GRU_STEP_BACKWARD
from autograder.assignments.highway.exercises.gru_step_forward import GRU_STEP_FORWARD
from autograder.assignments.highway.exercises.lstm_backward import LSTM_BACKWARD
from autograder.assignments.highway.exercises.lstm_backward_full import LSTM_BACKWARD_FULL
from autograder.assignments.highway.exercises.lstm_step_backward import LSTM_STEP_BACKWARD
from autograder.assignments.highway.exercises.residual_stack_gradient import RESIDUAL_STACK_GRADIENT

ASSIGNMENT = "06-highway"
EXERCISES = (
    LSTM_STEP_BACKWARD,
    LSTM_BACKWARD,
    LSTM_BACKWARD_FULL,
    CELL_HIGHWAY,
    FORGET_BIAS,
    RESIDUAL_STACK_GRADIENT,
    GRU_STEP_FORWARD,
    GRU_STEP_BACKWARD,
)
