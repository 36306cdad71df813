"""A course goes to another process with the sources that are read already: to read them takes longer than to judge."""

import pickle

from autograder.course import Course, open_course


def test_sources_that_are_read_go_along(monkeypatch):
    course = Course(open_course().root)
    assert "sources" not in vars(pickle.loads(pickle.dumps(course)))
    course.sources, course.reference  # noqa: B018  # functions cannot be pickled, and are made there again
    sent = pickle.dumps(course)
    monkeypatch.setattr("autograder.course.source.read_source", None)
    there = pickle.loads(sent)
    assert there.sources == course.sources and there.root == course.root
    assert there.reference.sources == course.reference.sources
