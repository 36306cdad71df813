"""Hold what a class report knows of wrong answers: frozen records, a part of `autograder.reporting.records`."""

from dataclasses import dataclass

Count = int | None  # of students; None where it is hidden


@dataclass(frozen=True)
class NamedMistake:
    """A known mistake, and how many students made it.

    Attributes
    ----------
    exercise, id : str
    students : int or None
    hints : tuple of str
        Of a declared mistake three; of one of a family two; of numeric differentiation none.
    """

    exercise: str
    id: str
    students: Count
    hints: tuple[str, ...]


@dataclass(frozen=True)
class CarriedOver:
    """An exercise whose answer is right over the students' own wrong `origin`, and costs them nothing."""

    exercise: str
    origin: str
    students: Count


@dataclass(frozen=True)
class Difference:
    """Where the answers of a cluster first differ from the right one, on inputs that all students share.

    Attributes
    ----------
    special : str
        What is special about these inputs, in words; empty for ordinary ones.
    output : str
    problem : str
        As of `utils.checking.comparison.Comparison`.
    part : tuple of str or int
        The keys that lead to the part of a dict, list or tuple that is meant.
    index : tuple of int
        The entry; empty for a single number.
    axes : tuple of str
    yours, expected : float, str or None
        Both values there. A text is a number that is not finite.
    shape, expected_shape : tuple of int or None
        For the problem "shape".
    """

    special: str
    output: str
    problem: str
    part: tuple[str | int, ...] = ()
    index: tuple[int, ...] = ()
    axes: tuple[str, ...] = ()
    yours: float | str | None = None
    expected: float | str | None = None
    shape: tuple[int, ...] | None = None
    expected_shape: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Cluster:
    """Wrong answers without a name that are the same: the same numbers, or the same failure.

    Attributes
    ----------
    exercise : str
    students : int or None
    outputs : tuple of str
        Those that are wrong in the marks of these students.
    failure : str
        The kind of failure, as of `utils.errors.Failure`; empty where there are numbers.
    error, code : str
        For an exception: its type, and the operation that failed, without names that a student chose.
    inside : str
        The function of an earlier exercise in which the call failed; empty where it was this one's own.
    first : Difference or None
        None where calls failed, and where the shared inputs do not show the mistake.
    sample : str
        One of these functions, without comments, docstrings, contents of strings, and names that a student chose.
    edit : tuple of str, or None
        An edit ``(old, new)`` of the solution that gives the same numbers.
    whole : str
        Where no edit was found: the sample, if it gives the same numbers by itself.
    why_not : {"", "fails", "many right", "special only", "needs more", "not tried"}
        Why there is neither: it has no numbers to be recognised by; the exercise's mistakes are not recognised by
        numbers; it is right on ordinary inputs; what was left out of the sample, or what else the student wrote, is
        needed; or there was no sandbox to try it in.
    """

    exercise: str
    students: Count
    outputs: tuple[str, ...]
    failure: str
    error: str
    code: str
    inside: str
    first: Difference | None
    sample: str = ""
    edit: tuple[str, str] | None = None
    whole: str = ""
    why_not: str = ""
