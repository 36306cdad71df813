"""The wire returns what goes in, and accepts nothing malformed without ever raising."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.judging import protocol
from autograder.judging.calls import Call, Handle
from utils.checking.comparison import Opaque

PLAN = [Call("f", (), ("y",))]
TAG = "0123"


def array(dtype="<f8", shape=(2,), data=None):
    raw = np.zeros(shape if data is None else 1, dtype=dtype).tobytes() if data is None else data
    return {"kind": "array", "dtype": dtype, "shape": list(shape), "data": base64.b64encode(raw).decode()}


def answer(value, tag=TAG):
    return protocol.decode({"tag": tag, "calls": [{"y": value}]}, TAG, PLAN)


def roundtrip(function, *args, plan=None):
    """Run the request's own text here, as a kernel would, and decode what it publishes."""
    published = []

    class Display:
        @staticmethod
        def publish_display_data(data):
            published.append(json.loads(json.dumps(data)))

    space = {"f": function, "__builtins__": __builtins__}
    plan = plan or [Call("f", args, ("y",))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "IPython.display", Display)
        exec(compile(protocol.request(plan, TAG), "<cell>", "exec"), space)
    assert set(space) == {"f", "__builtins__"} | {k for k in space if k in ("g",)}
    return protocol.decode(published[0][protocol.MIME], TAG, plan)


VALUES = [
    None,
    True,
    3,
    -0.1,
    float("inf"),
    np.float64(1.5),
    np.arange(6.0).reshape(2, 3),
    np.arange(6.0).reshape(2, 3).T,
    np.arange(10)[::3],
    np.array(3.0),
    np.zeros((0, 4)),
    np.array([True, False]),
    np.arange(3, dtype="int32"),
    np.arange(3, dtype=">f8"),
    np.float32([1, 2]),
    [1.0, np.ones(2)],
    (None, (np.ones(1), 2)),
    {"Wx": np.eye(2), "b": {"deep": np.ones(1)}},
]


def _same(got, value):
    if isinstance(value, dict):
        assert list(got) == list(value)
        got, value = list(got.values()), list(value.values())
    if isinstance(value, (list, tuple)):
        assert type(got) is type(value) and len(got) == len(value)
        for pair in zip(got, value, strict=True):
            _same(*pair)
    else:
        np.testing.assert_array_equal(got, value)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_survive_the_round_trip(value):
    got = roundtrip(lambda v: v, value).calls[0]["y"]
    _same(got, value)
    if isinstance(value, np.ndarray):
        assert got.shape == value.shape and got.dtype == value.dtype.newbyteorder("<") and got.flags.writeable


def test_arguments_are_writable_and_their_own():
    def f(a, b):
        a += 1
        b *= 0
        return a

    ours = np.ones(3)
    assert roundtrip(f, ours, ours).calls[0]["y"].tolist() == [2, 2, 2]
    assert ours.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("text", "str"),
        (object(), "object"),
        (np.array([1j]), "array of complex128"),
        (np.array([object()]), "array of object"),
        (10**30, "int"),
        ([*range(100), "x"], "list"),
        ([[["x"]]], None),
        ({1: 2}, "dict"),
        (lambda: 0, "function"),
    ],
    ids=["str", "object", "complex", "array-of-objects", "huge-int", "long", "deep", "keys-no-text", "function"],
)
def test_a_value_that_is_not_a_number_travels_as_its_type(value, name):
    got = roundtrip(lambda: value).calls[0]["y"]
    assert got == Opaque(name) if name else got == [[Opaque("list")]]


def test_numbers_of_all_kinds_are_numbers():
    class Half(float):
        pass

    for value in (Half(0.5), memoryview(np.full(1, 0.5)), np.float16(0.5), np.longdouble(0.5), np.ma.array(0.5)):
        assert np.ravel(roundtrip(lambda value=value: value).calls[0]["y"]).tolist() == [0.5]


def test_a_handle_stays_and_only_wanted_slots_travel():
    plan = [
        Call("f", (2.0,), ("out", "cache"), ("out", "cache")),
        Call("f", (Handle("cache"),), ("out", "cache"), ("cache",)),
    ]
    seen = []

    def f(value):
        seen.append(value)
        return value, {"any": object}

    got = roundtrip(f, plan=plan)
    assert got.calls[0] == {} and set(got.calls[1]) == {"out"}
    assert seen[1] == {"any": object}


def _raises(error):
    raise error


def stub():
    raise NotImplementedError


@pytest.mark.parametrize(
    ("function", "plan", "kind"),
    [
        (stub, None, "not-started"),
        (lambda: _raises(ValueError("no")), None, "exception"),
        (lambda: _raises(KeyboardInterrupt()), None, "exception"),
        (3, None, "not-function"),
        (lambda: 1, [Call("g", (), ("y",))], "undefined"),
        (lambda: 1, [Call("f", (), ("a", "b"))], "count"),
        (lambda: (1, 2, 3), [Call("f", (), ("a", "b"))], "count"),
        (lambda: np.zeros(3_000_000), None, "too-large"),
    ],
)
def test_failures_are_distinguished(function, plan, kind):
    failure = roundtrip(function, plan=plan).failure
    assert failure.kind == kind
    if kind == "exception" and failure.name == "ValueError":
        assert failure.message == "no"


@pytest.mark.parametrize(
    ("returned", "name", "count"),
    [(None, "NoneType", 1), (np.ones(2), "ndarray", 1), ((1, 2, 3), "tuple", 3), ([1], "list", 1), ((), "tuple", 0)],
)
def test_a_wrong_number_of_values_is_sent_as_its_type_and_its_count(returned, name, count):
    failure = roundtrip(lambda: returned, plan=[Call("f", (), ("a", "b"))]).failure
    assert (failure.kind, failure.name, failure.count) == ("count", name, count)


