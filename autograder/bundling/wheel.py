"""Make the wheel for shared images, in which nothing of ours stands at top level but the package `unrolled`."""

import ast
import base64
import hashlib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.bundling.archive import packed
from autograder.bundling.contents import package
from autograder.bundling.requirements import Project
from autograder.course import Course

NAME, PACKAGE, ORIGINAL = "unrolled-learner", "unrolled", "utils"
NEEDED_ELSEWHERE = ("jupyterlab",)  # a hub brings its own, and Colab has another
SHIM = '''"""Let the notebook in this folder import `unrolled`, which is installed here, as `utils`."""

import unrolled.as_utils  # noqa: F401
'''


def wheel(course: Course) -> tuple[str, bytes]:
    """Return the wheel's file name and content; the same code always makes the same bytes."""
    project = Project(course.root)
    version = project.about["version"]
    code = {
        f"{PACKAGE}/{path}": renamed(content.decode()).encode() if path.endswith(".py") else content
        for path, content in package(course.fixtures.parent, project.data("utils")).items()
    }
    code[f"{PACKAGE}/as_utils.py"] = Path(__file__).with_name("as_utils.py").read_bytes()
    stem = f"{NAME.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    code[f"{info}/METADATA"] = _metadata(project).encode()
    code[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    code[f"{info}/licenses/LICENSE"] = (course.root / "LICENSE").read_bytes()
    code[f"{info}/RECORD"] = _record(code, f"{info}/RECORD")
    return f"{stem}-py3-none-any.whl", packed(code)


def renamed(text: str) -> str:
    """Return a module's text with each import of `utils` made one of `unrolled`.

    Examples
    --------
    >>> renamed("from utils.files import draft  # of utils")
    'from unrolled.files import draft  # of utils'
    """
    lines = text.split("\n")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == ORIGINAL:
            at = node.lineno - 1
            lines[at] = lines[at].replace(f"from {ORIGINAL}", f"from {PACKAGE}", 1)
    return "\n".join(lines)


def _metadata(project: Project) -> str:
    about = project.about
    needed = [one for one in project.base if canonicalize_name(Requirement(one).name) not in NEEDED_ELSEWHERE]
    fields = [
        ("Metadata-Version", "2.4"),
        ("Name", NAME),
        ("Version", about["version"]),
        ("Summary", about["description"]),
        ("License-Expression", about["license"]),
        ("License-File", "LICENSE"),
        ("Requires-Python", about["requires-python"]),
        *(("Requires-Dist", one) for one in needed),
    ]
    return "".join(f"{name}: {value}\n" for name, value in fields)


def _record(files: dict[str, bytes], itself: str) -> bytes:
    lines = []
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(content)}")
    return "\n".join([*lines, f"{itself},,"]).encode() + b"\n"
