"""The handwritten digits are complete, apart from those the autograder keeps, and read as they were drawn."""

import hashlib

import numpy as np
import pytest

from autograder.assignments.capstone import data
from autograder.assignments.capstone.data.make_digits import packed, pictures
from utils.data import digits, load_digits


@pytest.fixture(scope="module")
def shipped():
    return load_digits()


@pytest.fixture(scope="module")
def held_back():
    return data.held_back_digits()


def drawn(images):
    """The pictures as the lines of the file write them."""
    shades = np.rint(16 * images).astype(int)
    return ["".join(digits.SHADES[shade] for shade in image) for image in shades]


def test_shapes_types_and_range(shipped, held_back):
    for (images, labels), count in ((shipped, 1400), (held_back, 397)):
        assert images.shape == (count, 64) and images.dtype == np.float32
        assert labels.shape == (count,) and labels.dtype == np.int64
        assert images.min() == 0 and images.max() == 1
        assert set(labels.tolist()) == set(range(10))


def test_the_counts_are_those_of_the_source(shipped, held_back):
    # UCI's own description of optdigits.tes: examples of 0, 1, ... 9
    counts = np.bincount(np.concatenate([shipped[1], held_back[1]]))
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_no_held_back_picture_ships_and_none_occurs_twice(shipped, held_back):
    ours, theirs = drawn(shipped[0]), drawn(held_back[0])
    assert not set(ours) & set(theirs)
    assert len(set(ours)) == 1400 and len(set(theirs)) == 397


def test_the_division_depends_on_the_pictures_alone(shipped, held_back):
    order = [hashlib.sha256(one.encode()).digest() for one in drawn(held_back[0]) + drawn(shipped[0])]
    assert order == sorted(order)


def test_the_pictures_are_upright(shipped):
    """A mean one is dark along the middle and white at its left edge; a mean zero is hollow."""
    images, labels = shipped
    one, zero = (images[labels == digit].mean(axis=0).reshape(8, 8) for digit in (1, 0))
    assert one[:, 3:5].mean() > 0.6 and one[:, 0].mean() < 0.05
    assert zero[3:5, 3:5].mean() < 0.2 < 0.6 < zero[3:5, [2, 5]].mean()
    seven = images[labels == 7].mean(axis=0).reshape(8, 8)
    assert seven[0].mean() > seven[-1].mean()  # its bar is at the top


def test_the_licence_stands_beside_both_files():
    for file in (digits.FILE, data.DIGITS):
        licence = file.with_name("LICENSE.digits").read_text(encoding="utf-8")
        assert "Alpaydin, E. and Kaynak, C." in licence and "CC BY 4.0" in licence and "Changes:" in licence


def test_making_orders_by_hash_and_writes_what_is_read(tmp_path):
    rows = ["0," * 63 + "16,7", "16," + "0," * 63 + "2", "1," * 64 + "0"]
    entries = pictures("\n".join(rows))
    assert sorted(digit for _, digit in entries) == ["0", "2", "7"]
    assert pictures("\n".join(rows[::-1])) == entries
    file = tmp_path / "some.xz"
    file.write_bytes(packed(entries))
    images, labels = load_digits(file)
    of = dict(zip(labels.tolist(), images, strict=True))
    assert of[7][63] == 1 and of[7].sum() == 1 and of[2][0] == 1 and (of[0] == np.float32(1 / 16)).all()


def test_a_picture_that_occurs_twice_is_refused():
    with pytest.raises(ValueError, match="occurs twice"):
        pictures("\n".join(["0," * 64 + "3", "0," * 64 + "5"]))
