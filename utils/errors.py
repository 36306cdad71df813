"""Define the exceptions of this package: one root, each message a sentence that a tired person can act on.

Whoever catches one and wants to know more reads its fields; no message is ever taken apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


class UtilsError(Exception):
    """Root of every exception that `utils` raises on purpose."""


class UnusableFile(UtilsError):
    """A file cannot be checked: it is not there, is not Python, or defines none of the course's functions."""


class NotStarted(UtilsError):
    """The learner's function still holds its stub: it raised `NotImplementedError`.

    Attributes
    ----------
    function : str
        The name of the function that holds the stub; empty where that is not known.
    caller : str
        The function that was called and that calls the stub; empty where the stub itself was called.
    """

    def __init__(self, message: str = "", function: str = "", caller: str = "") -> None:
        super().__init__(message)
        self.function = function
        self.caller = caller


@dataclass(frozen=True)
class Value:
    """What a value was where a learner's code stopped.

    Attributes
    ----------
    type : str
        The name of its type; "array" for a NumPy array.
    shape : tuple of int or None
        Of an array.
    largest : int or None
        Of an array of integers, the largest.
    number : float or None
        Of a number.
    length : int or None
        Of a list, tuple or dict.
    parts : tuple of Value
        The first entries of a list or tuple, without parts of their own.
    """

    type: str
    shape: tuple[int, ...] | None = None
    largest: int | None = None
    number: float | None = None
    length: int | None = None
    parts: tuple["Value", ...] = ()


@dataclass(frozen=True)
class Site:
    """A place in a learner's code that was never left: a call, or the operation that failed.

    Attributes
    ----------
    function : str
        The learner's function that it is in.
    line : int
    text : str
        The operation, as the learner wrote it; a whole statement where something was to be set. Empty if not known.
    values : dict of str to Value
        By expression in it, what that was: first the operands, then the names.
    made : tuple of str
        Statements of that function that set what occurs in it, or that take a shape apart.
    arguments : dict of str to Value or None
        The function's parameters in order; None for one that is no longer known.
    """

    function: str
    line: int
    text: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    made: tuple[str, ...] = ()
    arguments: Mapping[str, Value | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """What is known of a call that gave no answer.

    Attributes
    ----------
    kind : str
        "not-started", "exception", "timeout" or "count" (it returned another number of values). From `check` alone:
        "parameters" (it takes another number of arguments). From the autograder alone: "undefined", "not-function",
        "too-large" (it returned far more numbers than can be asked for), "costly" (a backward pass that costs more
        than it may), "died" (the kernel stopped), "no-answer" and "malformed" (nothing came back, or nothing that can
        be read).
    function : str
        The function that was called.
    name : str
        The exception's type; for "not-started" the function that holds the stub; for "parameters" how the learner's
        function is defined; for "count" the type of what was returned; for "not-function" the type of what goes by
        the function's name; for "costly" `autograder.judging.cost.BEGAN`, or nothing.
    message : str
        The first line of the exception's message.
    line : int or None
        The line of the learner's code at which it stopped.
    file : str
        Where that line is: ``"cell"``, a file's name, or empty for text that was executed.
    inside : str
        The learner's function that the line is in, where that is not the one that was called.
    source : str
        The line itself.
    count : int
        How many arguments were handed over, or how many values were returned; what is no tuple is one value (a list
        that the autograder gets is as many as its entries).
    seconds : float
        The time limit.
    signature : str
        How the function should be defined, where that is known.
    sites : tuple of Site
        For "exception": the learner's own places from the called function's down to the one to look at.
    unknown : str
        From the autograder alone, for a `NameError`: the name that is not defined.
    called : Site or None
        The function of an exercise that was called there with what it is never given; it stopped, but is not at fault.
    """

    kind: str
    function: str
    name: str = ""
    message: str = ""
    line: int | None = None
    file: str = ""
    inside: str = ""
    source: str = ""
    count: int = 0
    seconds: float = 0.0
    signature: str = ""
    sites: tuple[Site, ...] = ()
    unknown: str = ""
    called: Site | None = None


class CallFailed(UtilsError):
    """The learner's function could not be called, raised an exception or ran too long.

    Attributes
    ----------
    failure : Failure or None
        The facts. None where a figure or an experiment refuses what was returned: then the message is all there is.
    """

    def __init__(self, message: str = "", failure: Failure | None = None) -> None:
        super().__init__(message)
        self.failure = failure
