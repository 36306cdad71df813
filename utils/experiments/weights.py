"""Trained weights on disk: every number in half precision, which halves the file and changes next to no answer."""

import numpy as np


def save(path, params):
    """Write a dict of arrays as an .npz; the same weights give the same bytes."""
    np.savez_compressed(path, **{name: p.astype(np.float16) for name, p in params.items()})


def load(path):
    """Return the dict of arrays that `save` wrote, float32."""
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}
