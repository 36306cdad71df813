"""Define the facts of a diagnosis, and what it is made from: frozen records without a sentence in them.

`utils.checking.diagnose` finds them, in `check` and in the autograder alike; `utils.checking.wording` and the two
renderers (`utils.checking.learner_card`, `autograder.judging.feedback`) put them into sentences. None may stand here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NotRequired, TypedDict

from utils.checking.cache_layout import CacheMismatch
from utils.checking.case_facts import Distinction, FirstStep, TypedCall
from utils.checking.comparison import Comparison
from utils.checking.locate.location import Location
from utils.checking.printing import Printed
from utils.checking.resemblance import Resemblance
from utils.checking.saturation import Saturation
from utils.errors import Failure


class OutputFingerprint(TypedDict):
    """What one output, or one entry of it, is recognised by; see `utils.checking.fingerprints.fingerprint`."""

    shape: list[int] | None
    projections: list[float] | None
    finite: NotRequired[list[float]]


Fingerprint = dict[str, OutputFingerprint]  # by output, or by entry of an output: "grads.Wx"


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
class OtherForm:
    """What a case looks like in another published form of the exercise, which is as right as the solution's.

    Attributes
    ----------
    sign : dict
        The outputs that show that an answer has this form: its own, or for a backward pass those of its forward pass.
    expected : dict
        The right outputs in this form.
    """

    sign: Mapping[str, object]
    expected: Mapping[str, object]


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
    edge : bool
        Whether a special case lies at the edge of what the function takes, as N = 1 does; see `utils.checking.edges`.
    followed : dict
        Where properties are judged: what the judge compares with besides, if it has a parameter `expected`.
    other : OtherForm or None
        Where the exercise has another published form.
    """

    inputs: Mapping[str, object]
    upstream: Mapping[str, object] = field(default_factory=dict)
    expected: Mapping[str, object] = field(default_factory=dict)
    fingerprint: Callable[[str], Fingerprint | None] = lambda mistake: None
    special: str = ""
    edge: bool = False
    followed: Mapping[str, object] = field(default_factory=dict)
    other: OtherForm | None = None


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
    forward_outputs : tuple
        For a backward pass: what the forward pass returned before the cache, where that is known.
    """

    outputs: Mapping[str, object] | None = None
    failure: Failure | None = None
    numpy_warnings: tuple[str, ...] = ()
    forward_outputs: tuple[object, ...] = ()


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
    specials : tuple of str
        What only a case has, in words, by case; empty for an ordinary one.
    saturation : Saturation or None
        Where all is right for inputs of ordinary size and not finite for large ones.
    distinction : Distinction or None
        What tells the wrong cases from the right ones.
    typed_call : TypedCall or None
        The first call that goes wrong, where a learner can type it.
    smallest : int
        The smallest case that fails, an ordinary one if there is any; −1 where none fails, or where it is not known.
    first_step : FirstStep or None
        Where that case goes wrong first, if an output of it has steps, not all of which are wrong.
    numpy_warnings : tuple of str
        What NumPy would have warned of.
    unwritten : tuple of str
        Wrong outputs that depend on what memory held before: not all that `np.empty` made was written.
    misordered_parameters : tuple of str
        The learner's parameters, where they have the right names in another order.
    forward_fault : ForwardFault or None
    wrong_below : tuple of str
        The learner's own exercises that a wrong function calls and that are not right, though all they call is; in
        `check` alone.
    cache_mismatch : CacheMismatch or None
        How a wrong or stopped backward pass takes the cache apart, if that is not how it was made; in `check` alone.
    model_fault : ModelFault or None
        Then nothing else is known.
    side_effects : dict of str to tuple of str
        Of a right answer, by kind (mutates, consumes, aliases, upcasts, overflows, chance): what is concerned.
    location : Location or None
        Where a wrong answer parts from every right way; in `check` alone.
    stopped : tuple of int
        All cases without an answer, as far as was asked.
    edges : tuple of int
        The cases at the edge of what the function takes.
    printed : Printed or None
        What the function printed; in `check` alone.
    other_form : bool
        Whether the answers are in the other published form of the exercise, and were compared with that.
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
    specials: Sequence[str] = ()
    saturation: Saturation | None = None
    distinction: Distinction | None = None
    typed_call: TypedCall | None = None
    smallest: int = -1
    first_step: FirstStep | None = None
    numpy_warnings: tuple[str, ...] = ()
    unwritten: tuple[str, ...] = ()
    misordered_parameters: tuple[str, ...] = ()
    forward_fault: ForwardFault | None = None
    wrong_below: tuple[str, ...] = ()
    cache_mismatch: CacheMismatch | None = None
    model_fault: ModelFault | None = None
    side_effects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    location: Location | None = None
    stopped: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    printed: Printed | None = None
    other_form: bool = False

    @property
    def ok(self) -> bool:
        """Whether all that was asked was answered, and rightly."""
        return not self.wrong and not self.excused and self.failure is None

    @property
    def comparisons(self) -> dict[str, Comparison]:
        """By output, the first comparison that is not right, else the first, of an ordinary case if there is one.

        It is empty if nothing was answered.
        """
        found: dict[str, Comparison] = {}
        for index in sorted(self.compared, key=lambda index: bool(self.special(index))):
            for output, comparison in self.compared[index].items():
                if output not in found or (found[output].ok and not comparison.ok):
                    found[output] = comparison
        for output in self.wrong:  # what is said of the shown case holds in all
            shape = found[output].shape
            if shape and shape.same_numbers and not self._right_but_for_the_shape(output):
                found[output] = replace(found[output], shape=replace(shape, same_numbers="", order=()))
        return found

    @property
    def right_outputs(self) -> tuple[str, ...]:
        """The outputs that are right wherever there was an answer."""
        return tuple(name for name, comparison in self.comparisons.items() if comparison.ok)

    @property
    def unexplained(self) -> tuple[str, ...]:
        """The wrong outputs that no known mistake explains, nor large inputs, nor a shape whose numbers are right.

        Choices are not among them: what they are is not compared with a mistake's numbers alone.
        """
        if self.mistake is not None or self.saturation is not None:
            return ()
        explained = {output for outputs in self.by_output.values() for output in outputs}
        return tuple(
            output
            for output in self.wrong
            if output not in explained
            and not self._right_but_for_the_shape(output)
            and any(self.compared[index][output].problem != "choice" for index in self.wrong[output])
        )

    def _right_but_for_the_shape(self, output: str) -> bool:
        shapes = [self.compared[index][output].shape for index in self.wrong[output]]
        return all(shape is not None and shape.same_numbers for shape in shapes)

    def special(self, index: int) -> str:
        """Return what only this case has, in words; nothing of an ordinary one."""
        return self.specials[index] if index < len(self.specials) else ""

    @property
    def right_cases(self) -> tuple[int, ...]:
        """The answered cases in which no output is wrong."""
        return tuple(index for index, case in self.compared.items() if all(found.ok for found in case.values()))
