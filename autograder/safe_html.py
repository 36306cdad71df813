"""Nothing of a student's can run in an instructor's browser: outputs, written answers and comments made harmless.

nbgrader shows students' markdown and HTML as it is, in formgrader and in feedback. Outputs are cut down to text and
checked pictures. Markdown is changed as little as possible, then rendered as nbconvert renders it, and the HTML is
read: what is not on the list of harmless elements is never let through, whatever the trick was.
"""

import base64
import binascii
import re
from html.parser import HTMLParser

import nh3
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.notebooknode import NotebookNode

MAX_TEXT = 100_000  # characters of text in one output
MAX_ANSWER = 30_000  # characters of a written answer that are shown
MAX_CODE = 30_000  # characters of a code cell that are shown
MAX_BLANK = 30  # blank lines in a row; from each, Pygments looks for the end of all
MAX_PICTURE = 3_000_000  # bytes of one picture
MAX_PICTURES = 20
_MAGIC = {"image/png": (b"\x89PNG\r\n\x1a\n",), "image/jpeg": (b"\xff\xd8\xff",), "image/gif": (b"GIF87a", b"GIF89a")}
_MATHJAX = re.compile(r"\\(?=(?:href|style|class|cssId|unicode|require|toggle|mmlToken|bbox)(?![a-z]))", re.I)
# Possessive, so that a long text without an end takes no longer than one with it.
_COLOUR = re.compile(r"\x1b\[([0-9;]*+)m")
_BLANK = re.compile(rf"(?m)^(?:(?:[^\S\n]|>)*+\n){{{MAX_BLANK},}}+")
_FENCE = re.compile(r"(?im)^((?:[^\S\n]|[>*+:\-0-9.)])*+[`~]{3,}+\s*+)mermaid")
_TAGS = frozenset(
    "a b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr img input li ol p pre s section span strong "  # noqa: SIM905
    "sub sup table tbody td tfoot th thead tr ul".split()
)
_ATTRIBUTES = {"href", "src", "alt", "title", "class", "id", "start", "style", "type", "disabled", "checked", "align"}
_OURS = {"div", "p", "ul", "li", "strong", "code"}


def clean(text):
    """Return `text` as it can be stored: without half characters, which no file and no database takes."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def outputs(given):
    """Return what may be kept of a cell's outputs: text, checked pictures and errors; no metadata.

    Parameters
    ----------
    given : list
        Outputs as a kernel sent them; they need not be valid.

    Returns
    -------
    list of NotebookNode
        Valid, whatever was given.
    """
    kept = []
    for output in given if isinstance(given, list) else []:
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


def number(given):
    """Return a cell's execution count, or None if that is not what was given."""
    return given if type(given) is int and 0 < given < 1_000_000 else None


def card(html):
    """Return our own HTML with nothing in it but the few elements it is made of."""
    return nh3.clean(html, tags=_OURS, attributes={})


def attachments(given):
    """Check the pictures attached to a written answer.

    Parameters
    ----------
    given : object
        The cell's ``attachments``, or anything else.

    Returns
    -------
    kept : dict
        ``{name: {media type: base64}}`` of real PNG, JPEG and GIF pictures.
    dropped : list of str
        Why others were left out, as the end of a sentence.
    """
    kept, dropped = {}, []
    if not isinstance(given, dict):
        return kept, dropped
    for name, bundle in given.items():
        label = re.sub(r"[^\w.\- ]", "", str(name))[:60]
        found = _data(bundle, text=False)
        if len(kept) + len(dropped) >= MAX_PICTURES:
            dropped.append(f"only the first {MAX_PICTURES} pictures were looked at.")
            break
        if found and len(str(name)) <= 200:
            kept[clean(str(name))] = dict([next(iter(found.items()))])
        else:
            dropped.append(f"the attachment {label} was left out: it is no PNG, JPEG or GIF, or too large.")
    return kept, dropped


def markdown(text, pictures=None):
    """Return `text` so that nothing in it can act when it is rendered; maths, code and links stay.

    Parameters
    ----------
    text : str
        A student's markdown.
    pictures : dict, optional
        The cell's attachments, as `attachments` returned them.

    Returns
    -------
    str
        Its rendering holds harmless elements and addresses only.
    """
    text, pictures = clean(text), pictures or {}
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # as every renderer does, after we have looked
    if len(text) > MAX_ANSWER:
        text = text[:MAX_ANSWER] + "\n\n(The rest is not shown: the answer is too long.)"
    text = _pictures(_BLANK.sub("\n" * MAX_BLANK, text), pictures)
    for step in (_tamed, _without_links, _as_code):
        text = step(text)
        if _harmless(text, pictures):
            return text
    return "(This answer cannot be shown safely. Open the submitted notebook to read it.)"


def code(text):
    """Return a cell's code as it may be coloured and shown: not too long, and without blank lines that take hours."""
    text = _BLANK.sub("\n" * MAX_BLANK, clean(text))
    return text if len(text) <= MAX_CODE else text[:MAX_CODE] + "\n# (The rest is not shown: the cell is too long.)"


