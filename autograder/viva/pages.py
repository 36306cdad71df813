"""Make the page of sheets, one a printed page, and the page of keys: each one file that needs no other."""

import html
from collections.abc import Mapping, Sequence

from autograder.viva import wording
from autograder.viva.questions import Question, Scale, Shape, Sheet

COUNT = 3
_STYLE = """
:root { color-scheme: light dark; --page: #fff; --text: #1f1f1f; --line: #767676; --soft: #f4f4f2; --quiet: #555 }
@media screen and (prefers-color-scheme: dark) {
  :root { --page: #181818; --text: #e6e6e6; --line: #8a8a8a; --soft: #262626; --quiet: #b4b4b4 }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 50rem; padding: 1rem 1.5rem; font: 1rem/1.45 system-ui, sans-serif;
  background: var(--page); color: var(--text) }
h1 { font-size: 1.4rem } h2 { font-size: 1.15rem; margin: 0 } h3 { font-size: 1rem; margin: 1.1rem 0 .3rem }
code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .88em }
.sheet { border-top: 2px solid var(--line); padding: 1.2rem 0 2rem }
.head { display: flex; justify-content: space-between; gap: 1rem; align-items: baseline }
.quiet { color: var(--quiet); margin: .3rem 0 }
.excerpt { background: var(--soft); border: 1px solid var(--line); margin: .4rem 0; padding: .4rem .2rem;
  display: grid; grid-template-columns: 2.4rem 1fr; font-size: .95rem; line-height: 1.35 }
.excerpt > span { color: var(--quiet); text-align: right; padding-right: .7rem; user-select: none; font-size: .9em }
.excerpt > code { white-space: pre-wrap; overflow-wrap: anywhere; padding-left: 2ch; text-indent: -2ch }
.boxes { display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; list-style: none; margin: .6rem 0; padding: 0 }
.box { display: inline-block; width: .95em; height: .95em; border: 1.5px solid currentColor; vertical-align: -.12em;
  margin-right: .35em }
.blank { display: inline-block; min-width: 14em; border-bottom: 1.5px solid currentColor; height: 1.4em }
table { border-collapse: collapse; margin: .5rem 0 } th, td { padding: .25rem .9rem; border: 1px solid var(--line) }
td { text-align: center } th[scope=row] { text-align: left; font-weight: normal }
dl { margin: .4rem 0 1rem } dt { font-weight: 600; margin-top: .5rem } dd, dd.quiet { margin: .1rem 0 .1rem 1.2rem }
@page { margin: 13mm }
@media print {
  :root { --soft: #fff }
  body { max-width: none; padding: 0; font-size: 9.5pt; line-height: 1.3 }
  h2 { font-size: 13pt } h3 { font-size: 9.5pt; margin: 6pt 0 1pt } p { margin: 2pt 0 }
  .front { display: none }
  .sheet { border: 0; padding: 0 }
  .sheet + .sheet { break-before: page }
  .student, .excerpt, .question { break-inside: avoid }
  .excerpt { font-size: 9pt; line-height: 1.2; padding: 1pt 0; margin: 2pt 0 }
  .boxes { margin: 3pt 0 } th, td { padding: 1pt 8pt }
}
"""
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style></head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def sheets(assignment: str, made: Sequence[Sheet], names: Mapping[str, str]) -> str:
    """Return the page to print: for each student the excerpts of their code, the questions, and room for answers.

    Parameters
    ----------
    assignment : str
    made : list of Sheet
    names : dict of str to str
        By student, what they are called on the sheet.
    """
    title = f"Questions on {assignment}"
    front = (
        f'<div class="front"><h1>{html.escape(title)}</h1>\n<p>{len(made)} sheets, one a printed page. Give each '
        "student ten minutes without a computer. The key is a page of its own.</p></div>"
    )
    body = "\n".join([front, *(_sheet(assignment, one, names[one.student]) for one in made)])
    return _PAGE.format(title=html.escape(title), style=_STYLE, body=body)


