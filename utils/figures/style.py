"""The look of every figure: colour is role, the title states the finding, the width never changes."""

import math
import re
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

# Okabe & Ito's hues, which stay apart for colour-blind readers. A role keeps its hue in every assignment.
INPUT = "#0072B2"
HIDDEN = "#009E73"
OUTPUT = "#D55E00"
GRADIENT = "#CC79A7"
# The two gates that write share the blues; o, which decides what leaves, has the output's hue. None is the hidden
# state's green or the gradient's purple, which stand beside gates in the same figure.
GATES = {"i": "#56B4E9", "f": "#E69F00", "o": "#D55E00", "g": "#0072B2"}
INK = "#222222"
QUIET = "#767676"  # text that is not lit: 4.5 : 1 on white, so still readable
PLAIN = "#9A9A9A"  # a line without a role
FAINT = "#D9D9D9"  # lines and edges that are not lit

FORWARD = "solid"
BACKWARD = "dashed"

WIDTH = 7.2  # inches: 720 px at 100 dpi, a notebook's column
_SHEET = Path(__file__).with_name("unrolled.mplstyle")
_CHARACTERS = 76  # of a bold title in one line of that width
_MARGIN = 0.12
_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def drawn() -> Iterator[None]:
    """Draw in the course's style, whatever style the learner has set, and put the learner's back afterwards."""
    # JupyterLab lets every control speak to a thread of its own, and Matplotlib's style belongs to all of them.
    with _ONE_AT_A_TIME, matplotlib.style.context(_SHEET, after_reset=True):
        yield


def tint(colour: str, strength: float = 0.18) -> str:
    """Mix `colour` with white; `strength` 1 is the colour itself. Returns a hex string."""
    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(colour))
    return to_hex((red, green, blue))


def ink(colour: str) -> str:
    """Darken `colour` so far that text in it reads at 4.5 : 1 on white. Returns a hex string."""
    red, green, blue = to_rgb(colour)
    while 1.05 / (_luminance((red, green, blue)) + 0.05) < 4.5:
        red, green, blue = 0.95 * red, 0.95 * green, 0.95 * blue
    return to_hex((red, green, blue))


def _luminance(rgb: tuple[float, float, float]) -> float:
    """Relative luminance as WCAG 2 defines it."""
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def sheet(title: str, caption: str = "", height: float = 3.4) -> tuple[Figure, dict[str, float]]:
    """Return an empty figure of the course's width with its title and caption, and the grid's margins.

    Parameters
    ----------
    title : str
        The finding, at most two lines' worth. A second line takes its room from the axes, so an explorer, whose axes
        should stay where they are, has titles of one line.
    caption : str
        The recipe: sizes, seeds, norms; at most two lines' worth.
    height : float
        In inches. The caption keeps the room of two lines whatever it holds.

    Returns
    -------
    figure : matplotlib.figure.Figure
    margins : dict
        ``top`` and ``bottom`` for `Figure.add_gridspec`, in figure fractions.
    """
    # A Figure of its own, never pyplot's: nothing is registered, so nothing is drawn twice or kept open.
    figure = Figure(figsize=(WIDTH, height))
    inset = _MARGIN / WIDTH
    lines = _broken(title)
    figure.text(
        inset,
        1 - _MARGIN / height,
        "\n".join(lines),
        fontsize=10.5,
        fontweight="bold",
        va="top",
        linespacing=1.3,
        gid="title",
    )
    figure.text(
        inset,
        _MARGIN / height,
        textwrap.fill(_whole(caption), 104),
        fontsize=8.5,
        color=QUIET,
        va="bottom",
        linespacing=1.35,
        gid="caption",
    )
    return figure, {"top": 1 - (0.4 + 0.19 * len(lines)) / height, "bottom": (0.98 if caption else 0.5) / height}


def axes_in(grid: GridSpec, sharex: bool = False, sharey: bool = False) -> list[Axes]:
    """Return new axes for all places of `grid`, row by row; they share x or y with each other where that is asked."""
    return list(grid.subplots(sharex=sharex, sharey=sharey, squeeze=False).flat)


def _broken(title: str) -> list[str]:
    """Return a title's lines: broken in two where a sentence or a clause ends, if both fit, so that no list breaks."""
    for end in (". ", "; ", ": "):
        first, found, second = title.rpartition(end)
        if found and len(title) > _CHARACTERS and max(len(first) + 1, len(second)) <= _CHARACTERS:
            return [first + end.strip(), second]
    return textwrap.wrap(title, _CHARACTERS)


def _whole(caption: str) -> str:
    """Put no-break spaces within formulas, ``H = 24`` or ``N(0, 0.5²)``, so that none is cut in two."""
    return re.sub(r" (?=[=~×])|(?<=[=~×]) |(?<=N\(0,) ", "\N{NO-BREAK SPACE}", caption)


def short(number: float) -> str:
    """Write a measured size as short as it can be read: ``0``, ``4e-16``, ``0.83``, ``12``."""
    size = abs(number)
    if size == 0:
        return "0"
    if size < 1e-3 or size >= 1e5:
        mantissa, exponent = f"{number:.0e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{number:.0f}" if size >= 10 else f"{number:.2g}"


def power_of_ten(number: float) -> str:
    """Write the nearest power of ten for a tick, ``10⁻¹⁶``, in the font of the other ticks."""
    exponent = round(math.log10(number))
    return "1" if exponent == 0 else "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
