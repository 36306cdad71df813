"""How the gradebook is opened: its address, our own tables beside nbgrader's, and a transaction that is tried again."""

import functools
import time
from contextlib import contextmanager

from nbgrader.api import Gradebook, InvalidEntry
from sqlalchemy import Column, MetaData, String, Table, Text
from sqlalchemy.exc import SQLAlchemyError

from autograder.errors import InfrastructureError

TRIES, PAUSE = 4, 1.0  # for a gradebook that another program holds; SQLite itself waits 5 seconds each time
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
    Column("told", Text, key="message", nullable=False),
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


def address(path):
    """Return the address of the SQLite gradebook at `path`."""
    return f"sqlite:///{path.as_posix()}"


@contextmanager
def opened(url):
    """Open the gradebook at an address for nbgrader's own converters, with our tables in it; close it again."""
    with Gradebook(url) as gradebook:
        GRADINGS.metadata.create_all(gradebook.engine)
        yield gradebook


@functools.lru_cache(maxsize=1)
def _opened(url):
    """Return the gradebook at an address, ready to be entered again and again.

    Its connections are closed each time that it is left. What stays is what SQLAlchemy has made of its statements: to
    make that costs more than to carry them out.
    """
    gradebook = Gradebook(url)
    GRADINGS.metadata.create_all(gradebook.engine)
    return gradebook


def forget_opened():
    """Forget the gradebook that was opened last."""
    _opened.cache_clear()


def patient(work):
    """Make `work(gradebook, ...)` a function of a gradebook's address: one transaction, tried again while it is locked.

    Raises `InfrastructureError` where the gradebook stays locked or cannot be written.
    """

    @functools.wraps(work)
    def tried(url, *args):
        for left in reversed(range(TRIES)):
            try:
                with _opened(url) as gradebook:
                    done = work(gradebook, *args)
                    gradebook.db.commit()
                    return done
            except (SQLAlchemyError, InvalidEntry) as error:
                told = str(error).splitlines()[0]
                locked = "locked" in told or "busy" in told
                if not locked:
                    raise InfrastructureError(f"The gradebook cannot be used: {told}.") from None
                if not left:
                    raise InfrastructureError(
                        "The gradebook is locked by another program (another run, a backup): nothing was recorded; "
                        "grade again when it has ended."
                    ) from None
                time.sleep(PAUSE)
        return None

    return tried
