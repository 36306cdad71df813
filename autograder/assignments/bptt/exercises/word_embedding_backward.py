"""`word_embedding_backward`: the gradient of the word vectors."""

import numpy as np

from autograder.assignments.rnn_forward.inputs import SPECIAL_WORDS, rare_words, word_ids
from autograder.course.draws import by_size
from autograder.course.exercise import Exercise, Mistake, WorkedExample

WORD_EMBEDDING_BACKWARD = Exercise(
    "word_embedding_backward",
    why="Row v of W was copied to each place where word v stands, and what is copied collects the gradients of all "
    "its copies. `np.add.at` adds once for every place; `dW[x] += dout` would count a repeated word once.",
    inputs=(word_ids, word_ids, rare_words),
    special_inputs={**by_size(word_ids), **SPECIAL_WORDS},
    forward="word_embedding_forward",
    outputs={"dW": "V D"},
    question="Follow one word: from how many places does its row of dW collect, if it stands in x twice? And from how "
    "many, if it does not occur?",
    patterns={
        "all": "If one word stands at several places: from which of them does its row of dW collect?",
    },
    worked_example=WorkedExample(
        "Three words with one number each, and one sequence of the ids 1, 1 and 0, whose dout is 0.2, 0.5 and 0.3. "
        "The word 0 occurs once and gets 0.3, the word 1 occurs twice and gets 0.2 + 0.5 = 0.7, the word 2 gets 0.",
        arguments=(
            np.array([[1, 1, 0]]),
            np.array([[1.0], [2.0], [3.0]]),
            np.array([[[0.2], [0.5], [0.3]]]),
        ),
        values={
            "0.7": "0.2 + 0.5",
        },
    ),
    mistakes=(
        Mistake(
            "repeats-lost",  # also what dW[x] = dout gives: of several equal ids, the last one stays
            edit=("np.add.at(dW, x, dout)", "dW[x] += dout"),
            hints=(
                "Words that occur once are right. Of a word that occurs more often only one occurrence counts.",
                "What does NumPy do when one index stands twice in a list on the left of = or +=?",
                "z = np.zeros(3); z[[1, 1]] += 1 leaves z[1] at 1, not at 2.",
            ),
        ),
        Mistake(
            "averaged-over-repeats",
            edit=(
                "np.add.at(dW, x, dout)",
                "np.add.at(dW, x, dout)\n    dW /= np.maximum(np.bincount(x.ravel(), minlength=len(dW)), 1)[:, None]",
            ),
            hints=(
                "Each row is averaged over the occurrences of its word.",
                "If a row is used three times, how many paths lead from it to the loss?",
                "A word that occurs twice, with gradients 0.2 and 0.6, gets 0.8. Yours gets 0.4.",
            ),
        ),
        Mistake(
            "counts-only",
            edit=("np.add.at(dW, x, dout)", "np.add.at(dW, x, 1)"),
            hints=(
                "dW counts how often each word occurs: dout has no influence.",
                "Which of the function's arguments have you not used yet?",
                "One word, once, with dout = 0.2: its row gets 0.2. Yours gets 1.",
            ),
        ),
        Mistake(
            "rows-up-to-the-largest-id",
            edit=("np.zeros(shape, dtype", "np.zeros((x.max() + 1, shape[1]), dtype"),
            hints=(
                "dW has a row for each id up to the largest in x, and none for the words after it.",
                "If no sequence holds the last words of the vocabulary, what is their gradient, and which shape has W?",
                "W has 3 rows and x holds the ids 0 and 1: dW has 3 rows, and the last is 0. Yours has 2 rows.",
            ),
        ),
        Mistake(
            "gradients-of-other-places",
            edit=("np.add.at(dW, x, dout)", "np.add.at(dW, x.T.ravel(), dout.reshape(x.size, -1))"),
            hints=(
                "The gradients are the right ones and go to the wrong words: batch and time are run through in "
                "another order for the ids than for dout.",
                "Written as one long list, x and dout should go through the same places in the same order. Do they?",
                "x = [[0, 1], [2, 3]] and dout = [[0.1, 0.2], [0.3, 0.4]], one number a word: the word 1 gets 0.2. "
                "Yours gets 0.3.",
            ),
        ),
        Mistake(
            "mean-over-sequences",
            edit=("np.add.at(dW, x, dout)", "np.add.at(dW, x, dout / len(x))"),
            hints=(
                "dW is a mean over the sequences of the batch.",
                "dout is the gradient of a loss already. Does the lookup change how large it is?",
                "Two sequences, and a word that occurs once, with the gradient 0.2: its row gets 0.2. Yours gets 0.1.",
            ),
        ),
    ),
)
