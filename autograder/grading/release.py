"""Let `nbgrader release_feedback` work for a class in which some did not hand in through nbgrader's exchange."""

import glob
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback

from autograder.collecting import submissions


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Releases feedback one student at a time; ``c.ExchangeFactory.release_feedback`` names it.

    The exchange finds a student's page by the secret that came with the submission. A page without one could not be
    fetched, and nbgrader would stop there.
    """

    src_path: str  # a pattern, which nbgrader has made by then

    def copy_files(self) -> None:
        """Release every page that can be fetched; name those that cannot, and the graded students who have no page."""
        course = self.coursedir
        pages = {folder.parent.name: folder for folder in map(Path, glob.glob(self.src_path))}
        judged = course.format_path(course.autograded_directory, course.student_id or "*", course.assignment_id)
        graded = {Path(folder).parent.name for folder in glob.glob(judged)}
        for student in sorted((pages.keys() | graded) - set((course.student_id_exclude or "").split(","))):
            folder = pages.get(student)
            if folder is None or not list(folder.glob("*.html")):
                self.log.warning(
                    "%s: not released, since there is no page yet. Run `nbgrader generate_feedback %s` first.",
                    student,
                    course.assignment_id,
                )
            elif submissions.secret(folder) and submissions.handed_in(folder):
                self.src_path = glob.escape(str(folder))
                super().copy_files()
            else:
                self.log.warning(
                    "%s: not released, since no %s and %s of nbgrader's exchange lie in %s. Hand the page over "
                    "yourself.",
                    student,
                    submissions.SECRET,
                    submissions.TIMESTAMP,
                    folder,
                )
