"""Read files as the platforms that take them in do, by their own rules and with nothing of our writers.

Canvas: `lib/gradebook_importer.rb` of canvas-lms. Moodle: `mod/assign/feedback/offline/importgradeslib.php`.
"""

import csv
import io
import re

PEOPLE_COLUMNS = ("SIS User ID", "SIS Login ID", "Integration ID", "Root Account")


def canvas_columns(header):
    """Return where the columns of assignments begin, by the rule of the importer's header."""
    assert header[:2] == ["Student", "ID"], "Invalid header row"
    place = 2
    if header[place] == "SIS User ID":
        assert header[place + 1] == "SIS Login ID", "Invalid header row"
    while header[place] in PEOPLE_COLUMNS:
        place += 1
    assert header[place] == "Section", "Invalid header row"
    return place + 1


def canvas_import(data, students, scores):
    """Return Canvas's scores after an import.

    `students` are (id, SIS user id, login); `scores` are those that stand, by user id and assignment id.
    """
    text = data.decode("utf-8-sig")
    delimiter = ";" if text.splitlines()[0].count(";") > text.splitlines()[0].count(",") else ","
    header, *rows = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    first = canvas_columns(header)
    assignments = {}
    for place in range(first, len(header)):
        found = re.fullmatch(r".*\s\((\d+)\)", header[place])
        assert found, f"Canvas would create an assignment {header[place]}"
        assignments[place] = found[1]
    after = dict(scores)
    for row in rows:
        assert "Points Possible" not in row[0], "changes what the assignment is worth"
        about = dict(zip(header[1:first], row[1:first], strict=True))
        known = [one[0] for one in students if one[0] == about["ID"]]
        known = known or [one[0] for one in students if one[1] and one[1] == about.get("SIS User ID")]
        known = known or [one[0] for one in students if one[2] == about.get("SIS Login ID")]
        assert len(known) == 1, "Canvas would ask whom this line is about"
        for place, assignment in assignments.items():
            cell = row[place]
            key = known[0], assignment
            if cell.upper() == "EX":
                after[key] = "EX"
            elif cell in ("", "-"):
                after.pop(key, None)  # a blank clears
            elif cell.upper() != "N/A":
                assert re.fullmatch(r"\d+(?:[.,]\d{1,2})?", cell), f"{cell} is not kept as it is written"
                after[key] = float(cell.replace(",", "."))
    return after


def moodle_import(data, words, state):
    """Return Moodle's (grade, comment) by participant after an import.

    `words` are the session's Identifier, Grade, Last modified (grade), Feedback comments, Participant and decimal sign;
    `state` is what stands: participant -> (grade, comment), and the greatest grade under "most".
    """
    identifier, grade, modified, comment, participant, sign = words
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = data.decode(encoding)
    delimiter = max(",;\t", key=text.splitlines()[0].count)
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    places = {heading: header.index(heading) for heading in (identifier, grade, modified)}
    after = dict(state)
    for row in filter(None, rows):
        number = row[places[identifier]][len(participant) :].strip()
        if number not in state:
            continue  # skipped silently
        old_grade, old_comment = after[number]
        cell = row[places[grade]].strip()
        if cell:
            value = float(cell.replace(sign, "."))
            if 0 <= value <= state["most"]:
                old_grade = value
        if comment in header and row[header.index(comment)] != old_comment:
            old_comment = row[header.index(comment)]  # any difference is written
        after[number] = old_grade, old_comment
    return after


def canvas_comments(names, submitted, students):
    """Return the file that becomes each student's comment, and the files that Canvas ignores.

    `submitted` are the attachments of each student's submission, by user id.
    """
    comments, ignored = {}, []
    for path in names:
        name = path.rpartition("/")[2]
        pieces = [piece for piece in name.split("_") if piece != "LATE"]
        digits = [piece for piece in pieces if re.fullmatch(r"\d+", piece)][:2]
        if name.startswith("._") or len(digits) < 2 or digits[1] not in submitted.get(digits[0], ()):
            ignored.append(path)
        else:
            assert digits[0] in students and digits[0] not in comments, "a second comment"
            comments[digits[0]] = path
    return comments, ignored


def moodle_feedback(names, participants):
    """Return the feedback file's name of each participant; a path that Moodle does not understand is left out."""
    found = {}
    for path in names:
        parts = path.split("/")
        for place, part in enumerate(parts):
            pieces = part.split("_", 4)
            if len(pieces) >= 4 and pieces[1] in participants and pieces[2:4] == ["assignsubmission", "file"]:
                rest = [pieces[4]] if len(pieces) > 4 and pieces[4] else []
                file = "/".join([*rest, *parts[place + 1 :]])
                if not file.startswith((".", "~")):
                    found[pieces[1]] = file
                break
    return found
