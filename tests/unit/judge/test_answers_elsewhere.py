"""Whatever a student wrote reaches who grades, wherever it stands: tried on the real notebook of 01."""

import copy
import uuid

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from nbgrader.utils import compute_checksum

from autograder.collecting.lent import Beside
from autograder.collecting.rebuild import rebuild
from autograder.course import open_course

NAME, OTHER = "trade_offs", "rnn_step_forward"
MARK = "MARK because the size of the weights stays the same for any length"
RELEASE = open_course().release("01-rnn-forward")


class Handed:
    """A copy of the release, to be changed as a student would."""

    def __init__(self):
        self.notebook = copy.deepcopy(RELEASE)
        self.cells = self.notebook.cells

    @property
    def place(self):
        return next(i for i, c in enumerate(self.cells) if c.metadata.get("nbgrader", {}).get("grade_id") == NAME)

    @property
    def own(self):
        return self.cells[self.place]

    @property
    def question(self):
        return self.cells[self.place - 1]

    @property
    def heading(self):
        return next(cell for cell in self.cells[self.place + 1 :] if cell.cell_type == "markdown")

    def again(self, cell, source):
        """Return a copy of a cell as JupyterLab makes one: with its label, and a new id."""
        other = copy.deepcopy(cell)
        other.id, other.source = uuid.uuid4().hex[:8], source
        return other

    def answer(self, beside=None):
        """Hand it in; return the answer's cell, and the repairs."""
        rebuilt = rebuild(copy.deepcopy(self.notebook), RELEASE, beside)
        nbformat.validate(rebuilt.notebook)
        cell = next(c for c in rebuilt.notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == NAME)
        return cell, rebuilt.repairs


def untouched(cell):
    """Whether nbgrader gives 0 without asking a person."""
    return cell.metadata.nbgrader.checksum == compute_checksum(cell)


def into(which):
    def change(handed):
        cell = getattr(handed, which)
        cell.source += f"\n\n{MARK}"

    return change


def between_the_lines(handed):
    lines = handed.question.source.split("\n")
    handed.question.source = "\n".join([*lines[:-1], f"**→ {MARK}**", lines[-1]])


def at_the_end_of_a_line(handed):
    handed.question.source += f" → {MARK}"


def above_the_heading(handed):
    handed.heading.source = f"{MARK}\n\n{handed.heading.source}"


def merged(handed):
    handed.question.source += f"\n\n{MARK}"
    del handed.cells[handed.place]


def merged_below(handed):
    handed.own.source = f"{handed.question.source}\n\n{MARK}"
    del handed.cells[handed.place - 1]


def merged_with_all(handed):
    handed.question.source = "\n\n".join([handed.question.source, MARK, handed.heading.source])
    heading = handed.heading
    del handed.cells[handed.place]
    handed.cells.remove(heading)


def quoted(handed):
    question = "\n".join(f"> {line}" for line in handed.question.source.split("\n"))
    handed.question.source = f"{question}\n\n{MARK}"


def rewrapped_with_an_answer(handed):
    handed.question.source = f"{' '.join(handed.question.source.split())}\n\n{MARK}"


def question_replaced(handed):
    handed.question.source = MARK


def added(source, make=new_markdown_cell, after=True):
    def change(handed):
        handed.cells.insert(handed.place + after, make(source))

    return change


def at(place):
    def change(handed):
        handed.cells.insert(place if place >= 0 else len(handed.cells), new_markdown_cell(MARK))

    return change


def without_labels(change):
    def changed(handed):
        change(handed)
        for cell in handed.cells:
            cell.metadata, cell.id = nbformat.from_dict({}), uuid.uuid4().hex[:8]

    return changed


def retyped(kind):
    """Write the answer into its own cell, and change what kind of cell that is."""

    def change(handed):
        old = handed.own
        make = {"code": new_code_cell, "raw": new_raw_cell}[kind]
        handed.cells[handed.place] = make(MARK, id=old.id, metadata=old.metadata)

    return change


def in_a_solution_as_comment(handed):
    cell = next(c for c in handed.cells if c.metadata.get("nbgrader", {}).get("grade_id") == OTHER)
    cell.source += f"\n\n# {MARK}"


def in_a_check(handed):
    cell = next(c for c in handed.cells if c.metadata.get("nbgrader", {}).get("grade_id") == f"test_{OTHER}")
    cell.source += f"\n# {MARK}"


def in_an_explorers_cell(handed):
    cell = next(c for c in handed.cells if "explore" in c.metadata.get("tags", []))
    cell.source = f"def mine():\n    return 1\n\n{cell.source}\n# {MARK}"


