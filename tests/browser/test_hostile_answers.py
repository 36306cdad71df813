"""A real browser shows hostile answers as nbconvert renders them, once they are made harmless, and nothing runs."""

import pytest
from hostile_answers import HOSTILE, render

from autograder import safe_html

pytestmark = pytest.mark.browser

ADDRESS = "http://127.0.0.1:1/"  # where the page says that it is; nothing listens there
LOOK = """() => [...document.body.children].map(section => [section, [...section.querySelectorAll("*")]]).map(
  ([section, all]) => ({
    elements: all.map(one => one.localName),
    handlers: all.flatMap(one => one.getAttributeNames()).filter(name => name.startsWith("on")),
    links: [...section.querySelectorAll("a[href]")].map(one => one.protocol),
    pictures: [...section.querySelectorAll("img")].map(one => one.src.slice(0, 11)),
  }))"""
ACTIVE = set("script iframe object embed svg math form base link meta style button video".split())  # noqa: SIM905


@pytest.fixture
def shown(browser):
    """Return a function that shows texts, each in a section; it returns what there is, and how many dialogs opened."""
    page = browser.new_page()
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    def show(texts):
        html = "".join(f"<section>{render(text)}</section>" for text in texts)
        page.route(ADDRESS, lambda route: route.fulfill(body=f"<!doctype html><body>{html}", content_type="text/html"))
        page.goto(ADDRESS)
        page.wait_for_timeout(500)  # for pictures that cannot be loaded
        return page.evaluate(LOOK), len(dialogs)

    yield show
    page.close()


def test_hostile_answers_do_nothing_in_a_browser(shown):
    texts = [safe_html.markdown(text) for text in HOSTILE]
    sections, dialogs = shown(texts)
    assert dialogs == 0
    assert len(sections) == len(texts)  # none has left its section, or closed it
    for text, section in zip(texts, sections, strict=True):
        assert not ACTIVE & set(section["elements"]), text
        assert section["handlers"] == [], text
        assert set(section["links"]) <= {"http:", "https:", "mailto:", ":"}, text  # ":" stands for an invalid address
        assert set(section["pictures"]) <= {"data:image/"}, text


def test_hostile_answers_act_in_a_browser_before_they_are_made_safe(shown):
    """So the test above would notice."""
    sections, dialogs = shown(["<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "<script>1</script>"])
    assert dialogs == 1
    assert sections[0]["handlers"] == ["onerror"]
    assert sections[1]["links"] == ["javascript:"]
    assert "script" in sections[2]["elements"]
