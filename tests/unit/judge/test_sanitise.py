"""Student content, rendered as nbconvert renders it, can be read and cannot act."""

import base64
import re
from html.parser import HTMLParser

import nbformat
import pytest
from hostile_answers import HOSTILE, render
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbconvert.filters import ansi2html

from autograder import safe_html, safe_pictures

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n1234").decode()
GIF = base64.b64encode(b"GIF89a1234").decode()


class Page(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.names, self.addresses, self.text = [], [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.names += [name for name, _ in attrs]
        self.addresses += [
            value or "" for name, value in attrs if name in ("href", "src", "action", "data", "xlink:href")
        ]

    def handle_data(self, data):
        self.text += data


def assert_harmless(html):
    page = Page(html)
    assert not {"script", "iframe", "object", "embed", "svg", "math", "form", "base", "link", "meta", "style"} & set(
        page.tags
    )
    assert not [name for name in page.names if name.startswith("on") or name in ("srcdoc", "formaction")]
    for address in page.addresses:
        scheme = re.match(r"\s*([a-z0-9+.-]+)\s*:", re.sub(r"[\x00-\x20]", "", address.lower()))
        assert (
            scheme is None or scheme[1] in ("http", "https", "mailto") or address.startswith("data:image/png;base64,")
        )
    assert 'class="mermaid"' not in html
    outside = re.sub(r"(?s)<(code|pre)\b.*?</\1>", "", html)
    assert not re.search(r"\\(href|cssId|class|style|unicode|require)\b", Page(outside).text)


SAME = [
    "Plain words, *emphasis*, **strong** and `code`.",
    r"Maths: $\tanh'(a) = 1 - h^2$, \\(x\\), $$\sum_{t} h_t \\ \text{class}$$",
    "[a page](https://example.org/x?a=1&b=2) and https://example.org and [here](#there)",
    "1. one\n2. two\n\n- [x] done\n\n> said\n\n```python\nif a > b:\n    print(x)\n```",
    "| t | h |\n|--:|:-:|\n| 1 | 2 |",
    "5 > 3 & 2 < 4, a <= b, &lt;b&gt;",
]


@pytest.mark.parametrize("text", SAME)
def test_ordinary_answers_stay_as_they_are(text):
    assert safe_html.markdown(text) == text
    assert safe_html.markdown(safe_html.markdown(text)) == text


@pytest.mark.parametrize("html", ["<p>a</p>", "<p>a<br />b</p>", '<p>"&lt;" &amp; &quot;\u00a0</p>', "<input checked>"])
def test_the_same_html_may_be_written_in_two_ways(html):
    assert safe_html._Pieces(html).found == safe_html._Pieces(safe_html._CLEANER.clean(html)).found


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p><script>x</script>",
        "<p onclick=x>a</p>",
        "<p>a<!-- b --></p>",
        "<!doctype html><p>a</p>",
        "<?php x ?><p>a</p>",
        "<p>a</p><![CDATA[x]]>",
        "<body onload=x><p>a</p>",
        "<a href='javascript:x'>a</a>",
        "<p>a</p></div>",
        "<p>a</p><img src='",
        "<h1 style='text-align:left'>a</h1>",
        "<td style='position:fixed'>a</td>",
        "<p>a<plaintext>b</p>",
        "<svg><p>a</p></svg>",
    ],
)
def test_html_that_nh3_changes_is_noticed(html):
    assert safe_html._Pieces(html).found != safe_html._Pieces(safe_html._CLEANER.clean(html)).found


def test_maths_and_code_with_an_angle_keep_their_meaning():
    page = Page(render(safe_html.markdown("$a<b$ and `a<b`")))
    assert page.text.replace(" ", "").strip() == "$a<b$anda<b"


def test_raw_html_is_shown_as_text_and_the_rest_stays_formatted():
    page = Page(render(safe_html.markdown("**w** <b onclick=x>z</b> [a](https://example.org)")))
    assert page.tags == ["p", "strong", "a"] and "< b onclick=x>z< /b>" in page.text


