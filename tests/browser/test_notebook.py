"""A learner's notebook runs in JupyterLab, answers, and shows its figures."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

EXERCISES = (
    "rnn_step_forward",
    "rnn_forward",
    "word_embedding_forward",
    "temporal_affine_forward",
    "many_to_one",
    "many_to_many",
    "one_to_many",
    "encode_decode",
)
REACH = 'explorers.predict("reach"'
PORTRAIT = 'explorers.predict("memories"'
FIGURES = ("figures.same_parameters", "figures.time_per_length", REACH)
STEP, CHECK = "rnn_step_forward", "test_rnn_step_forward"
GREEN, VERMILION = "rgb(0, 158, 115)", "rgb(213, 94, 0)"
READABLE = 4.5  # WCAG 2, level AA


def keep_in_both_themes(lab, name, *cells):
    """Keep pictures of these cells in a light and a dark theme; every card in them must be readable in both."""
    for theme in ("Dark", "Light"):
        lab.theme(f"JupyterLab {theme}")
        for i, cell in enumerate(cells):
            lab.keep("-".join([name, *[str(i + 1)] * (len(cells) > 1), theme.lower()]), lab.cell(cell))
            for card in lab.output(cell).get_by_role("note").all():
                assert min(lab.contrasts(card)) >= READABLE, f"{cell} in the {theme} theme"


def every_picture_loads_and_has_words(lab, at_least):
    pictures = lab.pictures()
    assert len(pictures) >= at_least
    for picture in pictures:
        assert picture["width"] > 100, f"does not load: {picture}"
        assert len(picture["alt"].split()) > 5, f"says too little: {picture}"


def test_a_fresh_working_copy_runs_from_top_to_bottom(lab):
    lab.open("work/01-rnn-forward/01-rnn-forward.ipynb")
    lab.keep("blank")
    lab.run_all()
    assert lab.tracebacks() == []
    for name in EXERCISES:
        expect(lab.output(f"test_{name}")).to_contain_text(f"{name} is not started yet.")
    for figure in (PORTRAIT, *FIGURES):
        expect(lab.output(figure)).to_contain_text("this figure is drawn by it")
    expect(lab.output("check.progress")).to_contain_text("0 of 8 exercises right")
    every_picture_loads_and_has_words(lab, at_least=4)
    keep_in_both_themes(lab, "blank", CHECK, PORTRAIT, "check.progress")


def test_run_all_survives_a_syntax_error(opened, answers):
    other = "word_embedding_forward"
    lab = opened("syntax-error", {STEP: answers[STEP].replace("):", ")", 1), other: answers[other]})
    lab.run_all()
    broken = lab.tracebacks()
    assert broken[:2] == [STEP, CHECK]
    expect(lab.output(STEP)).to_contain_text("SyntaxError")
    expect(lab.output(f"test_{other}")).to_contain_text(f"{other} is right.")
    expect(lab.output("check.progress")).to_contain_text("1 of 8 exercises right")
    lab.keep("syntax-error", lab.cell(CHECK))


def test_a_typed_answer_is_judged_and_its_mistake_named(opened, answers):
    lab = opened("typed")
    without_bias = answers[STEP].replace(" + b)", ")")
    assert without_bias != answers[STEP]
    lab.run("import numpy")
    lab.type(STEP, without_bias)
    lab.run(STEP)
    card = lab.run(CHECK).get_by_role("note")
    expect(card).to_contain_text("next_h is not right yet")
    expect(card).to_contain_text("the states of a cell whose b is 0")
    expect(card).not_to_contain_text("Which of the function's arguments")
    expect(card).to_have_css("border-left-color", VERMILION)
    keep_in_both_themes(lab, "wrong", CHECK)

    asked = f"check({STEP}, hint=2)"
    lab.type("check.progress", asked)
    expect(lab.run(asked).get_by_role("note")).to_contain_text("Which of the function's arguments have you not used")
    keep_in_both_themes(lab, "wrong-hint-2", asked)

    lab.type(STEP, answers[STEP])
    lab.run(STEP)
    card = lab.run(CHECK).get_by_role("note")
    expect(card).to_contain_text("rnn_step_forward is right.")
    expect(card).to_have_css("border-left-color", GREEN)
    expect(lab.output(CHECK).get_by_role("img")).to_be_visible()
    keep_in_both_themes(lab, "right", CHECK)


def test_right_answers_draw_every_figure(opened, answers):
    lab = opened("right", answers)
    lab.run_all()
    assert lab.tracebacks() == []
    for name in EXERCISES:
        expect(lab.output(f"test_{name}")).to_contain_text(f"{name} is right.")
    expect(lab.output("check.progress")).to_contain_text("8 of 8 exercises right")
    expect(lab.output(REACH).get_by_role("img")).to_have_count(0)
    for name in (REACH, PORTRAIT):
        lab.output(name).get_by_role("button", name="Skip").press("Enter")
    for figure in FIGURES:
        expect(lab.output(figure).get_by_role("img")).to_be_visible()
    every_picture_loads_and_has_words(lab, at_least=10)
    keep_in_both_themes(lab, "figures", "test_rnn_forward", *FIGURES)
    keep_in_both_themes(lab, "progress", "check.progress")
