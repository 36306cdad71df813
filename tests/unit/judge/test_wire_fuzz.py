"""The decoder copes with whatever a kernel sends, and accepts only what the wire's rules allow.

The rules are stated here again, by other means than the decoder's: an accepted array has a declared dtype and shape, as
many bytes as these need, and the numbers that NumPy reads from them.
"""

import base64
import json
import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.judging import protocol
from autograder.judging.calls import Call
from utils.checking.comparison import Opaque

TAG = "a" * 32
SIZES = {"<f8": 8, "<f4": 4, "<i8": 8, "<i4": 4, "|b1": 1}
PLAN = [Call("f", (), ("out", "cache"), ("cache",)), Call("g", (), ("dx", "dw"), ())]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@st.composite
def arrays(draw, harmed=True):
    """An array as the stub sends it; if `harmed`, often with one thing wrong."""
    dtype = draw(st.sampled_from(sorted(SIZES)))
    shape = draw(st.lists(st.integers(0, 4), max_size=4))
    count = math.prod(shape) * SIZES[dtype] + draw(st.sampled_from([0, 0, 0, 0, 1, -1, 8] if harmed else [0]))
    data = base64.b64encode(draw(st.binary(min_size=max(count, 0), max_size=max(count, 0)))).decode()
    whole = {"kind": "array", "dtype": dtype, "shape": shape, "data": data}
    wrong = draw(
        st.sampled_from(
            [{}] * 6
            + [{"dtype": d} for d in ("<c16", "|O", "<U4", "<f2", ">f8", "f8", "V8", None, ["<f8"])]
            + [{"shape": s} for s in (None, [-1], [2.0], [True], [10**30, 0], [1] * 7, "ab", [[1]], [2**64, 2**64])]
            + [{"data": d} for d in (None, 3, "é", "====", data + "\n", data[1:], " " + data)]
        )
    )
    return {**whole, **wrong} if harmed else whole


def crooked(shape, dtype="<f8", size=8):
    return {"kind": "array", "dtype": dtype, "shape": shape, "data": base64.b64encode(bytes(size)).decode()}


NULL = {"kind": "null"}
CROOKED = [  # right in all but one thing, down to the number of bytes
    crooked([1], "<c16", 16),
    crooked([1], "|V8"),
    crooked([1], "<U2"),
    crooked([1], ">f8"),
    crooked([True]),
    crooked([1.0]),
    crooked([-1, -1]),
    crooked([1] * 7),
    crooked([0, 10**30], size=0),
    {"kind": "list", "items": [{"kind": "tuple", "items": [{"kind": "list", "items": [NULL]}]}]},
    {"kind": "list", "items": [NULL] * (protocol.ITEMS + 1)},
]


def values(inner):
    items = st.lists(inner, max_size=3)
    pairs = st.lists(st.tuples(st.text(max_size=4), inner).map(list), max_size=3)
    return (
        st.builds(lambda kind, of: {"kind": kind, "items": of}, st.sampled_from(["list", "tuple"]), items)
        | st.builds(lambda of: {"kind": "dict", "items": of}, pairs)
        | json_values
    )


others = st.builds(lambda t: {"kind": "other", "type": t}, st.text(max_size=80))
leaves = arrays() | st.sampled_from(CROOKED) | st.just(NULL) | others
slots = st.recursive(leaves, values, max_leaves=6)
whole = st.builds(lambda out, dx: [{"out": out}, {"dx": dx, "dw": {"kind": "null"}}], slots, slots)
messy = st.tuples(
    st.fixed_dictionaries({"out": slots}, optional={"cache": slots}),
    st.fixed_dictionaries({"dx": slots}, optional={"dw": slots, "db": slots}),
).map(list)
failures = st.fixed_dictionaries(
    {"kind": st.sampled_from([*protocol.FAILURES, "died", "timeout"]), "function": st.sampled_from(["f", "g", "h"])},
    optional=dict.fromkeys(("name", "message", "line", "count"), json_values),
)
tags = st.sampled_from([TAG, TAG, TAG, "b" * 32, "", None])
answers = st.fixed_dictionaries({"tag": tags, "calls": whole}) | st.fixed_dictionaries(
    {"tag": tags}, optional={"calls": whole | messy | json_values, "failure": failures | json_values}
)