def test_pictures_are_shown_or_left_out_and_never_stop_the_page():
    text = "![a](attachment:a.png) ![b](attachment:b.png) ![c](https://example.org/c.png)"
    html = render(safe_html.markdown(text, {"a.png": {"image/png": PNG}}), {"a.png": {"image/png": PNG}})
    assert Page(html).tags.count("img") == 1 and PNG in html


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text)[:40])
def test_hostile_answers_cannot_act(text):
    shown = safe_html.markdown(text)
    html = render(shown)
    assert_harmless(html)
    shown.encode("utf-8")
    assert safe_html.markdown(shown) == shown or len(text) > 10_000


PIECES = st.sampled_from(
    [
        *"<>[]()!`~$\\&;:|#*_ \n'\"=",
        "\n\n",
        "    ",
        "<script>",
        "</script>",
        "<img ",
        "onerror=x",
        "javascript:",
        "data:text/html,",
        "attachment:a",
        "](",
        "![",
        "[a]: ",
        "&#60;",
        "&lt;",
        "&#x6a;",
        "```",
        "mermaid",
        "$$",
        "\\href{",
        "\\\\(",
        "x",
        "href",
        "-->",
        *["\\begin{a}", "\\end{a}", "<!--", "http://", "| - |", "\t", "\u2028", "<a\u00a0", "~~"],
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
@example("![[a]: ![](javascript:)")
def test_no_mixture_of_markdown_can_act(text):
    assert_harmless(render(safe_html.markdown(text)))


def test_outputs_keep_text_and_real_pictures_only():
    sent = [
        {"output_type": "stream", "name": "evil", "text": ["a", "b"]},
        {
            "output_type": "display_data",
            "data": {"text/html": "<script>", "text/plain": "x"},
            "metadata": {"isolated": True},
        },
        {"output_type": "display_data", "data": {"text/html": "<script>"}, "metadata": {}},
        {"output_type": "display_data", "data": {"image/png": PNG, "image/jpeg": PNG, "image/svg+xml": "<svg/>"}},
        {"output_type": "execute_result", "data": {"text/plain": "1"}, "execution_count": "<b>", "metadata": 3},
        {"output_type": "error", "ename": 3, "evalue": "\ud800", "traceback": ["x", 4]},
        {"output_type": "display_data", "data": "text"},
        {"output_type": "pyout"},
        "text",
        None,
    ]
    kept = safe_html.outputs(sent)
    for output in kept:
        nbformat.validate(output, ref="output", version=4)
    assert [list(output.data) for output in kept if "data" in output] == [["text/plain"], ["image/png"], ["text/plain"]]
    assert kept[0].name == "stdout" and kept[0].text == "ab"
    assert all(output.metadata == {} for output in kept if "data" in output)
    assert safe_html.outputs("x") == []


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["\x1b[", "38;", "48;", "5;", "2;", "999", "m", "0", ";", "x", "<b>"]), max_size=12).map(
        "".join
    )
)
def test_no_colours_stop_the_page(text):
    shown = safe_html.outputs([{"output_type": "stream", "name": "stdout", "text": text}])[0].text
    assert "<b>" not in str(ansi2html(shown))


def test_a_colour_without_an_end_is_read_once():
    """With each of its digits looked at as a beginning, this takes hours."""
    text = "\x1b[" + "48" * 1_000_000
    assert safe_html.outputs([{"output_type": "stream", "text": text}])[0].text.endswith("Output truncated ...")


def test_code_that_would_take_hours_to_colour_is_shortened():
    ordinary = "def f(x):\n    return x\n\n\n    # end\n"
    assert safe_html.code(ordinary) == ordinary
    for line in ("", " ", "\t", "\f"):
        shown = safe_html.code(f"a = 1\n{(line + chr(10)) * 100_000}b = 2")
        assert shown.startswith("a = 1\n") and shown.endswith("b = 2") and len(shown) < 100
    long = safe_html.code("a = 1\n" * 100_000)
    assert len(long) < 1.1 * safe_html.MAX_CODE and long.endswith("too long.)") and safe_html.code(long) == long
    for mark in ("", "> "):
        fenced = f"{mark}```python\n" + f"{mark} \n" * 5_000 + f"{mark}```\n\nThe end."
        assert len(safe_html.markdown(fenced)) < 200


