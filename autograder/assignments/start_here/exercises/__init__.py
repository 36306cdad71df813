"""00-start-here: how this course answers, and the derivative measured."""

from autograder.assignments.start_here.exercises.affine_backward import AFFINE_BACKWARD
from autograder.assignments.start_here.exercises.numerical_gradient import NUMERICAL_GRADIENT
from autograder.assignments.start_here.exercises.relative_error import RELATIVE_ERROR
from autograder.assignments.start_here.exercises.stable_softmax import STABLE_SOFTMAX

ASSIGNMENT = "00-start-here"
EXERCISES = (STABLE_SOFTMAX, NUMERICAL_GRADIENT, RELATIVE_ERROR, AFFINE_BACKWARD)
