"""Ask functions as the grade asks them: with the text that a kernel would run, and the answer that it would send."""

import json

import numpy as np
import pytest

from autograder.judging import protocol


def asked(plan, space):
    """Return what functions in a namespace answer to a plan."""
    published = []
    with pytest.MonkeyPatch.context() as patch, np.errstate(all="ignore"):
        patch.setattr("IPython.display.publish_display_data", lambda data: published.append(json.dumps(data)))
        exec(compile(protocol.request(plan, "tag"), "<request>", "exec"), space)
    return protocol.decode(json.loads(published[0])[protocol.MIME], "tag", plan)
