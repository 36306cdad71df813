"""`stream_batches`: a long text, cut into batches that continue one another."""

import numpy as np
from numpy.random import Generator

from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes, WorkedExample


def streams(N: int, k: int, ids: int) -> Draw:
    """Return a drawing of `ids` ids, to be read by N rows, k at a time."""

    def text(rng: Generator, s: Sizes) -> Inputs:
        return {"ids": rng.integers(0, 27, ids), "N": N, "k": k}

    return text


# Each chunk is the next N · k ids of the text: what most people write first.
_IN_FILE_ORDER = """
def stream_batches(ids, N, k):
    L = (len(ids) - 1) // N
    batches, start = [], 0
    for s in range(0, L, k):
        end = start + N * min(k, L - s)
        batches.append((ids[start:end].reshape(N, -1), ids[start + 1 : end + 1].reshape(N, -1)))
        start = end
    return batches
"""

# The same, without what is left over.
_WHOLE_BLOCKS = """
def stream_batches(ids, N, k):
    batches = []
    for start in range(0, (len(ids) - 1) // (N * k) * N * k, N * k):
        end = start + N * k
        batches.append((ids[start:end].reshape(N, k), ids[start + 1 : end + 1].reshape(N, k)))
    return batches
"""

# First the rows, then the shift within each of them.
_SHIFTED_WITHIN_ROWS = """
def stream_batches(ids, N, k):
    length = len(ids) // N
    rows = ids[: N * length].reshape(N, length)
    x, y = rows[:, :-1], rows[:, 1:]
    return [(x[:, s : s + k], y[:, s : s + k]) for s in range(0, length - 1, k)]
"""

