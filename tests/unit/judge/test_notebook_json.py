"""A submission's bytes, whatever they are, are read as a notebook or refused in one sentence."""

import json

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_course import SOLUTIONS, build_release, cell_of, submission

from autograder.collecting import notebook_json
from autograder.collecting.notebook_json import parse_submission, read_content
from autograder.collecting.rebuild import rebuild
from autograder.errors import BadInput

RELEASE = build_release()
WHOLE = nbformat.writes(submission()).encode()
KEYS = [
    "cells",
    "cell_type",
    "source",
    "metadata",
    "nbgrader",
    "grade_id",
    "id",
    "attachments",
    "outputs",
    "worksheets",
]


def test_a_submission_is_read(tmp_path):
    path = tmp_path / "a.ipynb"
    nbformat.write(submission(), path)
    assert rebuild(parse_submission(read_content(path), path.name), RELEASE).repairs == []
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert rebuild(parse_submission(read_content(str(path)), path.name), RELEASE).repairs == []


def test_the_old_format_is_read():
    cells = [{"cell_type": "code", "language": "python", "input": text, "outputs": []} for text in SOLUTIONS.values()]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    rebuilt = rebuild(parse_submission(json.dumps(old).encode()), RELEASE)
    assert {name: cell_of(rebuilt.notebook, name).source for name in SOLUTIONS} == SOLUTIONS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"\x00\x01\xff\xfe", "not text in UTF-8"),
        (b"PK\x03\x04", "it is not JSON"),
        (b"[1, 2]", "is not a Jupyter notebook"),
        (b'{"cells": 3}', "is not a Jupyter notebook"),
        (b'{"cells": []}', "has no cells"),
        (b'{"cells": [1, null, "x"]}', None),
        (b'{"cells":' * 100_000, "nested too deeply"),
        (b"[" * 1_000_000 + b"]" * 1_000_000, "nested too deeply"),
        (b'{"cells": [' + b"{}," * 2000 + b"{}]}", "2001 cells"),
        (b'{"cells": ' + b"[" * 63 + b"]" * 63 + b"}", None),
        (b'{"cells": ' + b"[" * 64 + b"]" * 64 + b"}", "nested too deeply"),
        (b'{"cells": [' + b'{"outputs": [' + b"{}," * 600_000 + b"{}]}]}", "more than 500,000 parts"),
        (b'"' * 5_000_000, "it is not JSON"),
        (b'["' + b'\\"' * 2_000_000, "it is not JSON"),
        (b"x" * 5_000_000, "it is not JSON"),
        (b'{"cells": [1' + b"1" * 5_000_000 + b"]}", None),
        ("{}".encode("utf-16"), "not text in UTF-8"),
    ],
    ids=lambda v: repr(v)[:30],
)
def test_bytes_that_are_not_a_notebook_are_refused_in_a_sentence(tmp_path, content, reason):
    path = tmp_path / "a.ipynb"
    path.write_bytes(content)
    if reason is None:
        with pytest.raises(BadInput, match="another notebook"):
            rebuild(parse_submission(read_content(path), path.name), RELEASE)
        return
    with pytest.raises(BadInput, match=reason) as caught:
        parse_submission(read_content(path), path.name)
    assert "\n" not in str(caught.value)


def test_brackets_in_texts_do_not_count():
    text = r'[[[{\\"[{' * 1000
    sent = parse_submission(json.dumps({"cells": [{"cell_type": "code", "source": text}]}).encode())
    assert sent.cells[0].source == text


def test_odd_numbers_and_keys_that_stand_twice_do_no_harm():
    cell = b'{"cell_type": "code", "execution_count": NaN, "outputs": [1e999, -Infinity], "source": "a", "source": "b"}'
    sent = parse_submission(b'{"nbformat": 1' + b"0" * 10_000 + b', "cells": [' + cell + b"]}")
    assert sent.cells == [{"cell_type": "code", "source": "b"}]


NESTED = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200)
    | st.builds(lambda cells: json.dumps({"cells": cells}).encode(), st.lists(NESTED, max_size=4))
    | st.builds(lambda raw, at, put: raw[:at] + put + raw[at:], st.just(WHOLE), st.integers(0, 3000), st.binary())
)
def test_the_reader_knows_no_other_error(content):
    """Random bytes, odd JSON, and a right submission with something put in: read and rebuilt, or refused."""
    try:
        rebuilt = rebuild(parse_submission(content), RELEASE)
    except BadInput as error:
        assert "\n" not in str(error)
        return
    nbformat.validate(rebuilt.notebook)
    assert [c.id for c in rebuilt.notebook.cells if not c.id.startswith("added-")] == [c.id for c in RELEASE.cells]


def test_a_missing_or_oversized_file_is_refused(tmp_path, monkeypatch):
    with pytest.raises(BadInput, match="There is no notebook"):
        read_content(tmp_path / "none.ipynb")
    with pytest.raises(BadInput, match="There is no notebook"):
        read_content(tmp_path)
    monkeypatch.setattr(notebook_json, "MAX_BYTES", 10)
    (tmp_path / "big.ipynb").write_text("{}" + " " * 20, encoding="ascii")
    with pytest.raises(BadInput, match="larger than"):
        read_content(tmp_path / "big.ipynb")
