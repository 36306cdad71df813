"""People read written answers with the keyboard, in a real browser; nbgrader's gradebook holds what they chose."""

import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest
import reading_class
from axe import violations
from hostile_answers import HOSTILE
from lab import keep
from playwright.sync_api import expect
from reading_class import ITEMS, SENTENCES, ReadClass
from tiny_course import on_disk

pytestmark = pytest.mark.browser

MANY = 300
SAME = 200  # of them wrote the same
PRESSES = {  # what is pressed for an answer, and what its author then has
    "1": (2.0, ["shrinks"]),
    "12": (3.0, ["shrinks", "number"]),
    "13": (3.0, ["shrinks", "tanh"]),
    "0": (0.0, []),
    "4": (0.0, ["confused"]),
}
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
FORMULA = "With $h_t = \\tanh(0.9\\,h_{t-1})$ it is\n\n$$\\prod_{t=2}^{12} 0.9 = 0.314.$$\n\nI found 0.31."


@contextmanager
def serving(root):
    command = [sys.executable, "-W", "ignore", reading_class.__file__, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().split()[-1]
        finally:
            server.kill()


@pytest.fixture(scope="module")
def nobody_yet(tmp_path_factory):
    """A class in which nothing was handed in; to be copied."""
    return on_disk(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def large(nobody_yet, tmp_path_factory):
    """A class of three hundred, most of whom wrote the same."""
    found = ReadClass(shutil.copytree(nobody_yet, tmp_path_factory.mktemp("large") / "class"))
    texts = {f"s{number:03}": f"It decays, {max(number, SAME)}." for number in range(MANY)}
    found.hand_in_many(texts)
    with serving(found.root) as found.address:
        yield found


@pytest.fixture(scope="module")
def small(nobody_yet, tmp_path_factory):
    """A class of a few, whose answers are of every kind."""
    found = ReadClass(shutil.copytree(nobody_yet, tmp_path_factory.mktemp("small") / "class"))
    found.hand_in(
        {"formula": FORMULA, "picture": "![mine](attachment:dot.png) It is small."}, {"dot.png": {"image/png": DOT}}
    )
    found.hand_in({f"hostile-{number:02}": text for number, text in enumerate(HOSTILE[::6])})
    with serving(found.root) as found.address:
        yield found


def opened(browser, address):
    page = browser.new_page()
    page.dialogs, page.visits, page.errors = [], [], []
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
    page.on("framenavigated", lambda frame: page.visits.append(frame.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(address)
    expect(page.locator("#place")).to_contain_text(" of ")
    return page


def settled(page):
    """Wait until all that was asked for has been done."""
    page.evaluate("async () => { let seen; while (seen !== work) { seen = work; await seen; } }")


def which(page):
    """Return which answer is shown: two that were made harmless may read the same."""
    settled(page)
    return page.evaluate("answer.id")


def shown(page):
    settled(page)
    return page.locator("#text").inner_text().strip()


def test_ten_answers_by_keys_are_in_the_gradebook_as_formgrader_has_them(browser, large):
    page, chosen, presses = opened(browser, large.address), {}, 0
    for number in range(10):
        keys = list(PRESSES)[number % len(PRESSES)]
        chosen[shown(page)] = keys
        for key in [*keys, "n"]:
            page.keyboard.press(key)
        presses = max(presses, len(keys) + 1)
    settled(page)
    assert presses <= 3 and len(chosen) == 10
    marks = large.marks()
    for number, (student, (score, comment, waits)) in enumerate(sorted(marks.items())):
        keys = chosen.get(f"It decays, {max(number, SAME)}.")
        points, items = PRESSES[keys] if keys else (None, [])
        sentences = "\n\n".join(SENTENCES[item] for item in ITEMS if item in items) or None
        assert (score, comment, waits) == (points, sentences, points is None), student
    student = next(name for name, mark in marks.items() if mark[0] is not None)
    assert large.as_formgrader_has_it(student) == marks[student]
    text = list(chosen)[-1]  # its author has one item
    page.keyboard.press("u")
    assert shown(page) == text and page.locator("#score").inner_text() == "– of 4"
    assert page.locator("#saved").inner_text() == "Undone"
    now = large.marks()
    assert {mark for name, mark in now.items() if mark != marks[name]} == {(None, None, True)}
    assert page.errors == []
    page.close()


def test_all_are_read_without_a_reload(browser, large):
    """One key for an answer and one for the next; identical ones together."""
    page, presses = opened(browser, large.address), 0
    visits = len(page.visits)
    before = {name: mark for name, mark in large.marks().items() if not mark[2]}
    while not page.locator("#text").inner_text().startswith("All are read."):
        page.keyboard.press("2")
        page.keyboard.press("n")
        presses += 2
        settled(page)
        assert presses <= 2 * MANY
    assert len(page.visits) == visits and page.errors == []
    marks = large.marks()
    assert {name: marks[name] for name in before} == before
    rest = {mark for name, mark in marks.items() if name not in before}
    assert rest == {(1.0, SENTENCES["number"], False)}
    assert presses <= 2 * (MANY - SAME + 1)
    expect(page.locator("#progress")).to_have_text("300 of 300 read, 0 left")
    page.close()


def test_two_windows_hold_different_answers_and_see_what_the_other_saved(browser, small):
    one, other = opened(browser, small.address), opened(browser, small.address)
    seen = [which(page) for page in (one, other)]
    for _ in range(3):
        for page in (one, other):
            page.keyboard.press("n")
            seen.append(which(page))
    assert all(len(set(pair)) == 2 for pair in zip(seen[::2], seen[1::2], strict=True))
    one.keyboard.press("1")
    settled(one)
    other.keyboard.press("n")
    settled(other)
    total = len(small.marks())
    expect(other.locator("#progress")).to_have_text(f"1 of {total} read, {total - 1} left")
    one.keyboard.press("u")
    settled(one)
    for page in (one, other):
        page.close()


def test_no_answer_acts_and_each_can_be_read(browser, small):
    page, kinds = opened(browser, small.address), set()
    for _ in range(len(small.marks())):
        settled(page)
        found = page.evaluate(
            """() => [...$.text.querySelectorAll("*")].flatMap(node => [node.localName, ...node.getAttributeNames()
            .filter(name => name.startsWith("on")), ...(node.id ? ["id"] : [])])"""
        )
        assert not {"script", "iframe", "form", "style", "button", "id"} & set(found)
        assert not [name for name in found if name.startswith("on")]
        if "I found 0.31" in page.locator("#text").inner_text():
            kinds.add("formula")
            assert page.locator("#text mark.figure").inner_text() == "0.31"
            assert "0.314 in the exemplar" in page.locator("#text mark.formula").last.get_attribute("title")
        if page.locator("#text img").count():
            kinds.add("picture")
            assert page.locator("#text img").evaluate("one => one.decode().then(() => one.naturalWidth)") == 1
        page.keyboard.press("f")
    assert kinds == {"formula", "picture"}
    assert page.dialogs == page.errors == [] and page.title() == "Written: why it decays: written answers"
    assert all(url.startswith(small.address.partition("?")[0]) for url in page.visits)
    page.close()


def test_axe_finds_nothing_and_a_mouse_and_a_comment_will_do(browser, small):
    page = opened(browser, small.address)
    page.keyboard.press("e")
    page.keyboard.press("c")
    assert page.locator("#note").bounding_box()["height"] >= 60, "what is written can be read"
    page.keyboard.insert_text("Say more about n.")  # keys write here, and do nothing else
    page.keyboard.press("Escape")
    settled(page)
    page.get_by_role("button", name="Each step shrinks it.").click()
    settled(page)
    assert (2.0, f"{SENTENCES['shrinks']}\n\nSay more about n.", False) in small.marks().values()
    for width, scheme in ((1280, "light"), (1280, "dark"), (640, "dark")):  # the last is a zoom of 200 %
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert violations(page, "body") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        keep(page, f"reading-{width}-{scheme}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert violations(page, "#help") == []
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    before = which(page)
    page.keyboard.press("n")
    assert which(page) == before
    page.get_by_role("button", name="Next ungraded").click()
    assert which(page) != before
    page.evaluate("localStorage.clear()")
    page.close()


def test_a_mark_made_in_formgrader_meanwhile_is_shown(browser, small):
    page = opened(browser, small.address)
    settled(page)
    while "I found 0.31" not in shown(page):
        page.keyboard.press("f")
    small.formgrader("formula", 3.5)
    page.keyboard.press("3")
    settled(page)
    expect(page.locator("#trouble")).to_contain_text("was marked, or has changed, meanwhile")
    expect(page.locator("#notice")).to_contain_text("Marked in formgrader: 3.5 points.")
    assert small.marks()["formula"][0] == 3.5
    page.close()
