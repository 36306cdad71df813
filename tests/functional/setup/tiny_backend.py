"""Define the smallest build backend, so that real pip installs a real project without any network."""

import base64
import hashlib
import time
import zipfile
from pathlib import Path


def build_editable(folder, config_settings=None, metadata_directory=None):
    root = Path(__file__).resolve().parent
    while (root / "wait").exists():  # so that a test meets pip at work, however busy the machine is
        time.sleep(0.05)
    return wheel(folder, "tiny_course", "1.0", {"tiny_course.pth": str(root)}, ["Requires-Dist: tiny>=1", *EXTRAS])


def wheel(folder, name, version, files, headers=()):
    """Write a wheel that holds `files` into `folder` and return its name."""
    about = "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *headers, ""])
    tags = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    info = f"{name}-{version}.dist-info"
    contents = {**files, f"{info}/METADATA": about, f"{info}/WHEEL": tags}
    record = "".join(f"{path},{_hash(text)},{len(text.encode())}\n" for path, text in contents.items())
    made = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder) / made, "w") as archive:
        for path, text in {**contents, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(path, text)
    return made


def _hash(text):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


EXTRAS = [f"Provides-Extra: {name}" for name in ("instructor", "test", "bench")]
