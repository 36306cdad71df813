"""`word_embedding_backward`: the gradient of the word vectors."""

from autograder.assignments.rnn_forward.inputs import SPECIAL_WORDS, word_ids
from autograder.course.exercise import Exercise, Mistake

WORD_EMBEDDING_BACKWARD = Exercise(
    "word_embedding_backward",
    inputs=word_ids,
    special_inputs=SPECIAL_WORDS,
    forward="word_embedding_forward",
    outputs={"dW": "V D"},
    patterns={
        "all": "If one word stands at several places: from which of them does its row of dW collect?",
    },
    mistakes=(
        Mistake(
            "repeats-lost",  # also what dW[x] = dout gives: of several equal ids, the last one stays
            edit=("np.add.at(dW, x, dout)", "dW[x] += dout"),
            hints=(
                "Words that occur once are right. Of a word that occurs more often only one occurrence counts.",
                "What does NumPy do when one index stands twice in a list on the left of +=?",
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
    ),
)
