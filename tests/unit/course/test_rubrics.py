"""A rubric is a list of items that a reader chooses from; what cannot be used is refused with what to do."""

import copy
import re

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.course import rubrics, source
from autograder.course.rubrics import RubricItem
from autograder.errors import BuildError

TEXT = """**Exemplar (4 of 4).** It decays, by half a step.

**Rubric.** Choose what the answer has.

- `decays` (2): You say that it decays.
- `how-fast` (1.5): You say how fast it does,
  and since when.
- `why` (0.5): You say why.
- `guessed` (−1): You guess.

**For the reader.** "Half" is enough for `how-fast`.

- no item, since the rubric ended above

**Borderline (1 of 4).** "It decays. Maybe." Chosen:
`decays`, `guessed`. It is not said how fast.
"""


def notebook(text=TEXT, points=4.0):
    cell = new_markdown_cell(text)
    cell.metadata.nbgrader = nbformat.from_dict(
        {"grade": True, "solution": True, "grade_id": "why_it_decays", "points": points}
    )
    made = new_notebook(cells=[new_markdown_cell("## In your own words"), cell])
    made.metadata.unrolled = {"assignment": "98-decay"}
    return made


def test_items_are_read_with_half_points_deductions_and_long_lines():
    assert rubrics.items(notebook()) == {
        "why_it_decays": (
            RubricItem("decays", 2.0, "You say that it decays."),
            RubricItem("how-fast", 1.5, "You say how fast it does, and since when."),
            RubricItem("why", 0.5, "You say why."),
            RubricItem("guessed", -1.0, "You guess."),
        )
    }
    rubrics.check(notebook())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("**Rubric.**", "**Marks.**", "has no rubric. Begin one with **Rubric.**"),
        (
            "- `why` (0.5):",
            "- `why`:",
            "the rubric's item '- `why`: You say why.' is not understood. Write it as: - `so",
        ),
        ("- `why` (0.5):", "- `why` (0.3):", "is not understood"),
        ("- `why` (0.5):", "- `Why not` (0.5):", "is not understood"),
        ("- `why` (0.5): You say why.", "- `why` (0.5):", "is not understood"),
        ("- `why` (0.5):", "- `decays` (0.5):", "has 2 items called 'decays'. Give each an id of its own."),
        (
            "- `why` (0.5):",
            "- `why` (1):",
            "items earn 4.5 points together, but the question has 4. Change the items, or",
        ),
        ("(1 of 4)", "(2 of 4)", "“Borderline (2 of …)” chooses items that earn 1 points together. Change the heading"),
        (
            "`decays`, `guessed`",
            "`decays`, `lucky`",
            "chooses lucky, which the rubric does not have: it has decays, how-",
        ),
        (
            "Chosen:",
            "It has",
            "“Borderline (1 of …)” does not say which items it has. Add a sentence: Chosen: `some-id`",
        ),
    ],
)
def test_a_rubric_that_cannot_be_used_is_refused(old, new, message):
    assert TEXT.count(old) == 1
    with pytest.raises(BuildError) as refused:
        rubrics.check(notebook(TEXT.replace(old, new)))
    assert str(refused.value).startswith("solutions/98-decay.py, cell 'why_it_decays': ")
    assert message in str(refused.value)


ASKED = r"\(([12](?:\.5)?|0\.5)(?: points?)?(?: more)?( each)?\)"
EACH = {"trade_offs": 6, "harmless_truncation": 2}  # "(1 point each)" of so many


def test_every_point_is_asked_for_and_a_reader_needs_nine_keys(course):
    """In all eight questions: the points in the question are those of the items; an answer's sums are the build's."""
    seen = []
    for assignment in course.assignments:
        cells = course.sources[assignment].cells
        for name, items in rubrics.items(course.sources[assignment]).items():
            seen.append(name)
            [at] = [n for n, cell in enumerate(cells) if source.grade_id(cell) == name]
            asked = [
                float(points)
                for points, each in re.findall(ASKED, cells[at - 1].source)
                for _ in range(EACH[name] if each else 1)
            ]
            assert sorted(asked) == sorted(item.points for item in items), name
            assert sum(asked) == cells[at].metadata.nbgrader.points == 10
            assert len(items) <= 9, f"{name}: keys 1 to 9"
            for item in items:
                assert re.match(r"(You|Your|For|At) ", item.comment) and item.comment.endswith("."), item
                assert " you" in f" {item.comment.lower()}", f"a student reads it: {item}"
                assert not set(item.comment) & set("`*$"), f"it is plain text where it is shown: {item}"
            headings = re.findall(r"^\*\*(Exemplar|Borderline|Tempting and wrong) \(", cells[at].source, re.MULTILINE)
            assert headings == ["Exemplar", "Borderline", "Tempting and wrong"], name
            quoted = re.findall(r"^\*\*[BT][^*]*of 10\)\.\*\*", cells[at].source, re.MULTILINE)
            assert len(quoted) == cells[at].source.count("Chosen:") == 2, name
    assert len(seen) == 8


def test_the_build_checks_rubrics(course):
    from autograder.building.rules import check_source

    spoiled = copy.deepcopy(course.sources["05-lstm"])
    exercises = course.exercises("05-lstm")
    check_source(spoiled, "05-lstm", exercises)
    [cell] = [cell for cell in spoiled.cells if source.grade_id(cell) == "what_gates_are_for"]
    cell.source = cell.source.replace("`new-line` (1.5)", "`new-line` (1)")
    with pytest.raises(BuildError, match=r"cell 'what_gates_are_for': the rubric's items earn 9\.5 points"):
        check_source(spoiled, "05-lstm", exercises)
