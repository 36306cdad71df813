"""Which letters decided this phoneme: the gradient of each phoneme's likelihood at every letter, by the learner."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from utils.checking.calling import call, name_of
from utils.data import load_pronunciations
from utils.data.vocabulary import END, LETTERS_IN_A_WORD, PAD, PHONEMES, START, encode_spellings
from utils.errors import CallFailed
from utils.experiments.pronunciation import spoken_ids
from utils.experiments.results import Array, Learner, Params
from utils.figures.learner import all_checked
from utils.figures.picture import Picture
from utils.figures.style import GRADIENT, INK, INPUT, OUTPUT, axes_in, drawn, ink, sheet, short, tint

HEIGHT = 4.4
PALE_TO_DARK = LinearSegmentedColormap.from_list("share", [tint(GRADIENT, 0.08), GRADIENT, "#5A1F46"])
_WHICH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
ABOVE_LETTERS = 20  # points from the map to its heading: the letters stand between
ROOM = 6  # letters and phonemes at least, so that a short word's cells are not huge
STEP = 1e-4  # of the nudge that the gradient is compared with; weights are float64 here
AGREES = 1e-3  # relative difference up to which gradient and nudge are called the same


@dataclass(frozen=True)
class Connectivity:
    """What was measured for one word.

    Parameters
    ----------
    word : str
    spoken : tuple of str
        The phonemes that the network says, and ``end`` where it stops by itself.
    size : ndarray, shape (len(spoken), len(word))
        ``size[j, i]`` is ‖∂ log p(phoneme j | phonemes before it) / ∂ embedding of letter i‖.
    claimed, nudged : float
        How fast the loss grows when all letters move along its gradient: as the gradient says, and as it does.
    """

    word: str
    spoken: tuple[str, ...]
    size: np.ndarray
    claimed: float
    nudged: float

    @property
    def trusted(self) -> bool:
        """Whether gradient and nudge agree."""
        return abs(self.claimed - self.nudged) <= AGREES * max(abs(self.claimed), abs(self.nudged))


def measure(pronounce_loss: Learner, pronounce: Learner, params: Params, word: str) -> Connectivity:
    """Return the `Connectivity` of a word.

    Parameters
    ----------
    pronounce_loss : callable
        ``pronounce_loss(params, letters, phonemes) -> (loss, grads)``.
    pronounce : callable
        ``pronounce(params, letters, max_length) -> ids``.
    params : dict of str to ndarray
        Of the pronouncing model.
    word : str
        At most eight letters from a to z.

    Raises
    ------
    utils.errors.UtilsError
        If a function is not written, or what it returns cannot be drawn.

    Notes
    -----
    ``grads["W_letters"]`` is summed over all places at which a letter stands. So every place of every row gets a
    row of W_letters of its own. Row j of the batch holds the phonemes up to the j-th, so that the difference of two
    rows' gradients is that of one phoneme's likelihood.
    """
    params = {name: np.array(p, dtype=np.float64) for name, p in params.items()}
    params["b_out"][[PAD, START]] = -1e3  # an untrained network would say these, which stand for no sound
    letters = encode_spellings([word])

    def run() -> tuple[list[int], Array, float, float]:
        ids = spoken_ids(pronounce, params, letters)[0].tolist()
        ids = ids[: ids.index(END) + 1] if END in ids else ids
        if PAD in ids or START in ids:
            raise CallFailed("pronounce wrote PAD or START in the middle of a word: check(pronounce) first.")
        return ids, *_gradient(pronounce_loss, params, letters[0], ids)

    run.__name__ = name_of(pronounce_loss)  # so that a sentence about a failure names the learner's function
    # Once for all: a guarded call copies its arguments, and a slider should answer at once
    ids, gradient, claimed, nudged = call(run)
    spoken = tuple("end" if i == END else PHONEMES[i - 3] for i in ids)
    by_phoneme = np.diff(gradient, axis=0, prepend=0.0)
    size = np.linalg.norm(by_phoneme, axis=-1)[:, ::-1][:, : len(word)]  # in reading order, without padding
    return Connectivity(word, spoken, size, claimed, nudged)


def _gradient(
    pronounce_loss: Learner, params: Params, letters: Array, ids: Sequence[int]
) -> tuple[Array, float, float]:
    """Return the gradient of every row's loss at every place, (J, 8, E), and its slope as claimed and as nudged."""
    J, name = len(ids), name_of(pronounce_loss)
    phonemes = np.full((J, J + 1), PAD)
    for j, row in enumerate(phonemes):
        row[: j + 2] = [START, *ids[: j + 1]]
    places = np.arange(J * LETTERS_IN_A_WORD).reshape(J, LETTERS_IN_A_WORD)
    embedded = np.tile(params["W_letters"][letters], (J, 1))

    def answered(W_letters: Array) -> list[Array]:
        copies = {key: p.copy() for key, p in params.items()} | {"W_letters": W_letters.copy()}
        returned = pronounce_loss(copies, places.copy(), phonemes.copy())
        if not isinstance(returned, tuple | list) or len(returned) != 2 or not isinstance(returned[1], dict):
            raise CallFailed(f"{name} should return (loss, grads), grads a dict.")
        shapes = {"loss": (), "grads['W_letters']": embedded.shape}
        return all_checked((returned[0], returned[1].get("W_letters")), shapes, name, cache=False)

    _, gradient = answered(embedded)
    claimed, nudged = float(np.linalg.norm(gradient)), 0.0
    if claimed > 0:
        way = STEP * gradient / claimed
        (ahead, _), (behind, _) = answered(embedded + way), answered(embedded - way)
        nudged = float(ahead - behind) / (2 * STEP)
    return J * gradient.reshape(J, LETTERS_IN_A_WORD, -1), claimed, nudged  # the loss is a mean over J rows


