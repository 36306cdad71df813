"""Open the gradebook with our own tables next to nbgrader's, and write to it while others may hold it.

A gradebook is any database that SQLAlchemy knows; SQLite and PostgreSQL are tested. Whatever writes is one transaction
that nobody else writes in: it holds the gradebook from its first statement on, so that what it decides from is still
true when it writes.
"""

import functools
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from nbgrader.api import Base, Gradebook, InvalidEntry, get_alembic_version
from nbgrader.api import Course as CourseEntry
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from autograder.errors import InfrastructureError

P = ParamSpec("P")
T = TypeVar("T")
COURSE = "default_course"  # as nbgrader calls the one that nobody has named
TRIES_WHILE_LOCKED = 4  # of a gradebook that another program holds; each waits 5 seconds for it
PAUSE = 1.0  # seconds between these tries
WAIT = "UNROLLED_GRADEBOOK_WAIT"  # names the seconds for which a server that does not answer is waited for: 60
_log = logging.getLogger(__name__)
_MAKING = 0x756E726F  # the name of PostgreSQL's lock under which tables are made
_LOCKED = ("55P03", "40001", "40P01")  # not in time, overtaken by another, each waits for the other
_AWAY = ("57P01", "57P02", "57P03", "53300")  # stopped, broken down, not yet up, no connection left
_SOON = ("starting up", "not yet accepting", "shutting down", "recovery", "too many", "remaining connection slots")
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


class GradebookAway(InfrastructureError):
    """The server that holds the gradebook does not answer: nothing more can be recorded. Exit status 1."""


def make_tables(url: str) -> None:
    """Make the tables that a gradebook lacks, nbgrader's and ours: all or none, whoever else does so at the same time.

    nbgrader makes its own whenever it opens a gradebook, but two processes that do so at once fail, and one that is
    killed meanwhile leaves a gradebook that does not know its version.
    """
    try:
        engine = create_engine(url, connect_args={"timeout": 60} if url.startswith("sqlite") else {})
    except ModuleNotFoundError as error:
        raise InfrastructureError(
            f"The gradebook cannot be used: its db_url needs the package {error.name}, which is not installed. "
            "For PostgreSQL: pip install 'unrolled[postgres]'."
        ) from None
    try:
        ours = set(GRADINGS.metadata.tables)
        names = set(inspect(engine).get_table_names())
        if {*Base.metadata.tables, *ours} <= names:
            return
        if not names - ours:
            _newest_version()  # before anybody has to wait
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            elif engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MAKING})")
            if not set(inspect(connection).get_table_names()) - ours:  # as nbgrader does it
                about = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False))
                about.create(connection)
                connection.execute(insert(about).values(version_num=_newest_version()))
            Base.metadata.create_all(connection)
            GRADINGS.metadata.create_all(connection)
            known = CourseEntry.__table__
            if not connection.scalar(select(known.c.id).where(known.c.id == COURSE)):
                connection.execute(insert(known).values(id=COURSE))
    finally:
        engine.dispose()


@functools.cache
def _newest_version() -> str:
    """Return the version of nbgrader's tables; to ask for it starts a process, which takes a second."""
    return str(get_alembic_version())


@contextmanager
def opened(url: str) -> Iterator[Gradebook]:
    """Open the gradebook at an address for nbgrader's own converters, with our tables in it; close it again."""
    make_tables(url)
    with Gradebook(url) as gradebook:
        yield gradebook


@functools.lru_cache(maxsize=2)
def _opened(url: str, alone: bool) -> Gradebook:
    """Return the gradebook at an address, ready to be entered again and again.

    Its connections are closed each time that it is left. What stays is what SQLAlchemy has compiled of its statements,
    which takes longer than to carry them out. It stays until another address is asked for or `forget_opened` is called.
    """
    make_tables(url)
    gradebook = Gradebook(url)
    if alone:
        event.listen(gradebook.engine, "begin", _hold)
    return gradebook


