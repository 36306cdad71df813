"""02-bptt: backwards through time."""

from autograder.assignments.bptt.exercises.rnn_backward import RNN_BACKWARD
from autograder.assignments.bptt.exercises.rnn_step_backward import RNN_STEP_BACKWARD
from autograder.assignments.bptt.exercises.spots_the_bug import SPOTS_THE_BUG
from autograder.assignments.bptt.exercises.temporal_affine_backward import TEMPORAL_AFFINE_BACKWARD
from autograder.assignments.bptt.exercises.temporal_softmax_loss import TEMPORAL_SOFTMAX_LOSS
from autograder.assignments.bptt.exercises.upstream_mask import UPSTREAM_MASK
from autograder.assignments.bptt.exercises.word_embedding_backward import WORD_EMBEDDING_BACKWARD

ASSIGNMENT = "02-bptt"
EXERCISES = (
    RNN_STEP_BACKWARD,
    RNN_BACKWARD,
    WORD_EMBEDDING_BACKWARD,
    TEMPORAL_AFFINE_BACKWARD,
    TEMPORAL_SOFTMAX_LOSS,
    UPSTREAM_MASK,
    SPOTS_THE_BUG,
)
