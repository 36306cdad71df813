"""What a course is: its sources, its functions, its exercises, its texts."""

from autograder.course.course import Course, open_course

__all__ = ["Course", "open_course"]