def forget_opened() -> None:
    """Forget the gradebook that was opened last; call this where another one may have taken its place."""
    _opened.cache_clear()


def _hold(connection: Connection) -> None:
    """Let nobody else write marks, comments or what we know of them until this transaction ends; all may read.

    Without it, a person's mark that formgrader writes between our reading and our writing would be judged by what
    stood there before it. nbgrader commits within some of its functions; what comes after holds the gradebook again.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")  # as SQLite waits
        connection.exec_driver_sql("LOCK TABLE grade, comment IN SHARE ROW EXCLUSIVE MODE")


def patient(work: Callable[Concatenate[Gradebook, P], T]) -> Callable[Concatenate[str, P], T]:
    """Make `work(gradebook, ...)`, which only reads, a function of a gradebook's address.

    While another program holds the gradebook, has just made the same entry, or its server is away, it is tried again.

    Raises `InfrastructureError` where the gradebook stays locked or cannot be used, and `GradebookAway`, which is one,
    where its server stays away for longer than ``UNROLLED_GRADEBOOK_WAIT``.
    """
    return _tried(work, alone=False)


def writing(work: Callable[Concatenate[Gradebook, P], T]) -> Callable[Concatenate[str, P], T]:
    """Make the same of `work`, which writes: one transaction, within which nobody else writes."""
    return _tried(work, alone=True)


def _tried(work: Callable[Concatenate[Gradebook, P], T], alone: bool) -> Callable[Concatenate[str, P], T]:
    @functools.wraps(work)
    def tried(url: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
        held, until = 0, None
        while True:
            try:
                with _opened(url, alone) as gradebook:
                    done = work(gradebook, *args, **kwargs)
                    gradebook.db.commit()
                    return done
            except (SQLAlchemyError, InvalidEntry) as error:
                reason = str(error).splitlines()[0].rstrip(".")
                if _is_away(error):
                    now = time.monotonic()
                    if until is None:
                        until = now + float(os.environ.get(WAIT, 60))
                        _log.warning("The gradebook's server does not answer; waiting for it. (%s)", reason)
                    if now >= until:
                        raise GradebookAway(
                            f"The gradebook's server does not answer ({reason}). What was recorded stays; grade again "
                            "when it is back."
                        ) from None
                elif not (isinstance(_cause(error), IntegrityError) or _is_locked(error)):
                    raise InfrastructureError(f"The gradebook cannot be used: {reason}.") from None
                elif (held := held + 1) == TRIES_WHILE_LOCKED:
                    raise InfrastructureError(
                        "The gradebook is locked by another program (another run, a backup): nothing was recorded; "
                        "grade again when it has ended."
                        if _is_locked(error)
                        else f"The gradebook cannot be used: {reason}."
                    ) from None
                time.sleep(PAUSE)

    return tried


def _cause(error: BaseException | None) -> DBAPIError | None:
    """Return what the database reported, of an error that nbgrader may have made its own."""
    while error is not None and not isinstance(error, DBAPIError):
        error = error.__cause__ or error.__context__
    return error


def _is_away(error: BaseException) -> bool:
    cause = _cause(error)
    original = cause and cause.orig
    if original is None or not hasattr(original, "sqlstate"):  # SQLite's have none
        return False
    state: str | None = original.sqlstate
    if state is None:  # a server that was not reached, or that refused before it gave a reason by number
        refused = "FATAL" in str(original) and not any(words in str(original) for words in _SOON)
        return type(original).__name__ == "OperationalError" and not refused
    return state in _AWAY or state.startswith("08") or bool(cause and cause.connection_invalidated)


def _is_locked(error: BaseException) -> bool:
    cause = _cause(error)
    reason = str(cause.orig) if cause else ""
    return getattr(cause and cause.orig, "sqlstate", None) in _LOCKED or "locked" in reason or "busy" in reason
