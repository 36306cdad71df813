"""Make outputs, written answers and comments harmless, so that no student's code runs in an instructor's browser.

nbgrader shows students' markdown and HTML as it is, in formgrader and in feedback, and so does whoever else renders the
notebook. So what is stored in it is harmless. Outputs are cut down to text and checked pictures. Markdown is changed as
little as possible and rendered as nbconvert renders it; it is stored if nh3, which reads HTML as browsers do, would
take nothing out of the rendering.
"""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

import nh3
from nbformat.notebooknode import NotebookNode

from autograder import safe_pictures

MAX_TEXT = 100_000  # characters of text in one output
MAX_ANSWER = 30_000  # characters of a written answer that are shown
MAX_CODE = 30_000  # characters of a code cell that are shown
MAX_LINE = 2_000  # characters of a line of code that are shown
MAX_DOTTED = 1_000  # characters of a name with dots, a.b.c: from each dot, Pygments looks for its end
MAX_FORMULAS = 300  # formulas that begin with `\\\\[`: from each, nbconvert looks for the end
MAX_BLANK = 30  # blank lines in a row; from each, Pygments looks for the end of all
_MATHJAX = re.compile(r"\\(?=(?:href|style|class|cssId|unicode|require|toggle|mmlToken|bbox)(?![a-z]))", re.I)
# Possessive or atomic, so that a long text without an end takes no longer than one with it. Groups are repeated in
# atomic ones: a group that is repeated possessively may take what does not match, before Python 3.11.5.
_COLOUR = re.compile(r"\x1b\[([0-9;]*+)m")
_BLANK = re.compile(rf"(?m)^(?>(?:(?>(?:[^\S\n]|>)*)\n){{{MAX_BLANK},}})")
_FENCE = re.compile(  # a block of code in another language than Python: scripts draw some, and lexers vary
    r"(?im)^((?>(?:[^\S\n]|[>*+:\-0-9.)])*)(?:`{3,}+|~{3,}+)[^\S\n]*+)"
    r"(?!(?:i?python3?|py|text)(?!\S))([^\s`]++)(?=[^`\n]*$)"
)
_DOTTED = re.compile(rf"(?<![\w.])[\w.]{{{MAX_DOTTED},}}+")
_OPENERS = re.compile(r"\\\\(?=[\[(])|\\(?=begin\{)")
_VALUES = {  # what the values of these attributes must be
    "class": re.compile(r"(?is)(?!.*mermaid).*"),
    "href": re.compile(r"(?is)(?![\x00-\x20]*d\s*a\s*t\s*a\s*:).*"),  # browsers skip tabs and line ends in a scheme
    "src": re.compile(r"(?i)data:image/(png|jpeg|gif|webp);base64,[a-z0-9+/=]*"),
    "style": re.compile(r"text-align:\s*(left|right|center);?"),
}
_CLEANER = nh3.Cleaner(  # lets through what rendered markdown has, and no more
    tags={
        *("a", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("hr", "img", "input", "li", "ol", "p", "pre", "section", "span", "strong"),
        *("table", "tbody", "td", "th", "thead", "tr", "ul"),
    },
    clean_content_tags=set(),
    attributes={
        "*": {"class"},
        "a": {"href", "title"},
        "img": {"src", "alt", "title"},
        "input": {"type", "disabled", "checked"},  # the box of a task list
        "ol": {"start"},
        **{tag: {"style"} for tag in ("td", "th")},
        **{tag: {"id"} for tag in ("h1", "h2", "h3", "h4", "h5", "h6")},
    },
    attribute_filter=lambda _, name, value: value if name not in _VALUES or _VALUES[name].fullmatch(value) else None,
    url_schemes={"http", "https", "mailto", "data"},
    link_rel=None,
)


def clean(text: str) -> str:
    """Return `text` as it can be stored: without half characters, which no file and no database takes."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def outputs(sent: object) -> list[NotebookNode]:
    """Return what may be kept of a cell's outputs: text, checked pictures and errors; no metadata.

    Parameters
    ----------
    sent : list
        Outputs as a kernel sent them; they need not be valid, nor a list.

    Returns
    -------
    list of NotebookNode
        Valid in every case.
    """
    kept = []
    for output in sent if isinstance(sent, list) else []:
        if not isinstance(output, dict):
            continue
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            kept.append(NotebookNode(output_type="stream", name=name, text=_text(output.get("text"))))
        elif kind == "error":
            trace = output.get("traceback")
            lines = [_text(line) for line in trace[:200]] if isinstance(trace, list) else []
            name, value = _text(output.get("ename")), _text(output.get("evalue"))
            kept.append(NotebookNode(output_type="error", ename=name, evalue=value, traceback=lines))
        elif kind in ("display_data", "execute_result") and (data := _data(output.get("data"))):
            node = NotebookNode(output_type=kind, data=NotebookNode(data), metadata=NotebookNode())
            if kind == "execute_result":
                node.execution_count = None
            kept.append(node)
    return kept


def number(count: object) -> int | None:
    """Return a cell's execution count, or None if it cannot be one."""
    return count if type(count) is int and 0 < count < 1_000_000 else None


def card(html: str) -> str:
    """Return our own HTML with nothing in it but the few elements it is made of."""
    return nh3.clean(html, tags={"div", "p", "ul", "li", "strong", "code"}, attributes={})


def markdown(text: str, pictures: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Return `text` changed so that nothing in it can act when it is rendered; maths, code and links stay.

    Parameters
    ----------
    text : str
        A student's markdown.
    pictures : dict, optional
        The cell's attachments, as `safe_pictures.attachments` returned them.

    Returns
    -------
    str
        Its rendering holds harmless elements and addresses only.
    """
    pictures = pictures or {}
    text = clean(text).replace("\r\n", "\n").replace("\r", "\n")  # as every renderer does, after we have looked
    if len(text) > MAX_ANSWER:
        text = text[:MAX_ANSWER] + "\n\n(The rest is not shown: the answer is too long.)"
    text = _pictures(_bounded(text), pictures)
    if len(_OPENERS.findall(text)) > MAX_FORMULAS:
        text = _OPENERS.sub(lambda found: f"{found[0][:-1]} ", text)
    for step in (_tamed, _without_links, _as_code):
        text = step(text)
        if _harmless(text, pictures):
            return text
    return "(This answer cannot be shown safely. Open the submitted notebook to read it.)"


def code(text: str) -> str:
    """Return a cell's code as it may be coloured and shown: not too long, and without what takes hours to colour."""
    lines = _bounded(clean(text)).split("\n")
    mark = "  # (not shown whole)"
    text = "\n".join(line if len(line) <= MAX_LINE else line[: MAX_LINE - len(mark)] + mark for line in lines)
    return text if len(text) <= MAX_CODE else text[:MAX_CODE] + "\n# (The rest is not shown: the cell is too long.)"


def _bounded(text: str) -> str:
    """Shorten what colouring would look through again and again: blank lines, and names of very many parts."""
    text = _BLANK.sub("\n" * MAX_BLANK, text)
    return _DOTTED.sub(lambda name: f"{name[0][:60]}…" if name[0].count(".") > 30 else name[0], text)


def notebook(nb: NotebookNode) -> NotebookNode:
    """Make every output, written answer and comment of a judged notebook harmless, in place.

    Graded cells hold our own words: their HTML is reduced to the elements these are made of.
    """
    nb.metadata.pop("widgets", None)
    for cell in nb.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code":
            graded = about.get("grade") and not about.get("solution")
            cell.outputs = _graded(cell.outputs) if graded else outputs(cell.outputs)
            cell.execution_count = number(cell.get("execution_count"))
            cell.source = code(cell.source)
        elif about.get("solution"):
            pictures, _ = safe_pictures.attachments(cell.get("attachments"))
            cell.pop("attachments", None)
            if pictures:
                cell.attachments = NotebookNode({name: NotebookNode(data) for name, data in pictures.items()})
            cell.source = markdown(cell.source, pictures)
        if about.get("comment"):
            about["comment"] = markdown(str(about["comment"]), cell.get("attachments"))
    return nb


def _graded(sent: list[NotebookNode]) -> list[NotebookNode]:
    kept = []
    for output in sent:
        data = output.get("data", {})
        html = data.get("text/html") if output.output_type == "display_data" else None
        for node in outputs([output]):
            if html is not None and "data" in node:
                node.data["text/html"] = card(str(html))
            kept.append(node)
    return kept


def _text(value: object) -> str:
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    value = clean(value) if isinstance(value, str) else ""
    value = value if len(value) <= MAX_TEXT else value[:MAX_TEXT] + "\n... Output truncated ..."
    # Extended colours out of range make nbconvert stop, and no output needs them.
    return _COLOUR.sub(lambda match: "" if "38" in match[1] or "48" in match[1] else match[0], value)


def _data(bundle: object) -> dict[str, str]:
    """Return the harmless part of an output's data by media type."""
    kept: dict[str, str] = {}
    for kind, value in bundle.items() if isinstance(bundle, dict) else ():
        if kind == "text/plain" and isinstance(value, (str, list)):
            kept[kind] = _text(value)
        elif kind in ("image/png", "image/jpeg") and (picture := safe_pictures.checked(value)):
            kept[picture[0]] = picture[1]
    return kept


def _pictures(text: str, pictures: Mapping[str, object]) -> str:
    """Leave attached pictures; a missing one would stop nbconvert, and one from elsewhere becomes a link to it."""

    def shown(match: re.Match[str]) -> str:
        address = match[2]
        if not address.startswith("attachment:"):
            return f"[{match[1] or 'picture'}]({address}"
        return match[0] if address.removeprefix("attachment:") in pictures else f"[{match[1]}](#picture-left-out"

    return re.sub(r"!+\[([^\[\]\n]*)\]\(([^()\s]*)", shown, text)


def _tamed(text: str) -> str:
    """Break what begins an HTML element, a MathJax command that can act, and diagrams that are drawn by a script."""
    text = re.sub(r"<(?=[A-Za-z/!?])", "< ", text)  # in maths and code a space changes nothing
    text = _MATHJAX.sub(r"\\ ", text)
    return _FENCE.sub(r"\1text", text)


def _without_links(text: str) -> str:
    """Break links, pictures and character references as well: one of them was not harmless."""
    text = re.sub(r"&(?=[#A-Za-z])", "& ", text)
    text = re.sub(r"\](?=[(\[:])", "] ", text)
    return re.sub(r"(?i)\b(javascript|vbscript|data|attachment|file|blob)(\\*):", r"\1 \2:", text)


def _as_code(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())


def _harmless(text: str, pictures: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether nh3 takes nothing out of nbconvert's rendering of some markdown, and MathJax finds no command in it."""
    # Only here: it takes long to import, and not every process renders markdown.
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    attached = {name: dict(data) for name, data in pictures.items()}
    try:
        html = MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=attached)).render(text)
    except Exception:  # also a picture that is not attached, which would stop nbconvert
        return False
    words = nh3.clean(html, tags=set(), clean_content_tags={"code", "pre"})  # MathJax does not read code
    return _Pieces(html).found == _Pieces(_CLEANER.clean(html)).found and not _MATHJAX.search(words)


class _Pieces(HTMLParser):
    """The tags and texts of some HTML, in order: two ways of writing the same are equal. nh3 says what may be there."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, object]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [(name, value or "") for name, value in attrs]))

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("end", tag))

    def handle_data(self, data: str) -> None:
        self.found.append(("text", data))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.found.append(("declaration", decl))

    unknown_decl = handle_pi = handle_comment
