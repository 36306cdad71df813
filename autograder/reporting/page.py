"""Show a class report as one HTML file: without a script, a network or another file, to be read or printed."""

import functools
import html
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.collecting.plain_files import shown
from autograder.reporting import proposals, wording
from autograder.reporting.records import PARTS, ClassReport, Distribution, ExerciseFacts
from utils.checking.card import escape

MISTAKES, CLUSTERS = 12, 10  # that are shown with all that is known of them; of the others their counts
_WIDTH, _HEIGHT, _GAP = 640, 150, 6  # of the histogram's bars, in its own units
_TOP, _BOTTOM = 22, 26  # above the bars their counts, below them the points


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "code": escape,  # what stands between backticks is code, and all is escaped: `safe` may follow
        "cell": wording.cell,
        "count": wording.count,
        "students": wording.students,
        "percent": wording.percent,
        "points": wording.points,
        "shown": shown,
    }
    environment.globals |= {
        "wording": wording,
        "declaration": proposals.declaration,
        "histogram": _histogram,
        "shares": _shares,
        "MISTAKES": MISTAKES,
        "CLUSTERS": CLUSTERS,
    }
    return environment


def page(report: ClassReport) -> str:
    """Return a report as HTML.

    Parameters
    ----------
    report : ClassReport

    Returns
    -------
    str
        All that is not ours is escaped.
    """
    return _environment().get_template("report.html").render(report=report, graded=report.attendance.graded)


def _histogram(of: Distribution) -> str:
    """Return the marks as bars; what they show is in the picture's name, too."""
    highest = max((bar or 0 for bar in of.bars), default=0) or 1
    step = _WIDTH / len(of.bars)
    parts = []
    for number, bar in enumerate(of.bars):
        left, middle = step * number + _GAP / 2, step * (number + 0.5)
        if bar:
            height = _HEIGHT * bar / highest
            box = f'x="{left:.1f}" y="{_TOP + _HEIGHT - height:.1f}" width="{step - _GAP:.1f}" height="{height:.1f}"'
            parts.append(f"<rect {box}/>")
            parts.append(f'<text x="{middle:.1f}" y="{_TOP + _HEIGHT - height - 6:.1f}">{bar}</text>')
        elif bar is None:
            parts.append(f'<text x="{middle:.1f}" y="{_TOP + _HEIGHT - 6}">{wording.HIDDEN}</text>')
    for number in range(len(of.bars) + 1):
        anchor = "start" if not number else "end" if number == len(of.bars) else "middle"
        where = f'x="{step * number:.1f}" y="{_TOP + _HEIGHT + 20}" style="text-anchor: {anchor}"'
        parts.append(f"<text {where}>{wording.points(of.most * number / len(of.bars))}</text>")
    base = f'<line x1="0" y1="{_TOP + _HEIGHT}" x2="{_WIDTH}" y2="{_TOP + _HEIGHT}"/>'
    size = f"0 0 {_WIDTH} {_TOP + _HEIGHT + _BOTTOM}"
    name = html.escape(wording.histogram(of))
    return f'<svg class="bars" role="img" viewBox="{size}" aria-label="{name}">{"".join(parts)}{base}</svg>'


def _shares(of: ExerciseFacts) -> list[tuple[str, float]]:
    """Return the parts of a class by name, in percent of those who have a mark; nothing where a part is hidden."""
    counts = [getattr(of, part) for part in PARTS]
    if any(one is None for one in counts) or not sum(counts):
        return []
    return [(part, 100 * one / sum(counts)) for part, one in zip(PARTS, counts, strict=True) if one]