def in_another_exercises_cell(handed):
    """A text cell that became a copy of a labelled code cell: its label says nothing of what stands in it."""
    cell = next(c for c in handed.cells if c.metadata.get("nbgrader", {}).get("grade_id") == f"test_{OTHER}")
    handed.cells.append(new_markdown_cell(MARK, metadata=cell.metadata))


def moved_away(handed):
    own = handed.own
    own.source = MARK
    handed.cells.remove(own)
    handed.cells.insert(2, own)


def deleted_and_written_elsewhere(handed):
    del handed.cells[handed.place]
    handed.cells.insert(5, new_markdown_cell(MARK))


PROSE = f"{MARK}\nAnd a step can use the past, in theory.\nIt is slow, since steps wait for one another."
ODDITIES = {
    "in the question's cell": into("question"),
    "in the next heading's cell": into("heading"),
    "above the next heading": above_the_heading,
    "between the lines of the question": between_the_lines,
    "at the end of the question's last line": at_the_end_of_a_line,
    "own cell merged into the question's": merged,
    "question merged into the own cell": merged_below,
    "question, answer and heading merged": merged_with_all,
    "the question quoted, the answer below it": quoted,
    "the question wrapped otherwise": rewrapped_with_an_answer,
    "the question replaced": question_replaced,
    "in a new text cell above": added(MARK, after=False),
    "in a new text cell below": added(MARK),
    "in a raw cell": added(MARK, new_raw_cell),
    "at the top": at(0),
    "after three cells": at(3),
    "at the end": at(-1),
    "at the end, without labels and ids": without_labels(at(-1)),
    "in the question's cell, without labels and ids": without_labels(into("question")),
    "at the end of a line, without labels and ids": without_labels(at_the_end_of_a_line),
    "in a code cell, as a comment": added(f"# {MARK}", new_code_cell),
    "in a code cell, as comments in lines": added("# " + MARK.replace(" ", "\n# "), new_code_cell),
    "in a code cell, as a string": added(f'"""{MARK}"""', new_code_cell),
    "in a code cell, as a string with a name": added(f'answer = """{MARK}"""', new_code_cell),
    "in a code cell, as f-string": added(
        f'answer = 1\nf"""{MARK} {{answer}} and so on and so forth, to the end of time"""', new_code_cell
    ),
    "in a code cell, printed": added(f'print("{MARK}")', new_code_cell),
    "in a code cell, as Markdown": added(
        f'from IPython.display import Markdown, display\ndisplay(Markdown("{MARK}"))', new_code_cell
    ),
    "in a code cell, with %%markdown": added(f"%%markdown\n{MARK}", new_code_cell),
    "in a code cell, as prose": added(PROSE, new_code_cell),
    "own cell made code": retyped("code"),
    "own cell made raw": retyped("raw"),
    "as a comment in a function's cell": in_a_solution_as_comment,
    "as a comment in a check's cell": in_a_check,
    "as a comment in an explorer's cell": in_an_explorers_cell,
    "in a text cell with another's label": in_another_exercises_cell,
    "own cell moved to the top": moved_away,
    "own cell deleted, written near the top": deleted_and_written_elsewhere,
}


@pytest.mark.parametrize("change", ODDITIES.values(), ids=ODDITIES)
def test_an_answer_reaches_who_grades(change):
    handed = Handed()
    change(handed)
    cell, repairs = handed.answer()
    found = " ".join(cell.source.split())
    assert all(word in found for word in MARK.split()) and not untouched(cell)
    labelled = [c for c in handed.cells if c.metadata.get("nbgrader", {}).get("grade_id") == NAME]
    if not any(MARK in c.source for c in labelled):
        assert "Found in cell" in found or any("taken" in sentence for sentence in repairs)


@pytest.mark.parametrize("change", ODDITIES.values(), ids=ODDITIES)
def test_the_release_is_not_repeated(change):
    """Lines that only the release has, far from what was changed, are not taken for the student's."""
    handed = Handed()
    change(handed)
    assert RELEASE.cells[1].source.split("\n")[-1] not in handed.answer()[0].source


def test_a_formula_in_a_string_keeps_its_backslashes():
    handed = Handed()
    added("'''\nIt is $\\frac{1}{2}$, and $\\nabla$ is not a line.\n'''", new_code_cell)(handed)
    assert "It is $\\frac{1}{2}$, and $\\nabla$ is not a line." in handed.answer()[0].source


