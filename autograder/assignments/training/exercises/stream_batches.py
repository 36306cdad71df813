"""`stream_batches`: a long text, cut into batches that continue one another."""

from numpy.random import Generator

from autograder.course.exercise import Draw, Exercise, Inputs, Mistake, Sizes


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

STREAM_BATCHES = Exercise(
    "stream_batches",
    inputs=(streams(3, 4, 25), streams(3, 4, 37), streams(4, 5, 50), streams(2, 7, 11), streams(1, 1, 2)),
    special_inputs={"an odd number of steps": streams(3, 2, 24)},
    outputs={"batches": ""},
    patterns={
        "all": "With ids = 0, 1, 2, … and the length, N and k of a case that goes wrong: does row 0 of the second "
        "chunk go on where row 0 of the first stopped, and is every y the x after it?",
    },
    mistakes=(
        Mistake(
            "shift-lost-at-the-cut",
            edit=("y[:, s : s + k])", "np.roll(x[:, s : s + k], -1, axis=1))"),
            hints=(
                "The last target of each chunk is wrong: at the cut, y is taken from inside the chunk.",
                "What follows the last id of a chunk: the first id of the same chunk, or the first of the next?",
                "ids 0, 1, 2, 3, 4 with N = 1 and k = 2: the first chunk is x = [0, 1], y = [1, 2]. Yours has "
                "y = [1, 0].",
            ),
        ),
        Mistake(
            "shift-lost-at-the-row",
            edit=("y = ids[1 : N * length + 1].reshape(N, length)", "y = np.roll(x, -1, axis=1)"),
            hints=(
                "The very last target of each row is wrong: it is the row's own first id.",
                "What follows the last id of row 0 in the text?",
                "ids 0 to 6 with N = 2: row 0 reads 0, 1, 2 and its targets are 1, 2, 3. Yours end with 0.",
            ),
        ),
        Mistake(
            "no-shift",
            edit=("ids[1 : N * length + 1]", "ids[: N * length]"),
            hints=(
                "Your y is x itself: the targets are not shifted.",
                "What is the network to predict, what it has just read or what comes next?",
                "ids 0, 1, 2, 3, 4 with N = 1 and k = 4: x = [0, 1, 2, 3] and y = [1, 2, 3, 4].",
            ),
        ),
        Mistake(
            "rows-interleaved",
            edit=(
                "x = ids[: N * length].reshape(N, length)\n    y = ids[1 : N * length + 1].reshape(N, length)",
                "x = ids[: N * length].reshape(length, N).T\n    y = ids[1 : N * length + 1].reshape(length, N).T",
            ),
            hints=(
                "Each of your rows takes every N-th id: neighbours in a row are not neighbours in the text.",
                "Read row 0 of all your chunks one after the other. Is it a piece of the text?",
                "ids 0 to 6 with N = 2: row 0 reads 0, 1, 2 and row 1 reads 3, 4, 5. Yours reads 0, 2, 4 and 1, 3, 5.",
            ),
        ),
        Mistake(
            "rows-not-contiguous",
            whole=_IN_FILE_ORDER,
            hints=(
                "Within one chunk your rows are right, but the next chunk does not go on where the same row stopped.",
                "The state after row 0 of chunk 1 is handed to row 0 of chunk 2. Which id should that row read first?",
                "ids 0 to 8 with N = 2 and k = 2: row 0 reads 0, 1 and then 2, 3. Yours reads 0, 1 and then 4, 5.",
            ),
        ),
        Mistake(
            "last-chunk-dropped",
            edit=("range(0, length, k)", "range(0, length - k + 1, k)"),
            hints=(
                "A chunk is missing: the ids after the last full chunk are left out.",
                "If a row has 7 ids and k is 4, how long is the second chunk?",
                "7 ids and k = 4 give chunks of 4 and 3. 3 ids and k = 4 give one chunk of 3.",
            ),
        ),
    ),
)
