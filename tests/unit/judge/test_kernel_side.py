"""The program for the student's kernel works when its text is run here in a plain namespace, as it is there."""

import ast
import binascii
import builtins
import json
import marshal
import math
import sys
import zlib
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.judging import kernel_side, protocol
from autograder.judging.calls import Bound, Call, Handle

TAG = "0123"


@pytest.fixture
def published(monkeypatch):
    """The messages published instead of IPython's, each as it is read from JSON."""
    messages = []
    display = SimpleNamespace(publish_display_data=lambda data: messages.append(json.loads(json.dumps(data))))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return messages


@pytest.fixture
def run(published):
    """Run the file's text in a namespace that holds nothing else; return the contents it publishes."""

    def ran(space, *plans, until=math.inf, session=""):
        texts = [protocol._as_json(plan, TAG, session) for plan in plans]
        names = {"REQUESTS": texts, "SPACE": space, "UNTIL": until, "LOOK": protocol.LOOK, "FILL": protocol.FILL}
        exec(compile(protocol.PROGRAM + protocol._CALL, "<unrolled>", "exec"), names)
        return [message[protocol.MIME] for message in published]

    return ran


@pytest.mark.parametrize("text", [protocol.PROGRAM, protocol.LOOK, protocol.FILL], ids=["program", "look", "fill"])
def test_what_is_sent_does_nothing_when_it_is_imported_and_imports_nothing_of_ours(published, text):
    tree = ast.parse(text)
    assert all(
        isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign))
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in tree.body
    )
    imports = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imports |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imports} <= {*sys.stdlib_module_names, "numpy", "IPython"}
    exec(compile(text, "<unrolled>", "exec"), {"__name__": "_unrolled"})
    assert published == []


def test_only_this_file_is_sent_and_nothing_that_a_mark_depends_on():
    text = protocol.request([Call("f", (1,), ("y",))], TAG)
    packed = [zlib.decompress(binascii.a2b_base64(value)) for value in constants(text) if isinstance(value, bytes)]
    compiled, texts = packed[::2], [content.decode() for content in packed[1::2]]
    assert texts == [protocol.PROGRAM + protocol._CALL, protocol.LOOK, protocol.FILL]
    for content, sent in zip(compiled, texts, strict=True):
        assert marshal.loads(content) == compile(sent, "<unrolled>", "exec", dont_inherit=True)
    for word in ("solution", "reference", "seed="):
        assert word not in text + texts[0].replace("reference or mistake ever gets here", "") + texts[1]


def test_the_program_in_a_request_is_short():
    """IPython reads each cell several times before it runs it: 200,000 characters with backslashes took it 10 ms."""
    text = protocol.request([], TAG)
    assert len(text) < 60_000 and text.count("\\") < 10


def constants(text):
    return [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]


def test_another_python_compiles_a_program_itself(monkeypatch):
    """What this Python has compiled is nothing to another one, and is not so much as looked at there."""
    with monkeypatch.context() as patch:
        patch.setattr("marshal.dumps", lambda code: b"not of this Python")
        expression = protocol._code.__wrapped__("y = 3")
    space = {"_unrolled": builtins}
    with pytest.raises(ValueError, match="marshal"):
        eval(expression, space)
    monkeypatch.setattr("sys.version", "4.0")
    exec(eval(expression, space), space)
    assert space["y"] == 3


def test_a_failure_is_described_even_where_the_description_fails(run, monkeypatch):
    """A student's kernel may hold a broken `ast`, or no text at all."""
    space = {}
    exec("def f(): return [1][2]", space)
    assert run(space, [Call("f", (), ("y",))])[-1]["failure"]["sites"][0]["function"] == "f"
    monkeypatch.setattr("linecache.getlines", None)
    failure = run(space, [Call("f", (), ("y",))])[-1]["failure"]
    assert (failure["name"], failure["sites"]) == ("IndexError", [])


def test_an_answer_carries_its_tag_and_its_slots(run):
    [content] = run({"f": lambda x: (x + 1, "kept")}, [Call("f", (np.ones(2),), ("y", "cache"), kept=("cache",))])
    assert content["tag"] == TAG and set(content["calls"][0]) == {"y"}
    answer = protocol.decode(content, TAG, [Call("f", (), ("y", "cache"), kept=("cache",))])
    np.testing.assert_array_equal(answer.calls[0]["y"], [2, 2])