def test_pointers_lead_somewhere():
    handed = Handed()
    between_the_lines(handed)
    handed.own.source = "See my answers above, under the question."
    cell, repairs = handed.answer()
    assert cell.source.startswith("See my answers above") and MARK in cell.source
    assert f"**Found in cell {handed.place} of the submission:**" in cell.source
    assert repairs == [f"What you wrote in your cell {handed.place} was put below your answer {NAME}."]


@pytest.mark.parametrize(
    ("halves", "expected"),
    [
        (("FIRST", "SECOND"), "FIRST\n\nSECOND"),
        (("YOUR ANSWER HERE", "SECOND"), "SECOND"),
        (("FIRST", "YOUR ANSWER HERE"), "FIRST"),
        (("Outline", "Outline, filled in"), "Outline\n\nOutline, filled in"),
        (("FIRST", "", "SECOND"), "FIRST\n\nSECOND"),
        (("FIRST", "FIRST"), "FIRST"),
        (("ONE", "TWO", "THREE"), "ONE\n\nTWO\n\nTHREE"),
    ],
)
def test_a_split_or_copied_answer_is_whole_and_in_order(halves, expected):
    handed = Handed()
    own, place = handed.own, handed.place
    handed.cells[place : place + 1] = [handed.again(own, text) if n else own for n, text in enumerate(halves)]
    own.source = halves[0]
    assert handed.answer()[0].source == expected
    handed.cells.insert(place + 1, new_code_cell("1 + 1"))  # a cell between the halves
    assert handed.answer()[0].source == expected


def nothing(handed):
    pass


def rewrapped(handed):
    for cell in handed.cells:
        if cell.cell_type == "markdown" and "|" not in cell.source:
            cell.source = " ".join(cell.source.split())


def split_question(handed):
    lines = handed.question.source.split("\n")
    handed.cells.insert(handed.place, new_markdown_cell("\n".join(lines[3:])))
    handed.cells[handed.place - 2].source = "\n".join(lines[:3])


def emptied(handed):
    handed.own.source = " \n"


def worked_elsewhere(handed):
    cell = next(c for c in handed.cells if c.metadata.get("nbgrader", {}).get("grade_id") == OTHER)
    cell.source = "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    return np.tanh(x @ Wx), None  # a note"
    handed.cells.insert(9, new_code_cell("import math\nx = 3  # three\nprint('x is', x)"))


@pytest.mark.parametrize(
    "change",
    [
        nothing,
        rewrapped,
        split_question,
        emptied,
        worked_elsewhere,
        without_labels(nothing),
        lambda handed: handed.cells.reverse(),
        lambda handed: handed.cells.extend(copy.deepcopy(handed.cells[:3])),
        lambda handed: handed.cells.remove(handed.question),
        lambda handed: handed.cells.remove(handed.own),
        added("   "),
        added("YOUR ANSWER HERE"),
        added("pip install torch", new_code_cell),
        added("%pip install scipy and more", new_code_cell),
        added("conda install numba tqdm", new_code_cell),
    ],
)
def test_where_nothing_differs_the_cell_is_as_it_was_handed_out(change):
    handed = Handed()
    change(handed)
    cell, _ = handed.answer()
    assert cell.source == "YOUR ANSWER HERE" and untouched(cell)


def test_documents_beside_are_named():
    cell, _ = Handed().answer(Beside(documents=("answers.docx", "page 1.jpg")))
    assert "answers.docx, page 1.jpg" in cell.source and not untouched(cell)
    handed = Handed()
    handed.own.source = "See the document."
    assert handed.answer(Beside(documents=("answers.docx",)))[0].source.startswith(
        "See the document.\n\n**Handed in beside"
    )


def test_another_edition_of_the_notebook_is_not_repeated_line_by_line():
    handed = Handed()
    handed.own.source = MARK
    texts = [
        cell for cell in handed.cells[: handed.place - 3] if cell.cell_type == "markdown" and len(cell.source) > 200
    ]
    for cell in texts[:5]:
        words = cell.source.split(" ")
        cell.source = " ".join([*words[:10], "reworded", *words[12:]])
    texts[-1].source += "\n\nMY NOTE: is it so for any length?"
    cell, _ = handed.answer()
    assert cell.source.startswith(MARK) and "reworded" not in cell.source and "MY NOTE" in cell.source
    assert "of another edition" in cell.source
    one = Handed()
    one.cells[handed.cells.index(texts[0])].source = texts[0].source  # a single one may be the student's
    assert "reworded" in one.answer()[0].source
