"""Makes the repository an ordinary nbgrader course: plain `nbgrader …` commands and the formgrader work here."""

from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader defines it

ROOT = Path(__file__).resolve().parent

c.CourseDirectory.course_id = "unrolled"
c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.source_directory = "course/source"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.submitted_directory = "course/submitted"
c.CourseDirectory.autograded_directory = "course/autograded"
c.CourseDirectory.feedback_directory = "course/feedback"
c.CourseDirectory.solution_directory = "course/solution"
c.CourseDirectory.db_url = f"sqlite:///{(ROOT / 'course' / 'gradebook.db').as_posix()}"
