"""`word_embedding_forward`: a vector for each word id."""

from autograder.assignments.rnn_forward.inputs import word_ids
from autograder.course.exercise import Exercise, Mistake

WORD_EMBEDDING_FORWARD = Exercise(
    "word_embedding_forward",
    inputs=word_ids,
    outputs={"out": "N T D"},
    cache=True,
    patterns={"all": "Follow one word: where x holds the id 3, out holds `W[3]`, at the same n and the same step."},
    mistakes=(
        Mistake(
            "ids-from-one",
            edit=("W[x]", "W[x - 1]"),
            hints=(
                "Each word has the vector of the word with the next lower id, and the word 0 has that of the last "
                "word.",
                "What is the smallest id, and which row should it get?",
                "Id 0 gets row 0. In yours it gets row −1, which NumPy takes to be the last.",
            ),
        ),
        Mistake(
            "batch-and-time-swapped",
            edit=("W[x]", "W[x.T]"),
            hints=(
                "The vectors are the right ones, but batch and time have changed places.",
                "What shape has x, and what shape should out begin with?",
                "For x of shape (2, 5), out has shape (2, 5, D). Yours has (5, 2, D).",
            ),
        ),
        Mistake(
            "flattened",
            edit=("W[x]", "W[x.ravel()]"),
            hints=(
                "The vectors are the right ones, but batch and time have become one axis.",
                "Can you still tell from out which sequence a row belongs to?",
                "For x of shape (2, 5), out has shape (2, 5, D). Yours has (10, D).",
            ),
        ),
    ),
)
