"""Say, as JSON, which packages the Python that runs this can import, and which a submission in its sandbox can.

python packages_in_reach.py FOLDER...      where other interpreters have packages, besides Python's own folders
"""

import inspect
import json
import sys
from pathlib import Path

HONEST = (
    "import numpy, matplotlib.pyplot, mpl_toolkits.mplot3d, ipywidgets, PIL.Image, IPython, dateutil, utils.check\n"
    "import importlib.metadata, subprocess, sys\n"
    "subprocess.run([sys.executable, '-c', 'import numpy; numpy.linalg.svd(numpy.eye(2))'], check=True)\n"
    "print(importlib.metadata.version('numpy'))"
)


def tried(names, places):
    """Try to import these modules, also with each place on the path; return what was found and all that lies there."""
    import importlib
    import os
    import sys

    found, seen, before = set(), set(), list(sys.path)
    for place in [None, *places]:
        sys.path[:] = [place, *before] if place else before
        importlib.invalidate_caches()
        for name in names:
            try:
                importlib.import_module(name)
            except ImportError:
                continue
            found.add(name)
            del sys.modules[name]
        if place and os.path.isdir(place):
            seen.update(os.listdir(place))
    sys.path[:] = before
    return sorted(found), sorted(seen)


if __name__ == "__main__":
    names = ["planted", "autograd"]
    places = [*sys.argv[1:], *(place for place in sys.path if place.endswith("-packages"))]
    outside = tried(names, places)
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[3])]

    from sandboxed import kernel

    with kernel() as one:
        question = (
            f"{inspect.getsource(tried)}\nimport json\nprint(json.dumps(tried({[*names, 'autograder']}, {places})))"
        )
        answers = {"inside": json.loads(one.run(question)), "honest": one.run(HONEST)}
    print(json.dumps({"prefix": sys.prefix, "outside": outside, **answers}))
