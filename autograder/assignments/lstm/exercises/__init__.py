"""05-lstm: three gates and a cell."""

from autograder.assignments.lstm.exercises.latch_weights import LATCH_WEIGHTS
from autograder.assignments.lstm.exercises.lstm_forward import LSTM_FORWARD
from autograder.assignments.lstm.exercises.lstm_forward_full import LSTM_FORWARD_FULL
from autograder.assignments.lstm.exercises.lstm_from_gates import LSTM_FROM_GATES
from autograder.assignments.lstm.exercises.lstm_step_forward import LSTM_STEP_FORWARD
from autograder.assignments.lstm.exercises.sigmoid import SIGMOID

ASSIGNMENT = "05-lstm"
EXERCISES = (
    SIGMOID,
    LSTM_FROM_GATES,
    LSTM_STEP_FORWARD,
    LSTM_FORWARD,
    LATCH_WEIGHTS,
    LSTM_FORWARD_FULL,
)
