"""`word_embedding_forward`: a vector for each word id."""

from autograder.assignments.rnn_forward.inputs import SPECIAL_WORDS, word_ids
from autograder.course.exercise import Exercise, Mistake

WORD_EMBEDDING_FORWARD = Exercise(
    "word_embedding_forward",
    inputs=word_ids,
    special_inputs=SPECIAL_WORDS,
    outputs={"out": "N T D"},
    cache=True,
    patterns={
        "all": "Where x holds the id of a word: which row of W does out hold, at the same n and the same step?",
    },
    mistakes=(
        Mistake(
            "ids-from-one",
            edit=("W[x]", "W[x - 1]"),
            hints=(
                "These are the rows one above those asked for: your ids count from 1.",
                "What is the smallest id, and which row should it get?",
                "Id 0 gets row 0. In yours it gets row −1, which NumPy takes to be the last.",
            ),
        ),
        Mistake(
            "batch-and-time-swapped",
            edit=("W[x]", "W[x.T]"),
            hints=(
                "The rows are the right ones, but the batch axis and the time axis have changed places.",
                "What shape has x, and what shape should out begin with?",
                "For x of shape (2, 5), out has shape (2, 5, D). Yours has (5, 2, D).",
            ),
        ),
        Mistake(
            "flattened",
            edit=("W[x]", "W[x.ravel()]"),
            hints=(
                "The rows are the right ones, but the batch axis and the time axis have become one.",
                "Can you still tell from out which sequence a row belongs to?",
                "For x of shape (2, 5), out has shape (2, 5, D). Yours has (10, D).",
            ),
        ),
    ),
)
