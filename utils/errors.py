"""The exceptions of this package: one root, each message a sentence that a tired person can act on."""


class UtilsError(Exception):
    """Root of every exception that `utils` raises on purpose."""


class NotStarted(UtilsError):
    """The learner's function still holds its stub: it raised `NotImplementedError`.

    Attributes
    ----------
    function : str
        The name of the function that holds the stub; empty where that is not known.
    """

    def __init__(self, message: str = "", function: str = "") -> None:
        super().__init__(message)
        self.function = function


class CallFailed(UtilsError):
    """The learner's function could not be called, raised an exception or ran too long."""
