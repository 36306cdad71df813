"""`nbgrader release_feedback` for a class of which not everybody handed in by nbgrader's exchange."""

import glob
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback

from autograder.collecting import submissions


class ReleaseFeedback(ExchangeReleaseFeedback):
    """nbgrader's own, one student at a time; named in ``c.ExchangeFactory.release_feedback``.

    The exchange finds a student's page by the secret that came with the submission. Without one nobody could fetch it,
    and nbgrader would stop there.
    """

    def copy_files(self):
        """Release every page that can be fetched, and name those that cannot."""
        for folder in sorted(map(Path, glob.glob(self.src_path))):
            if submissions.secret(folder) and submissions.handed_in(folder):
                self.src_path = glob.escape(str(folder))
                super().copy_files()
            else:
                self.log.warning(
                    "%s: not released, since no %s and %s of nbgrader's exchange lie in %s. Hand the page over "
                    "yourself.",
                    folder.parent.name,
                    submissions.SECRET,
                    submissions.TIMESTAMP,
                    folder,
                )