def test_names_that_the_student_redefined_do_not_stand_in_the_way(published):
    names = ("json", "np", "len", "zip", "isinstance", "exec", "compile", "globals", "Request", "answer_requests")
    plan = [Call("f", (), ("y",))]
    exec(protocol.request(plan, TAG), {**dict.fromkeys(names), "f": lambda: 3})
    assert protocol.decode(published[0][protocol.MIME], TAG, plan).calls[0]["y"] == 3


def test_the_request_leaves_the_student_s_names_as_they_were(published):
    space = {"f": lambda: 1.0}
    exec(protocol.request([Call("f", (), ("y",))], TAG), space)
    assert set(space) - {"__builtins__"} == {"f"} and len(published) == 1


def test_a_future_statement_of_the_student_s_does_not_change_the_program(published):
    """IPython keeps such statements for all later cells; this one makes ``!=`` an error."""
    flags = __import__("__future__").barry_as_FLUFL.compiler_flag
    cell = compile(protocol.request([Call("f", (), ("y",))], TAG), "<cell>", "exec", flags)
    exec(cell, {"f": lambda: 1.0})
    assert len(published) == 1


@pytest.mark.parametrize(("until", "answered"), [(math.inf, 3), (0.0, 1)])
def test_no_plan_but_the_first_is_begun_too_late(run, until, answered):
    plans = [[Call("f", (n,), ("y",))] for n in range(3)]
    assert len(run({"f": lambda n: n}, *plans, until=until)) == answered


def test_each_plan_has_a_budget_of_its_own(run):
    half = np.zeros(protocol.BUDGET // 16)
    one, twice = [Call("f", (), ("y",))], [Call("f", (), ("y",)), Call("f", (), ("y",))]
    contents = run({"f": lambda: half}, one, one, twice)
    assert ["failure" in content for content in contents] == [False, False, True]
    assert contents[2]["failure"] == {"kind": "too-large", "function": "f"}


def test_kept_values_are_forgotten_with_their_session(run):
    first = [Call("f", (), ("y", "c"), kept=("c",))]
    later = [Call("g", (Handle("c"),), ("z",))]
    space = {"f": lambda: (1.0, 7), "g": lambda c: c}
    contents = run(space, first, later, session="one")
    assert protocol.decode(contents[1], TAG, later).calls[0]["z"] == 7
    with pytest.raises(KeyError):
        run(space, later, session="two")


def test_a_bound_counts_from_what_the_calls_before_it_took(run):
    def slow():
        return sum(n * n for n in range(200_000))

    bound = Bound(forwards=50, seconds=0.0, counted=())
    plan = [Call("slow", (), ("h",)), Call("slow", (), ("y",), bound=bound)]
    [content] = run({"slow": slow}, plan)
    assert "calls" in content
    request = kernel_side.Request(protocol._as_json(plan, TAG), {"slow": slow})
    with pytest.raises(kernel_side.Stop) as stop:  # without a call before it, no time at all is allowed
        request.call(request.plan["calls"][1])
    assert stop.value.args[0] == {"kind": "costly"}


def test_only_a_stub_of_the_student_s_is_not_started(run):
    def library():
        raise NotImplementedError

    student = {}
    exec("def g(): raise NotImplementedError\ndef f(): g()\ndef h(): library()", student)
    student["library"] = library
    contents = run(student, [Call("f", (), ("y",))], [Call("h", (), ("y",))])
    assert contents[0]["failure"] == {"kind": "not-started", "name": "g", "function": "f"}
    assert (contents[1]["failure"]["kind"], contents[1]["failure"]["name"]) == ("exception", "NotImplementedError")


@pytest.mark.parametrize("array", [np.zeros((1,) * 6), np.zeros((1,) * 7)])
def test_an_array_with_too_many_axes_is_sent_as_another_kind(run, array):
    [content] = run({"f": lambda: array}, [Call("f", (), ("y",))])
    assert content["calls"][0]["y"]["kind"] == ("array" if array.ndim == 6 else "other")


def test_an_error_that_cannot_be_printed_has_an_empty_message(run):
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    def f():
        raise Mute

    [content] = run({"f": f}, [Call("f", (), ("y",))])
    assert (content["failure"]["name"], content["failure"]["message"]) == ("Mute", "")