def finding(found: Connectivity, j: int) -> str:
    """Say in a sentence what decided phoneme `j`, or that the gradient cannot be right."""
    if found.claimed == 0:
        return "No letter decides anything: no gradient comes back to the letters"
    if not found.trusted:
        return f"The gradient claims a slope of {found.claimed:.3g}, a nudge of the letters finds {found.nudged:.3g}"
    if not found.size[j].any():
        return f"{_name(found, j)} is decided by no letter at all"
    first = int(np.argmax(found.size[j]))
    share = 100 * found.size[j, first] / found.size[j].sum()
    return f"{_name(found, j)} depends most on {_letter(found, first)}: {share:.0f} % of its row"


def _letter(found: Connectivity, i: int) -> str:
    """Name a letter, and which of several it is."""
    letter = found.word[i]
    if found.word.count(letter) == 1:
        return f"“{letter}”"
    return f"the {_WHICH[found.word[:i].count(letter)]} “{letter}”"


@functools.cache  # for the life of the process: unpacking the dictionary takes longer than a drawing
def _dictionary() -> dict[str, tuple[str, ...]]:
    return load_pronunciations()


def _name(found: Connectivity, j: int) -> str:
    return f"The end of “{found.word}”" if found.spoken[j] == "end" else f"{found.spoken[j]} in “{found.word}”"


def draw(found: Connectivity, phoneme: int, described: str) -> Picture:
    """Return the `Picture` of letters × phonemes, and of the chosen phoneme's row.

    Parameters
    ----------
    found : Connectivity
    phoneme : int
        From 1; the last one where there are fewer.
    described : str
        Which network it is, for the caption.
    """
    j = min(phoneme, len(found.spoken)) - 1
    title = finding(found, j)
    true = _dictionary().get(found.word)
    caption = (
        f"By your pronounce_loss: ‖∂ log p(phoneme) / ∂ letter’s embedding‖. {described[0].upper()}{described[1:]}. It "
        f"says {' '.join(s for s in found.spoken if s != 'end')}; "
        + ("the dictionary has no such word." if true is None else f"the dictionary says {' '.join(true)}.")
    )
    with drawn():
        figure, margins = sheet(title, caption, HEIGHT)
        grid = figure.add_gridspec(1, 2, left=0.085, right=0.97, wspace=0.2, width_ratios=[1.25, 1], **margins)
        left, right = axes_in(grid)
        place = left.get_position()
        left.set_position((place.x0, place.y0 + 0.09, place.width, 0.93 * place.height - 0.09))
        draw_map(left, found, "letters by phonemes, each row as a share of its largest", j)
        share_bar(figure, (place.x0, place.y0 + 0.03, place.width / 2, 0.025))
        _row(right, found, j)
    rows = "; ".join(
        f"{phoneme}: {', '.join(found.word[i] for i in np.argsort(-row)[:2] if row[i] > 0) or 'none'}"
        for phoneme, row in zip(found.spoken, found.size, strict=True)
    )
    return Picture(figure, f"{title}. Map of letters by phonemes; the strongest letters of each phoneme: {rows}.")


def draw_map(axes: Axes, found: Connectivity, heading: str, j: int | None = None) -> None:
    """Draw letters × phonemes, each row as a share of its largest entry, the row of phoneme `j` framed."""
    J, S = found.size.shape
    largest = found.size.max(axis=1, keepdims=True)
    shown = np.divide(found.size, largest, out=np.zeros_like(found.size), where=largest > 0)
    axes.pcolormesh(np.ma.masked_equal(shown, 0), cmap=PALE_TO_DARK, vmin=0, vmax=1, gid="map", edgecolor="white")
    axes.set(xlim=(0, max(S, ROOM)), ylim=(max(J, ROOM), 0))
    if j is not None:
        axes.add_patch(Rectangle((0, j), S, 1, fill=False, edgecolor=INK, linewidth=1.8, zorder=4, gid="chosen"))
    axes.set_xticks(np.arange(S) + 0.5, found.word, fontsize=11, color=ink(INPUT))
    axes.set_yticks(np.arange(J) + 0.5, found.spoken, fontsize=10, color=ink(OUTPUT))
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(heading, pad=ABOVE_LETTERS)


def share_bar(figure: Figure, box: tuple[float, float, float, float]) -> None:
    """Draw the colour bar of `draw_map` in `box`: left, bottom, width and height as shares of the figure."""
    axes = figure.add_axes(box)
    axes.pcolormesh(np.linspace(0, 1, 65)[None], cmap=PALE_TO_DARK, vmin=0, vmax=1, gid="bar")
    axes.set(yticks=[], xticks=[0, 32.5, 65])
    axes.set_xticklabels(["0", "share", "1"], fontsize=8.5)
    axes.tick_params(length=0, pad=2)
    axes.spines[:].set_visible(False)


def _row(axes: Axes, found: Connectivity, j: int) -> None:
    S = len(found.word)
    axes.bar(np.arange(S) + 0.5, found.size[j], color=GRADIENT, width=0.72, gid="row")
    top = found.size[j].max()
    axes.set(xlim=(0, max(S, ROOM)), ylim=(0, 1.15 * top or 1), yticks=[0, top] if top else [0])
    axes.set_yticklabels(["0", short(top)] if top else ["0"])
    axes.set_xticks(np.arange(S) + 0.5, found.word, fontsize=11, color=ink(INPUT))
    axes.tick_params(axis="x", length=0)
    axes.set_title(f"the row of {found.spoken[j]}: size of the gradient")
