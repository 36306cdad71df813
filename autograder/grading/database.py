"""Open the gradebook with our own tables next to nbgrader's, and write to it while others may hold it."""

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from nbgrader.api import Gradebook, InvalidEntry
from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, Text
from sqlalchemy.exc import SQLAlchemyError

from autograder.errors import InfrastructureError

P = ParamSpec("P")
T = TypeVar("T")
TRIES_WHILE_LOCKED = 4  # of a gradebook that another program holds; SQLite itself waits 5 seconds each time
PAUSE = 1.0  # seconds between these tries
GRADINGS = Table(
    "unrolled_gradings",
    MetaData(),
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("submission", String(64), nullable=False),
    Column("grader", String(64), nullable=False),
    Column("exercises", String(64), nullable=False),
    Column("run", String(64), nullable=False),
    Column("told", Text, key="message", nullable=False),  # its name in the gradebooks that there are
)
ANSWERS = Table(
    "unrolled_answers",
    GRADINGS.metadata,
    Column("assignment", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("cell", String(128), primary_key=True),
    Column("shown", String(64), nullable=False),
    Column("marked", String(64)),
)

CHOICES = Table(  # which items of its rubric an answer has; see `autograder.grading.item_marks`
    "unrolled_choices",
    GRADINGS.metadata,
    Column("assignment", String(128), primary_key=True),
    Column("cell", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("choice", Text, nullable=False),
    Column("score", Float),
    Column("comment", Text),
    Column("alone", Boolean, nullable=False),
)
STEPS = Table(  # what a reader can undo
    "unrolled_steps",
    GRADINGS.metadata,
    Column("id", Integer, primary_key=True),
    Column("assignment", String(128), nullable=False),
    Column("cell", String(128), nullable=False),
    Column("holder", String(64), nullable=False, index=True),
    Column("moment", Float, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", String(64), nullable=False),
)
LEASES = Table(  # who has an answer open; see `autograder.grading.leases`
    "unrolled_leases",
    GRADINGS.metadata,
    Column("assignment", String(128), primary_key=True),
    Column("cell", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Float, nullable=False),
)


def address(path: Path) -> str:
    """Return the address of the SQLite gradebook at `path`."""
    return f"sqlite:///{path.as_posix()}"


@contextmanager
def opened(url: str) -> Iterator[Gradebook]:
    """Open the gradebook at an address for nbgrader's own converters, with our tables in it; close it again."""
    with Gradebook(url) as gradebook:
        GRADINGS.metadata.create_all(gradebook.engine)
        yield gradebook


@functools.lru_cache(maxsize=1)
def _opened(url: str) -> Gradebook:
    """Return the gradebook at an address, ready to be entered again and again.

    Its connections are closed each time that it is left. What stays is what SQLAlchemy has compiled of its statements,
    which takes longer than to carry them out. It stays until another address is asked for or `forget_opened` is called.
    """
    gradebook = Gradebook(url)
    GRADINGS.metadata.create_all(gradebook.engine)
    return gradebook


def forget_opened() -> None:
    """Forget the gradebook that was opened last; call this where another one may have taken its place."""
    _opened.cache_clear()


def patient(work: Callable[Concatenate[Gradebook, P], T]) -> Callable[Concatenate[str, P], T]:
    """Make `work(gradebook, ...)` a function of a gradebook's address: one transaction, tried again while it is locked.

    Raises `InfrastructureError` where the gradebook stays locked or cannot be written.
    """

    @functools.wraps(work)
    def tried(url: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
        for left in reversed(range(TRIES_WHILE_LOCKED)):
            try:
                with _opened(url) as gradebook:
                    done = work(gradebook, *args, **kwargs)
                    gradebook.db.commit()
                    return done
            except (SQLAlchemyError, InvalidEntry) as error:
                reason = str(error).splitlines()[0]
                locked = "locked" in reason or "busy" in reason
                if not locked:
                    raise InfrastructureError(f"The gradebook cannot be used: {reason}.") from None
                if not left:
                    raise InfrastructureError(
                        "The gradebook is locked by another program (another run, a backup): nothing was recorded; "
                        "grade again when it has ended."
                    ) from None
                time.sleep(PAUSE)
        raise AssertionError("the last try returns or raises")

    return tried
