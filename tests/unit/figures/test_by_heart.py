"""Right functions learn all fifty examples by heart, wrong ones visibly do not, and stubs get a note."""

import types

import pytest

from utils.checking.card import Note
from utils.explorers.questions import QUESTIONS
from utils.figures import _overfitting as by_heart
from utils.figures import captions_by_heart, words_by_heart

DRAWN = {
    "captions": (captions_by_heart, "train_captions", "caption"),
    "words": (words_by_heart, "train_pronounce", "pronounce"),
}


def in_the_notebook(function, train):
    """Return `function` as if it were defined beside `train`: it finds the same names, the loss among them."""
    return types.FunctionType(function.__code__, train.__globals__, function.__name__, None, function.__closure__)


@pytest.fixture(params=DRAWN)
def drawing(request, course):
    draw, train, speak = DRAWN[request.param]
    return draw, course.reference[train], course.reference[speak]


def lines(picture):
    """Return what is written, a list of five for each number of steps."""
    written = [text.get_text() for text in picture.figure.texts if text.get_gid() == "written"]
    return [written[n : n + by_heart.SHOWN] for n in range(0, len(written), by_heart.SHOWN)]


def test_right_functions_learn_all(drawing, title):
    draw, train, speak = drawing
    picture = draw(train, speak)
    assert title(picture).startswith("After 150 steps 50 of 50")
    first, *_, last = lines(picture)
    assert len(lines(picture)) == len(by_heart.STEPS)
    assert not set(first) & set(last), "before training nothing is right"
    assert "after 150 steps, at 0.01" in picture.alt
    predicted(picture)


def predicted(picture):
    """Compare what is drawn after 15 steps with the answers to the notebook's questions."""
    assert by_heart.STEPS[1] == 15
    _, early, _, last = ([one.split() or [""] for one in written] for written in lines(picture))
    if "phoneme" in picture.alt:
        right = QUESTIONS["first-learned"]
        begin, end, long = (sum(map(same, early, last)) for same in (
            lambda a, b: a[0] == b[0], lambda a, b: a[-1] == b[-1], lambda a, b: len(a) == len(b)))  # fmt: skip
        assert (begin, end, long) == (4, 0, 1) and right.answers[right.right] == "how a word begins"
        assert "four of the five words shown begin right; none ends right, and one is as long" in right.why
    else:
        right = QUESTIONS["first-line"]
        assert len({text for [text] in early}) > 1 and [early[0], early[3]] == [["si"], ["nie"]]
        assert right.answers[right.right] == "pieces of words"


def test_the_numbers_of_the_exemplar(course):
    picture = captions_by_heart(course.reference["train_captions"], course.reference["caption"])
    assert "after 50 steps, at 0.25 nats a letter, 37" in picture.alt
    assert lines(picture)[-1] == ["six", "eight", "five", "zero", "seven"]


def test_a_training_that_does_not_train_is_seen(drawing, title):
    draw, train, speak = drawing
    picture = draw(in_the_notebook(lambda params, read, rows, steps: params, train), speak)
    assert title(picture).startswith("After 150 steps 0 of 50")


def test_a_decoder_that_stutters_is_seen(drawing, title):
    draw, train, speak = drawing
    picture = draw(
        in_the_notebook(lambda *args: train(*args[:3], 30), train),
        lambda *args: speak(*args)[:, :1].repeat(args[2], axis=1),
    )
    assert title(picture).startswith("After 150 steps 0 of 50")


def stub(*args):
    raise NotImplementedError


@pytest.mark.parametrize(
    ("spoilt", "sentence"),
    [
        (lambda params, read, rows, steps: None, "should return params"),
        (lambda params, read, rows, steps: {"b": 0}, "should return params"),
    ],
)
def test_undrawable_answers_get_a_sentence(drawing, spoilt, sentence):
    draw, train, speak = drawing
    assert sentence in repr(draw(spoilt, speak))
    idle = in_the_notebook(lambda params, *args: params, train)
    for note in (draw(stub, speak), draw(idle, stub)):
        assert isinstance(note, Note) and "Write `stub`" in repr(note)
    short = draw(idle, lambda p, read, length: speak(p, read, length)[:, 1:])
    assert "should return integers of shape" in repr(short)
    outside = draw(idle, lambda p, read, length: speak(p, read, length) + 100)
    assert "which the model does not know" in repr(outside)


def test_a_figure_without_its_loss_says_so(course):
    """The loss that the figure shows is the learner's own, found beside the training."""
    note = captions_by_heart(lambda params, *args: params, course.reference["caption"])
    assert "caption_loss is not defined. This figure is drawn by it" in repr(note)


def test_a_loss_that_cannot_measure_gets_a_sentence(course):
    functions = course.reference.over({"caption_loss": lambda params, images, captions: None})
    idle = in_the_notebook(lambda params, *args: params, functions["train_captions"])
    assert "caption_loss returned a NoneType first, no array of numbers." in repr(
        captions_by_heart(idle, functions["caption"])
    )