def same(value, sent, depth):
    """Whether a decoded value is what was sent, by the rules as stated here."""
    kind = sent["kind"]
    if kind == "array":
        raw = base64.b64decode(sent["data"])
        assert sent["dtype"] in SIZES and all(type(n) is int and n >= 0 for n in sent["shape"])
        assert len(raw) == math.prod(sent["shape"]) * SIZES[sent["dtype"]] and len(sent["data"]) <= protocol.BUDGET
        assert type(value) is np.ndarray and value.dtype.str == sent["dtype"] and value.shape == tuple(sent["shape"])
        return value.tobytes() == np.frombuffer(raw, sent["dtype"]).tobytes() == raw
    if kind == "null":
        return value is None
    if kind == "other":
        return type(value) is Opaque and set(value.type_name) <= set(str(sent.get("type")))
    assert depth > 0 and len(sent["items"]) <= protocol.ITEMS
    if kind == "dict":
        return type(value) is dict and all(same(value[key], one, depth - 1) for key, one in dict(sent["items"]).items())
    assert type(value) is {"list": list, "tuple": tuple}[kind] and len(value) == len(sent["items"])
    return all(same(got, one, depth - 1) for got, one in zip(value, sent["items"], strict=True))


@settings(max_examples=600, deadline=None)
@given(answers | json_values)
@example({"tag": TAG, "calls": [{"out": {"kind": "null"}}, {"dx": {"kind": "null"}, "dw": {"kind": "null"}}]})
def test_the_decoder_accepts_only_what_the_rules_allow(content):
    content = json.loads(json.dumps(content))  # as it comes from the kernel
    answer = protocol.decode(content, TAG, PLAN)
    if answer.failure:
        assert answer.calls == () and answer.failure.kind in {*protocol.FAILURES, "no-answer", "malformed"}
        assert answer.failure.function in ("f", "g")
        assert answer.failure.line is None or 0 < answer.failure.line < 100_000
        assert type(answer.failure.count) is int and 0 <= answer.failure.count < 100_000
        assert len(answer.failure.message) <= 300 and answer.failure.message.isprintable()
        if answer.failure.kind in protocol.FAILURES:
            assert content["tag"] == TAG and content["failure"]["kind"] == answer.failure.kind
        return
    assert content["tag"] == TAG and "failure" not in content
    assert [set(call) for call in answer.calls] == [{"out"}, {"dx", "dw"}] == [set(call) for call in content["calls"]]
    for call, sent in zip(answer.calls, content["calls"], strict=True):
        assert all(same(call[slot], sent[slot], protocol.DEPTH) for slot in call)


@settings(max_examples=200, deadline=None)
@given(arrays(harmed=False), arrays(harmed=False), arrays(harmed=False))
def test_no_valid_message_is_refused(out, dx, dw):
    """A decoder that refused everything would pass the test above."""
    sent = {"tag": TAG, "calls": [{"out": out}, {"dx": dx, "dw": {"kind": "tuple", "items": [dw]}}]}
    answer = protocol.decode(sent, TAG, PLAN)
    assert answer.failure is None
    assert same(answer.calls[0]["out"], out, 1) and same(answer.calls[1]["dw"][0], dw, 1)


@pytest.mark.parametrize("slot", CROOKED, ids=lambda slot: json.dumps(slot)[17:60])
def test_one_wrong_part_is_enough_to_refuse_a_message(slot):
    sent = {"tag": TAG, "calls": [{"out": NULL}, {"dx": NULL, "dw": NULL}]}
    assert protocol.decode(sent, TAG, PLAN).failure is None
    assert protocol.decode({**sent, "tag": "b" * 32}, TAG, PLAN).failure.kind == "malformed"
    for call in ({"out": slot}, {"out": NULL, "cache": NULL}, {}):
        assert protocol.decode({**sent, "calls": [call, sent["calls"][1]]}, TAG, PLAN).failure.kind == "malformed"
