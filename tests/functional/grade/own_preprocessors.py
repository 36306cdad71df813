"""Define an instructor's own preprocessors; each notes in a file next to the course that it ran."""

from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import Float


def ran(name, resources):
    with Path("ran.txt").open("a", encoding="utf-8") as file:
        file.write(f"{name} {resources['nbgrader']['student']} {resources['nbgrader']['assignment']}\n")


class MendTypo(NbGraderPreprocessor):
    """Before judging: a typo of the instructor's is forgiven."""

    def preprocess_cell(self, cell, resources, index):
        cell.source = cell.source.replace("np.tnah", "np.tanh")
        return cell, resources

    def preprocess(self, nb, resources):
        ran("MendTypo", resources)
        return super().preprocess(nb, resources)


class Half(NbGraderPreprocessor):
    """After judging: a share of each mark is kept."""

    share = Float(0.5).tag(config=True)

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "code" and is_grade(cell):
            data = cell.outputs[-1].data
            data["text/plain"] = repr(float(data["text/plain"]) * self.share)
        return cell, resources


def stamp(nb, resources):
    """A plain function, as nbconvert takes it too."""
    ran("stamp", resources)
    nb.metadata.stamp = "seen"
    return nb, resources


class Fails(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        raise ValueError("it is Monday")


class AsksForTheGradebook(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        ran("AsksForTheGradebook", {"nbgrader": {"student": resources["nbgrader"]["db_url"][:6], "assignment": ""}})
        return nb, resources
