"""Define the facts of a diagnosis, and what it is made from: frozen records without a sentence in them.

`utils.checking.diagnose` finds them, in `check` and in the autograder alike; `utils.checking.wording` and the two
renderers (`utils.checking.learner_card`, `autograder.judging.feedback`) put them into sentences. Fields may be added
here; a sentence may not, and nothing may be read out of one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

from utils.checking.comparison import Comparison
from utils.checking.resemblance import Resemblance
from utils.errors import Failure


class OutputFingerprint(TypedDict):
    """What one output, or one entry of it, is recognised by; see `utils.checking.fingerprints.fingerprint`."""

    shape: list[int] | None
    projections: list[float] | None
    finite: NotRequired[list[float]]


Fingerprint = dict[str, OutputFingerprint]  # by output, or by entry of an output: "grads.Wx"
Scalar = bool | int | float | str


@dataclass(frozen=True)
class Subject:
    """What a diagnosis must know about an exercise.

    Attributes
    ----------
    name : str
    outputs : dict of str to tuple of str
        The names of each output's axes.
    mistakes : tuple of str
        The known mistakes that numbers can be recognised by.
    patterns : dict of str to str
        Where to look, by which outputs are wrong.
    properties : str or None
        Where right answers are many: the ``"module.function"`` of `utils.checking.properties` that judges them.
    """

    name: str
    outputs: Mapping[str, tuple[str, ...]]
    mistakes: tuple[str, ...] = ()
    patterns: Mapping[str, str] = field(default_factory=dict)
    properties: str | None = None


@dataclass(frozen=True)
class Case:
    """What was asked, and what would have been right.

    Attributes
    ----------
    inputs : dict
        The arguments by name. For a backward pass these are the arguments of its forward pass.
    upstream : dict
        For a backward pass: the gradients that come from above.
    expected : dict
        The right outputs by name; may be empty where properties are judged.
    fingerprint : callable
        ``fingerprint(mistake)`` returns the fingerprint of what a known mistake returns in this case, or None if the
        mistake raises. It is called only if some output is wrong.
    special : str
        What only this case has, in words: "T = 1", "every size above 16". Empty for an ordinary case; mistakes are
        recognised in those alone.
    """

    inputs: Mapping[str, object]
    upstream: Mapping[str, object] = field(default_factory=dict)
    expected: Mapping[str, object] = field(default_factory=dict)
    fingerprint: Callable[[str], Fingerprint | None] = lambda mistake: None
    special: str = ""


@dataclass(frozen=True)
class Answer:
    """What the learner's function did with one case.

    Attributes
    ----------
    outputs : dict or None
        What it returned, by name, without the cache; None if there is a failure.
    failure : Failure or None
        Why there are no outputs.
    numpy_warnings : tuple of str
        What NumPy would have warned of, in its words: "overflow", "divide by zero", "invalid value".
    """

    outputs: Mapping[str, object] | None = None
    failure: Failure | None = None
    numpy_warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ForwardFault:
    """Why the cache that a backward pass takes cannot be relied on.

    Attributes
    ----------
    name : str
        The forward pass.
    kind : str
        "wrong"; or "aliases" or "mutates", where its numbers are right but what it keeps may be spoilt.
    arrays : tuple of str
        What is aliased or changed.
    """

    name: str
    kind: str
    arrays: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelFault:
    """Why a function of the learner's cannot judge an exercise whose properties are judged with it.

    Attributes
    ----------
    name : str
        The function.
    problem, detail : str
        As of `utils.checking.properties.ModelFailed`.
    """

    name: str
    problem: str
    detail: str = ""


@dataclass(frozen=True)
class Distinction:
    """What some cases have that none of the others has: all wrong ones, or all right ones.

    Attributes
    ----------
    side : {"wrong", "right"}
        Which of them are described.
    count : int
        How many these are.
    special : tuple of str
        What is special about each of them, in words.
    equal : dict of str to Scalar
        The numbers and words that all of these are called with, and the sizes that they have.
    bound : tuple of str, int, str
        The count that tells them apart: its name, a number, and whether it is this or "more", or this or "less".
    """

    side: str
    count: int
    special: tuple[str, ...] = ()
    equal: Mapping[str, Scalar] = field(default_factory=dict)
    bound: tuple[str, int, str] | None = None


@dataclass(frozen=True)
class TypedCall:
    """A call that goes wrong and that a learner can type: with numbers, text and generators only.

    Attributes
    ----------
    case : int
    arguments : tuple
    rows : dict of str to tuple of tuple
        By wrong output that is a short row of truth values or whole numbers: the learner's, and the right one.
    """

    case: int
    arguments: tuple[object, ...]
    rows: Mapping[str, tuple[tuple[bool | int, ...], tuple[bool | int, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Findings:
    """All that is known of a learner's answers to one exercise.

    Attributes
    ----------
    name : str
        The exercise.
    case_count : int
        How many answers there are, failed ones among them.
    compared : dict of int to dict of str to Comparison
        By answered case and output.
    wrong : dict of str to tuple of int
        By wrong output, in which cases it is so.
    excused : tuple of str
        Wrong outputs that are left out of account, since they are right over an earlier mistake of the learner's own.
    failure : Failure or None
        The first.
    failed_case : int
        The case it was in.
    failed_call : dict of str to tuple of int, int or float
        By argument of the failed call: the shape of an array, or the number.
    mistake : str or None
        The one known mistake whose numbers these are.
    by_output : dict of str to tuple of str
        Where no one mistake explains all: by mistake, the wrong outputs it explains.
    family_hints : dict of str to tuple of str
        By a mistake of a family that is named: its sentence and its question.
    resemblances : dict of str to Resemblance
        How wrong outputs that no mistake explains relate to the right ones.
    pattern : str or None
        The key among the exercise's patterns that tells where to look; only where nothing else is known of the numbers.
    distinction : Distinction or None
        What tells the wrong cases from the right ones.
    typed_call : TypedCall or None
        The first call that goes wrong, where a learner can type it.
    numpy_warnings : tuple of str
        What NumPy would have warned of.
    misordered_parameters : tuple of str
        The learner's parameters, where they have the right names in another order.
    forward_fault : ForwardFault or None
    model_fault : ModelFault or None
        Then nothing else is known.
    side_effects : dict of str to tuple of str
        Of a right answer, by kind (mutates, consumes, aliases, upcasts, overflows, chance): what is concerned.
    """

    name: str
    case_count: int
    compared: Mapping[int, Mapping[str, Comparison]]
    wrong: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    excused: tuple[str, ...] = ()
    failure: Failure | None = None
    failed_case: int = -1
    failed_call: Mapping[str, tuple[int, ...] | int | float] = field(default_factory=dict)
    mistake: str | None = None
    by_output: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    family_hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    resemblances: Mapping[str, Resemblance] = field(default_factory=dict)
    pattern: str | None = None
    distinction: Distinction | None = None
    typed_call: TypedCall | None = None
    numpy_warnings: tuple[str, ...] = ()
    misordered_parameters: tuple[str, ...] = ()
    forward_fault: ForwardFault | None = None
    model_fault: ModelFault | None = None
    side_effects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether all that was asked was answered, and rightly."""
        return not self.wrong and not self.excused and self.failure is None

    @property
    def comparisons(self) -> dict[str, Comparison]:
        """By output, the first comparison that is not right, else the first; empty if nothing was answered."""
        found: dict[str, Comparison] = {}
        for case in self.compared.values():
            for output, comparison in case.items():
                if output not in found or (found[output].ok and not comparison.ok):
                    found[output] = comparison
        return found

    @property
    def right_outputs(self) -> tuple[str, ...]:
        """The outputs that are right wherever there was an answer."""
        return tuple(name for name, comparison in self.comparisons.items() if comparison.ok)

    @property
    def unexplained(self) -> tuple[str, ...]:
        """The wrong outputs that no known mistake explains."""
        if self.mistake is not None:
            return ()
        explained = {output for outputs in self.by_output.values() for output in outputs}
        return tuple(output for output in self.wrong if output not in explained)

    @property
    def right_cases(self) -> tuple[int, ...]:
        """The answered cases in which no output is wrong."""
        return tuple(index for index, case in self.compared.items() if all(found.ok for found in case.values()))
