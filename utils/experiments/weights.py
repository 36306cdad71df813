"""Store trained weights: every number in half precision, which halves the file and changes next to no answer."""

from pathlib import Path
from typing import Any

import numpy as np

from utils.experiments.results import Params


def save(path: Path, params: Params) -> None:
    """Write a dict of arrays as an .npz; the same weights give the same bytes."""
    halves: dict[str, Any] = {name: p.astype(np.float16) for name, p in params.items()}
    np.savez_compressed(path, **halves)


def load(path: Path) -> Params:
    """Return the dict of arrays that `save` wrote, float32."""
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}
