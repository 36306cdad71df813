"""Make the record of a class report from the gradebook, the autograded notebooks and the logs."""

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from traitlets.config import Config

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.errors import InfrastructureError
from autograder.grading.workers import nbgrader_config
from autograder.reporting import anonymous, clusters, facts, logs, proposals
from autograder.reporting.bench import Bench
from autograder.reporting.facts import ClassFacts, Judged
from autograder.reporting.measures import correlation, distribution
from autograder.reporting.records import Attendance, ClassReport, ExerciseFacts, NoMark, Repaired, Slow, Waiting
from autograder.reporting.wrong_answers import CarriedOver, Cluster, NamedMistake
from utils.checking import families
from utils.checking.learning_log import Check

LISTED = 5  # submissions that took longest


def class_report(
    course: Course, assignment: str, logs_folder: Path | None = None, isolation: str | None = None
) -> ClassReport:
    """Return the report on an assignment.

    Parameters
    ----------
    course : Course
    assignment : str
    logs_folder : Path, optional
        See `autograder.reporting.logs.read`.
    isolation : {"sandbox", "user", "none"}, optional
        In the place of ``c.Judge.isolation``, where edits are tried.

    Raises
    ------
    BadInput
        If there is nothing to report.
    """
    known = facts.read(course, assignment)
    handed_in = logs.read(course, assignment, [row.student_id for row in known.rows], logs_folder)
    return report_on(course, assignment, known, handed_in, nbgrader_config(course, isolation))


def report_on(
    course: Course, assignment: str, known: ClassFacts, handed_in: Mapping[str, list[Check]], config: Config
) -> ClassReport:
    """Return the report on what is known of a class.

    Parameters
    ----------
    course : Course
    assignment : str
    known : ClassFacts
    handed_in : dict of str to list of Check
        The logs, by student.
    config : traitlets.config.Config
        The course's ``nbgrader_config.py``.
    """
    judged, exercises = known.judged, course.exercises(assignment)
    found, single = _clusters(course, assignment, judged, config)
    seconds = [one.seconds for one in judged]
    repaired = [Repaired(one.student, one.remarks) for one in judged if one.remarks]
    slowest = sorted(judged, key=lambda one: -one.seconds)[:LISTED]
    return ClassReport(
        assignment=assignment,
        shareable=False,
        sample=known.sample,
        attendance=_attendance(known),
        distribution=distribution([one.total for one in judged], max((one.most for one in judged), default=0.0)),
        exercises=tuple(_exercise(exercise, judged) for exercise in exercises),
        mistakes=_mistakes(exercises, judged),
        carried=_carried(exercises, judged),
        clusters=found,
        single=single,
        logs=len(handed_in),
        logged=tuple(filter(None, (logs.exercise_facts(exercise.name, handed_in) for exercise in exercises))),
        waiting=tuple(
            Waiting(cell, known.unmarked.get(cell, 0), known.changed.get(cell, 0))
            for cell in dict.fromkeys([*known.unmarked, *known.changed])
        ),
        seconds=(statistics.median(seconds), max(seconds)) if seconds else None,
        slowest=tuple(Slow(one.student, one.seconds) for one in slowest),
        repaired_count=len(repaired),
        repaired=tuple(repaired),
    )


def _attendance(known: ClassFacts) -> Attendance:
    statuses = Counter(row.status for row in known.rows)
    return Attendance(
        students=len(known.rows),
        graded=len(known.judged),
        late=len(known.late),
        missing=statuses["missing"],
        excused=statuses["excused"],
        without_mark=len(known.states),
        reasons=dict(Counter(known.states.values()).most_common()),
        listed=tuple(NoMark(*one) for one in sorted(known.states.items())),
    )


