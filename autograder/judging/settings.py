"""Define the settings ``c.Judge.…`` of a course's ``nbgrader_config.py``, with their defaults.

A setting is added here and documented in docs/reference.md; a test sets each of them and looks at its effect.
"""

import dataclasses

from traitlets import Enum, Float, Integer, Unicode
from traitlets.config import LoggingConfigurable

from autograder.judging import cases
from autograder.sandbox.limits import Limits


class Settings(LoggingConfigurable):
    """Times, bounds and walls of judging, and which hints learners get."""

    case_count = Integer(cases.COUNT, min=2, help="Ordinary inputs that are drawn for an exercise.").tag(config=True)
    case_timeout = Float(10.0, help="Seconds that the calls for one drawing of inputs may take.").tag(config=True)
    timeout = Integer(30, allow_none=True, help="Seconds that one of the student's cells may run.").tag(config=True)
    total_timeout = Float(600.0, help="Seconds that a whole notebook may take.").tag(config=True)
    startup_timeout = Integer(60, help="Seconds in which a kernel must have answered for the first time.").tag(
        config=True
    )
    iopub_timeout = Integer(
        4, help="Seconds without a message after which no more of a cell's output comes, once the cell is done."
    ).tag(config=True)
    max_restarts = Integer(5, help="How often a kernel that died is started again.").tag(config=True)
    max_output = Integer(2_000_000, help="Characters of output kept of one cell.").tag(config=True)
    max_messages = Integer(10_000, help="Messages kept of one cell: outputs, updates, comms.").tag(config=True)
    max_notebook = Integer(20_000_000, help="Characters of output kept of a whole notebook.").tag(config=True)
    hints = Enum(
        ["all", "staged", "none"],
        default_value="staged",
        help="Which hints `check` gives learners: all when they ask, the later ones after a try, or none.",
    ).tag(config=True)
    isolation = Enum(
        ["sandbox", "user", "none"],
        default_value="sandbox",
        help="What stands between a submission and this machine; 'user' is for root where there are no namespaces, "
        "'none' for submissions that you trust with it.",
    ).tag(config=True)
    memory = Integer(Limits.memory, help="Megabytes that each process of a submission may take.").tag(config=True)
    disk = Integer(Limits.disk, help="Megabytes that a submission may write.").tag(config=True)
    processes = Integer(Limits.processes, help="Processes and threads that a submission may have.").tag(config=True)
    open_files = Integer(Limits.open_files, help="Files that each process may keep open.").tag(config=True)
    file_size = Integer(Limits.file_size, help="Megabytes in one file.").tag(config=True)
    cpu_seconds = Integer(Limits.cpu_seconds, help="Processor time that each process may take.").tag(config=True)
    kernel_name = Unicode("python3", help="The kernel where isolation is 'none'.").tag(config=True)

    @property
    def limits(self) -> Limits:
        """The sandbox's limits."""
        return Limits(**{field.name: getattr(self, field.name) for field in dataclasses.fields(Limits)})
