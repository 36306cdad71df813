"""`caption`: the captioner writes."""

from autograder.assignments.capstone.inputs import captioned, decoded_caption, on_held_back, speaking
from autograder.assignments.capstone.mistakes import slips_of_decoding
from autograder.course.exercise import Exercise, Mistake

CAPTION = Exercise(
    "caption",
    counterpart="pronounce",
    inputs=(
        speaking(captioned, 7, decoded_caption),
        speaking(captioned, 5, decoded_caption),
        on_held_back("caption", 20, 6),
        on_held_back("caption", 12, 3),
        on_held_back("caption", 1, 8),
    ),
    shown=(speaking(captioned, 7, decoded_caption),) * 3,
    outputs={"ids": "N max_length"},
    patterns={
        "ids": "Is the first column right, which comes from the image alone? If it is: is what was written read "
        "again for the second? And does a row stop after its END?",
    },
    mistakes=(
        *slips_of_decoding('params["W_embed"]'),
        Mistake(
            "image-in-the-cell",
            edit=("np.zeros_like(h)", "h"),
            hints=(
                "These are the ids of a model that puts the image into the cell too: c_0 is h_0.",
                "The image speaks through one of the two states only. What did the other start from in training?",
                "One unit with f = 0.5, nothing written, h_0 = 0.8: c_1 is 0.5 × 0 = 0. Yours is 0.4.",
            ),
        ),
    ),
)
