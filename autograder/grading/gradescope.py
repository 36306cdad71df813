"""Gradescope's results.json: of a judged notebook, of one that cannot be judged, and of trouble that is ours.

Gradescope takes what has neither a score nor tests for a run that failed and can be repeated, never for a 0.
"""

import json
import os
import signal
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.collecting.plain_files import printable
from autograder.errors import AutograderError, BadInput, BadRequest
from autograder.files import write
from autograder.safe_html import clean

_TROUBLE = (
    "The grader is in trouble, and the notebook is not to blame. It was not graded and has no score; once the trouble "
    "is over, it can be graded again as it is."
)


@contextmanager
def results_file(path, notebook):
    """Give a function that writes one of `autograder.grading.gradescope`'s forms to `path`, or nowhere if that is None.

    Whatever happens before it is called stands in the file as well; it is there from the beginning, so that no end of
    the run, however sudden, leaves nothing, or the score of an earlier run.
    """
    if path is None:
        yield lambda form: None
        return
    another = os.path.exists(path) and os.path.exists(notebook) and os.path.samefile(path, notebook)
    if another or (os.path.exists(path) and not is_form(path)):
        raise BadRequest(f"--json would overwrite {path}, which is no results file.")

    def leave(form):
        write(path, text(form))

    leave(trouble("Judging was begun and did not end."))
    earlier = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield leave
    except BaseException as error:
        reason = str(error) if isinstance(error, AutograderError) else f"{type(error).__name__}: {error}"
        unfit = isinstance(error, BadInput) and not isinstance(error, BadRequest)
        with suppress(AutograderError):  # on a full disk, what was written first stays
            leave((refused if unfit else trouble)(printable(reason)))
        raise
    finally:
        signal.signal(signal.SIGTERM, earlier or signal.SIG_DFL)


def judged(judgement, seconds):
    """Return the form of a judgement, which took so many seconds."""
    return {
        "score": judgement.score,
        "execution_time": seconds,
        "output": "\n".join(judgement.repairs),
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


def refused(reason):
    """Return the form of a file that cannot be judged: what is the matter with it is for whoever handed it in."""
    return {"score": 0, "output": reason}


def trouble(reason):
    """Return the form of a run that failed: what is the matter is for instructors, and students see that it is ours."""
    return {"output": _TROUBLE, "extra_data": {"infrastructure": reason}}


def is_form(path):
    """Whether a file may be written over: it is empty, or holds an object with a key that results have."""
    try:
        content = Path(path).read_bytes() if Path(path).is_file() else b"[]"
        form = json.loads(content) if content.strip() else {"output": ""}
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(form, dict) and not form.keys().isdisjoint(("score", "output", "tests"))


def text(form):
    """Return a form as it stands in a file."""
    return clean(json.dumps(form, indent=1, ensure_ascii=False)) + "\n"


def _interrupt(*_):
    raise KeyboardInterrupt("SIGTERM")
