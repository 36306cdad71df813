"""Learners are asked before they are shown: every prediction has its answer below, and the answers are true."""

import itertools
import re

import numpy as np
import pytest

from utils import explorers, figures, gradients
from utils.checking.card import Note
from utils.data.vocabulary import END, PAD, START, encode_numerals, encode_spellings
from utils.explorers.prediction import SKIP, Prediction, predict
from utils.explorers.questions import QUESTIONS
from utils.figures import _cut_lines, _who_blames_whom
from utils.figures.picture import Picture

ASKED = re.compile(r'explorers\.(?:predict\(\s*"([\w-]+)"|(spectrum_fan)\()')
# Predictions without a few answers to choose from: what asks, and what answers it below.
ANSWERED = {
    "00-start-here": {
        "how far off is the one-sided slope": "off by {slope - 12:.4f}",
        "Predict all four numbers": 'print("dw:", 1 * 1 + 3 * 10)',
    },
    "02-bptt": {"which gradients will meet at the next state?": "explorers.graph_stepper("},
    "03-training": {
        "how many steps does the loss at step 9 reach": "reaches 1 step; that at step 12, the last of it, reaches 4"
    },
    "05-lstm": {"does\nthe second run find its way back": "The second run does not find its way back"},
    "07-capstone": {'for "phone": which letters decide the F': "explorers.connectivity("},
}


@pytest.fixture(params=["00-start-here", "01-rnn-forward", "02-bptt", "03-training", "04-gradient-flow", "05-lstm",
                        "06-highway", "07-capstone"])  # fmt: skip
def assignment(request):
    return request.param


def unanswered(cells, answered):
    """Return the questions of a notebook, as texts, that neither a widget nor anything else below answers."""
    found = []
    for place, cell in enumerate(cells):
        text = cell.source.replace("**Predict**", "Predict")
        count = len(re.findall(r"\bPredict\b", text)) if cell.cell_type == "markdown" else 0
        below = "\n".join(one.source for one in cells[place + 1 :])
        for asks, answer in answered.items():
            count -= asks in text and answer in below
        until = itertools.takewhile(
            lambda one: one.cell_type == "code" or "Predict" not in one.source, cells[place + 1 :]
        )
        following = [one.source for one in until if one.cell_type == "code"][:2]
        if count > sum(len(ASKED.findall(source)) for source in following):
            found.append(text)
    return found


def test_every_prediction_is_answered_below(course, assignment):
    cells = course.sources[assignment].cells
    answered = ANSWERED.get(assignment, {})
    assert unanswered(cells, answered) == []
    for asks in answered:
        left = {one: answer for one, answer in answered.items() if one != asks}
        assert len(unanswered(cells, left)) == 1, f"nobody asks {asks!r}, or something else answers it"


def test_a_prediction_that_loses_its_widget_is_found(course):
    cells = [type(cell)(cell) for cell in course.sources["01-rnn-forward"].cells]
    for cell in cells:
        cell.source = cell.source.replace('explorers.predict("reach", figures.reach(rnn_forward))', "pass")
    [found] = unanswered(cells, {})
    assert "**Reach.**" in found


