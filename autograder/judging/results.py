"""Hold the result of one exercise of a submission: its mark, its mistake, and what the student may read."""

from dataclasses import dataclass

NUMERIC = "numeric-differentiation"  # the mistake of a backward pass that differentiates numerically while it runs


@dataclass(frozen=True)
class ExerciseResult:
    """The result of one exercise.

    Attributes
    ----------
    name : str
        The exercise.
    score, max_score : float
        Points.
    status : {"passed", "failed"}
        "passed" only for all points.
    mistake : str or None
        The id of the known mistake whose numbers these are; ``"carried:<function>"`` where outputs are right over the
        student's own wrong function. Shown and stored; nothing reads the function out of it, see `carried_from`.
    output : str
        What the student may read, one sentence a line. No expected value is in it.
    right, wrong : tuple of str
        The outputs.
    reason : str or None
        The kind of `utils.errors.Failure`, if a call failed; or `NUMERIC`.
    carried_from : str or None
        The student's own wrong function over which outputs are right.
    named : tuple of str
        The ids of all known mistakes that were named: `mistake`, or several that explain an output each.
    unnamed : tuple of str
        The wrong outputs that none of these explains; all outputs, where a call failed.
    """

    name: str
    score: float
    max_score: float
    status: str
    mistake: str | None
    output: str
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    reason: str | None = None
    carried_from: str | None = None
    named: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """What became of it: "passed", "failed", or "not started"."""
        return "not started" if self.reason == "not-started" else self.status