def _exercise(exercise: Exercise, judged: tuple[Judged, ...]) -> ExerciseFacts:
    name = exercise.name
    results = [one.results[name] for one in judged if name in one.results]
    points = max((result["max_score"] for result in results), default=0.0)
    parts = Counter(_part(result) for result in results)
    scores = [{other: result["score"] for other, result in one.results.items()} for one in judged]
    goes_with, why_not = correlation([one for one in scores if name in one], name)
    share = statistics.fmean(result["score"] / points for result in results) if results and points else None
    parts_of_all = (parts["right"], parts["carried"], parts["wrong"], parts["not_started"])
    return ExerciseFacts(name, points, *parts_of_all, share, goes_with, why_not, exercise.bonus)


def _part(result: facts.Result) -> str:
    """Return which of `records.PARTS` a result is."""
    if result["reason"] == "not-started":
        return "not_started"
    if result["wrong"]:
        return "wrong"
    return "carried" if result["carried_from"] else "right"


def _mistakes(exercises: list[Exercise], judged: tuple[Judged, ...]) -> tuple[NamedMistake, ...]:
    found = []
    for exercise in exercises:
        results = [one.results[exercise.name] for one in judged if exercise.name in one.results]
        counts = Counter(name for result in results for name in result["named"])
        found += [NamedMistake(exercise.name, name, n, _hints(exercise, name)) for name, n in counts.items()]
    return tuple(sorted(found, key=lambda one: -(one.students or 0)))


def _hints(exercise: Exercise, mistake: str) -> tuple[str, ...]:
    """Return the hints of a declared mistake, or the words of one that a family has made."""
    declared = next((one.hints for one in exercise.mistakes if one.id == mistake), None)
    if declared is not None:
        return declared
    table = families.load(exercise.name)
    if table is None or mistake not in table.rows:
        return ()
    return table.words[int(table.row_words[table.rows.index(mistake)])]


def _carried(exercises: list[Exercise], judged: tuple[Judged, ...]) -> tuple[CarriedOver, ...]:
    pairs = [(name, one.results[name]["carried_from"]) for one in judged for name in one.results]
    counts = Counter((name, origin) for name, origin in pairs if origin)
    return tuple(CarriedOver(name, origin, students) for (name, origin), students in counts.most_common())


def _clusters(
    course: Course, assignment: str, judged: tuple[Judged, ...], config: Config
) -> tuple[tuple[Cluster, ...], dict[str, int | None]]:
    """Return the clusters of two students and more, the largest first, and by exercise how many answers stand alone."""
    groups = [
        group
        for exercise in course.exercises(assignment)
        for group in clusters.groups(course, assignment, exercise, judged)
    ]
    single: dict[str, int | None] = dict(Counter(one.exercise.name for one in groups if len(one.members) == 1))
    groups = sorted((one for one in groups if len(one.members) > 1), key=lambda one: -len(one.members))
    with _bench(course, assignment, config, any(not one.failure for one in groups)) as bench:
        return tuple(_cluster(course, bench, group) for group in groups), single


@contextmanager
def _bench(course: Course, assignment: str, config: Config, needed: bool) -> Iterator[Bench | None]:
    """Provide a bench; None where there is nothing to try on it, or no sandbox."""
    with ExitStack() as stack:
        bench = None
        if needed:
            try:
                bench = stack.enter_context(Bench(course, assignment, config))
            except InfrastructureError:  # the page says so
                bench = None
        yield bench


def _cluster(course: Course, bench: Bench | None, group: clusters.Group) -> Cluster:
    texts = [] if group.inside else proposals.samples(course, group)
    proposal = proposals.propose(course, bench, group, texts)
    return Cluster(
        exercise=group.exercise.name,
        students=len(group.members),
        outputs=group.outputs,
        failure=group.failure,
        error=group.error,
        code=group.code,
        inside=group.inside,
        first=group.first,
        sample=anonymous.shortened(texts[0]) if texts else "",
        edit=proposal.edit,
        whole=proposal.whole,
        why_not=proposal.why_not,
    )
