"""The secret is made once, for its owner only, and seeds depend on every part of what they are for."""

import multiprocessing
import os

import pytest

from autograder.errors import AutograderError
from autograder.judging import seeds

ABOUT = {"student": "ann", "assignment": "01", "exercise": "f", "submission": "s"}


def test_the_secret_is_made_once_and_private(tmp_path):
    one = seeds.secret(tmp_path / "course")
    path = tmp_path / "course" / "secret"
    assert len(one) == 32 and seeds.secret(tmp_path / "course") == one
    assert path.stat().st_mode & 0o777 == 0o600
    os.chmod(path, 0o644)
    assert seeds.secret(tmp_path / "course") == one
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secret"]


def test_many_processes_agree_on_one_secret(tmp_path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(seeds.secret, [tmp_path] * 8))) == 1


@pytest.mark.parametrize("content", ["", "hello", "ab"])
def test_a_spoilt_secret_is_not_replaced(tmp_path, content):
    (tmp_path / "secret").write_text(content, encoding="ascii")
    with pytest.raises(AutograderError, match="restore it from your backup"):
        seeds.secret(tmp_path)
    assert (tmp_path / "secret").read_text(encoding="ascii") == content


def test_every_part_changes_the_seed_and_parts_do_not_run_together():
    one = seeds.seed(b"key", **ABOUT)
    assert one == seeds.seed(b"key", **ABOUT) and one.bit_length() > 200
    others = [seeds.seed(b"key", **{**ABOUT, part: ABOUT[part] + "x"}) for part in ABOUT]
    others += [seeds.seed(b"other", **ABOUT), seeds.seed(b"key", **{**ABOUT, "student": "an", "assignment": "n01"})]
    assert len({one, *others}) == len(others) + 1
