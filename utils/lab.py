"""Start JupyterLab on your working copies: ``python -m utils.lab``. Every option is JupyterLab's own.

It makes the working copies that are missing, names those that are older than their release, and opens ``work/``, or the
folder that an option names. Where the home cannot be written, what Jupyter, IPython and Matplotlib
keep there lies in ``work/.jupyter/``. Notebooks import this `utils`, whatever PYTHONPATH holds.
"""

import os
import sys
import sysconfig
import tempfile
from pathlib import Path

from utils import fresh


def main(arguments: list[str] | None = None) -> int:
    """Make what is missing and run JupyterLab; return the exit status."""
    if status := fresh.main([]):
        return status
    work = fresh.course_root() / "work"
    os.environ.update(folders_for(work / ".jupyter"))
    _put_first("PATH", sysconfig.get_path("scripts"))  # nbgrader calls `alembic` by its bare name
    _put_first("PYTHONPATH", str(Path(__file__).resolve().parents[1]))
    from jupyterlab.labapp import main as jupyterlab

    options = sys.argv[1:] if arguments is None else arguments
    opened = [] if any(names_a_folder(option) for option in options) else [f"--ServerApp.root_dir={work}"]
    jupyterlab([*opened, *options])
    return 0


def names_a_folder(option: str) -> bool:
    """Whether one of JupyterLab's options, or what stands between them, says which folder to open."""
    name = option.partition("=")[0].lstrip("-")
    return os.path.exists(option) or name.rpartition(".")[2] in ("root_dir", "notebook_dir", "notebook-dir")


def folders_for(place: Path) -> dict[str, str]:
    """Return the environment variables that move into `place` what cannot be kept where it usually is.

    Parameters
    ----------
    place : Path
        It is made if it is needed.

    Returns
    -------
    dict of str to str
        Nothing for folders that can be written.
    """
    from jupyter_core import paths

    home = Path(os.path.expanduser("~"))
    usual = {
        "JUPYTER_CONFIG_DIR": paths.jupyter_config_dir(),
        "JUPYTER_DATA_DIR": paths.jupyter_data_dir(),
        "JUPYTER_RUNTIME_DIR": paths.jupyter_runtime_dir(),
        "IPYTHONDIR": os.environ.get("IPYTHONDIR", home / ".ipython"),
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", home),  # it would be in one of several folders there
    }
    moved = {name: place / name.lower() for name, folder in usual.items() if not _can_be_written(folder)}
    for folder in moved.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {name: str(folder) for name, folder in moved.items()}


def _can_be_written(folder: str | Path) -> bool:
    """Try it, and make the folder if it is missing: rights alone do not tell of file systems that are read-only."""
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _put_first(name: str, folder: str) -> None:
    """Let a search path among the environment's variables begin with `folder`."""
    os.environ[name] = os.pathsep.join(filter(None, [folder, os.environ.get(name)]))


if __name__ == "__main__":
    sys.exit(main())
