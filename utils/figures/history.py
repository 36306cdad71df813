"""A learner's own log of checks in one picture: what was found, exercise by exercise, until it was right."""

import dataclasses
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from utils import fixtures
from utils.checking import progress
from utils.checking.card import Note
from utils.checking.learning_log import Check, checks, path
from utils.figures.picture import Picture
from utils.figures.style import FAINT, GATES, HIDDEN, INK, OUTPUT, PLAIN, QUIET, axes_in, drawn, sheet

_ROW = 0.3  # inches
# How each kind of finding is drawn: its words, the findings, a marker, its colour, and whether it is filled.
_KINDS = (
    ("right", ("right",), "o", HIDDEN, True),
    ("a mistake named", ("named",), "D", GATES["f"], True),
    ("wrong", ("explained", "located", "unnamed", "wrong"), "o", OUTPUT, False),
    ("stopped", ("crashed",), "x", INK, True),
    ("not started", ("not started",), ".", PLAIN, True),
)


def history_here() -> Picture | Note:
    """Draw the logs of the notebooks in the working folder; a note where there is nothing in them yet."""
    assignments = progress.here()
    logged = [check for assignment in assignments for check in checks(assignment)]
    if not logged:
        where = f" It would lie in {path(assignments[0]).parent}." if assignments else ""
        return Note(f"No check is in your log yet.{where} `check.log()` says whether it is on.")
    names = [name for name in fixtures.names() if fixtures.load(name)["assignment"] in assignments]
    return history(logged, names)


def history(logged: Sequence[Check], names: Sequence[str]) -> Picture:
    """Draw every version of a function that was checked, in the order of time, a row for each exercise.

    Parameters
    ----------
    logged : sequence of Check
        At least one.
    names : sequence of str
        The exercises, in the course's order.
    """
    logged = versions(sorted(logged, key=lambda check: check.time))
    until = {name: tries for name in names if (tries := versions_until_right(logged, name))}
    title = f"{len(until)} of {len(names)} exercises became right"
    if until:
        least, most = min(until.values()), max(until.values())
        span = f"{least} to {most} versions" if least < most else f"{most} version{'s' * (most > 1)}"
        title += f", after {span} each" if len(until) > 1 else f", after {span}"
    caption = (
        "Each mark is one version of a function that you checked, in the order of time; a date stands where a day "
        "begins, if there is room. A number above a mark is the highest level of hints shown for it, from 2 on."
    )
    with drawn():
        figure, margins = sheet(title, caption, height=2.0 + _ROW * len(names))
        (axes,) = axes_in(figure.add_gridspec(1, 1, left=0.25, right=0.83, **margins))
        _rows(axes, logged, names, until)
        for words, findings, marker, colour, filled in _KINDS:
            found = [(i, check) for i, check in enumerate(logged) if check.finding in findings]
            places = [i + 1 for i, _ in found], [names.index(check.exercise) for _, check in found]
            face = colour if filled else "none"
            axes.plot(
                *places, marker, color=colour, markerfacecolor=face, markersize=6, label=words, gid=words, zorder=3
            )
        for i, check in enumerate(logged):
            if check.hint > 1:
                where = (i + 1, names.index(check.exercise))
                axes.annotate(
                    str(check.hint), where, (0, 6), textcoords="offset points", fontsize=7.5, color=QUIET, ha="center"
                )
        _days(axes, logged)
        axes.legend(loc="lower center", bbox_to_anchor=(0.42, 1.0), ncols=len(_KINDS), frameon=False, fontsize=9)
    ends = [f"{name} {_state(logged, name, until)}" for name in names]
    return Picture(figure, f"{title}. {len(logged)} versions, a row for each exercise: {'; '.join(ends)}.")


def versions(logged: Sequence[Check]) -> list[Check]:
    """Return the first check of each version of a function, with the highest level of hints that it got in a row.

    A hint is one more check of the same code. Of code that has no digest each check counts.
    """
    kept: list[Check] = []
    newest: dict[str, int] = {}  # by exercise, the place of its newest version
    for check in logged:
        place = newest.get(check.exercise, -1)
        if check.code and place >= 0 and (kept[place].code, kept[place].finding) == (check.code, check.finding):
            kept[place] = dataclasses.replace(kept[place], hint=max(kept[place].hint, check.hint))
        else:
            newest[check.exercise] = len(kept)
            kept.append(check)
    return kept


def versions_until_right(logged: Sequence[Check], name: str) -> int:
    """Return at which version of an exercise it was right; 0 if it never was.

    A function that was not started yet does not count.
    """
    found = [check.finding for check in logged if check.exercise == name and check.finding != "not started"]
    return found.index("right") + 1 if "right" in found else 0


def _state(logged: Sequence[Check], name: str, until: Mapping[str, int]) -> str:
    if name in until:
        return f"right at version {until[name]}"
    tries = sum(check.exercise == name and check.finding != "not started" for check in logged)
    return f"not yet: {tries} version{'s' * (tries > 1)}" if tries else "not checked"


def _rows(axes: Axes, logged: Sequence[Check], names: Sequence[str], until: Mapping[str, int]) -> None:
    for row, name in enumerate(names):
        axes.axhline(row, color=FAINT, linewidth=0.8, zorder=0)
        axes.text(1.02, row, _state(logged, name, until), transform=axes.get_yaxis_transform(), va="center", fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=9)
    axes.set(ylim=(len(names) - 0.4, -0.6), xlim=(0, len(logged) + 1))
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "right", "top"]].set_visible(False)


def _days(axes: Axes, logged: Sequence[Check]) -> None:
    """Put a date under the first check of each day, as many as have room."""
    days = [check.time.astimezone().date() for check in logged]
    first = [i for i, day in enumerate(days) if i == 0 or day != days[i - 1]]
    apart, shown = max(1, (len(logged) + 1) / 7), list[int]()
    for i in first:
        if not shown or i - shown[-1] >= apart:
            shown.append(i)
    axes.set_xticks([i + 1 for i in shown], [f"{days[i]:%d %b}" for i in shown], fontsize=9)
