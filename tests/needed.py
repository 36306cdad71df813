"""Skip a test where the machine lacks what it needs."""

import os

import pytest


def lacking(reason):
    """Skip the test, which cannot run on this machine; under ``.ci/run``, where everything must be there, fail it."""
    (pytest.fail if os.environ.get("UNROLLED_CI") else pytest.skip)(reason)
