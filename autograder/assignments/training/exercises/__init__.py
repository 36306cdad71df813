"""03-training: truncated backpropagation through time, clipping, a character model."""

from autograder.assignments.training.exercises.clip_grad_norm import CLIP_GRAD_NORM
from autograder.assignments.training.exercises.sample import SAMPLE
from autograder.assignments.training.exercises.stream_batches import STREAM_BATCHES
from autograder.assignments.training.exercises.truncated_bptt import TRUNCATED_BPTT

ASSIGNMENT = "03-training"
EXERCISES = (TRUNCATED_BPTT, CLIP_GRAD_NORM, STREAM_BATCHES, SAMPLE)
