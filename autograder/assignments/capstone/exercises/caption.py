"""`caption`: the captioner writes."""

from autograder.assignments.capstone.inputs import all_ended, captioned, decoded_caption, on_held_back, speaking
from autograder.assignments.capstone.mistakes import slips_of_decoding
from autograder.course.exercise import Exercise, Mistake, WorkedExample

CAPTION = Exercise(
    "caption",
    why="Nobody knows the right letters, so each step reads the model's own likeliest id and the loop goes one step "
    "at a time. A row that has written END is silent from the next step on while others go on, so who is done is "
    "noted after END was written down.",
    counterpart="pronounce",
    inputs=(
        speaking(captioned, 7, decoded_caption),
        speaking(captioned, 5, decoded_caption),
        on_held_back("caption", 20, 6),
        on_held_back("caption", 12, 3),
        on_held_back("caption", 1, 8),
    ),
    shown=(speaking(captioned, 7, decoded_caption),) * 3,
    special_inputs={"every row ended early": speaking(captioned, 8, decoded_caption, all_ended, 5.0)},
    outputs={"ids": "N max_length"},
    patterns={
        "ids": "Is the first column right, which comes from the image alone? If it is: is what was written read "
        "again for the second? And does a row stop after its END?",
    },
    question="Follow one row for three steps: from what does the model start, what does it read at each step, and "
    "what happens at END?",
    worked_example=WorkedExample(
        "Two images, and max_length is 4. After START the first one's scores are 1.5 for id 7 and 0.5 for id 9, the "
        "second one's 0.2 and 1.1. So 7 and 9 are written, and read next. Now the first scores END, id 2, highest, "
        "the second id 8: they write 2 and 8. The first row has ended, and gets PAD from now on, whatever its scores "
        "are; the second goes on, and writes END. The rows are 7, 2, 0, 0 and 9, 8, 2, 0.",
        values={
            "1.5": "1.5",
            "0.5": "0.5",
            "0.2": "0.2",
            "1.1": "1.1",
        },
    ),
    mistakes=(
        *slips_of_decoding('params["W_embed"]'),
        Mistake(
            "image-in-the-cell",
            edit=("np.zeros_like(h)", "h"),
            hints=(
                "The image sets both states here: the cell starts with the same numbers as h.",
                "Before the first letter is read, what should the cell hold?",
                "One unit, f = 0.5, nothing written, h_0 = 0.8: an empty cell stays empty, and c_1 is 0. Yours is 0.4.",
            ),
        ),
    ),
)