STREAM_BATCHES = Exercise(
    "stream_batches",
    why="A state is carried from batch to batch, so each row must go on where the same row stopped. That is why the "
    "text is cut into N long streams first and into chunks after that. y is the same text one id later, which takes "
    "one id more than x has.",
    inputs=(streams(3, 4, 25), streams(3, 4, 37), streams(4, 5, 50), streams(2, 7, 11), streams(1, 1, 2)),
    special_inputs={"an odd number of steps": streams(3, 2, 24)},
    outputs={"batches": ""},
    patterns={
        "all": "With ids = 0, 1, 2, … and the length, N and k of a case that goes wrong: does row 0 of the second "
        "chunk go on where row 0 of the first stopped, and is every y the x after it?",
    },
    question="Take ids = 0, 1, 2, … with N = 2 and k = 2. What should the first two chunks hold, and what do yours?",
    worked_example=WorkedExample(
        "ids 0, 1, 2, 3, 4, 5, 6 with N = 2 and k = 2: each stream has 3 ids. Row 0 reads 0, 1, 2 and is asked for "
        "1, 2, 3; row 1 reads 3, 4, 5 and is asked for 4, 5, 6. Two steps at a time: the first chunk reads [[0, 1], "
        "[3, 4]] and is asked for [[1, 2], [4, 5]]; the second has one step left, reads [[2], [5]], and is asked for "
        "[[3], [6]].",
        arguments=(np.arange(7), 2, 2),
    ),
    mistakes=(
        Mistake(
            "shift-lost-at-the-cut",
            edit=("y[:, s : s + k])", "np.roll(x[:, s : s + k], -1, axis=1))"),
            hints=(
                "In each row of a chunk, the last target is the id that this row of the chunk began with.",
                "What follows the last id of a chunk in the text?",
                "ids 0, 1, 2, 3, 4 with N = 1 and k = 2: the first y is [1, 2]. Yours is [1, 0].",
            ),
        ),
        Mistake(
            "shift-lost-at-the-row",
            edit=("y = ids[1 : N * length + 1].reshape(N, length)", "y = np.roll(x, -1, axis=1)"),
            hints=(
                "The very last target of each stream is the id that the stream began with.",
                "What follows the last id of the first stream in the text?",
                "ids 0 to 6 with N = 2 and k = 3: row 0 reads 0, 1, 2, and its targets are 1, 2, 3. Yours are 1, 2, 0.",
            ),
        ),
        Mistake(
            "no-shift",
            edit=("ids[1 : N * length + 1]", "ids[: N * length]"),
            hints=(
                "Each target is the id that is read at that very step.",
                "How well could a network without any memory, or any learning, guess these targets?",
                "ids 0, 1, 2, 3, 4 with N = 1 and k = 4: x is [0, 1, 2, 3], and y is [1, 2, 3, 4]. Yours is [0, 1, "
                "2, 3].",
            ),
        ),
        Mistake(
            "rows-interleaved",
            edit=(
                "x = ids[: N * length].reshape(N, length)\n    y = ids[1 : N * length + 1].reshape(N, length)",
                "x = ids[: N * length].reshape(length, N).T\n    y = ids[1 : N * length + 1].reshape(length, N).T",
            ),
            hints=(
                "Neighbours in a row stand N ids apart in the text.",
                "Read the first row of all your chunks, one after the other. Is it a piece of the text?",
                "ids 0 to 6 with N = 2 and k = 3: row 0 reads 0, 1, 2. Yours reads 0, 2, 4.",
            ),
        ),
        Mistake(
            "rows-not-contiguous",
            whole=_IN_FILE_ORDER,
            hints=(
                "Within one chunk each row is a piece of the text; from one chunk to the next, a row jumps.",
                "The state after row 0 of the first chunk goes on to row 0 of the second. Which id should that row "
                "read first?",
                "ids 0 to 8 with N = 2 and k = 2: row 0 reads 0, 1, then 2, 3. Yours reads 0, 1, then 4, 5.",
            ),
        ),
        Mistake(
            "last-chunk-dropped",
            edit=("range(0, length, k)", "range(0, length - k + 1, k)"),
            hints=(
                "The chunks end before the streams do: what comes after the last whole chunk is in none of them.",
                "If a stream has 7 ids and k is 4, how many of the 7 do your chunks hold?",
                "ids 0 to 7 with N = 1 and k = 4: the chunks have 4 steps and 3. Yours is one of 4.",
            ),
        ),
        Mistake(
            "whole-blocks-in-file-order",
            whole=_WHOLE_BLOCKS,
            hints=(
                "Within one chunk each row is a piece of the text; from one chunk to the next, a row jumps. All chunks "
                "have k steps: what is left at the end of the text is in none of them.",
                "The state after row 0 of the first chunk goes on to row 0 of the second. Which id should that row "
                "read first?",
                "ids 0 to 8 with N = 2 and k = 2: row 0 reads 0, 1, then 2, 3. Yours reads 0, 1, then 4, 5.",
            ),
        ),
        Mistake(
            "windows-overlap",
            edit=("range(0, length, k)", "range(length - k + 1)"),
            hints=(
                "Each chunk begins one step after the one before it: many ids are read again and again.",
                "In one pass over the text, how often should an id be read? How many of your chunks hold it?",
                "ids 0 to 4 with N = 1 and k = 2: the chunks read 0, 1, then 2, 3. Yours read 0, 1, then 1, 2, then 2, "
                "3.",
            ),
        ),
        Mistake(
            "windows-overlap-to-the-end",
            edit=("range(0, length, k)", "range(length)"),
            hints=(
                "Each chunk begins one step after the one before it, and there are as many chunks as steps.",
                "In one pass over the text, how often should an id be read? How many of your chunks hold it?",
                "ids 0 to 4 with N = 1 and k = 2 make 2 chunks. Yours are 4, which read 0, 1, then 1, 2, then 2, 3, "
                "then 3.",
            ),
        ),
        Mistake(
            "last-of-each-row-not-read",
            whole=_SHIFTED_WITHIN_ROWS,
            hints=(
                "Between what one stream reads last and what the next reads first, an id is skipped: it is a target, "
                "and is read by no row.",
                "What follows the last id that row 0 reads in the text? Which row is asked for the id that row 1 reads "
                "first?",
                "ids 0 to 6 with N = 2 and k = 3: row 0 reads 0, 1, 2 and is asked for 1, 2, 3. Yours reads 0, 1 and "
                "is asked for 1, 2.",
            ),
        ),
        Mistake(
            "targets-from-the-next-row",
            edit=("y = ids[1 : N * length + 1].reshape(N, length)", "y = np.roll(x, -1, axis=0)"),
            hints=(
                "The targets of each row are what the row below it reads at the same steps, and those of the lowest "
                "row are what the highest reads.",
                "In the text, which id comes right after the first one that row 0 reads?",
                "ids 0 to 6 with N = 2 and k = 3: row 0 reads 0, 1, 2, and its targets are 1, 2, 3. Yours are 3, 4, 5.",
            ),
        ),
        Mistake(
            "inputs-and-targets-swapped",
            edit=("(x[:, s : s + k], y[:, s : s + k])", "(y[:, s : s + k], x[:, s : s + k])"),
            hints=(
                "Each target is the id that comes before the one that is read.",
                "Should the network learn to say what comes next, or what has just been?",
                "ids 0 to 3 with N = 1 and k = 3: x is [0, 1, 2] and y is [1, 2, 3]. Yours are [1, 2, 3] and [0, 1, "
                "2].",
            ),
        ),
        Mistake(
            "steps-down-the-rows",
            edit=("(x[:, s : s + k], y[:, s : s + k])", "(x[:, s : s + k].T, y[:, s : s + k].T)"),
            hints=(
                "Each column of a chunk is a piece of the text, and each row is one step.",
                "Which axis of a batch is time, in all that you have built?",
                "With N = 2 and k = 3 a chunk has the shape (2, 3). Yours is (3, 2).",
            ),
        ),
    ),
)
