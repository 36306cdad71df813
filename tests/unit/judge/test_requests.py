"""A kernel carries out requests: nudged, kept, bounded and asked together."""

import contextlib
import json

import numpy as np
import pytest

from autograder.judging import protocol
from autograder.judging.calls import Bound, Call, Handle

TAG = "0123"


def published(plan, space, **how):
    """Run a request's own text here in `space`; return what it publishes, decoded, or None for nothing."""
    messages = []

    class Display:
        @staticmethod
        def publish_display_data(data):
            messages.append(json.loads(json.dumps(data)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "IPython.display", Display)
        exec(compile(protocol.request(plan, TAG, **how), "<cell>", "exec"), space)
    return protocol.decode(messages[0][protocol.MIME], TAG, plan) if messages else None


def test_a_nudged_call_is_made_for_every_entry_up_and_down():
    plan = [Call("f", (np.array([1.0, 2.0]), 3, np.array([7])), ("y", "cache"), kept=("cache",), nudge=0.5)]
    got = published(plan, {"f": lambda x, k, ids: (k * x, object())})
    np.testing.assert_array_equal(got.calls[0]["y"], 3 * np.array([[1.5, 2], [0.5, 2], [1, 2.5], [1, 1.5]]))
    uneven = published(plan, {"f": lambda x, k, ids: (np.zeros(int(2 * x[0])), None)})
    assert uneven.calls[0]["y"] is None  # values that cannot be stacked are not an answer
    assert published(plan, {"f": lambda x, k, ids: 1 / 0}).failure.kind == "exception"


def test_kept_values_last_for_one_session():
    space = {"f": lambda: (1.0, {"secret": 5}), "g": lambda cache: cache["secret"]}
    first = [Call("f", (), ("y", "cache 1"), kept=("cache 1",))]
    later = [Call("g", (Handle("cache 1"),), ("z",))]
    published(first, space, session="one")
    assert published(later, space, session="one").calls[0]["z"] == 5
    for how in ({"session": "two"}, {}):
        with pytest.raises(KeyError):
            published(later, space, **how)


def test_a_bounded_call_is_stopped_where_it_calls_or_takes_too_much():
    def forward():
        return 1.0

    def spins():
        while True:
            pass

    def catches():
        for _ in range(100):
            with contextlib.suppress(BaseException):
                forward()

    space = {
        "forward": forward,
        "within": lambda: [forward() for _ in range(50)],
        "beyond": lambda: [forward() for _ in range(51)],
        "spins": spins,
        "catches": catches,
    }
    bound = Bound(forwards=50, seconds=0.2, counted=("forward", "no such function"))
    for name, kind in {"within": None, "beyond": "costly", "spins": "costly", "catches": "costly"}.items():
        plan = [Call("forward", (), ("h",)), Call(name, (), ("y",), bound=bound)]
        got = published(plan, space)
        assert (got.failure and got.failure.kind) == kind, name


@pytest.mark.parametrize(("until", "answered"), [(1e18, ["one", "two"]), (0.0, ["one"])])
def test_plans_asked_together_are_answered_each_by_itself_and_begun_in_time_only(until, answered):
    messages, tags = [], ["one", "two"]
    plans = [[Call("f", (np.array([value]),), ("y",))] for value in (1.0, 2.0)]

    class Display:
        @staticmethod
        def publish_display_data(data):
            messages.append(json.loads(json.dumps(data[protocol.MIME])))

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "IPython.display", Display)
        exec(protocol.requests(plans, tags, until), {"f": lambda x: 10 * x})
    assert [content["tag"] for content in messages] == answered
    answers = [protocol.decode(content, content["tag"], plans[0]) for content in messages]
    assert [float(answer.calls[0]["y"][0]) for answer in answers] == [10.0, 20.0][: len(answered)]
