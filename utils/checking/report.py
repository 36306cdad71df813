"""What `check` answers: one report, as text in a terminal and as a card in a notebook."""

import dataclasses
import sys
import textwrap
from dataclasses import dataclass, field

from utils.checking import card

_TONE = {"right": "right", "wrong": "wrong", "not started": "waiting", "cannot check": "note"}
_WIDTH = 88  # columns; what a terminal of ordinary size shows without breaking words


@dataclass(frozen=True, repr=False)
class Report:
    """What became of one exercise.

    Attributes
    ----------
    name : str
        The exercise; empty if there is none by that name.
    status : {"right", "wrong", "not started", "cannot check"}
    title : str
        The verdict in one sentence, what is right first.
    paragraphs : tuple of str
        What follows, a paragraph each: where to look, or which mistake it is.
    mistake : str or None
        The id of the mistake these numbers are, if it is a known one.
    comparisons : dict of str to Comparison
        What became of each output; empty if the function could not be run.
    warnings : dict of str to str
        By kind (mutates, consumes, aliases, upcasts, overflows, chance), what costs no points but may bite later; only
        given when the answer is right.
    ask : str
        The call that shows the next hint; empty if there is none.
    notes : tuple of str
        What concerns the folder rather than the answer.
    """

    name: str
    status: str
    title: str
    paragraphs: tuple = ()
    mistake: str | None = None
    comparisons: dict = field(default_factory=dict)
    warnings: dict = field(default_factory=dict)
    ask: str = ""
    notes: tuple = ()

    @property
    def ok(self):
        """Whether the answer is right."""
        return self.status == "right"

    def noting(self, notes):
        """Return the same report with `notes` added at its end."""
        return dataclasses.replace(self, notes=(*self.notes, *notes))

    def __str__(self):
        paragraphs = [_filled(self.title)]
        if wrong := self._wrong():
            # Where several outputs are judged as one, they share a sentence.
            paragraphs.append("\n".join(dict.fromkeys(_filled(_one_line(c), "  ") for c in wrong)))
        paragraphs += [_filled(text) for text in self.paragraphs]
        if self.warnings:
            paragraphs.append("\n".join([_CAUTION, *(_filled(text, "  ") for text in self.warnings.values())]))
        if self.ask:
            paragraphs.append(f"{_next(self.ask)}: {self.ask}")
        paragraphs += [_filled(text) for text in self.notes]
        return "\n\n".join(paragraphs)

    __repr__ = __str__

    def _repr_html_(self):
        blocks = []
        values = [c for c in self._wrong() if c.problem == "value"]
        others = dict.fromkeys(c.message for c in self._wrong() if c.problem != "value")
        blocks += [card.paragraph(told) for told in others]
        if values:
            rows = [(c.place, *_numbers(c), c.message) for c in values]
            caption = "The worst entry of each:" if len(values) > 1 else "The worst entry:"
            blocks.append(card.table(caption, ("entry", "yours", "expected", "how many"), rows))
        blocks += [card.paragraph(text) for text in self.paragraphs]
        if self.warnings:
            blocks.append(card.paragraph(_CAUTION))
            blocks.append(card.items(self.warnings.values()))
        if self.ask:
            blocks.append(card.paragraph(f"{_next(self.ask)}: `{self.ask}`"))
        blocks += [card.paragraph(text) for text in self.notes]
        return card.card(_TONE[self.status], self.title, *blocks)

    def _repr_mimebundle_(self, include=None, exclude=None):
        # Stock nbgrader reads the text of a graded cell's last value: a number is partial credit, so "0.0" is
        # no points, and anything that is no number full ones. A terminal has nothing but the text to show.
        text = str(self) if _in_a_terminal() else self.title if self.ok else "0.0"
        return {"text/plain": text, "text/html": self._repr_html_()}

    def _wrong(self):
        return [c for c in self.comparisons.values() if not c.ok]


_CAUTION = "This costs no points, but it may bite later:"


def _next(ask):
    return "A small example with numbers" if ask.endswith("hint=3)") else "A question that may help"


def _one_line(comparison):
    if comparison.problem != "value":
        return comparison.message
    yours, expected = _numbers(comparison)
    if comparison.where == comparison.name:
        return f"{comparison.message} Yours is {yours}, expected {expected}."
    comma = "," if comparison.step else ""
    return f"{comparison.message} Worst: {comparison.place}{comma} is {yours}, expected {expected}."


def _numbers(comparison):
    """Return both values with the digits it takes to tell them apart."""
    if isinstance(comparison.yours, bool) and isinstance(comparison.expected, bool):
        return str(comparison.yours), str(comparison.expected)
    for digits in range(4, 17):
        yours, expected = (f"{value:.{digits}g}" for value in (comparison.yours, comparison.expected))
        if yours != expected:
            break
    return yours, expected


def _filled(text, indent=""):
    lines = []
    for line in str(text).splitlines():
        lines += textwrap.wrap(
            _unbroken(line),
            _WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines).replace("\xa0", " ")


def _unbroken(line):
    """Keep what stands between backticks on one line, so that it can be copied."""
    parts = line.split("`")
    if len(parts) % 2 == 0:
        return line
    return "`".join(part.replace(" ", "\xa0") if i % 2 else part for i, part in enumerate(parts))


def listing(names):
    """Return names as a person lists them: ``"dx, dWx and db"``."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def headline(sentences):
    """Return the first of several sentences as a title, and the others as one paragraph, if there are any."""
    first, dot, rest = sentences.partition(". ")
    return (f"{first}.", (rest,)) if dot else (sentences, ())


def _in_a_terminal():
    """Whether this is IPython in a terminal, which prints text/plain and knows no cards."""
    ipython = sys.modules.get("IPython")  # not imported for this: without it we are not in it
    shell = ipython.get_ipython() if ipython is not None else None
    return any(kind.__name__ == "TerminalInteractiveShell" for kind in type(shell).__mro__)
