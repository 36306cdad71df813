"""Read a course: its source notebooks, the functions in them, the exercises it declares, its rubrics."""

from autograder.course.course import Course, open_course

__all__ = ["Course", "open_course"]
