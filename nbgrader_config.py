"""Make the repository an ordinary nbgrader course: plain `nbgrader …` commands and the formgrader work here."""

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

# Judging: only the sources of a submission are taken (Rebuild), the kernel is asked from outside (Judge), and marks are
# written when it is dead (WriteMarks). These lists are the one order of judging, also for `autograder grade` and
# `autograder judge`; autograder/judging/steps.py says what may be added to them. Settings are `c.Judge....`, never
# `c.Execute....`, which the Validate button reads.
c.Autograde.sanitize_preprocessors = [
    "autograder.grading.plugins.Rebuild",  # first: it alone copes with whatever a submission may hold
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.grading.plugins.Judge",
    "autograder.grading.plugins.WriteMarks",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "autograder.grading.plugins.WriteComments",
    "autograder.grading.plugins.Sanitise",
    "autograder.grading.plugins.InsertRubrics",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# What lateness costs: course.toml, or where it does not say, c.LateSubmissionPlugin.
c.AssignLatePenalties.plugin_class = "autograder.grading.course_rules.ByTheRules"

# A student's page is made again each time, since the gradebook may have changed, and holds all that it shows.
c.GenerateFeedback.force = True
c.GenerateFeedback.exporter_class = "autograder.grading.page.FeedbackPage"
c.GenerateFeedback.preprocessors = [
    "autograder.grading.plugins.StripRubrics",
    "nbgrader.preprocessors.GetGrades",
    "autograder.grading.plugins.TellWaiting",
    "autograder.grading.plugins.Sanitise",
]

# Who handed in without nbgrader's exchange is passed over by name, and stops nobody.
c.ExchangeFactory.release_feedback = "autograder.grading.release.ReleaseFeedback"

# Archives are unpacked with care (autograder/collecting/archives.py), and tables hold no formulas (grading/export.py).
c.ZipCollectApp.extractor_plugin = "autograder.collecting.archives.SafeExtractor"
c.ExportApp.plugin_class = "autograder.grading.export.SafeCsv"
