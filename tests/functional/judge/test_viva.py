"""Questions on a student's own code: their keys are found once more by other means, and hold on further inputs."""

import ast
import copy
import dataclasses
from collections import Counter

import pytest
from viva_keys import Bench, expected, key

from autograder.assignments import variants
from autograder.collecting.rebuild import rebuild
from autograder.course import source
from autograder.judging.settings import Settings
from autograder.viva import wording
from autograder.viva.making import sheets
from autograder.viva.questions import Reach, Shape, Slip, answer

TOGETHER = "right"  # what ten students of one class handed in
FURTHER = (11, 12, 13)  # seeds that no sheet was drawn with


def filled(course, assignment, functions):
    """Return the release with these functions, the first cell with all that others call."""
    notebook = copy.deepcopy(course.release(assignment))
    for cell in notebook.cells:
        if source.is_solution(cell) and source.grade_id(cell) in functions:
            cell.source = functions[source.grade_id(cell)]
    return notebook


def right(course, assignment):
    return {one.name: course.reference.sources[one.name] for one in course.exercises(assignment)}


def variant(course, assignment, stem):
    [path] = [path for path in variants(course.topic(assignment)) if path.stem == stem]
    text = path.read_text(encoding="utf-8")
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    functions = {node.name: ast.get_source_segment(text, node) for node in nodes}
    imports = [line for line in text.split("\n") if line.startswith("import ")]
    first = next(iter(right(course, assignment)))
    return functions | {first: "\n".join([*imports, *functions.values()])}  # forward passes among them


def wrong(course, assignment):
    """A loop whose state is never updated: it runs, and its numbers are wrong."""
    exercise = course.exercise("rnn_forward")
    [mistake] = [one for one in exercise.mistakes if one.id == "state-never-updated"]
    functions = right(course, assignment)
    return functions | {"rnn_forward": mistake.source(functions["rnn_forward"])}


def renamed(course, assignment):
    """The solution in other letters: every variable that is no argument gets another name."""
    functions = {}
    for name, text in right(course, assignment).items():
        tree = ast.parse(text)
        stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in stored:
                node.id = f"my_{node.id}"
        functions[name] = ast.unparse(tree)
    return functions


CLASS = {
    "stacked": ("01-rnn-forward", lambda *where: variant(*where, "stacked")),
    "right": ("01-rnn-forward", right),
    "wrong": ("01-rnn-forward", wrong),
    "renamed": ("02-bptt", renamed),
}


@pytest.fixture(scope="module")
def secret_course(course, tmp_path_factory):
    """The course with a secret of its own."""
    made = copy.copy(course)
    made.release = course.release
    made.workspace = tmp_path_factory.mktemp("secret")
    (made.workspace / "secret").write_text("5e" * 32, encoding="ascii")
    return made


@pytest.fixture(scope="module")
def dealt(course, secret_course):
    """The sheets of whoever handed in each submission: one, or ten."""
    found = {}
    for who, (assignment, functions) in CLASS.items():
        notebook = filled(course, assignment, functions(course, assignment))
        rebuilt = rebuild(notebook, course.release(assignment))
        places = {"ann": 0} if who != TOGETHER else {f"s{place}": place for place in range(10)}
        found[who] = list(sheets(rebuilt, secret_course, assignment, places, Settings(case_timeout=10.0)))
    return found


@pytest.fixture(scope="module")
def asked(dealt):
    """The first sheet of each submission."""
    return {who: sheets[0] for who, sheets in dealt.items()}


def texts(course, who):
    """Return the functions of a submission, and those that it was handed out with, as one text."""
    assignment, functions = CLASS[who]
    return "\n\n".join((course.reference.sources | functions(course, assignment)).values())


def test_each_has_three_questions_that_are_not_alike(asked):
    for who, sheet in asked.items():
        assert (len(sheet.questions), sheet.own) == (3, 3), who
        assert len({type(question) for question in sheet.questions}) == 3
        assert isinstance(sheet.questions[0], Slip) and isinstance(sheet.questions[1], Reach)


def test_every_key_is_what_the_functions_do_on_three_further_seeds(course, asked):
    for who, sheet in asked.items():
        for question in sheet.questions:
            excerpt = sheet.excerpts[question.subject.name]
            for seed in FURTHER:
                bench = Bench(course, texts(course, who), seed)
                assert key(question, excerpt, bench) == expected(question), (who, wording.question(question))


def test_a_wrong_key_would_be_found(course, asked):
    sheet = asked["stacked"]
    slip = next(question for question in sheet.questions if isinstance(question, Slip))
    effect = dataclasses.replace(slip.effect, touched=tuple(not one for one in slip.effect.touched))
    bench = Bench(course, texts(course, "stacked"), FURTHER[0])
    assert key(slip, sheet.excerpts[slip.subject.name], bench) != expected(dataclasses.replace(slip, effect=effect))


def test_no_key_is_everything_or_nothing(asked):
    for sheet in asked.values():
        for question in sheet.questions:
            if isinstance(question, (Slip, Reach)):
                assert 0 < sum(question.effect.touched) < len(question.effect.touched)


def test_the_excerpt_is_the_students_own(course, asked):
    for who, sheet in asked.items():
        assignment, functions = CLASS[who]
        own = functions(course, assignment)
        for name, text in sheet.excerpts.items():
            assert {line.strip() for line in text.split("\n")} <= {line.strip() for line in own[name].split("\n")}


def test_ten_students_with_the_same_code_are_asked_different_questions(dealt):
    for number in range(3):
        questions = [sheet.questions[number] for sheet in dealt[TOGETHER]]
        keys = Counter(wording.key(question) for question in questions)
        assert len({wording.question(question) for question in questions}) >= 5, number
        assert max(keys.values()) <= 5, keys


def test_no_answer_is_a_shape_that_stands_in_the_question(course, dealt):
    shapes = [one for sheet in dealt[TOGETHER] for one in sheet.questions if isinstance(one, Shape)]
    assert shapes
    for question in shapes:
        assert f"({', '.join(map(str, answer(question)))})" not in wording.situation(question)


def test_another_submission_gets_other_questions(asked):
    words = {who: [wording.question(question) for question in sheet.questions] for who, sheet in asked.items()}
    assert words["stacked"] != words["wrong"]
    assert words["wrong"] != words["renamed"]