def notebook(nb):
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
            pictures, _ = attachments(cell.get("attachments"))
            cell.pop("attachments", None)
            if pictures:
                cell.attachments = NotebookNode({name: NotebookNode(data) for name, data in pictures.items()})
            cell.source = markdown(cell.source, pictures)
        if about.get("comment"):
            about["comment"] = markdown(str(about["comment"]), cell.get("attachments"))
    return nb


def _graded(given):
    kept = []
    for output in given:
        data = output.get("data", {})
        html = data.get("text/html") if output.output_type == "display_data" else None
        for node in outputs([output]):
            if html is not None and "data" in node:
                node.data["text/html"] = card(str(html))
            kept.append(node)
    return kept


def _text(value):
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    value = clean(value) if isinstance(value, str) else ""
    value = value if len(value) <= MAX_TEXT else value[:MAX_TEXT] + "\n... Output truncated ..."
    # Extended colours out of range make nbconvert stop; nobody needs them here.
    return _COLOUR.sub(lambda match: "" if "38" in match[1] or "48" in match[1] else match[0], value)


def _data(bundle, text=True):
    """Return the harmless part of a bundle of data by media type."""
    kept = {}
    for kind, value in bundle.items() if isinstance(bundle, dict) else ():
        if kind == "text/plain" and text and isinstance(value, (str, list)):
            kept[kind] = _text(value)
        elif kind in _MAGIC and (not text or kind != "image/gif"):
            value = "".join(value.split()) if isinstance(value, str) else ""
            try:
                raw = base64.b64decode(value, validate=True) if len(value) <= MAX_PICTURE * 4 // 3 + 4 else b""
            except (binascii.Error, ValueError):
                continue
            if raw.startswith(_MAGIC[kind]):
                kept[kind] = base64.b64encode(raw).decode("ascii")
    return kept


def _pictures(text, pictures):
    """Leave attached pictures; a missing one would stop nbconvert, and one from elsewhere becomes a link to it."""

    def shown(match):
        address = match[2]
        if not address.startswith("attachment:"):
            return f"[{match[1] or 'picture'}]({address}"
        return match[0] if address.removeprefix("attachment:") in pictures else f"[{match[1]}](#picture-left-out"

    return re.sub(r"!\[([^\[\]\n]*)\]\(([^()\s]*)", shown, text)


def _tamed(text):
    """Break what begins an HTML element, a MathJax command that can act, and diagrams that are drawn by a script."""
    text = re.sub(r"<(?=[A-Za-z/!?])", "< ", text)  # in maths and code a space changes nothing
    text = _MATHJAX.sub(r"\\ ", text)
    return _FENCE.sub(r"\1text", text)


def _without_links(text):
    """Break links, pictures and character references as well: one of them was not harmless."""
    text = re.sub(r"&(?=[#A-Za-z])", "& ", text)
    text = re.sub(r"\](?=[(\[:])", "] ", text)
    return re.sub(r"(?i)\b(javascript|vbscript|data|attachment|file|blob)(\\*):", r"\1 \2:", text)


def _as_code(text):
    return "\n".join("    " + line for line in text.splitlines())


def _harmless(text, pictures):
    try:
        html = MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=pictures)).render(text)
    except Exception:  # also a picture that is not attached, which would stop nbconvert
        return False
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.harmless and not _MATHJAX.search("".join(reader.words))


class _Reader(HTMLParser):
    """Read rendered markdown: only known elements, attributes and addresses."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.harmless, self.words, self._code = True, [], 0

    def handle_starttag(self, tag, attrs):
        self._code += tag in ("pre", "code")
        self.harmless &= tag in _TAGS and all(self._fine(tag, name, value or "") for name, value in attrs)

    def handle_endtag(self, tag):
        self._code -= tag in ("pre", "code")
        self.harmless &= tag in _TAGS

    def handle_data(self, data):
        if self._code <= 0:  # MathJax does not read code
            self.words.append(data)

    def _refuse(self, *_):
        self.harmless = False

    handle_comment = handle_decl = handle_pi = unknown_decl = _refuse

    @staticmethod
    def _fine(tag, name, value):
        if name not in _ATTRIBUTES:
            return False
        if name == "style":
            return re.fullmatch(r"text-align:\s*(left|right|center);?", value.strip()) is not None
        if name not in ("href", "src"):
            return name != "class" or "mermaid" not in value.lower()
        address = re.sub(r"[\x00-\x20\x7f-\xa0\u2028\u2029]", "", value).lower()
        scheme = re.match(r"([^/?#]*?):", address)
        if tag == "img":
            return (
                scheme is not None and re.match(r"data:image/(png|jpeg|gif);base64,[a-z0-9+/=]*$", address) is not None
            )
        return scheme is None or scheme[1] in ("http", "https", "mailto")
