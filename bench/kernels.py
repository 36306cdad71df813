"""Start kernels one after the other, each until it has run a notebook's imports.

``python -m bench.kernels SIDE COUNT``: SIDE is "ours", in the sandbox, or "stock", as nbclient starts one. It prints
the seconds by the clock of each.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_notebook

from autograder.judging.kernel import GradingKernel
from autograder.judging.settings import Settings

IMPORTS = (
    "import numpy as np\nfrom IPython.display import display\n\nfrom utils import check, explorers, figures, gradients"
)


@contextmanager
def ours() -> Any:
    """Provide a sandboxed kernel that has run the imports."""
    cell = new_code_cell(IMPORTS)
    with GradingKernel(Settings(isolation="sandbox"), new_notebook(cells=[cell])) as kernel:
        ending = kernel.run(0)
        assert ending is None and not cell.outputs, (ending, cell.outputs)
        yield


@contextmanager
def stock() -> Any:
    """Provide a kernel of jupyter_client's that has run the imports."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        reply = client.execute_interactive(IMPORTS, timeout=120, output_hook=lambda message: None)
        assert reply["content"]["status"] == "ok", reply["content"]
        yield
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _seconds(start: Callable[[], AbstractContextManager[Any]], count: int) -> list[float]:
    found = []
    for _ in range(count):
        began = time.perf_counter()
        with start():
            found.append(time.perf_counter() - began)
    return found


if __name__ == "__main__":
    print(json.dumps(_seconds({"ours": ours, "stock": stock}[sys.argv[1]], int(sys.argv[2]))))
