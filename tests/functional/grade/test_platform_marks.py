"""``autograder export`` gives Canvas and Moodle what they take in, and changes nothing else there."""

import shutil
from types import SimpleNamespace

import pytest
from conftest import TinyClass
from nbgrader.api import Gradebook
from platform_readers import canvas_import, moodle_import
from test_disk import run
from tiny_course import ASSIGNMENT, SOLUTIONS, submission

from autograder.errors import BadInput, BadRequest
from autograder.grading import export as nbgraders
from autograder.platforms import canvas, export, moodle, people, tables

CANVAS = f"""Student,ID,SIS User ID,SIS Login ID,Section,Notes,{ASSIGNMENT} (77),00-tiny again (78),Final Score
    Points Possible,,,,,,14.00,(read only),(read only)
"Doe, Ann",1001,S1,ann,"Lab, 1",,,1,9
"Lee, ""Bob"" B",1002,bob,bob@u.edu,"Lab, 1",,3.5,1,9
Cy D,1003,S3,login3,"Lab, 1",,9,1,9
Eve E,1005,S5,eve,"Lab, 1",,2,1,9
Zoe Z,1009,S9,zoe,"Lab, 1",,6,1,9
"Student, Test",1010,,4e1f,"Lab, 1",,,,
"""
CANVAS_STUDENTS = [("1001", "S1", "ann"), ("1002", "bob", "bob@u.edu"), ("1003", "S3", "login3")]
CANVAS_STUDENTS += [("1005", "S5", "eve"), ("1009", "S9", "zoe"), ("1010", "", "4e1f")]
BEFORE = {("1002", "77"): 3.5, ("1003", "77"): 9.0, ("1005", "77"): 2.0, ("1009", "77"): 6.0}

ENGLISH = ("Identifier", "Grade", "Last modified (grade)", "Feedback comments", "Participant", ".")
GERMAN = ("ID", "Bewertung", "Zuletzt geändert (Bewertung)", "Kommentar", "Teilnehmer/in", ",")
COMMENTS = {"11": "", "12": '<p>well; "done",\r\n\xa0 twice</p>', "13": "  spaces  ", "19": "kept"}
STANDING = {"11": (None, ""), "12": (3.5, COMMENTS["12"]), "13": (9.0, COMMENTS["13"]), "19": (6.0, "kept"), "most": 14}


def worksheet(words=ENGLISH, delimiter=",", end="\r\n", encoding="utf-8-sig"):
    """Return a worksheet as Moodle writes one, in the language of a session."""
    identifier, grade, modified, comment, participant, sign = words

    def line(*cells):
        quoted = ('"' + cell.replace('"', '""') + '"' if set(cell) & set(' ",;\r\n') else cell for cell in cells)
        return delimiter.join(quoted) + end

    about = (identifier, "Full name", "Email address", "Status")
    found = line(*about, grade, "Maximum grade", "Locked", modified, comment)
    for number, name, email, points in (
        ("11", "Ann Doe", "ann@u.edu", ""),
        ("12", "Bob Lee", "bob@u.edu", "3.50"),
        ("13", "Cy D", "cy@u.edu", "9.00"),
        ("19", "Zoë Z", "zoe@u.edu", "6.00"),
    ):
        points, most = points.replace(".", sign), "14.00".replace(".", sign)
        about = (f"{participant} {number}", name, email, "Submitted", points, most, "Yes", "Friday, 6 March 2026")
        found += line(*about, COMMENTS[number])
    return found.encode(encoding)


@pytest.fixture(scope="module")
def graded(empty_class, tmp_path_factory):
    """A class: ann, bob (late) and nowhere have marks, cyd has none, dan handed in nothing, eve is excused."""
    root = tmp_path_factory.mktemp("platforms") / "class"
    shutil.copytree(empty_class, root)
    one = TinyClass(root)
    for student in ("ann", "bob", "nowhere"):
        one.submit(student, submission(SOLUTIONS))
    one.submit("cyd", b"{")
    one.grade()
    with Gradebook(one.url) as book:
        for student, about in {
            "ann": {"first_name": "Ann", "last_name": "Doe", "email": None},
            "bob": {"email": "Bob@U.edu"},
            "dan": {},
            "eve": {},
        }.items():
            book.update_or_create_student(student, **about)
        book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "bob").late_submission_penalty = 2 + 1 / 3
        book.db.commit()
    (root / "course" / "people.toml").write_text(f'[excused]\n"{ASSIGNMENT}" = ["eve"]\n', encoding="utf-8")
    (root / "canvas.csv").write_text(CANVAS, encoding="utf-8")
    (root / "moodle.csv").write_bytes(worksheet())
    return one


