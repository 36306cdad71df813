"""Hold files as Canvas and Moodle write them, for a class of four or five."""

from tiny_course import ASSIGNMENT

CANVAS = f"""Student,ID,SIS User ID,SIS Login ID,Section,Notes,{ASSIGNMENT} (77),00-tiny again (78),Final Score
    Points Possible,,,,,,14.00,(read only),(read only)
"Doe, Ann",1001,S1,ann,"Lab, 1",,,1,9
"Lee, ""Bob"" B",1002,bob,bob@u.edu,"Lab, 1",,3.5,1,9
Cy D,1003,S3,login3,"Lab, 1",,9,1,9
Dan D,1004,S4,dan,"Lab, 1",,4,1,9
Eve E,1005,S5,eve,"Lab, 1",,2,1,9
Zoe Z,1009,S9,zoe,"Lab, 1",,6,1,9
"Student, Test",1010,,4e1f,"Lab, 1",,,,
"""
CANVAS_STUDENTS = [("1001", "S1", "ann"), ("1002", "bob", "bob@u.edu"), ("1003", "S3", "login3"), ("1004", "S4", "dan")]
CANVAS_STUDENTS += [("1005", "S5", "eve"), ("1009", "S9", "zoe"), ("1010", "", "4e1f")]

ENGLISH = ("Identifier", "Grade", "Last modified (grade)", "Feedback comments", "Participant", ".")
GERMAN = ("ID", "Bewertung", "Zuletzt geändert (Bewertung)", "Kommentar", "Teilnehmer/in", ",")
COMMENTS = {"11": "", "12": '<p>well; "done",\r\n\xa0 twice</p>', "13": "  spaces  ", "19": "kept"}


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
