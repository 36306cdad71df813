"""``autograder export`` gives Canvas and Moodle what they take in, and changes nothing else there."""

import pytest
from nbgrader.api import Gradebook
from platform_files import CANVAS, CANVAS_STUDENTS, COMMENTS, ENGLISH, GERMAN, worksheet
from platform_readers import canvas_import, moodle_import
from test_disk import run
from tiny_course import ASSIGNMENT

from autograder.errors import BadInput, BadRequest
from autograder.grading import export as nbgraders
from autograder.platforms import canvas, export, moodle, people, tables

BEFORE = {("1002", "77"): 3.5, ("1003", "77"): 9.0, ("1004", "77"): 4.0, ("1005", "77"): 2.0, ("1009", "77"): 6.0}

STANDING = {"11": (None, ""), "12": (3.5, COMMENTS["12"]), "13": (9.0, COMMENTS["13"]), "19": (6.0, "kept"), "most": 14}


def options(graded, platform, *more):
    return ("--to", platform, "--assignment", ASSIGNMENT, "--fill", graded.root / f"{platform}.csv", *more)


def test_canvas_gets_one_column_and_only_who_has_a_mark(graded, exported):
    done = exported(*options(graded, "canvas", "--scores", "penalised"))
    assert done.status == 0, done.message
    new = {("1001", "77"): 10.0, ("1002", "77"): 7.67, ("1005", "77"): "EX"}
    assert canvas_import(done.data, CANVAS_STUDENTS, BEFORE) == BEFORE | new
    lines = done.data.decode().splitlines()
    assert lines[0] == f"Student,ID,SIS User ID,SIS Login ID,Section,{ASSIGNMENT} (77)"
    assert lines[1:3] == ['"Doe, Ann",1001,S1,ann,"Lab, 1",10', '"Lee, ""Bob"" B",1002,bob,bob@u.edu,"Lab, 1",7.67']
    parts = ("nowhere, not in the file", "left out: cyd.", "left out: dan.", "for: 4e1f, dan, login3, zoe.", "not take")
    for part in parts:
        assert part in done.message
    raw = exported(*options(graded, "canvas", "--scores", "raw"))
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
def test_moodles_worksheet_is_filled_and_no_other_letter_changes(graded, exported, tmp_path, words, layout):
    given = tmp_path / "given.csv"
    given.write_bytes(worksheet(words, **layout))
    done = exported("--to", "moodle", "--assignment", ASSIGNMENT, "--fill", given, "--scores", "penalised")
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


def test_csv_is_what_nbgrader_export_writes(graded, exported):
    done = exported("--to", "csv")
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
def test_a_wrong_request_is_a_sentence_and_nothing_is_written(graded, exported, monkeypatch, words, reason):
    monkeypatch.chdir(graded.root)
    done = exported(*(options(graded, words[0], *words[1:]) if words[0] in ("canvas", "moodle") else words))
    assert (done.status, done.data) == (2, None)
    assert reason in done.message and done.message.count("\n") == 1


def test_the_filled_file_is_never_written_over(graded, exported):
    path = graded.root / "canvas.csv"
    done = exported(*options(graded, "canvas", "--scores", "raw", "--output", path))
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


def test_a_gradebook_that_cannot_be_used_is_a_sentence(tiny_class, monkeypatch, capsys):
    (tiny_class.root / "course" / "gradebook.db").write_bytes(b"not a database, but long enough for a header" * 99)
    status, message = run(tiny_class, monkeypatch, capsys, "export", "--to", "csv")
    assert status == 1 and "The gradebook cannot be used" in message and message.count("\n") == 1


def test_who_was_collected_by_a_participants_number_is_found_again(graded):
    sheet = moodle.worksheet(tables.read(graded.root / "moodle.csv"))
    found = people.match([people.Student("participant-19"), people.Student("19")], sheet.people)
    assert found.people["participant-19"].name == "Zoë Z" and list(found.unmatched) == ["19"]
