"""The rubrics of written questions, for whoever grades them: formgrader shows only a student's answer."""

import html
import re

from nbconvert.filters import markdown2html

from autograder import source

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ max-width: 44em; margin: 2em auto; padding: 0 1em; font: 1rem/1.5 system-ui, sans-serif; }}
:root {{ color-scheme: light dark }}
h2 {{ margin-top: 2em }}
blockquote {{ margin: 1em 0; padding-left: 1em; border-left: 3px solid #8A8A8A }}
</style></head>
<body><h1>{title}</h1>
{body}
</body></html>
"""


def page(notebook, assignment):
    """Return an HTML page with each written question, its exemplar, its rubric and the answers to beware of.

    Parameters
    ----------
    notebook : NotebookNode
        The source notebook. What a written question's solution cell holds is the instructor's; the question itself
        stands in the cell before it.
    assignment : str

    Returns
    -------
    str or None
        None if the assignment has no written question.
    """
    parts = []
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if cell.cell_type == "markdown" and source.is_solution(cell):
            points = f"{cell.metadata.nbgrader.points:g} points"
            question = re.sub(r"^## .*\n", "", before.source)
            parts.append(f"<h2>{html.escape(source.grade_id(cell))} · {points}</h2>")
            parts.append(f"<blockquote>{markdown2html(question)}</blockquote>")
            parts.append(markdown2html(cell.source))
    return _PAGE.format(title=f"Rubrics of {html.escape(assignment)}", body="\n".join(parts)) if parts else None
