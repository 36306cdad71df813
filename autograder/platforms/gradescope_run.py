"""Judge what lies in /autograder/submission, as Gradescope's `run_autograder` asks: which notebook, and whose.

``python -m autograder.platforms.gradescope_run ROOT ASSIGNMENT`` runs in the course's folder and goes on as
``autograder judge``. With ``--look`` alone it judges nothing: it starts a kernel, and says which walls it has.
"""

import json
import runpy
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.collecting.folder import files, plain
from autograder.errors import AutograderError, InfrastructureError
from autograder.files import write
from autograder.grading import gradescope
from autograder.sandbox import users

RESULT = Path("results", "results.json")
PRIVATE = ("submission", "results", "submission_metadata.json")  # in Gradescope's folder; for the grader alone


def main(arguments: Sequence[str]) -> int:
    """Run the program; return its exit status, unless it goes on as ``autograder judge``, which ends with its own."""
    try:
        if list(arguments) == ["--look"]:
            close(users.private())
            look()
            return 0
        root, assignment = Path(arguments[0]), arguments[1]
        close([*users.private(), *(root / name for name in PRIVATE)])
        notebook, reason = the_notebook(root / "submission")
        if notebook is None:
            write(root / RESULT, gradescope.text(gradescope.refused(reason)))
            print(reason)
            return 0
        student = who(root / "submission_metadata.json")
    except (AutograderError, OSError) as error:
        print(error, file=sys.stderr)
        if len(arguments) == 2:
            write(Path(arguments[0]) / RESULT, gradescope.text(gradescope.trouble(str(error))))
        return 1
    print(f"Judged as: autograder judge NOTEBOOK --assignment {assignment} --student {student}", flush=True)
    options = ["--assignment", assignment, f"--student={student}", "--isolation", "user", "--json", str(root / RESULT)]
    sys.argv = ["autograder", "judge", *options, "--", str(notebook)]
    runpy.run_module("autograder", run_name="__main__")
    return 0


def the_notebook(submission: Path) -> tuple[Path | None, str]:
    """Return the one notebook that was submitted, whatever it is called, or None and why there is not one.

    What ends with ``.ipynb`` is a notebook, in a folder or not; other files may lie beside it.
    """
    there = files(submission)
    found = [name for name in there if name.lower().endswith(".ipynb")]
    if len(found) == 1:
        return submission / found[0], ""
    if found:
        names = ", ".join(map(plain, found))
        return None, f"{len(found)} notebooks were submitted, and it is unclear which one counts: {names}. Submit one."
    what = f"there are {', '.join(map(plain, there[:8]))}" if there else "there is no file at all"
    return None, f"No notebook was submitted: {what}. Submit the file that ends with .ipynb."


def who(metadata: Path) -> str:
    """Return whose submission it is: the address, or those of a group, in one order whoever of them submitted.

    Raises
    ------
    InfrastructureError
        If Gradescope's file does not say.
    """
    try:
        found = json.loads(metadata.read_bytes())
        addresses = sorted(str(user["email"]) for user in found["users"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InfrastructureError(f"{metadata.name} does not say who submitted: {error!r}.") from None
    if not addresses:
        raise InfrastructureError(f"{metadata.name} names nobody who submitted.")
    return "+".join(addresses)


def look() -> None:
    """Start a kernel under a user of its own, as each submission gets one, and print what stands around it."""
    from nbformat.v4 import new_notebook

    from autograder.judging.kernel import GradingKernel
    from autograder.judging.settings import Settings

    with GradingKernel(Settings(isolation="user"), new_notebook()) as kernel:
        print(f"Submissions are kept apart: {kernel.trust}")


def close(paths: Sequence[Path]) -> None:
    """Close files and folders to all but their owner; what is in a closed folder needs no look."""
    for path in paths:
        if path.exists() and not path.is_symlink():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o700)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
