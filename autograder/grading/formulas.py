"""Render markdown with formulas as MathML, which a browser shows without a network and without a script.

The converter is compiled: macros that multiply would take all memory in it, and very deep nesting would end the
process. Its input is therefore bounded, and its output is checked: only known elements pass.
"""

import html
import re
from collections.abc import Mapping
from xml.etree import ElementTree

from math_core import LatexToMathML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

MAX_LENGTH = 2_000  # characters of one formula; the longest of the notebooks has 180
MAX_PARTS = 300  # commands and braces, one of which is in every level; 2,000 levels still fit into a process's stack
_CONVERTER = LatexToMathML(fancy_error=False, max_expansions=0)
_ELEMENTS = frozenset(
    "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow mspace msqrt mstyle "  # noqa: SIM905
    "msub msubsup msup mtable mtd mtext mtr munder munderover".split()
)
_ATTRIBUTES = frozenset(
    "accent accentunder depth display displaystyle form height largeop linethickness lspace mathvariant maxsize "  # noqa: SIM905
    "minsize movablelimits notation rspace scriptlevel stretchy symmetric voffset width".split()
)
_PROPERTIES = "text-align|justify-items|width|padding-(?:left|right|top|bottom)|margin-left|border-(?:left|right|top)"
_NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)\w+;")  # characters by their names in HTML, which XML does not know
_STYLE = re.compile(rf"(?:(?:{_PROPERTIES}): ?[\w.% -]*(?:;|$))*")


def mathml(tex: str, display: bool = False) -> str:
    """Return a formula as MathML, or as the TeX that was written where that cannot be done.

    Parameters
    ----------
    tex : str
        Anybody's; without its delimiters.
    display : bool
        On a line of its own.

    Returns
    -------
    str
        HTML with nothing in it that can act.
    """
    try:
        if len(tex) > MAX_LENGTH or tex.count("\\") + tex.count("{") > MAX_PARTS:
            raise ValueError("too long or too deep")
        return _checked(_CONVERTER.convert_with_local_state(tex, displaystyle=display))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a fault of compiled code is no Exception; whatever it is, the page is written
        return f'<code class="tex">{html.escape(tex, quote=False)}</code>'


def rendered(source: str, attachments: Mapping[str, Mapping[str, str]] | None = None, pictures: str = "") -> str:
    """Return markdown as HTML, its pictures in it and its formulas as MathML.

    Parameters
    ----------
    source : str
        Ours, or a student's that `autograder.safe_html` has made harmless.
    attachments : dict, optional
        The cell's pictures.
    pictures : str
        The folder of the pictures that the text names by their files; empty for none.
    """
    renderer = _Renderer(
        escape=False,
        attachments={name: dict(data) for name, data in (attachments or {}).items()},
        embed_images=bool(pictures),
        path=pictures,
        exclude_anchor_links=True,
    )
    return str(MarkdownWithMath(renderer=renderer).render(source))


class _Renderer(IPythonRenderer):
    def inline_math(self, body: str) -> str:
        return mathml(body)

    def block_math(self, body: str) -> str:
        return mathml(body, display=True)

    def latex_environment(self, name: str, body: str) -> str:
        return mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)


def _checked(text: str) -> str:
    """Return MathML with known elements and attributes only."""
    root = ElementTree.fromstring(_NAMED.sub(lambda match: html.escape(html.unescape(match[0])), text))
    for element in root.iter():
        if element.tag not in _ELEMENTS:
            raise ValueError(f"unknown element {element.tag}")
        element.attrib = {name: value for name, value in element.attrib.items() if _fine(name, value)}
    return ElementTree.tostring(root, encoding="unicode")


def _fine(name: str, value: str) -> bool:
    return name in _ATTRIBUTES or (name == "style" and _STYLE.fullmatch(value) is not None)