@pytest.mark.parametrize("count", [-1, 10**9, 2.0, True, "3", None, [3]])
def test_no_other_count_than_a_small_whole_number_is_believed(count):
    about = {"kind": "count", "function": "f", "name": "tuple", "count": count}
    assert protocol.decode({"tag": TAG, "failure": about}, TAG, PLAN).failure.count == 0
    assert protocol.decode({"tag": TAG, "failure": {**about, "count": 3}}, TAG, PLAN).failure.count == 3


def test_a_failure_names_its_line_and_the_stub_behind_it():
    space = {}
    text = "def g(): raise NotImplementedError\ndef f():\n    x = 1\n    return x.y\ndef h(): g()"
    exec(compile(text, "<cell>", "exec"), space)
    assert roundtrip(space["f"]).failure.line == 4
    assert roundtrip(space["h"]).failure.name == "g"


def test_a_request_holds_inputs_and_nothing_that_is_not_asked():
    with pytest.raises(TypeError):
        protocol.request([Call("f", ({1, 2},), ("y",))], TAG)
    with pytest.raises(TypeError):
        protocol.request([Call("f", (np.array([1j]),), ("y",))], TAG)


BAD = [
    None,
    3,
    [],
    {},
    {"kind": "array"},
    array(dtype="|O", data=b"12345678", shape=(1,)),
    array(dtype="<f8", data=b"1234567", shape=(1,)),
    array(dtype="<f8", data=b"", shape=(2,)),
    array(shape=(True,), data=b"12345678"),
    array(shape=(1.0,), data=b"12345678"),
    array(shape=(-1,), data=b"12345678"),
    array(shape=(1,) * 7, data=b"12345678"),
    array(shape=(0, 10**7, 10**7), data=b""),
    array(shape=(2**32, 2**32, 0), data=b""),
    {**array(), "data": "####"},
    {**array(), "data": "é" * 24},
    {**array(), "data": base64.b64encode(bytes(protocol.BUDGET)).decode(), "shape": [protocol.BUDGET // 8]},
    {**array(), "dtype": ["<f8"]},
    {**array(), "shape": {"0": 2}},
    {"kind": "tuple", "items": 3},
    {"kind": "tuple", "items": [array()] * 65},
    {"kind": "dict", "items": [[1, array()]]},
    {"kind": "dict", "items": {"a": array()}},
    {"kind": "list", "items": [{"kind": "list", "items": [{"kind": "list", "items": []}]}]},
    {"kind": ["array"]},
    {"kind": "handle", "slot": "cache"},
    {"_type": "np_scalar", "_concrete_type": "fromfile", "_value": "/etc/hostname"},
]


@pytest.mark.parametrize("value", BAD, ids=lambda v: repr(v)[:50])
def test_malformed_values_are_refused(value):
    got = answer(value)
    assert got.calls == () and got.failure.kind == "malformed"


@pytest.mark.parametrize(
    "content",
    [
        3,
        [],
        {"tag": "other", "calls": [{"y": array()}]},
        {"calls": [{"y": array()}]},
        {"tag": TAG},
        {"tag": TAG, "calls": []},
        {"tag": TAG, "calls": [{"y": array()}, {}]},
        {"tag": TAG, "calls": [{"y": array(), "z": array()}]},
        {"tag": TAG, "calls": [{}]},
        {"tag": TAG, "failure": "x"},
        {"tag": TAG, "failure": {"kind": "right", "function": "f"}},
        {"tag": TAG, "failure": {"kind": "exception", "function": "<script>"}},
    ],
)
def test_malformed_messages_are_refused(content):
    assert protocol.decode(content, TAG, PLAN).failure.kind == "malformed"


def test_words_in_a_failure_are_bounded_and_plain():
    about = {"kind": "exception", "function": "f", "name": "<b>" * 99, "message": "a\nb" * 999, "line": 10**9}
    failure = protocol.decode({"tag": TAG, "failure": about}, TAG, PLAN).failure
    assert "<" not in failure.name and len(failure.name) <= 60
    assert "\n" not in failure.message and len(failure.message) <= 300 and failure.line is None
    assert protocol.decode(None, TAG, PLAN).failure.kind == "no-answer"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["array", "<f8", "AAAA"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["kind", "dtype", "shape", "data", "items", "tag", "calls", "failure", "y"]), inner
        )
    ),
    max_leaves=12,
)
NEARLY = st.fixed_dictionaries(
    {"kind": st.just("array")},
    optional={
        "dtype": st.sampled_from([*protocol.DTYPES, "<U8", ">f8", "V8", "O"]) | JSON,
        "shape": st.lists(st.integers(-1, 5), max_size=4) | JSON,
        "data": st.binary(max_size=64).map(lambda raw: base64.b64encode(raw).decode()) | JSON,
    },
)


@settings(max_examples=300, deadline=None)
@given(JSON | NEARLY)
def test_no_message_raises_and_only_whole_arrays_are_taken(value):
    protocol.decode(value, TAG, PLAN)
    got = answer(value)
    if got.failure is None and isinstance(value, dict) and value.get("kind") == "array":
        taken = got.calls[0]["y"]
        assert taken.dtype.str in protocol.DTYPES and taken.shape == tuple(value["shape"])
        assert taken.tobytes() == base64.b64decode(value["data"])