@pytest.fixture
def command(graded, monkeypatch, capsys, tmp_path):
    """Run ``autograder export``; return status, what it says, and what it wrote."""

    def command(*words):
        output = tmp_path / "written.csv"
        status, message = run(graded, monkeypatch, capsys, "export", "--output", output, *words)
        return SimpleNamespace(status=status, message=message, data=output.read_bytes() if output.exists() else None)

    return command


def options(graded, platform, *more):
    return ("--to", platform, "--assignment", ASSIGNMENT, "--fill", graded.root / f"{platform}.csv", *more)


def test_canvas_gets_one_column_and_only_who_has_a_mark(graded, command):
    done = command(*options(graded, "canvas", "--scores", "penalised"))
    assert done.status == 0, done.message
    new = {("1001", "77"): 10.0, ("1002", "77"): 7.67, ("1005", "77"): "EX"}
    assert canvas_import(done.data, CANVAS_STUDENTS, BEFORE) == BEFORE | new
    lines = done.data.decode().splitlines()
    assert lines[0] == f"Student,ID,SIS User ID,SIS Login ID,Section,{ASSIGNMENT} (77)"
    assert lines[1:3] == ['"Doe, Ann",1001,S1,ann,"Lab, 1",10', '"Lee, ""Bob"" B",1002,bob,bob@u.edu,"Lab, 1",7.67']
    parts = ("nowhere, not in the file", "left out: cyd.", "left out: dan.", "for: 4e1f, login3, zoe.", "not take")
    for part in parts:
        assert part in done.message
    raw = command(*options(graded, "canvas", "--scores", "raw"))
    assert canvas_import(raw.data, CANVAS_STUDENTS, BEFORE)["1002", "77"] == 10.0 and "not take" not in raw.message


def test_the_reader_of_canvas_notices_a_blank_a_third_decimal_and_a_strange_column():
    header = "Student,ID,Section,Tiny (77)\n"
    assert canvas_import(f"{header}A,1001,,\n".encode(), CANVAS_STUDENTS, {("1001", "77"): 1}) == {}
    for wrong in (f"{header}A,1001,,1.234\n", "Student,ID,Section,status\nA,1001,,1\n", f"{header}A,7,,1\n"):
        with pytest.raises(AssertionError):
            canvas_import(wrong.encode(), CANVAS_STUDENTS, {})


@pytest.mark.parametrize(
    ("words", "layout"),
    [(ENGLISH, {}), (GERMAN, {"delimiter": ";", "end": "\n", "encoding": "utf-16"}), (GERMAN, {"encoding": "utf-8"})],
)
def test_moodles_worksheet_is_filled_and_no_other_letter_changes(graded, command, tmp_path, words, layout):
    given = tmp_path / "given.csv"
    given.write_bytes(worksheet(words, **layout))
    done = command("--to", "moodle", "--assignment", ASSIGNMENT, "--fill", given, "--scores", "penalised")
    assert done.status == 0, done.message
    assert moodle_import(done.data, words, STANDING) == STANDING | {"11": (10.0, ""), "12": (7.67, COMMENTS["12"])}
    sign, delimiter = words[-1], layout.get("delimiter", ",")
    encoding = layout.get("encoding", "utf-8-sig")
    quote = '"' if sign == delimiter else ""
    before = f"{quote}3{sign}50{quote}"
    after = given.read_bytes().decode(encoding).replace(before, f"{quote}7{sign}67{quote}")
    after = after.replace(f"Submitted{delimiter}{delimiter}", f"Submitted{delimiter}10{delimiter}", 1)
    assert done.data == after.encode(encoding)
    for part in ("nowhere, not in the file", "no excused students; nothing was written for: eve.", "Cy D, Zoë Z"):
        assert part in done.message


def test_the_reader_of_moodle_notices_a_changed_comment():
    changed = worksheet().replace(b"kept", b"")
    assert moodle_import(changed, ENGLISH, STANDING) == STANDING | {"19": (6.0, "")}


