"""Try edits of the solutions in the sandbox: what is put in is of students, and none of it runs anywhere else."""

from types import TracebackType
from typing import Self

from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from autograder.course import Course
from autograder.course.exercise import Exercise
from autograder.judging import shared_inputs
from autograder.judging.caller import Caller
from autograder.judging.judge import Judge
from autograder.judging.kernel import GradingKernel
from autograder.reporting.clusters import Answers, answers_of

# What `autograder.course.reference` lets the solutions use besides each other.
_IMPORTS = (
    "import numpy as np\nfrom utils.data.vocabulary import PAD, START, END\nfrom utils.experiments.adam import Adam"
)


class Bench:
    """A kernel in the sandbox that has all solutions of a course; to be used in a ``with`` statement.

    Parameters
    ----------
    course : Course
    assignment : str
    config : traitlets.config.Config
        The course's ``nbgrader_config.py``.

    Raises
    ------
    InfrastructureError
        On entering, if no kernel can be started.
    """

    def __init__(self, course: Course, assignment: str, config: Config) -> None:
        self.course, self.assignment = course, assignment
        text = "\n\n\n".join([_IMPORTS, *course.reference.sources.values()])
        self._kernel = GradingKernel(Judge(config=config), new_notebook(cells=[new_code_cell(text)]))

    def __enter__(self) -> Self:
        """Start the kernel and define the solutions."""
        self._kernel.__enter__()
        self._kernel.run(0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kernel.__exit__(kind, error, trace)

    def answers(self, exercise: Exercise, text: str) -> Answers:
        """Return what an exercise's function answers to the inputs that all share, with this text in its place.

        Parameters
        ----------
        exercise : Exercise
        text : str
            Python that defines the function.
        """
        shared = shared_inputs.drawn(exercise, self.course, self.assignment)
        self._run(text)
        caller = Caller(self._kernel, self._kernel.settings.case_timeout)
        found = shared_inputs.answered(exercise, self.course, shared, caller)
        self._run(self.course.reference.sources[exercise.name])
        return answers_of(self.course, exercise.name, map(shared_inputs.as_data, found))

    def _run(self, text: str) -> None:
        self._kernel.restore(self._kernel.attempt(new_code_cell(text), self._kernel.settings.timeout, _ignore))


def _ignore(kind: str, content: dict[str, object]) -> None:
    """Take no notice of a message."""
