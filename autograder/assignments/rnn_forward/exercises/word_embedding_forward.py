"""`word_embedding_forward`: a vector for each word id."""

import numpy as np

from autograder.assignments.rnn_forward.inputs import SPECIAL_WORDS, word_ids
from autograder.course.exercise import Exercise, Mistake, WorkedExample

WORD_EMBEDDING_FORWARD = Exercise(
    "word_embedding_forward",
    why="A one-hot vector times W picks out one row of W, so the row can simply be looked up: an array of ids as "
    "index gives an array of rows. The way back needs to know which rows these were, and what shape W has.",
    inputs=word_ids,
    special_inputs=SPECIAL_WORDS,
    outputs={"out": "N T D"},
    question="Follow one word: where x holds the id 3, what should out hold at the same n and the same step?",
    cache=True,
    patterns={
        "all": "Where x holds the id of a word: which row of W does out hold, at the same n and the same step?",
    },
    worked_example=WorkedExample(
        "Three words with the vectors W = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], and one sequence of the ids 2 and 0. "
        "Its first vector is [0.5, 0.6] and its second [0.1, 0.2].",
        arguments=(
            np.array([[2, 0]]),
            np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]),
        ),
    ),
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
