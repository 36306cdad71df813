"""What `check` answers: one report, shown as text in a terminal and as a card in a notebook."""

import dataclasses
import os
import sys
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from utils.checking import card, surroundings, worst_entry
from utils.checking.comparison import Comparison
from utils.checking.printing import Printed

_TONE = {"right": "right", "wrong": "wrong", "not started": "waiting", "cannot check": "note"}
# What a hint of the next level is.
HINTS = {
    1: "Help me (the usual card, here from now on)",
    2: "A question that may help",
    3: "A small example with numbers",
    4: "The place in your code",
}
_PRINTED = {
    "smallest": "What your function printed in the smallest case that fails",
    "failed": "What your function printed in the case that stopped",
    "first": "What your function printed in the first case",
    "any": "What your function printed",
}
_WIDTH = 88  # columns; what a terminal of ordinary size shows without breaking words


@dataclass(frozen=True, repr=False)
class Report:
    """The result of checking one exercise.

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
        What became of each output; empty if the function could not be run, or stopped for a reason that is known.
    warnings : dict of str to str
        By kind (mutates, consumes, aliases, upcasts, overflows, chance), what costs no points but may bite later; only
        given when the answer is right.
    ask : str
        The call that shows the next hint; empty if there is none.
    next_level : int
        The level of that hint; 0 if there is none.
    closed : bool
        Whether that hint opens only when the function has changed.
    case : str
        The call that gives a learner the smallest case that fails; empty if none is known.
    refused : bool
        Whether that hint was asked for and is closed: a paragraph says how it opens.
    level : int
        The highest level of hints that the report gives; 0 if it gives none.
    finding : str
        What was found, in one word (`utils.checking.kinds.finding`); "wrong" where nothing more is said of it. Empty
        where the function could not be judged.
    named : tuple of str
        The ids of the mistakes that are named.
    unaided : bool
        Whether it says only that the answer is wrong, since the exercise is practised without help at first. Then `ask`
        is the call that helps, and `next_level` is 1.
    notes : tuple of str
        What concerns the folder rather than the answer.
    printed : Printed or None
        What the function printed.
    again : callable or None
        ``again(level, anyway)`` checks what has the function's name by then, with another level of hints.
    """

    name: str
    status: str
    title: str
    paragraphs: tuple[str, ...] = ()
    mistake: str | None = None
    comparisons: Mapping[str, Comparison] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)
    ask: str = ""
    next_level: int = 0
    closed: bool = False
    case: str = ""
    refused: bool = False
    level: int = 0
    finding: str = ""
    named: tuple[str, ...] = ()
    unaided: bool = False
    notes: tuple[str, ...] = ()
    printed: Printed | None = None
    again: Callable[[int, bool], "Report"] | None = field(default=None, compare=False)

    @property
    def ok(self) -> bool:
        """Whether the answer is right."""
        return self.status == "right"

    def noting(self, notes: Iterable[str]) -> "Report":
        """Return the same report with `notes` added at its end."""
        return dataclasses.replace(self, notes=(*self.notes, *notes))

    def __str__(self) -> str:
        paragraphs, named = [_filled(self.title)], self.mistake is not None
        if wrong := self._wrong():
            # Where several outputs are judged as one, they share a sentence.
            paragraphs.append("\n".join(dict.fromkeys(_filled(worst_entry.sentence(c, named), "  ") for c in wrong)))
        paragraphs += [_filled(text) for text in self.paragraphs]
        if self.warnings:
            paragraphs.append("\n".join([_CAUTION, *(_filled(text, "  ") for text in self.warnings.values())]))
        if footer := [*self._on("{}")]:
            paragraphs.append("\n".join(footer))
        paragraphs += [_filled(text) for text in self.notes]
        if self.printed:
            paragraphs.append("\n".join([f"{_PRINTED[self.printed.case]}:", self.printed.text]))
        return "\n\n".join(paragraphs)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.html({self.title})

    def html(self, announced: Collection[str] = ()) -> str:
        """Return the card; screen readers announce its title or those of its paragraphs that are in `announced`."""
        blocks = []
        values = [c for c in self._wrong() if c.problem == "value"]
        named = self.mistake is not None
        others = dict.fromkeys(worst_entry.sentence(c, named) for c in self._wrong() if c.problem != "value")
        blocks += [card.paragraph(sentence) for sentence in others]
        if values:
            rows = [worst_entry.row(c) for c in values]
            caption = "The worst entry of each:" if len(values) > 1 else "The worst entry:"
            blocks.append(card.table(caption, ("entry", "yours", "expected", "entries wrong"), rows))
        blocks += [card.paragraph(text, announced=text in announced) for text in self.paragraphs]
        if self.warnings:
            blocks.append(card.paragraph(_CAUTION))
            blocks.append(card.items(self.warnings.values()))
        blocks += [card.paragraph(line) for line in self._on("`{}`")]
        blocks += [card.paragraph(text) for text in self.notes]
        folded = card.folded(_PRINTED[self.printed.case], self.printed.text) if self.printed else ""
        return card.card(_TONE[self.status], self.title, *blocks, announced=self.title in announced) + folded

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        # Stock nbgrader reads the text of a graded cell's last value: a number is partial credit, so "0.0" is
        # no points, and anything that is not a number is full points. A terminal has nothing but the text to show.
        text = str(self) if surroundings.in_a_terminal() else self.title if self.ok else "0.0"
        if not self.ok and os.environ.get("NBGRADER_VALIDATING"):  # its dialog would call 0.0 "partial credit"
            print(self.title, file=sys.stderr)
        return {"text/plain": text, "text/html": self._with_buttons()}

    def _with_buttons(self) -> str:
        """Return the card, with an id where buttons for hints will stand below it: they put another in its place."""
        if self.again is None or not self.next_level:
            return self._repr_html_()
        from utils.checking import hint_buttons  # ipywidgets is slow to import

        buttons = hint_buttons.offered(self)
        return buttons.below(self._repr_html_()) if buttons else self._repr_html_()

    def _on(self, code: str) -> Iterator[str]:
        """Yield what a learner can do next; `code` is how a call is set."""
        if self.case:
            yield f"A small case that fails: {code.format(f'case = {self.case}')}"
        if self.refused:
            return
        if self.ask:
            when = ", once your function has changed" if self.closed else ""
            yield f"{HINTS[self.next_level]}{when}: {code.format(self.ask)}"
            if self.closed:
                yield f"It opens at once with {code.format('anyway=True')}."

    def _wrong(self) -> list[Comparison]:
        return [c for c in self.comparisons.values() if not c.ok]


_CAUTION = "This costs no points, but it may bite later:"


def _filled(text: str, indent: str = "") -> str:
    lines: list[str] = []
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


def _unbroken(line: str) -> str:
    """Keep what stands between backticks on one line, so that it can be copied."""
    parts = line.split("`")
    if len(parts) % 2 == 0:
        return line
    return "`".join(part.replace(" ", "\xa0") if i % 2 else part for i, part in enumerate(parts))
