"""Find the words in code cells, where students write answers too: comments, strings, and prose that is not Python."""

import ast
import functools
import io
import re
import tokenize
from collections.abc import Collection

from autograder.collecting.definitions import PARSED

FEW = 4  # words from which a string, or a comment in a given cell, may be an answer
_TEXT_MAGIC = re.compile(r"%%(?:markdown|md|html|latex)\b[^\n]*\n", re.IGNORECASE)
_SHOWS = {"print", "display", "Markdown", "Latex", "HTML", "Math"}
_QUOTES = re.compile(r"""[A-Za-z]*(?:\"{3}|'{3}|"|')""")
_IN_F_STRING = getattr(tokenize, "FSTRING_MIDDLE", None)  # from Python 3.12; before, an f-string is one token
_CODE = re.compile(r"\s*(?:def|class|import|from|return|for|while|if|with)\b.*[:)]\s*")
_COMMAND = re.compile(
    r"\s*(?:[%!?]|(?:pip3?|conda|mamba|uv|apt|apt-get) (?:pip )?(?:un)?(?:install|list|show|update)\b)"
)
_PROSE = re.compile(r"\W{0,9}(?:[^\W\d_][\w'’-]*[,;:.]?\s+){2}[^\W\d_(\"'=]")


def words(text: str) -> str:
    """Return a text by its words: an editor may break lines elsewhere."""
    return " ".join(text.split())


def only_words(source: str) -> str:
    """Return the text of a code cell that holds no code: comments, strings, or prose; else nothing."""
    if magic := _TEXT_MAGIC.match(source):
        return source[magic.end() :].strip()
    if len(source) > PARSED or source.startswith("%%"):
        return ""
    try:
        nodes = ast.parse(source).body
    except SyntaxError:
        return source.strip() if _is_prose(source) else ""
    except (ValueError, RecursionError, MemoryError):
        return ""
    return comments(source) if all(map(_is_words, nodes)) else ""


def _is_words(node: ast.stmt) -> bool:
    """Whether a statement does no more than hold or show a text."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return getattr(node, "module", "") in ("IPython", "IPython.display")  # where `Markdown` comes from
    if isinstance(node, ast.Assign):
        value = node.value.value if isinstance(node.value, ast.Constant) else None
        return isinstance(value, str) and len(value.split()) >= FEW
    return isinstance(node, ast.Expr) and _shows(node.value)


def binds(source: str) -> bool:
    """Whether a cell of words gives one of them a name, which other cells may use."""
    try:
        return any(not isinstance(node, ast.Expr) for node in ast.parse(source).body)
    except SyntaxError:
        return False


def _shows(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        return name in _SHOWS and not node.keywords and all(map(_shows, node.args))
    return _is_text(node)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_prose(source: str) -> bool:
    """Whether most lines of a text that is not Python are several words in a row, which is never Python."""
    lines = [line for line in source.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    prose = [line for line in lines if _PROSE.match(line)]
    return 2 * len(prose) > len(lines) and not any(_CODE.fullmatch(line) or _COMMAND.match(line) for line in lines)


def comments(source: str, known: Collection[str] = ()) -> str:
    """Return the comments and the strings of several words in a cell, line by line, without the lines in `known`."""
    return "\n".join(line for line in _lines(source) if words(line) not in known).strip()


@functools.lru_cache(maxsize=128)  # most cells of a submission are the release's
def _lines(source: str) -> tuple[str, ...]:
    """Return the lines of the comments and of the strings of several words in a cell."""
    if len(source) > PARSED:
        return ()
    found: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                found.append(token.string.lstrip("#").strip())
            elif token.type == tokenize.STRING and len(token.string.split()) >= FEW:
                found += _value(token.string).strip().split("\n")
            elif token.type == _IN_F_STRING and len(token.string.split()) >= FEW:
                found += token.string.strip().split("\n")
    except (SyntaxError, tokenize.TokenError, ValueError):  # what was read up to there is kept
        pass
    return tuple(found)


def _value(literal: str) -> str:
    """Return a string's text as it was typed: a formula's backslash is one, whatever Python makes of it."""
    text = _QUOTES.sub("", literal, count=1)
    quotes = next(quotes for quotes in ('"""', "'''", '"', "'") if literal.endswith(quotes))
    return re.sub(r"\\n(?![A-Za-z])", "\n", text[: -len(quotes)]).replace("\\\\", "\\")
