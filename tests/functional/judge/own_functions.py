"""Make a notebook in which learners write every function, forward and backward, so that errors can carry."""

import copy

from tiny_course import build_release, cell_of

from autograder.course import open_course

COURSE = open_course()
NAMES = (
    "rnn_step_forward",
    "rnn_step_backward",
    "rnn_forward",
    "rnn_backward",
    "many_to_one",
    "one_to_many",
    "temporal_affine_forward",
    "temporal_affine_backward",
)
RIGHT = {name: COURSE.reference.sources[name] for name in NAMES}
STEP, LOOP = RIGHT["rnn_step_forward"], RIGHT["rnn_forward"]
ASSIGNMENT = "00-own"


class OwnFunctions:
    """What the judge needs of a course."""

    def __init__(self, root):
        self.root, self.workspace, self.reference = root, root / "course", COURSE.reference
        self.assignments = (ASSIGNMENT,)

    def exercise(self, name):
        return COURSE.exercise(name)

    def exercises(self, assignment):
        return [COURSE.exercise(name) for name in NAMES]

    def release(self, assignment):
        return build_release(ASSIGNMENT, RIGHT, (10,) * len(NAMES))


def handed_in(**changed):
    """Return a submission that is right except for some functions, each by its text or as (old, new)."""
    notebook = build_release(ASSIGNMENT, RIGHT, (10,) * len(NAMES))
    for name in NAMES:
        cell_of(notebook, name).source = with_change(name, changed.get(name))
    return copy.deepcopy(notebook)


def with_change(name, change):
    """Return a function's text: the right one, another, or the right one with one edit."""
    if isinstance(change, tuple):
        old, new = change
        assert RIGHT[name].count(old) == 1, (name, old)
        return RIGHT[name].replace(old, new)
    return change or RIGHT[name]
