"""Assignment 07: what the texts, the written question and its rubric say is true."""

import json
import re

import numpy as np
import pytest

from autograder.assignments.capstone import data, exercises
from autograder.course import rubrics
from utils.data.vocabulary import PAD, encode_pronunciations
from utils.experiments import weights
from utils.experiments.pronunciation import WEIGHTS
from utils.experiments.speakers import pronounce_model
from utils.figures._connectivity import measure
from utils.figures.stills import capstone as stills


def test_the_bars_are_those_of_the_record():
    """What the exercises' docstring says of ten seeds."""
    record = json.loads(data.BARS.read_text(encoding="utf-8"))
    for name, median, bar in (("caption", 82, 106), ("pronounce", 71, 92)):
        needed = np.array(record[name]["needed"])
        assert round(np.median(needed) + 0.01) == median
        assert round(np.median(needed) + 3 * needed.std(ddof=1)) == bar < record[name]["given"] == 150
        docstring = " ".join(exercises.__doc__.split())
        assert f"after a median of {median} steps" in docstring or f"and {median} (phonemes)" in docstring


def texts(course):
    """Return the markdown cells of 07, from the first part's heading on, by the part they belong to."""
    found, part = {"letter": [], "phoneme": []}, None
    for cell in course.sources["07-capstone"].cells:
        if cell.source.startswith("# Captions: one to many"):
            part = "letter"
        elif cell.source.startswith("# Pronounce it"):
            part = "phoneme"
        if cell.source.startswith("## In your own words"):
            return found
        if part and cell.cell_type == "markdown":
            found[part].append(cell.source)
    raise AssertionError("no written question")


def written_question(course):
    """Return the question, and its exemplar, rubric and quoted answers, each by how it begins."""
    cells = course.sources["07-capstone"].cells
    [at] = [n for n, cell in enumerate(cells) if "**Exemplar" in cell.source]
    parts = re.split(
        r"^\*\*(Exemplar|Rubric|For the reader|Borderline|Tempting)", cells[at].source, flags=re.MULTILINE
    )[1:]
    return cells[at - 1].source, dict(zip(parts[::2], parts[1::2], strict=True))


def test_each_part_has_one_unit(course):
    for unit, cells in texts(course).items():
        units = re.findall(r"nats(?: an? \w+)?", " ".join(" ".join(cells).split()))
        assert set(units) == {f"nats a {unit}"}
    question, answers = written_question(course)
    for text in (question, *answers.values()):
        for nats in re.findall(r"\d nats.{0,14}", " ".join(text.split())):
            assert re.match(r"\d nats a (phoneme|letter)", nats), nats


@pytest.mark.parametrize("answer", ["Borderline", "Tempting"])
def test_a_quoted_answer_has_what_was_chosen(course, answer):
    _, answers = written_question(course)
    text = " ".join(answers[answer].split())
    quoted, chosen = re.search(r'"(.*?)" Chosen: (.*?)\.', text).groups()
    words = {  # what the items ask for, in the words of the quoted answers
        "mean-probability": r"p = 0\.95,",
        "not-a-share": "likeliest",
        "whole-word": r"0\.95\^4 = 0\.81",
        "count-words": "count",
        "what-it-reads": "right phonemes, when it speaks its own",
        "one-wrong": "after one wrong",
        "can-learn": "can learn",
        "kept-back": "nothing about others?.*kept back|kept back.*nothing about others",
        "two-numbers": r"error rate of 0\.15.*all 50 words|0\.013 nats a phoneme.*error rate of 0\.15",
    }
    [items] = rubrics.items(course.sources["07-capstone"]).values()
    assert set(words) == {item.id for item in items}
    assert re.findall("`([^`]+)`", chosen) == [name for name in words if re.search(words[name], quoted)]


def test_numbers_of_the_written_question(course):
    """A word of three phonemes has four factors, END among them; so it is for the loss, which counts END."""
    _, answers = written_question(course)
    exemplar, rubric = (" ".join(answers[part].split()) for part in ("Exemplar", "For the reader"))
    nats = 0.05
    assert f"e^−0.05 = {np.exp(-nats):.3f}" in exemplar
    assert f"e^−{4 * nats:.1f} = {np.exp(-4 * nats):.2f}" in exemplar
    assert (
        f"e^−0.2 = {np.exp(-4 * nats):.2f} or 0.95^4 = {0.95**4:.2f}; END forgotten, {np.exp(-3 * nats):.2f}" in rubric
    )
    [row] = encode_pronunciations([("B", "IY", "T")])
    assert (row[1:] != PAD).sum() == 4


def test_the_text_about_the_connectivity_picture_is_true(course):
    """Title and alternative text in the notebook, measured."""
    loss, speak = (course.reference[name] for name in ("pronounce_loss", "pronounce"))
    before = measure(loss, speak, pronounce_model(np.random.default_rng(0)), "nation")
    after = measure(loss, speak, weights.load(WEIGHTS), "nation")
    assert set(before.size.argmax(axis=1)) == {0}
    assert after.spoken == ("N", "EY", "SH", "AH", "N", "end")
    assert ["nation"[place] for place in after.size.argmax(axis=1)] == ["a", "a", "t", "a", "i", "i"]
    text = (course.solutions / "07-capstone.py").read_text(encoding="utf-8")
    shown = "Trained: first N, EY, AH at a; SH at t; last N, end at i."
    assert f"{shown}](figures/connectivity.png)" in text
    assert stills.connectivity(loss, speak).alt.endswith("N at a, EY at a, SH at t, AH at a, N at i, end at i.")
