"""The tiny course as a class on disk, with a real gradebook, graded as `autograder grade` grades."""

import nbformat
from nbgrader.api import Gradebook
from tiny_course import ASSIGNMENT, TinyCourse

from autograder.grading import gradebook
from autograder.grading.database import address
from autograder.grading.grade import grade


class TinyClass:
    """A course's folder, and what a test asks of it."""

    def __init__(self, root, url=None):
        self.root, self.course = root, TinyCourse(root)
        self.url = url or address(root / "course" / "gradebook.db")

    def folder(self, student):
        return self.root / "course" / "submitted" / student / ASSIGNMENT

    def submit(self, student, notebook, name=f"{ASSIGNMENT}.ipynb"):
        """Write a notebook, or bytes, where a submission lies; return the path."""
        path = self.folder(student) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode()
        path.write_bytes(content)
        return path

    def grade(self, **options):
        return {row.student: row for row in grade(self.course, ASSIGNMENT, progress=False, **options)}

    def gradings(self):
        gradebook.require_assignment(self.url, ASSIGNMENT)  # another gradebook may have taken the place of the last
        return gradebook.gradings(self.url, ASSIGNMENT)

    def marks(self):
        """Return all that the gradebook holds of marks: student -> cell -> (automatic, needs a person)."""
        with Gradebook(self.url) as book:
            return {
                one.student_id: {
                    grade.name: (grade.auto_score, grade.needs_manual_grade)
                    for notebook in one.notebooks
                    for grade in notebook.grades
                }
                for one in book.assignment_submissions(ASSIGNMENT)
            }

    def totals(self):
        """Return the points for code: student -> sum, None where there is no mark."""
        sums = {}
        for student, cells in self.marks().items():
            scores = [score for name, (score, _) in cells.items() if name != "why"]
            sums[student] = None if None in scores else sum(scores)
        return sums

    def together(self, *groups):
        """Say who hands in together."""
        lines = [f"group-{number},{student}" for number, group in enumerate(groups) for student in group]
        path = self.root / "course" / "groups.csv"
        path.write_text("\n".join(["group,student", *lines]), encoding="utf-8")

    def comment(self, student, name="affine_forward"):
        with Gradebook(self.url) as book:
            return book.find_comment(name, ASSIGNMENT, ASSIGNMENT, student).comment

    def autograded(self, student):
        return self.root / "course" / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
