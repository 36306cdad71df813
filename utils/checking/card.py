"""Draw the card for everything that `utils` says in a notebook: quiet, and readable in light and dark themes."""

import html
from collections.abc import Iterable, Sequence

# Words carry the meaning, colour repeats it (Okabe-Ito hues, legible on white and on black).
_HUES = {"right": "#009E73", "wrong": "#D55E00", "waiting": "#8A8A8A", "note": "#0072B2"}

_ANNOUNCED = ' role="status"'


def escape(text: object) -> str:
    """Escape `text` for HTML and show what stands between backticks as code."""
    parts = html.escape(str(text)).split("`")
    if len(parts) % 2 == 0:  # an odd backtick is only a backtick
        return html.escape(str(text))
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def card(tone: str, title: str, *blocks: str, announced: bool = False) -> str:
    """Return the HTML of one card.

    Parameters
    ----------
    tone : {"right", "wrong", "waiting", "note"}
        Picks the colour of the card's edge; the words must say it too.
    title : str
        Plain text; backticks mark code.
    *blocks : str
        HTML, each its own block below the title. Build them with `paragraph`, `table` or `escape`.
    announced : bool
        Whether screen readers announce the title once it appears, without a move of the focus.
    """
    hue = _HUES[tone]
    body = "".join(blocks)
    return (
        f'<div role="note" style="border-left:4px solid {hue};padding:.5em .9em;margin:.3em 0;'
        "max-width:720px;box-sizing:border-box;"
        'background:var(--jp-layout-color1,transparent);color:var(--jp-content-font-color1,inherit);line-height:1.45">'
        f"<strong{_ANNOUNCED * announced}>{escape(title)}</strong>{body}</div>"
    )


def paragraph(text: str, announced: bool = False) -> str:
    """Return one paragraph; backticks in `text` mark code. Screen readers announce it if it is `announced`."""
    return f'<p style="margin:.35em 0 0"{_ANNOUNCED * announced}>{escape(text)}</p>'


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a small table with a caption and column scopes, for screen readers too.

    Parameters
    ----------
    caption : str
        What the table shows.
    header : sequence of str
        Column titles.
    rows : sequence of sequences
        Cells, converted with `str`; the first of each row is its heading.
    """
    # Jupyter's own table style (right-aligned, small, striped) is for data; this is part of a sentence.
    cell = "text-align:left;padding:.15em 1.2em .15em 0;font-variant-numeric:tabular-nums"
    head = "".join(f'<th scope="col" style="{cell}">{escape(h)}</th>' for h in header)
    body = "".join(
        f'<tr style="background:transparent"><th scope="row" style="{cell}">{escape(first)}</th>'
        + "".join(f'<td style="{cell}">{escape(entry)}</td>' for entry in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        '<table style="margin:.5em 0;border-collapse:collapse;color:inherit;font-size:inherit">'
        f'<caption style="text-align:left;color:inherit">{escape(caption)}</caption>'
        f'<thead><tr style="background:transparent">{head}</tr></thead><tbody>{body}</tbody></table>'
    )


def items(texts: Iterable[str]) -> str:
    """Return a list of sentences; backticks mark code."""
    return f'<ul style="margin:.2em 0 0;padding-left:1.4em">{"".join(f"<li>{escape(t)}</li>" for t in texts)}</ul>'


def folded(summary: str, text: str) -> str:
    """Return text of a fixed width that opens with a click, or with Enter on its summary."""
    return (
        f'<details style="max-width:720px;margin:.3em 0"><summary>{escape(summary)}</summary>'
        '<pre style="margin:.3em 0 0;padding:.3em .9em;max-height:24em;overflow:auto;white-space:pre-wrap" tabindex="0"'
        f">{html.escape(text)}</pre></details>"
    )


class Note:
    """A sentence shown as a card in a notebook and as itself in a terminal."""

    def __init__(self, sentence: str, tone: str = "waiting") -> None:
        self.sentence, self.tone = sentence, tone

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return card(self.tone, self.sentence)
