"""Write Gradescope's results.json: for a judged notebook, one that cannot be judged, and trouble that is ours.

Gradescope takes a file with neither a score nor tests for a run that failed and can be repeated, never for a 0.
"""

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from autograder.collecting.plain_files import Refused
from autograder.errors import AutograderError, BadInput, BadRequest
from autograder.files import write
from autograder.safe_html import clean
from utils.files import printable

if TYPE_CHECKING:  # the file is written before anything that judges is imported
    from autograder.judging.pipeline import Judgement

Form = dict[str, object]
_TROUBLE = (
    "The grader is in trouble, and the notebook is not to blame. It was not graded and has no score; once the trouble "
    "is over, it can be graded again as it is."
)


@contextmanager
def results_file(path: Path | None, notebook: Path) -> Iterator[Callable[[Form], None]]:
    """Give a function that writes a form to `path`, or nowhere if `path` is None.

    The file is there from the beginning and says what happened if the function is never called: however the run ends,
    there is a file, and never the score of an earlier run.
    """
    if path is None:
        yield lambda form: None
        return
    another = os.path.exists(path) and os.path.exists(notebook) and os.path.samefile(path, notebook)
    if another or (os.path.exists(path) and not is_form(path)):
        raise BadRequest(f"--json would overwrite {path}, which is not a results file.")

    def leave(form: Form) -> None:
        write(path, text(form))

    leave(trouble("Judging was begun and did not end."))
    earlier = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield leave
    except BaseException as error:
        reason = str(error) if isinstance(error, AutograderError) else f"{type(error).__name__}: {error}"
        unfit = isinstance(error, BadInput) and not isinstance(error, BadRequest)
        form = refused if isinstance(error, Refused) else unreadable if unfit else trouble
        with suppress(AutograderError):  # on a full disk, what was written first stays
            leave(form(printable(reason)))
        raise
    finally:
        signal.signal(signal.SIGTERM, earlier or signal.SIG_DFL)


def judged(judgement: "Judgement", seconds: float, waiting: Sequence[tuple[str, float]] = ()) -> Form:
    """Return the form of a judgement.

    Parameters
    ----------
    judgement : Judgement
    seconds : float
        How long it took.
    waiting : list of (str, float)
        What a person marks: the written questions' headings, and their points.
    """
    person = [f"A person reads “{title}”: its {points:g} points are not in this score." for title, points in waiting]
    return {
        "score": judgement.score,
        "execution_time": seconds,
        "output": "\n".join([*judgement.repairs, *person]),
        "extra_data": {"trust": judgement.trust},
        "tests": [
            {
                "name": result.name,
                "score": result.score,
                "max_score": result.max_score,
                "status": result.status,
                "output": result.output,
                "extra_data": {"mistake": result.mistake, "seconds": judgement.seconds[result.name]},
            }
            for result in judgement.results
        ],
    }


def unreadable(reason: str) -> Form:
    """Return the form of a file that cannot be read as a notebook; the student reads the reason."""
    return {"score": 0, "output": reason}


def refused(reason: str) -> Form:
    """Return the form of a notebook that gets no mark, another week's; the student reads the reason, as a failed test.

    No score stands in it, neither of the whole nor of the test, so that no 0 reaches a gradebook.
    """
    return {"output": reason, "tests": [{"name": "the right notebook", "status": "failed", "output": reason}]}


def trouble(reason: str) -> Form:
    """Return the form of a failed run; instructors read the reason, and students read that the fault is ours."""
    return {"output": _TROUBLE, "extra_data": {"infrastructure": reason}}


def is_form(path: str | Path) -> bool:
    """Whether a file may be overwritten: it is empty, or holds an object with a key that results have."""
    try:
        content = Path(path).read_bytes() if Path(path).is_file() else b"[]"
        form = json.loads(content) if content.strip() else {"output": ""}
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(form, dict) and not form.keys().isdisjoint(("score", "output", "tests"))


def text(form: Form) -> str:
    """Return a form as it stands in a file."""
    return clean(json.dumps(form, indent=1, ensure_ascii=False)) + "\n"


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt("SIGTERM")
