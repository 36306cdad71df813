"""Find the work in a copy that was handed in beside an untouched notebook."""

from collections.abc import Sequence
from pathlib import Path

from autograder.collecting.definitions import unfinished
from autograder.collecting.notebook_json import MAX_BYTES, parse_submission
from autograder.collecting.plain_files import Refused, read_bytes, shown
from autograder.errors import BadInput

COPIES = 5  # other notebooks that are looked at


def worked_copy(folder: Path, wanted: str, others: Sequence[str], notes: list[str]) -> str:
    """Return which notebook holds the work, where the one with the right name may be as it was handed out.

    Parameters
    ----------
    folder : Path
    wanted : str
        The notebook with the right name, which is there.
    others : list of str
        The other notebooks, by name.
    notes : list of str
        Gets a sentence for the student about what was chosen.

    Raises
    ------
    Refused
        If there is no work in the one with the right name, and in several others there is.
    """
    left = f"Only {wanted} was graded; left out: {', '.join(map(shown, others))}."
    labels, worked = _work(folder / wanted)
    if worked or not labels:
        notes.append(left)
        return wanted
    holding = [name for name in others[:COPIES] if _work(folder / name)[1] & labels]
    if len(holding) > 1:
        several = ", ".join(map(shown, holding))
        raise Refused(f"{wanted} is as it was handed out, and several copies hold work: {several}. Leave one of them.")
    if not holding:
        notes.append(left)
        return wanted
    notes.append(f"{wanted} is as it was handed out; {shown(holding[0])}, which holds your work, was graded.")
    return holding[0]


def _work(path: Path) -> tuple[set[str], set[str]]:
    """Return the labels of a notebook's cells for functions, and of these the ones in which something was written."""
    try:
        cells = parse_submission(read_bytes(path, MAX_BYTES), path.name).cells
    except (BadInput, OSError):
        return set(), set()
    labels, worked = set(), set()
    for cell in cells:
        metadata = cell.get("metadata") if isinstance(cell, dict) else None
        about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        name, source = about.get("grade_id") if isinstance(about, dict) else None, cell.get("source")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        if isinstance(name, str) and isinstance(about, dict) and about.get("solution") and f"def {name}(" in text:
            labels.add(name)
            worked |= set() if unfinished(name, text) else {name}
    return labels, worked