def test_csv_is_what_nbgrader_export_writes(graded, command):
    done = command("--to", "csv")
    nbgraders_own = nbgraders.SafeCsv(to=str(graded.root / "own.csv"))
    nbgraders_own.course = graded.course
    with Gradebook(graded.url) as book:
        nbgraders_own.export(book)
    assert done.status == 0 and done.data == (graded.root / "own.csv").read_bytes()
    assert done.data.decode().splitlines()[0] == ",".join(nbgraders.COLUMNS)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--to", "gradescope"], "judge NOTEBOOK --assignment NAME --json"),
        (["--to", "csv", "--scores", "raw"], "a table holds both scores"),
        (["--to", "canvas", "--assignment", ASSIGNMENT], "--fill FILE, which is the gradebook"),
        (["canvas"], "choose --scores raw"),
        (["moodle"], "choose --scores raw"),
        (["canvas", "--column", "no such"], "no column fits 'no such'"),
        (["canvas", "--column", "tiny"], "several columns fit 'tiny'"),
        (["canvas", "--column", "00-tiny again"], "which is read only"),
        (["moodle", "--column", "Full name"], "no column holds grades"),
        (["moodle", "--column", "Note"], "no column is called 'Note'"),
        (["canvas", "--fill", "moodle.csv"], "not a gradebook exported from Canvas"),
        (["moodle", "--fill", "canvas.csv"], "not a grading worksheet of Moodle"),
        (["canvas", "--fill", "nothing.csv"], "nothing.csv cannot be read: No such"),
        (["canvas", "--assignment", "09-none"], "There is no assignment '09-none'"),
    ],
)
def test_a_wrong_request_is_a_sentence_and_nothing_is_written(graded, command, monkeypatch, words, reason):
    monkeypatch.chdir(graded.root)
    done = command(*(options(graded, words[0], *words[1:]) if words[0] in ("canvas", "moodle") else words))
    assert (done.status, done.data) == (2, None)
    assert reason in done.message and done.message.count("\n") == 1


def test_the_filled_file_is_never_written_over(graded, command):
    path = graded.root / "canvas.csv"
    done = command(*options(graded, "canvas", "--scores", "raw", "--output", path))
    assert done.status == 2 and "is the file that is filled" in done.message and path.read_text("utf-8") == CANVAS


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \r\n", "is empty"),
        (b"PK\x03\x04", "is a zip"),
        ("Identifier,Grade\nÜ,1".encode("cp1252"), "not text in UTF-8 or UTF-16"),
        (b"a\x00b", "holds zero bytes"),
        (b'a,b\n1,"open', "line 2: a quote is opened and not closed"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(tmp_path, data, reason):
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=reason):
        tables.read(path)


@pytest.mark.parametrize("data", [b'a;"b;""c"\r\n1;2\n\n;', b'\xef\xbb\xbfx\ty\r"\n"\t z ', b"one", b'a,b"c,d\n'])
def test_a_table_is_written_as_it_was_read(tmp_path, data):
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    table = tables.read(path)
    assert table.encoded([*table.lines], [*table.ends]) == data


def test_nobody_is_matched_where_two_would_fit():
    lines = [("1", "ann"), ("2", "bob"), ("3", "bob"), ("4", "ann@u.edu")]
    persons = [people.Person(n, number, (key, number), key) for n, (number, key) in enumerate(lines)]
    matched = people.match([people.Student("ann"), people.Student("bob"), people.Student("1")], persons)
    assert matched.people == {} and sorted(matched.unmatched) == ["1", "ann", "bob"]
    assert people.match([people.Student("ann")], persons).people["ann"].number == "1"


def test_a_worksheet_in_words_of_a_scale_or_with_two_candidates_is_refused(tmp_path):
    path = tmp_path / "sheet.csv"
    for text, error, reason in (
        ("Identifier,Full name,Grade,Scale\nParticipant 1,A B,,Good\n", BadInput, "no column holds grades"),
        ("Nr,Name,Note,Max,Gruppe\nTeil 1,A B,,5,3\n", BadRequest, "several columns .* 'Note', 'Max'"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(error, match=reason):
            moodle.worksheet(tables.read(path))
    assert moodle.worksheet(tables.read(path), "Note").grade == 2


def test_canvas_columns_are_found_by_title_first(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("Student,ID,Section,Tiny (1),Tiny two (2)\nA,1,,,\n", encoding="utf-8")
    given = canvas.gradebook(tables.read(path))
    assert [canvas.column(given, text) for text in ("tiny", "Tiny two (2)", "TWO")] == [3, 4, 4]
    assert export.points(9.999) == "10" and canvas.points_possible(given, 3) is None
