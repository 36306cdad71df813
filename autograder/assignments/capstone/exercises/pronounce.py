"""`pronounce`: the pronouncer writes."""

from autograder.assignments.capstone.inputs import decoded_pronunciation, on_held_back, pronounced, speaking
from autograder.assignments.capstone.mistakes import slips_of_decoding
from autograder.course.exercise import Exercise, Mistake

PRONOUNCE = Exercise(
    "pronounce",
    counterpart="caption",
    inputs=(
        speaking(pronounced, 7, decoded_pronunciation),
        speaking(pronounced, 5, decoded_pronunciation),
        on_held_back("pronounce", 20, 11),
        on_held_back("pronounce", 12, 4),
        on_held_back("pronounce", 1, 12),
    ),
    shown=(speaking(pronounced, 7, decoded_pronunciation),) * 3,
    outputs={"ids": "N max_length"},
    patterns={
        "ids": "Is the first column right, which comes from the encoder's two states alone? If it is: is what was "
        "written read again for the second? And does a row stop after its END?",
    },
    mistakes=(
        *slips_of_decoding('p["W_phonemes"]'),
        Mistake(
            "cell-not-handed-over",
            edit=("    ids = np.full((N, max_length), PAD)", "    c, ids = silence, np.full((N, max_length), PAD)"),
            hints=(
                "These are the ids of a decoder that starts with an empty cell: the encoder hands over h alone.",
                "Which two states does an LSTM have, and which of them is its long memory?",
                "If the encoder ends with c = 1.5 and the decoder keeps f = 0.5 of it, its first cell holds 0.75 of "
                "that. Yours holds 0.",
            ),
        ),
        Mistake(
            "letters-turned-round",
            edit=("word_embedding_forward(letters, p", "word_embedding_forward(letters[:, ::-1], p"),
            hints=(
                "These are the ids of an encoder that reads the rows from right to left.",
                "The rows come reversed and padded on the left already. Does the function have to turn them?",
                '"cab" comes as PAD, PAD, b, a, c. Read it in this order: c is the last thing the encoder hears.',
            ),
        ),
    ),
)
