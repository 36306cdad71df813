"""01-rnn-forward: one cell, any sequence."""

from autograder.assignments.rnn_forward.exercises.encode_decode import ENCODE_DECODE
from autograder.assignments.rnn_forward.exercises.many_to_many import MANY_TO_MANY
from autograder.assignments.rnn_forward.exercises.many_to_one import MANY_TO_ONE
from autograder.assignments.rnn_forward.exercises.one_to_many import ONE_TO_MANY
from autograder.assignments.rnn_forward.exercises.rnn_forward import RNN_FORWARD
from autograder.assignments.rnn_forward.exercises.rnn_step_forward import RNN_STEP_FORWARD
from autograder.assignments.rnn_forward.exercises.temporal_affine_forward import TEMPORAL_AFFINE_FORWARD
from autograder.assignments.rnn_forward.exercises.word_embedding_forward import WORD_EMBEDDING_FORWARD

ASSIGNMENT = "01-rnn-forward"
EXERCISES = (
    RNN_STEP_FORWARD,
    RNN_FORWARD,
    WORD_EMBEDDING_FORWARD,
    TEMPORAL_AFFINE_FORWARD,
    MANY_TO_ONE,
    MANY_TO_MANY,
    ONE_TO_MANY,
    ENCODE_DECODE,
)
