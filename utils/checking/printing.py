"""Catch what a learner's function prints while it is checked, so that it can be shown folded below the card."""

import contextlib
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from utils.checking import card, surroundings

_KEPT = 20_000  # characters of one call; what an endless loop prints must not fill the memory
_LINES = 40  # shown
_WIDTH = 300  # characters of a line that are shown


@dataclass(frozen=True)
class Printed:
    """What a function printed, as much of it as is shown.

    Attributes
    ----------
    text : str
    case : {"smallest", "failed", "first", "any"}
        In which call: of the smallest case that fails, of the case that stopped, of the first case that printed
        anything, or in any call at all.
    """

    text: str
    case: Literal["smallest", "failed", "first", "any"] = "any"


class Caught(io.StringIO):
    """Takes the place of standard output and keeps the beginning of what is printed."""

    def __init__(self) -> None:
        super().__init__()
        self._kept, self._line_ends, self._open = 0, 0, False

    def write(self, text: str) -> int:
        """Keep `text` as far as there is room, and count its lines."""
        kept = text[: _KEPT - self._kept]
        self._kept += len(kept)
        self._line_ends += text.count("\n")
        self._open = not text.endswith("\n") if text else self._open
        super().write(kept)
        return len(text)

    @property
    def shown(self) -> str:
        """What is shown: the first lines, and how many more there are."""
        lines = self.getvalue().split("\n")[: min(self._line_ends + self._open, _LINES)]
        shown = [line if len(line) <= _WIDTH else f"{line[:_WIDTH]} …" for line in lines]
        more = self._line_ends + self._open - len(shown)
        if more > 0:
            shown.append(f"… and {more} more line{'s' * (more > 1)}")
        return "\n".join(shown)


@contextlib.contextmanager
def caught() -> Iterator[Caught]:
    """Catch all that is printed; if the block is left by an exception, it is printed after all."""
    text = Caught()
    try:
        with contextlib.redirect_stdout(text):
            yield text
    except BaseException:
        if text.shown:
            print(text.shown)
        raise


@contextlib.contextmanager
def folded(summary: str) -> Iterator[None]:
    """Show what is printed in the block folded in a notebook, once it is done; elsewhere it is printed as ever."""
    if not surroundings.in_a_kernel():
        yield
        return
    with caught() as text:
        yield
    if text.shown:
        bundle = {"text/html": card.folded(summary, text.shown), "text/plain": f"{summary}:\n{text.shown}"}
        sys.modules["IPython"].display.publish_display_data(bundle)


@contextlib.contextmanager
def in_one_call() -> Iterator[Caught]:
    """Catch what is printed in one call by itself, if it is caught at all."""
    if isinstance(sys.stdout, Caught):
        with caught() as text:
            yield text
    else:
        yield Caught()


def chosen(texts: Sequence[str], smallest: int, failed: int) -> Printed | None:
    """Return what to show of what was printed, by case: of the smallest case that fails, if that printed anything."""
    if 0 <= smallest < len(texts) and texts[smallest]:
        return Printed(texts[smallest], "smallest")
    if 0 <= failed < len(texts) and texts[failed]:
        return Printed(texts[failed], "failed")
    first = next(filter(None, texts), "")
    return Printed(first, "first") if first else None
