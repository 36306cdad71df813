"""Let a right function count that a student's own kernel had, and a run from the top to the bottom does not have.

Three things keep it from being there. *A line above it stopped its cell*, in a grader without a keyboard, a network or
the student's files: what the cell defines below that line is run by itself. *Something it needs is defined further
down*, or in a cell that stopped: at a `NameError` on such a name, the statements that bind it are run, and it is asked
again. *Another try took its place*: where the function that the check meets is not right, the other cells that define
it are asked, the latest first, and the first that is right counts.

All that runs here is the student's own text, in their own kernel. A student chooses among tries as `check` would let
them choose; what counts is judged on the same inputs as ever.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from nbformat.notebooknode import NotebookNode
from nbgrader.utils import is_grade, is_locked

from autograder.collecting import comparing, definitions
from autograder.collecting.lent import PRESENT
from autograder.collecting.matching import defined
from autograder.course.exercise import Exercise
from autograder.judging import protocol
from autograder.judging.cells import Ending
from autograder.judging.definer import Definer, Reply
from autograder.judging.exercise_judge import Evidence
from autograder.judging.failures import Stop, newer_python, quoted, stopped
from autograder.judging.kernel import GradingKernel
from autograder.judging.results import NUMERIC, ExerciseResult

TRIES = 4  # other definitions of one function that are asked
NAMES = 10  # undefined names that are looked for, for one exercise
DEPTH = 4  # of names that the definition of a name needs

Asked = Callable[[], tuple[ExerciseResult, Evidence]]


@dataclass(frozen=True)
class _Source:
    """A cell, or a try that was left out, that may define a name."""

    number: int
    text: str
    place: int = -1  # in the notebook
    stop: Stop | None = None


@dataclass
class Recovery:
    """Looks after one notebook while it is run and judged.

    Attributes
    ----------
    kernel : GradingKernel
    notebook : NotebookNode
    stops : dict of int to Stop
        By the place of the cell.
    """

    kernel: GradingKernel
    notebook: NotebookNode
    stops: dict[int, Stop] = field(default_factory=dict)
    _definer: Definer = field(init=False)
    _imports: dict[str, str] = field(
        init=False
    )  # names that only imports bind, each with a package that may not be there
    _right: dict[str, _Source] = field(default_factory=dict)  # by exercise, where the function that was right came from

    def __post_init__(self) -> None:
        """Make the one that runs definitions."""
        imports = definitions.only_imported([source for _, source in self._code()])
        self._imports = {name: package for name, package in imports.items() if package not in PRESENT}
        self._definer = Definer(self.kernel, self._imports)

    def after(self, place: int, ending: Ending | None) -> None:
        """Run the definitions of the cell at `place`, if it has just stopped."""
        cell = self.notebook.cells[place]
        error = next((output for output in cell.outputs if output.output_type == "error"), None)
        if self.kernel.given_up() or (ending is None and error is None):
            return
        same_kernel = ending in (None, "timeout")
        source = _Source(self.kernel.number(place), cell.source, place)
        reply = self._define(source, "", None if same_kernel else 0, again=0 if ending else None)
        lines = cell.source.split("\n")
        text = lines[reply.line - 1].strip()[:100] if 0 < reply.line <= len(lines) else ""
        name = protocol.word(error.ename) if error is not None and ending is None else ""
        self.stops[place] = Stop(source.number, reply.line if text else 0, text, name)
        if any(self._provide(name, place, DEPTH) for name in reply.missing):
            reply = self._define(source, "", reply.line)
        if reply.ran and (same_kernel or not definitions.only_imports(cell.source)):
            self.kernel.notes.append(f"{stopped(self.stops[place])} What it defines was run by itself, and counts.")

    def judged(self, exercise: Exercise, place: int, ask: Asked) -> tuple[ExerciseResult, Evidence]:
        """Return what `ask` returns, asked again after whatever could be mended.

        Parameters
        ----------
        exercise : Exercise
        place : int
            Of its graded cell.
        ask : callable
            ``ask() -> (result, evidence)`` judges the exercise in the kernel as it is.
        """
        result, evidence = self._asked(place, ask)
        if result.score < result.max_score and result.reason != NUMERIC:
            result, evidence = self._other_tries(exercise, place, ask, result, evidence)
        elif above := self._above(exercise.name, place):
            self._right.setdefault(exercise.name, above[-1])
        if (name := _unknown(result, evidence)) and (found := next(self._sources(name, place), None)):
            below = ", below" * (found.place > place)
            alone = " by lines that stop when they are run by themselves" * (found.place < 0)
            where = f"`{name}` is defined in your cell {found.number}{below}{alone}."
            where = stopped(found.stop) if found.stop else where
            result = replace(result, output=f"{result.output}\n{where}")
        elif result.reason == "undefined" and (sentence := self._newer_python(exercise.name)):
            result = replace(result, output=f"{result.output}\n{sentence}")
        return result, evidence

    def _other_tries(
        self, exercise: Exercise, place: int, ask: Asked, result: ExerciseResult, evidence: Evidence
    ) -> tuple[ExerciseResult, Evidence]:
        """Ask the other cells that define the function, the latest first."""
        asked = [comparing.binding(exercise.name, one.text) for one in self._above(exercise.name, place)[-1:]]
        for one in sorted(self._all(exercise.name), key=lambda one: -one.number):
            statements = comparing.binding(exercise.name, one.text)
            if statements in asked or len(asked) > TRIES:
                continue
            asked.append(statements)
            note = f"`{exercise.name}` was taken from your cell {one.number}, where it is right."
            if other := self._trial(exercise, place, ask, [(exercise.name, one)], note):
                self._right[exercise.name] = one
                return other
        return self._with_right_functions(exercise, place, ask) or self._as_handed_out(
            exercise, place, ask, result, evidence
        )

    def _with_right_functions(
        self, exercise: Exercise, place: int, ask: Asked
    ) -> tuple[ExerciseResult, Evidence] | None:
        """Ask with functions that were right at their checks and were defined once more since: an experiment."""
        again = [(name, one) for name, one in self._right.items() if self._above(name, place)[-1:] != [one]]
        names = ", ".join(f"`{name}`" for name, _ in again)
        return self._trial(exercise, place, ask, again, f"{names} was used as it was right at its check, above.")

    def _trial(
        self, exercise: Exercise, place: int, ask: Asked, sources: list[tuple[str, _Source]], note: str
    ) -> tuple[ExerciseResult, Evidence] | None:
        """Ask with other definitions; keep them, with a note, if the answer is right, else take them back."""
        before, notes = self.kernel.repairs, len(self.kernel.notes)
        if self.kernel.given_up() or not sources:
            return None
        if all(self._bind(one, name, place, DEPTH) for name, one in sources):
            result, evidence = self._asked(place, ask)
            if result.score == result.max_score:
                self.kernel.notes.append(note)
                return result, evidence
        del self.kernel.notes[notes:]
        self.kernel.withdraw(before)
        return None

    def _as_handed_out(
        self, exercise: Exercise, place: int, ask: Asked, result: ExerciseResult, evidence: Evidence
    ) -> tuple[ExerciseResult, Evidence]:
        """Ask once more with the given functions that the student's cells define as well."""
        cells = [cell for cell in self.notebook.cells[:place] if cell.cell_type == "code" and not is_grade(cell)]
        own = {name for cell in cells if not is_locked(cell) for name in definitions.names(cell.source)}
        given = [cell.source for cell in cells if is_locked(cell) and own & definitions.names(cell.source)]
        if not given or self.kernel.given_up():
            return result, evidence
        before = self.kernel.repairs
        for source in given:
            self.kernel.repair(source)
        other = ask()
        self.kernel.withdraw(before)
        if other[0].score < other[0].max_score:
            return result, evidence
        self.kernel.notes.append(
            f"`{exercise.name}` is right with the given functions as they were handed out, and not with your changes."
        )
        return other

    def _asked(self, place: int, ask: Asked) -> tuple[ExerciseResult, Evidence]:
        """Ask, and again after each name that was missing and could be found."""
        result, evidence = ask()
        looked_for: set[str] = set()
        while (name := _unknown(result, evidence)) and name not in looked_for and len(looked_for) < NAMES:
            looked_for.add(name)
            if not self._provide(name, place, DEPTH, result.reason == "not-started"):
                break
            result, evidence = ask()
        return result, evidence

    def _provide(self, name: str, place: int, depth: int, started: bool = False) -> bool:
        """Run the statements that bind a name, from the first cell that has any; return whether one was run."""
        for one in self._all(name) if started else self._sources(name, place):
            if self._bind(one, name, place, depth):
                where = ", below the check that needs it" if one.place > place and not one.stop else ""
                self.kernel.notes.append(f"`{name}` was taken from your cell {one.number}{where}.")
                return True
        return False

    def _bind(self, one: _Source, name: str, place: int, depth: int) -> bool:
        """Run the statements of a cell that bind a name, after those that bind what they need."""
        reply, looked_for = self._define(one, name, 0), {name}
        while depth and (others := [other for other in reply.missing if other not in looked_for]):
            looked_for |= {*others}
            if not [other for other in others if self._provide(other, place, depth - 1)]:
                break
            reply = self._define(one, name, 0)
        return reply.ran > 0

    def _sources(self, name: str, place: int) -> Iterator[_Source]:
        """Yield where a name that is not defined at `place` may come from, the likeliest first."""
        every = self._all(name)
        yield from (one for one in reversed(every) if one.stop and 0 <= one.place < place)
        yield from (one for one in every if one.place > place)
        yield from (one for one in every if one.place < 0)
        yield from (one for one in reversed(every) if not one.stop and 0 <= one.place < place)

    def _above(self, name: str, place: int) -> list[_Source]:
        return [one for one in self._all(name) if 0 <= one.place < place]

    def _all(self, name: str) -> list[_Source]:
        """Return all that binds a name and is no stub, in the notebook's order; tries that were left out come last."""
        cells = [
            _Source(self.kernel.number(place), source, place, self.stops.get(place)) for place, source in self._code()
        ]
        tries = self.notebook.metadata.get("unrolled", {}).get("tries", [])
        every = [*cells, *(_Source(one["number"], one["source"]) for one in tries)]
        return [
            one for one in every if name in definitions.names(one.text) and not definitions.unfinished(name, one.text)
        ]

    def _code(self) -> list[tuple[int, str]]:
        """Return the code cells that are run, with their places; an explorer's cell is the course's, and is not."""
        cells = [(place, cell) for place, cell in enumerate(self.notebook.cells) if cell.cell_type == "code"]
        return [
            (place, cell.source)
            for place, cell in cells
            if not is_grade(cell) and "explore" not in cell.metadata.get("tags", [])
        ]

    def _newer_python(self, name: str) -> str:
        """Say which Pythons are at odds, if the cell of a function is one that the grader's cannot read."""
        version = self.notebook.metadata.get("unrolled", {}).get("python", "")
        texts = [self.notebook.cells[place].source for place, stop in self.stops.items() if stop.error == "SyntaxError"]
        return next((newer_python(version, text) for text in texts if defined(name, text)), "")

    def _define(self, source: _Source, wanted: str, line: int | None, again: int | None = None) -> Reply:
        reply = self._definer.define(source.text, f"<cell {source.number}>", wanted, line, again)
        for name, kind, text, package in definitions.left_out(source.text, self._imports) if reply.bare else ():
            note = f"The {kind} {quoted(text)} of `{name}` was left out, since the grader does not have `{package}`."
            if name in reply.bare and note not in self.kernel.notes:
                self.kernel.notes.append(note)
        return reply


def _unknown(result: ExerciseResult, evidence: Evidence) -> str:
    """Return the name that an exercise lacked, or nothing."""
    if result.status == "passed" or not evidence.answers or (failure := evidence.answers[-1].failure) is None:
        return ""
    if failure.kind == "undefined":
        return failure.function
    if failure.kind == "not-started":
        return failure.name or failure.function
    return failure.unknown if failure.kind == "exception" else ""
