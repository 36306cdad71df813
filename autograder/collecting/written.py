"""Gather a written answer from wherever the student wrote it, so that whoever grades it reads all of it.

All text of a submission that differs from the release goes into the cell of a written answer: what stands in its own
cell and goes on below it in order, then what stands elsewhere, with the number of the cell. nbgrader gives 0 by itself
only to a cell that is as it was handed out, which it is where nothing differs at all.
"""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import is_solution

from autograder.collecting.folder import plain
from autograder.collecting.lent import Beside
from autograder.collecting.matching import SubmittedCell
from autograder.collecting.pictures import Pictures, all_attachments, plain_name, settle
from autograder.collecting.prose import FEW, binds, comments, only_words, words

COMPARED = 400_000  # lines of one text times lines of another up to which they are compared in order
EDITION = 3  # cells far from an answer of which something is gone, from which they are another edition's
SENTENCE = 12  # words from which comments in a student's own code are an answer, where there is no other


@dataclass(frozen=True)
class _Part:
    """A text that differs from the release; `own` if it is the answer's cell, or goes on with it."""

    one: SubmittedCell
    text: str
    own: bool


@dataclass(frozen=True)
class _Given:
    """A text cell of the release by its words, as a whole and line by line."""

    id: str | None
    words: str
    lines: list[str]


@dataclass(frozen=True)
class _Added:
    """What a cell holds besides the release's text: all of it, and what was put in where nothing is gone."""

    text: str = ""
    inserted: str = ""
    reworded: bool = False


def gather(
    cells: Sequence[NotebookNode],
    release: Sequence[NotebookNode],
    found: Mapping[int, SubmittedCell],
    theirs: list[SubmittedCell],
    repairs: list[str],
    beside: Beside,
) -> None:
    """Put into the written answers, in place, all text of a submission that differs from the release.

    Parameters
    ----------
    cells : list of NotebookNode
        The release's cells, to be filled.
    release : list of NotebookNode
        The same as they were handed out.
    found : dict of int to SubmittedCell
        Which of the submission's cells these are, by index.
    theirs : list of SubmittedCell
        Those whose whole text went into an answer are marked as taken.
    repairs : list of str
        Gets a sentence for every cell that a part was found in, and for every picture that is left out.
    beside : Beside
        What lies beside the notebook: pictures that an answer shows are attached to it, other documents are named.
    """
    answers = [index for index, cell in enumerate(release) if is_solution(cell) and cell.cell_type == "markdown"]
    if not answers:
        return
    places = {index: _place(index, found) for index in answers}
    given = [
        _Given(cell.get("id"), words(cell.source), [words(line) for line in cell.source.split("\n")])
        for cell in release
        if cell.cell_type != "code"
    ]
    parts = {index: _own_parts(index, places[index], release, given, found, theirs) for index in answers}
    spoken_for = {id(part.one) for some in parts.values() for part in some}
    by_number = {one.number: index for index, one in found.items()}
    elsewhere = [one for one in theirs if id(one) not in spoken_for]
    # A cell of which something is gone, far from any answer: one is a student's, several are another edition's.
    around = set[int]().union(*(_around(places[index], theirs) for index in answers))
    code = [comments(cell.source) for cell in release if cell.cell_type == "code"]
    known = {words(line) for text in code for line in text.split("\n")}
    differing = {one.number: _elsewhere(one, by_number.get(one.number), release, given, known) for one in elsewhere}
    edited = [number for number, added in differing.items() if added.reworded and number not in around]
    edited = edited if len(edited) >= EDITION else []
    for one in elsewhere:
        added = differing[one.number]
        text = added.inserted if one.number in edited else added.text
        nearest = min(answers, key=lambda index: (abs(places[index] - one.number), index))
        if text and text not in [part.text for part in parts[nearest]]:
            parts[nearest].append(_Part(one, text, own=False))
    if not any(parts.values()):  # nothing but code: is there a sentence in its comments?
        for one in (one for one in elsewhere if one.kind == "code"):
            if len((text := comments(one.source, known)).split()) >= SENTENCE:
                parts[answers[-1]].append(_Part(one, text, own=False))
    theirs_and_beside = [one.attachments for one in theirs] + [{p.name: {p.kind: p.data}} for p in beside.pictures]
    attached = all_attachments(theirs_and_beside)
    unfit = {plain_name(picture.name.rpartition("/")[2]): picture.reason for picture in beside.pictures}
    for index in answers:
        _write(cells[index], found.get(index), parts[index], attached, unfit, repairs)
    shown = {data for index in answers for bundle in _attached(cells[index]) for data in bundle.values()}
    seen = {plain(picture.name) for picture in beside.pictures if picture.data in shown}
    documents = [name for name in beside.documents if name not in seen]
    last = [f"Handed in beside the notebook, and not shown here: {', '.join(documents)}."] if documents else []
    if edited:
        numbers = ", ".join(map(str, edited))
        last.append(f"The given text in cells {numbers} of the submission is of another edition; it is not shown here.")
    if last:
        final = cells[answers[-1]]
        texts = [final.source] if parts[answers[-1]] else []
        final.source = "\n\n".join([*texts, *(f"**{sentence}**" for sentence in last)])


def _attached(cell: NotebookNode) -> Collection[Mapping[str, str]]:
    bundles: Collection[Mapping[str, str]] = cell.get("attachments", {}).values()
    return bundles


