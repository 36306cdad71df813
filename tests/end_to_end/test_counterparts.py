"""One of the capstone's two parts is required: whoever writes one gets all points, in both ways of judging."""

import copy

import nbformat
import pytest
from end_to_end_course import run

from autograder.course.source import grade_id, is_solution
from autograder.judging.pipeline import judge_submission

ASSIGNMENT = "07-capstone"
CAPTIONS = ("caption_loss", "caption", "train_captions")
WORDS = ("pronounce_loss", "pronounce", "train_pronounce")


def submission(course, *names, **changes):
    """Return the release with these functions of the solution in it, some of them changed by (old, new)."""
    notebook = copy.deepcopy(course.release(ASSIGNMENT))
    for cell in notebook.cells:
        if is_solution(cell) and grade_id(cell) in names:
            cell.source = course.reference.sources[grade_id(cell)]
            if grade_id(cell) in changes:
                assert cell.source.count(changes[grade_id(cell)][0]) == 1
                cell.source = cell.source.replace(*changes[grade_id(cell)])
    return notebook


@pytest.mark.parametrize("part", [CAPTIONS, WORDS], ids=["captions", "words"])
def test_one_part_alone_earns_all_points(built, part):
    judgement = judge_submission(submission(built, *part), built, ASSIGNMENT)
    assert (judgement.score, judgement.max_score) == (90.0, 90.0)
    for result in judgement.results:
        assert result.status == "passed"
        assert ("is not started yet" in result.output) == (result.name not in part), "its own verdict is there too"
        assert ("is required" in result.output) == (result.name not in part)


def test_the_better_of_two_halves_counts_for_each(built):
    half = submission(
        built,
        *CAPTIONS,
        *WORDS,
        caption_loss=("return loss, grads", "return 0 * loss, grads"),
        pronounce=("done |= last == END", "pass"),
        train_pronounce=("range(steps)", "range(0)"),
    )
    found = {result.name: result for result in judge_submission(half, built, ASSIGNMENT).results}
    assert {name: result.score for name, result in found.items()} == {
        "caption_loss": 20, "caption": 15, "train_captions": 10, "pronounce_loss": 20, "pronounce": 15,
        "train_pronounce": 10,
    }  # fmt: skip
    assert "counted from your `pronounce_loss`" in found["caption_loss"].output
    assert "counted from your `caption`" in found["pronounce"].output
    assert found["pronounce"].mistake == "goes-on-after-end"
    worse = submission(built, "caption_loss", caption_loss=("return loss, grads", "return 0 * loss, grads"))
    found = {result.name: result.score for result in judge_submission(worse, built, ASSIGNMENT).results}
    assert (found["caption_loss"], found["pronounce_loss"], sum(found.values())) == (10, 10, 20)


def test_a_blank_capstone_earns_nothing(built):
    assert judge_submission(submission(built), built, ASSIGNMENT).score == 0


def test_nbgrader_gives_the_same(own):
    for student, notebook in {"ann": submission(own, *WORDS), "ben": submission(own)}.items():
        path = own.workspace / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    done = run(own.root, "autograder", "grade", ASSIGNMENT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "90 of 90" in next(line for line in done.stdout.splitlines() if line.startswith("ann"))
    assert "0 of 90" in next(line for line in done.stdout.splitlines() if line.startswith("ben"))