def keys(assignment: str, made: Sequence[Sheet], names: Mapping[str, str], left_out: Mapping[str, str]) -> str:
    """Return the page for whoever reads the answers: for each student the keys, and how they were found.

    Parameters
    ----------
    assignment, made, names
        As for `sheets`.
    left_out : dict of str to str
        Who has no sheet, and why.
    """
    title = f"Key to the questions on {assignment}"
    parts = [f"<h1>{html.escape(title)}</h1>", "<p>For whoever reads the answers, not for students.</p>"]
    if left_out:
        lines = [f"<li>{html.escape(student)}: {html.escape(why)}</li>" for student, why in sorted(left_out.items())]
        parts.append(f"<h2>Without a sheet</h2>\n<ul>{''.join(lines)}</ul>")
    for one in made:
        answers = [
            f"<dt>{number}. {wording.key(question)}</dt>\n<dd>{wording.question(question)}</dd>\n"
            f'<dd class="quiet">{wording.why(question)}</dd>'
            for number, question in enumerate(one.questions, start=1)
        ]
        parts.append(
            f'<section class="student"><h2>{html.escape(names[one.student])}</h2>{_own(one)}\n'
            f"<dl>{''.join(answers)}</dl></section>"
        )
    return _PAGE.format(title=html.escape(title), style=_STYLE, body="\n".join(parts))


def _sheet(assignment: str, one: Sheet, name: str) -> str:
    excerpts = [_excerpt(function, text) for function, text in one.excerpts.items()]
    asked = [_question(number, question) for number, question in enumerate(one.questions, start=1)]
    head = f'<div class="head"><h2>{html.escape(name)}</h2><span>{html.escape(assignment)}</span></div>'
    counting = f'<p class="quiet">{wording.counting(one.questions)}</p>'
    return f'<section class="sheet">{head}\n{counting}{_own(one)}\n' + "\n".join([*excerpts, *asked]) + "</section>"


def _own(one: Sheet) -> str:
    """Say what is missing from a sheet that is not all about the student's own functions."""
    if len(one.questions) == COUNT == one.own:
        return ""
    found = {0: "no question", 1: "one question", 2: "two questions"}[min(one.own, 2)]
    others = len(one.questions) - one.own
    rest = ["", "; one is about a function that is right", "; two are about functions that are right"]
    more = rest[others] if others < COUNT else "; these are about functions that are right"
    return f'<p class="quiet">From the functions handed in, {found} could be made{more}.</p>'


def _excerpt(function: str, text: str) -> str:
    lines = [
        f"<span>{number}</span><code>{html.escape(line)}</code>"
        for number, line in enumerate(text.split("\n"), start=1)
    ]
    label = f"Your {html.escape(function)}, without its docstring"
    return f'<h3>{label}</h3>\n<div class="excerpt">{"".join(lines)}</div>'


def _question(number: int, one: Question) -> str:
    about = wording.situation(one)
    about = f'<p class="quiet">{about}</p>' if about else ""
    return (
        f'<div class="question"><h3>Question {number}</h3>\n<p>{wording.question(one)}</p>{about}\n{_room(one)}</div>'
    )


def _room(one: Question) -> str:
    """Return the room for an answer."""
    if isinstance(one, Shape):
        return '<p>Shape: <span class="blank"></span></p>'
    box = '<span class="box"></span>'
    if isinstance(one, Scale):
        heads = "".join(f'<th scope="col">{text}</th>' for text in wording.VERDICTS.values())
        first = "output" if one.doubled else "doubled"
        rows = "".join(
            f'<tr><th scope="row">{wording.code(name)}</th>{f"<td>{box}</td>" * len(wording.VERDICTS)}</tr>'
            for name, _ in one.rows
        )
        return f'<table><thead><tr><th scope="col">{first}</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    lead = f"<li>{wording.lead(one)}</li>" if wording.lead(one) else ""
    return f'<ul class="boxes">{lead}{"".join(f"<li>{box}{text}</li>" for text, _ in wording.options(one))}</ul>'