def _place(index: int, found: Mapping[int, SubmittedCell]) -> int:
    """Return the number of an answer's cell, or of the last cell before the place where it should be."""
    if index in found:
        return found[index].number
    return max((one.number for i, one in found.items() if i < index), default=0)


def _own_parts(
    index: int,
    place: int,
    release: Sequence[NotebookNode],
    given: Sequence[_Given],
    found: Mapping[int, SubmittedCell],
    theirs: list[SubmittedCell],
) -> list[_Part]:
    """Return the parts that have the answer's label, and free text cells that go on with it.

    If the answer's own cell is empty, these are those above it, too.
    """
    own, cell = found.get(index), release[index]
    name = cell.metadata.nbgrader.grade_id
    labelled = [one for one in theirs if one is own or (one.grade_id == name and one not in found.values())]
    last = max((one.number for one in labelled), default=place)
    texts = {one.number for one in labelled if _differs(one.source, cell.source)}
    others = [one.number for one in found.values() if one is not own]
    begin = place if texts else max((number for number in others if number < place), default=0)
    end = min((number for number in others if number > last), default=len(theirs) + 1)
    parts: list[_Part] = []
    for one in theirs:
        goes_on = one.kind == "text" and not one.taken and begin < one.number < end and _free_of(cell, one)
        text = one.source.strip() if _differs(one.source, cell.source) else ""
        text = text if one in labelled or not text else _added(one, given).text
        pictures = one in labelled and bool(one.attachments)
        if (one in labelled or goes_on) and (pictures or text) and text not in [part.text for part in parts]:
            parts.append(_Part(one, text, own=True))
    return parts


def _free_of(cell: NotebookNode, one: SubmittedCell) -> bool:
    return one.grade_id in (None, cell.metadata.nbgrader.grade_id)


def _differs(text: str, stub: str) -> bool:
    return text.strip() not in ("", stub.strip())


def _around(place: int, theirs: Sequence[SubmittedCell]) -> set[int]:
    """Return the numbers of the text cells around an answer, up to the next code on both sides."""
    code = [one.number for one in theirs if one.kind == "code" and one.number != place]
    begin = max((number for number in code if number < place), default=0)
    end = min((number for number in code if number > place), default=len(theirs) + 1)
    return set(range(begin + 1, end))


def _elsewhere(
    one: SubmittedCell,
    index: int | None,
    release: Sequence[NotebookNode],
    given: Sequence[_Given],
    known: Collection[str],
) -> _Added:
    """Return what a cell that is not an answer's own holds besides the release's text; nothing of code."""
    if index is not None and is_solution(release[index]):
        return _Added()
    if one.kind == "text":
        return _added(one, given)
    if index is None:
        text = "" if one.taken else only_words(one.source)
        one.taken |= bool(text) and not binds(one.source)
    else:
        text = comments(one.source, known)
        text = text if len(text.split()) >= FEW else ""
    return _Added(text, text)


def _added(one: SubmittedCell, given: Sequence[_Given]) -> _Added:
    """Return the lines of a text that are not the release's, in order."""
    own_words = words(one.source)
    if not own_words or any(cell.words == own_words for cell in given):
        return _Added()
    lines = one.source.strip().split("\n")
    own = [words(line) for line in lines]
    known = {line for line in own if len(line.split()) >= FEW}
    ours: list[str] = []
    for cell in given:
        if (one.id is not None and one.id == cell.id) or not known.isdisjoint(cell.lines):
            ours += cell.lines
    if len(ours) * len(own) > COMPARED:
        text = "\n".join(line for line, word in zip(lines, own, strict=True) if word not in ours).strip()
        return _Added(text, text)
    kept: list[str] = []
    inserted: list[str] = []
    reworded = False
    for _, i, j, k, m in difflib.SequenceMatcher(None, ours, own, autojunk=False).get_opcodes():
        before, after = words(" ".join(ours[i:j])).split(), iter(words(" ".join(own[k:m])).split())
        if before == words(" ".join(own[k:m])).split():
            continue
        kept += [*lines[k:m], ""]
        if all(word in after for word in before):  # each after the one before: nothing is gone
            inserted += [*lines[k:m], ""]
        elif k < m:
            reworded = True
    return _Added("\n".join(kept).strip(), "\n".join(inserted).strip(), reworded)


def _write(
    cell: NotebookNode,
    own: SubmittedCell | None,
    parts: Sequence[_Part],
    elsewhere: Mapping[str, object],
    unfit: Mapping[str, str],
    repairs: list[str],
) -> None:
    """Write the parts of an answer into its cell, with their pictures."""
    name = cell.metadata.nbgrader.grade_id
    texts: list[str] = []
    pictures: Pictures = {}
    for part in sorted(parts, key=lambda part: (not part.own, part.one.number)):
        settled = settle(part.text, part.one.attachments, elsewhere, pictures, unfit)
        pictures |= settled.pictures
        repairs.extend(f"In {name}, {reason}" for reason in settled.left_out)
        number = part.one.number
        if not part.own:
            texts.append(f"**Found in cell {number} of the submission:**")
            repairs.append(f"What you wrote in your cell {number} was put below your answer {name}.")
        elif part.one is not own:
            repairs.append(f"Your cell {number} was taken as part of your answer {name}.")
        texts.append(settled.text or "\n".join(f"![](attachment:{picture})" for picture in settled.pictures))
    if texts:
        cell.source = "\n\n".join(texts)
    cell.pop("attachments", None)
    if pictures:
        cell.attachments = nbformat.from_dict(pictures)
