"""`pronounce`: the pronouncer writes."""

from autograder.assignments.capstone.inputs import all_ended, decoded_pronunciation, on_held_back, pronounced, speaking
from autograder.assignments.capstone.mistakes import slips_of_decoding
from autograder.course.exercise import Exercise, Mistake, WorkedExample

PRONOUNCE = Exercise(
    "pronounce",
    why="It is caption with an encoder in the image's place: all letters are read first, then phonemes are written "
    "from both of its last states. Each step reads the likeliest phoneme of the step before, and a row is silent "
    "after its END.",
    counterpart="caption",
    inputs=(
        speaking(pronounced, 7, decoded_pronunciation),
        speaking(pronounced, 5, decoded_pronunciation),
        on_held_back("pronounce", 20, 11),
        on_held_back("pronounce", 12, 4),
        on_held_back("pronounce", 1, 12),
    ),
    shown=(speaking(pronounced, 7, decoded_pronunciation),) * 3,
    special_inputs={"every row ended early": speaking(pronounced, 8, decoded_pronunciation, all_ended, 5.0)},
    outputs={"ids": "N max_length"},
    patterns={
        "ids": "Is the first column right, which comes from the encoder's two states alone? If it is: is what was "
        "written read again for the second? And does a row stop after its END?",
    },
    question="Follow one word: in which order are its letters read, from what does the decoder start, and what "
    "does it read at each step?",
    worked_example=WorkedExample(
        "'cab' comes as the ids 0, 0, 4, 3, 5. The encoder starts from zeros, reads them from left to right, and "
        "ends with, say, h = 0.6 and c = 1.5. The decoder starts with these two and reads START. Say that id 7 "
        "scores 0.3 and id 9 scores 1.2: it writes 9, and reads it. Then 8 scores highest, then END, id 2. With "
        "max_length = 5 the row is 9, 8, 2, 0, 0.",
        values={
            "0.6": "0.6",
            "1.5": "1.5",
            "0.3": "0.3",
            "1.2": "1.2",
        },
    ),
    mistakes=(
        *slips_of_decoding('p["W_phonemes"]'),
        Mistake(
            "cell-not-handed-over",
            edit=("    ids = np.full((N, max_length), PAD)", "    c, ids = silence, np.full((N, max_length), PAD)"),
            hints=(
                "The decoder starts with an empty cell here, and knows of the word through h alone.",
                "An LSTM has two states. Which of them is its long memory, and does it get from the encoder to the "
                "decoder?",
                "If the encoder ends with c = 1.5, and the decoder keeps f = 0.5 and writes nothing, its first cell "
                "is 0.75. Yours is 0.",
            ),
        ),
        Mistake(
            "letters-turned-round",
            edit=("word_embedding_forward(letters, p", "word_embedding_forward(letters[:, ::-1], p"),
            hints=(
                "The encoder reads each row from right to left here.",
                "In which order do the rows come? Which letter should the encoder read last?",
                "'cab' comes as the ids 0, 0, 4, 3, 5. The encoder should read c, id 5, last. Yours reads 5 first, "
                "and ends with the 0 of PAD.",
            ),
        ),
        Mistake(
            "pads-skipped",
            edit=(
                "N, p = len(letters), params",
                "rows = [row[row != PAD][None] for row in letters]\n"
                "    if rows[0].size != letters.size:\n"
                "        return np.concatenate([pronounce(params, row, max_length) for row in rows])\n"
                "    N, p = len(letters), params",
            ),
            hints=(
                "The encoder reads each word here without the PAD in front of it.",
                "In training, what did the encoder read before a short word? Does that leave its two states as they "
                "are?",
                "'cab' comes as the ids 0, 0, 4, 3, 5. The encoder should take 5 steps. Yours takes 3.",
            ),
        ),
    ),
)