@pytest.mark.parametrize("begin", ["", "    ", "> ", " > \t"])
def test_the_line_after_many_blank_lines_keeps_its_beginning(begin):
    shown = safe_html.code("def f():\n" + "\n" * 2 * safe_html.MAX_BLANK + begin + "pass")
    assert shown == "def f():\n" + "\n" * safe_html.MAX_BLANK + begin + "pass"


LEXED = ["a.a.a.", "..", "a1.b_", "\u00e4."]  # from each dot, Pygments looks for the end of a name


@pytest.mark.parametrize("unit", LEXED)
def test_a_name_of_thousands_of_parts_is_shortened(unit):
    long = unit * (30_000 // len(unit))
    for text in (long, f"x = {long}", f"a = 1\n{long}\nb = 2"):
        for shown in (safe_html.code(text), safe_html.markdown(text), safe_html.markdown(f"```python\n{text}\n```")):
            assert len(shown) < 200 and "…" in shown
    assert safe_html.code("np.random.default_rng(0).normal()") == "np.random.default_rng(0).normal()"


def test_a_line_of_code_is_bounded_and_so_are_formulas_without_an_end():
    shown = safe_html.code(f"x = [{'1, ' * 9_000}]\ny = 2")
    assert len(shown.split("\n")[0]) == safe_html.MAX_LINE and shown.endswith("\ny = 2")
    for opener in ("\\\\[", "\\\\(", "\\begin{a}"):
        shown = safe_html.markdown(opener * (30_000 // len(opener)))
        assert opener not in shown and len(shown) <= safe_html.MAX_ANSWER and safe_html.markdown(shown) == shown
        few = f"{opener} x " * 20
        assert safe_html.markdown(few) == few


def test_code_in_a_text_is_coloured_as_python_or_not_at_all():
    for language in ("python", "py", "python3", "text"):
        assert safe_html.markdown(f"```{language}\nx = 1\n```") == f"```{language}\nx = 1\n```"
    for opening in ("```js", "~~~ ruby", "> ```perl -w", "- ```mermaid", "```pythonic", "``` {.haskell}"):
        shown = safe_html.markdown(f"{opening}\nx = 1\n{opening.split('j')[0][:3]}")
        assert "text" in shown.split("\n")[0] and "x = 1" in shown
    inline = "```a b``` is code"
    assert safe_html.markdown(inline) == inline


def test_our_own_card_keeps_its_elements_and_nothing_else():
    html = "<div><p><strong>f: 1 of 2 points</strong></p><ul><li><code>x &lt; 1</code></li></ul></div>"
    assert safe_html.card(html) == html
    assert_harmless(safe_html.card(html + "<script>alert(1)</script><p onclick=x style='x'>y<svg/onload=z>"))


def test_attachments_are_checked_by_what_they_are():
    kept, dropped = safe_pictures.attachments(
        {
            "a.png": {"image/png": PNG},
            "b.gif": {"image/gif": GIF},
            "c.jpg": {"image/jpeg": base64.b64encode(b"<svg/>").decode()},
            "l.png": {"image/png": [PNG[:8] + "\n", PNG[8:]]},
            "d": 3,
            "<e>": {"x/y": "AAAA"},
        }
    )
    assert kept == {
        "a.png": {"image/png": PNG},
        "b.gif": {"image/gif": GIF},
        "l.png": {"image/png": PNG},
    }
    assert len(dropped) == 3 and "<" not in "".join(dropped)
    assert safe_pictures.attachments("x") == ({}, [])
    many = safe_pictures.attachments({str(number): {} for number in range(100_000)})
    assert many[0] == {} and len(many[1]) == safe_pictures.MAX_PICTURES + 1
    large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(safe_pictures.MAX_PICTURE)).decode()
    assert safe_pictures.attachments({"large.png": {"image/png": large}})[0] == {}
