"""Gradescope's results.json: of a judged notebook, of one that cannot be judged, and of trouble that is ours.

Gradescope takes what has neither a score nor tests for a run that failed and can be repeated, never for a 0.
"""

import json
from pathlib import Path

from autograder.safe_html import clean

_TROUBLE = (
    "The grader is in trouble, and the notebook is not to blame. It was not graded and has no score; once the trouble "
    "is over, it can be graded again as it is."
)


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
