"""A submission can import what the base of the course rests on, and no other package of any interpreter."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from sandboxed import ROOT

from autograder.sandbox import bubblewrap

PROGRAM = Path(__file__).parent / "packages_in_reach.py"
# Two more kinds of interpreters, made in a mount namespace of what is installed here: one whose packages lie with it,
# as conda's do, and on it a virtual environment that sees them. In it, and in what others have, a package is planted.
LAYOUTS = """
set -e
mount --bind "$OURS" "$SYSTEM"
for folder in $OTHERS; do
    mount -t tmpfs others "$folder"
    cp "$PLANTED" "$folder/planted.py"
done
"$PYTHON" "$PROGRAM" $OTHERS
"$PYTHON" -m venv --without-pip --system-site-packages "$ENVIRONMENT"
cp "$PLANTED" "$("$ENVIRONMENT/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
"$ENVIRONMENT/bin/python" "$PROGRAM" $OTHERS
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount one folder on another")
def test_packages_of_any_other_kind_are_out_of_reach(tmp_path):
    python = os.path.realpath(sys.executable)
    system = subprocess.check_output(
        [python, "-Ic", "import site; print(site.getsitepackages()[0])"], text=True
    ).strip()
    ours = sysconfig.get_path("purelib")
    (tmp_path / "planted.py").write_text("def grad(f):\n    return f\n", encoding="utf-8")
    names = {"SYSTEM": system, "OURS": ours, "PYTHON": python, "PROGRAM": PROGRAM, "PLANTED": tmp_path / "planted.py"}
    names["ENVIRONMENT"] = tmp_path / "environment"
    others = [folder for folder in bubblewrap.view().emptied if folder not in (system, ours)]
    environment = {**os.environ, **{name: str(value) for name, value in names.items()}, "OTHERS": " ".join(others)}
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", LAYOUTS], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    with_packages, environment = map(json.loads, done.stdout.splitlines())
    assert with_packages["prefix"] != environment["prefix"] == str(tmp_path / "environment")
    assert "autograd" in with_packages["outside"][0] and "planted" in environment["outside"][0]
    for reached in (with_packages, environment):
        assert reached["honest"][0].isdigit(), reached["honest"]
        found, seen = reached["inside"]
        assert found == []
        assert {"numpy", "matplotlib"} <= set(seen) and not {"planted.py", "autograd", "nbgrader", "pip"} & set(seen)
        assert not [name for name in seen if name.endswith(".pth") or name.startswith("autograd")]
