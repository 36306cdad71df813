"""Check a learner's file in a process of its own, so that nothing in it can hold up or end the command.

The process writes what happens as lines of JSON. If it ends or falls silent, what it was at is named, and another one
checks the rest.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from utils.errors import UnusableFile, UtilsError

SILENCE = 30.0  # seconds, three times what a statement or a function may take: then it cannot be interrupted
_START = 60.0  # seconds more before the first line is run: a busy machine imports slowly
_MOST = 20  # processes for one file
_ROOT = Path(__file__).resolve().parents[2]
_CHILD = f"import sys; sys.path[:0] = sys.argv[1:2]; from {__package__} import file_process; file_process.child()"


def check_in_a_process(path: Path, hint: int, show: Callable[[str], None], silence: float = SILENCE) -> int:
    """Check a file and return the exit status; see `utils.check_file.file_report.check_file`.

    `silence` is how many seconds one statement or function may take.
    """
    try:
        return _checked(path, hint, show, silence)
    except KeyboardInterrupt:
        raise UtilsError("interrupted.") from None


def _checked(path: Path, hint: int, show: Callable[[str], None], silence: float) -> int:
    passed_over: list[str] = []
    shown: set[str] = set()
    for _ in range(_MOST):
        at, why = "", "ended the program"
        for event in _events({"path": str(path), "hint": hint, "passed_over": passed_over}, silence):
            if "shown" in event and event["shown"] not in shown:
                shown.add(event["shown"])
                show(event["shown"])
            elif "refused" in event:
                raise UnusableFile(event["refused"])
            elif "fault" in event:
                raise RuntimeError(event["fault"])
            elif "status" in event:
                return 1 if any(not what.isdecimal() for what in passed_over) else int(event["status"])
            elif "silent" in event:
                why = f"was still running after {silence:g} seconds and could not be interrupted"
            at = event.get("begun", at)
        if not at:
            raise UtilsError(f"{path} cannot be checked: the process that was to read it did not begin.")
        passed_over.append(at)
        where = f"{path.name}, line {at}" if at.isdecimal() else at
        show(f"{where} {why}; it was passed over.")
    raise UtilsError(f"{path} cannot be checked: its process ended again and again.")


def _events(request: dict[str, Any], silence: float) -> Iterator[dict[str, Any]]:
    """Start a process and yield what it writes, until it ends; then it is gone, whatever became of it."""
    # A session of its own: Ctrl-C is for the command alone. Figures are not to open windows.
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _CHILD, str(_ROOT), json.dumps(request)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "MPLBACKEND": "Agg"},
        start_new_session=True,
    )
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    assert process.stdout is not None
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        patience = silence + _START
        while line := lines.get(timeout=patience):
            event, patience = json.loads(line), silence
            yield event
            if event.keys() & {"status", "refused", "fault"}:
                return
    except queue.Empty:
        yield {"silent": True}
    finally:
        if sys.platform != "win32":  # with what the file started itself
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        reader.join()


def _read(stream: IO[str], lines: "queue.SimpleQueue[str]") -> None:
    with stream:
        for line in stream:
            lines.put(line)
    lines.put("")


def child() -> None:
    """Check a file, as this process's only work, and write what happens to standard output, which is its own alone."""
    from utils.check_file.file_report import check_file

    request = json.loads(sys.argv[2])
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)

    def write(**event: object) -> None:
        print(json.dumps(event), file=out, flush=True)

    try:
        status = check_file(
            Path(request["path"]),
            request["hint"],
            lambda text: write(shown=text),
            lambda what: write(begun=what),
            request["passed_over"],
        )
        write(status=status)
    except UnusableFile as error:
        write(refused=str(error))
    except Exception:  # a fault of ours, not of the file
        write(fault=traceback.format_exc())
    os._exit(0)  # threads of the file's may never end