def test_every_question_is_asked_once(course):
    code = [
        cell.source for name in course.assignments for cell in course.sources[name].cells if cell.cell_type == "code"
    ]
    asked = [name for source in code for name, _ in ASKED.findall(source) if name]
    assert sorted(asked) == sorted(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_different_answers_and_a_reason(name):
    question = QUESTIONS[name]
    assert question.asks.endswith("?") and question.why.endswith((".", ".)"))
    assert len(set(question.answers)) == len(question.answers) >= 2 and SKIP not in question.answers
    assert 0 <= question.right < len(question.answers)


def cell_of(course, name):
    sources = [
        cell.source for one in course.assignments for cell in course.sources[one].cells if cell.cell_type == "code"
    ]
    [source] = [source for source in sources if f'explorers.predict("{name}"' in source]
    return source


@pytest.fixture
def printed(course):
    """Return a function that runs the cell of a question; it returns what is shown as text, and the cell's names."""

    def printed(name):
        shown = []

        class Explorers:
            predict = staticmethod(lambda name, text: shown.append(text))

        space = {"np": np, "explorers": Explorers, "START": START, "END": END, "PAD": PAD}
        space |= {"encode_spellings": encode_spellings, "encode_numerals": encode_numerals}
        exec(cell_of(course, name), space)
        [text] = shown
        return text, space

    return printed


def right(name):
    return QUESTIONS[name].answers[QUESTIONS[name].right]


def why(name):
    return QUESTIONS[name].why


def line(picture, gid):
    [found] = [one for axes in picture.figure.axes for one in axes.lines if one.get_gid() == gid]
    return np.asarray(found.get_ydata(), float)


def test_the_best_step():
    x, answers = 1.25, QUESTIONS["best-step"].answers

    def best(kind):
        h = np.array([float(answer) for answer in answers], kind)
        slopes = (np.sin(kind(x) + h) - np.sin(kind(x) - h)) / (2 * h)
        return answers[np.argmin(np.abs(slopes.astype(float) - np.cos(x)))]

    assert best(np.float64) == right("best-step")
    assert f"In float32, where rounding is 5e8 times as large, {best(np.float32)} is the best" in why("best-step")
    assert np.finfo(np.float32).eps / np.finfo(np.float64).eps == pytest.approx(5e8, rel=0.1)
    assert f"what Taylor's series leaves over is {1e-5**2 / 6:.0e}" in why("best-step")


def test_the_nearest_instrument(course):
    picture = figures.instruments(course.reference["numerical_gradient"], gradients.numeric_gradient)
    errors = re.findall(r"(yours|central|richardson|complex)\S*(?:, h = 1e-5)?: (\d\S*?)[;.]?(?=\s|$|;)", picture.alt)
    assert len(errors) == 4 and min(errors, key=lambda pair: float(pair[1].rstrip(".;")))[0] == "complex"
    assert right("instruments") == "the complex step"


def test_where_the_starts_end():
    end = 0.5
    for _ in range(200):
        end = np.tanh(1.5 * end)
    assert right("memories") == "four" and f"to {end:.2f} or to −{end:.2f}" in why("memories")


def test_what_is_left_of_an_input(printed):
    seen = [float(number) for number in printed("fading")[0].split()]
    assert len(seen) == 6 and all(0 < after < before for before, after in itertools.pairwise(seen))
    assert right("fading") == "it comes nearer at every step"


def test_the_reach(course):
    picture = figures.reach(course.reference["rnn_forward"])
    norms = (0.5, 1.0, 1.5, 2.0)
    at_60, at_300 = ([n for n in norms if line(picture, f"norm={n}")[t - 1] < 1e-3] for t in (60, 300))
    assert right("reach") == f"norms {' and '.join(f'{n:g}' for n in at_60)}"
    assert at_300 == [0.5, 1.0, 1.5] and "At step 300 the curve of norm 1.5 is below a thousandth" in why("reach")


def test_the_slope_of_two_losses(printed):
    one, two, both = (float(number) for number in re.findall(r"\d\.\d{4}", printed("two-losses")[0]))
    assert both == pytest.approx(one + two, abs=2e-4) and right("two-losses") == "the sum of the two slopes"


def test_a_norm_above_one(course):
    explorer = explorers.who_blames_whom(course.reference["rnn_backward"], course.reference["rnn_forward"])
    explorer.buttons["Saturated"].click()
    assert explorer.values["gain"] == 1.4 and "at norm 1.4" in why("above-one")
    corner = float(re.search(r", (\S+) at h₀\.", explorer.alt)[1])
    assert corner < 10.0**_who_blames_whom.LOW, "white"
    assert right("above-one") == "no" and "the corner has the palest shade" in why("above-one")
    explorer.buttons["Explodes"].click()
    assert float(re.search(r", (\S+) at h₀\.", explorer.alt)[1]) > 1, "it can grow"


def test_the_bias_of_a_cut(course):
    lost = {gain: _cut_lines.blame(course.reference["truncated_bptt"], gain).bias[4] for gain in (0.7, 1.0)}
    assert f"{lost[0.7]:.0%} of the gradient at gain 0.7, and {lost[1.0]:.0%} at gain 1".replace("%", " %") in why(
        "bias"
    )
    assert lost[0.7] < lost[1.0] and right("bias") == "at 1: Wh keeps the length of every state"


def test_the_unit_that_moves_more(printed):
    first, second = (float(number) for number in re.findall(r"\d\.\d+", printed("second-unit")[0]))
    assert first > second and right("second-unit").startswith("the first")
    flat = 1 - np.tanh([0.5 - 2 * 0.3, -3 * 0.3]) ** 2
    assert f"3 × {flat[1]:.2f} is less than 2 × {flat[0]:.2f}" in why("second-unit")


def test_the_norm_at_gain_two(course):
    picture = figures.norm_against_gain(course.reference["jacobian_product"], course.reference["rnn_forward"])
    assert float(re.search(r"([\d.]+) at gain 2", picture.alt)[1]) > 1 and right("gain-two") == "above 1"
    assert f"passes 1 near gain {re.search(r'passes 1 near gain ([0-9.]+[0-9])', picture.alt)[1]}" in why("gain-two")


def test_sixty_powers(printed):
    last = float(printed("sixty-powers")[0].split()[-1])
    assert (
        last < 1
        and right("sixty-powers") == "to 0"
        and f"0.6³⁰ is {0.6**30:.0e}".replace("e-0", "e-") in why("sixty-powers")
    )


def test_the_sign_and_the_halves(printed):
    assert "the cell now holds 0.70" in printed("sign")[0] and right("sign") == "no"
    left = [float(number) for number in re.findall(r"left: ([\d.]+)", printed("ten-halves")[0])]
    assert [f"{number:.1g}" for number in left] == ["0.5", "0.001"] and right("ten-halves") == "0.5, and 0.001"


def test_the_slope_beside_f_and_the_half_life(printed):
    slope = float(printed("more-than-f")[0].split()[1])
    assert slope > 0.8 and right("more-than-f") == "more"
    assert f"0.8 × (1 + {slope / 0.8 - 1:.2f})" in why("more-than-f")
    *_, after_5 = (float(number) for number in re.findall(r"after ([\d.]+) steps", printed("half-life")[0]))
    assert after_5 == pytest.approx(103, abs=0.5) and right("half-life") == "about 100"
    assert "bias 0: f = 0.5000, half is gone after 1.0 steps" in printed("half-life")[0]


def test_the_two_lanes(course):
    names = "lstm_forward_full", "lstm_backward_full", "cell_highway", "forget_bias"
    explorer = explorers.two_lanes(*(course.reference[name] for name in names))
    found = []
    for bias in (0, 5):
        explorer.set(bias=bias)
        found.append([float(n) for n in re.search(r"At step 1: ([\d.e-]+), ([\d.e-]+) and", explorer.alt).groups()])
    (all_0, direct_0), (all_5, direct_5) = found
    assert direct_5 / direct_0 > all_5 / all_0 and right("two-lanes") == "the direct path"
    assert f"from {direct_0:.0e} to {direct_5} by the direct path, from {all_0:.0e} to {all_5} by all".replace(
        "e-0", "e-"
    ) in why("two-lanes")
    explorer.buttons["Growing"].click()
    whole, direct = (float(n) for n in re.search(r"At step 1: ([\d.e-]+), ([\d.e-]+) and", explorer.alt).groups())
    assert direct < 1 < whole


def test_what_is_asked_and_read(printed):
    assert f"asked at {right('asked')} steps" in printed("asked")[0]
    assert ", ".join(re.findall(r"reads (\w+)", printed("cab")[0])) == right("cab")


def test_who_has_not_written_the_function_is_not_asked():
    note = Note("Write it first.")
    assert predict("reach", note) is note


class TestShown:
    """What stands there before and after a choice, for text, picture and explorer."""

    def test_text(self):
        asked = predict("sign", "kept 0.90 < 1")
        assert isinstance(asked, Prediction) and asked.explorer is None and "kept" not in repr(asked)
        asked.buttons["yes"].click()
        assert asked.says == f"You predicted “yes”. It is “no”. {why('sign')}"
        assert "kept 0.90 &lt; 1" in asked.explorer.value

    def test_skip(self):
        asked = predict("sign", "kept 0.90")
        asked.buttons[SKIP].click()
        assert asked.says == f"It is “no”. {why('sign')}" and asked.explorer is not None

    def test_a_page_on_which_nothing_can_be_pressed_has_the_picture_folded(self, course):
        picture = figures.reach(course.reference["rnn_forward"])
        assert isinstance(picture, Picture)
        bundle = predict("reach", picture)._repr_mimebundle_()
        question, folded = bundle["text/html"].split("<details>")
        assert "<img" not in question and picture.alt[:40] in folded and right("reach") in folded
        assert picture.alt in bundle["text/plain"] and "application/vnd.jupyter.widget-view+json" in bundle

    def test_an_explorer(self):
        explorer = explorers.wirings()
        asked = predict("memories", explorer)
        asked.buttons["four"].click()
        assert asked.children[-1] is explorer and asked.says.startswith(
            "You predicted “four”. With right functions it is “four”. "
        )
