"""Define the exceptions of this package: one root, and what the command line makes of each."""


class AutograderError(Exception):
    """Root of every exception that `autograder` raises on purpose; its message is one sentence. Exit status 1."""


class BadInput(AutograderError):
    """A file that the user named cannot be used: it is not there, or not a notebook of this course. Exit status 2."""


class BadRequest(BadInput):
    """The command asks for something that is not there or cannot be done; no submission is at fault. Exit status 2."""


class BuildError(AutograderError):
    """The sources contradict themselves; the message names file and cell. Exit status 1."""


class InfrastructureError(AutograderError):
    """Grading itself is in trouble (a kernel cannot start): no mark is touched, least of all to zero. Exit status 1."""


class ForkServerEnded(InfrastructureError):
    """The fork server ended, and with it a submission's kernel: what it answered cannot be marked. Exit status 1."""
