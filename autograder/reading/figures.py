"""Find the numbers in an answer that match a measured figure: one that the question's exemplar states."""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser

LEAST = 10  # whole numbers below it count things, or name a step: they match by chance
AROUND = 45  # characters of the exemplar on both sides of a figure
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>[-−])?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
    r"(?:[eE](?P<e>[-−+]?\d{1,3})|\s?[×·*]\s?10(?:\^\{?(?P<power>[-−+]?\d{1,3})\}?|(?P<raised>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)))?"
    r"(?![\w^]|[.,]\d)"
)
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_MINUS = ("-", "−", "&#x2212;", "&minus;")


@dataclass(frozen=True)
class Number:
    """A number as somebody wrote it; its digits say how exact it is.

    Attributes
    ----------
    text : str
    value : Decimal
    """

    text: str
    value: Decimal

    @property
    def digits(self) -> int:
        """How many significant digits were written."""
        return len(self.value.as_tuple().digits)

    @property
    def unit(self) -> Decimal:
        """What 1 in the last digit is worth."""
        return Decimal(1).scaleb(int(self.value.as_tuple().exponent))


@dataclass(frozen=True)
class Figure:
    """A number that an exemplar states, and the words around it."""

    number: Number
    around: str


def numbers(text: str) -> list[tuple[int, int, Number]]:
    """Return the numbers of a text, each with where it begins and ends.

    Examples
    --------
    >>> [str(number.value) for _, _, number in numbers("x_1 is 0.50, then 9e-7, 3·10⁻² and 1,280")]
    ['0.50', '9E-7', '0.03', '1280']
    """
    return [(found.start(), found.end(), Number(found[0], _value(found))) for found in _NUMBER.finditer(text)]


def figures(exemplar: str) -> tuple[Figure, ...]:
    """Return the figures of an exemplar, markdown that ends where the rubric begins."""
    text = re.sub(r"(?m)^\*\*[^*\n]+\*\*", "", exemplar.partition("**Rubric.**")[0])  # "Exemplar (10 of 10)."
    plain = " ".join(re.sub(r"[*$`]", "", text).split())
    found = []
    for start, end, number in numbers(plain):
        if number.value != number.value.to_integral_value() or number.value >= LEAST:
            before, after = plain[max(0, start - AROUND) : start], plain[end : end + AROUND]
            found.append(Figure(number, f"…{before}{number.text}{after}…"))
    return tuple(found)


def match(number: Number, known: Sequence[Figure]) -> Figure | None:
    """Return the figure that a number equals, as far as both were written out, or None.

    Where the coarser of the two has one significant digit, only the same value counts: half of all numbers would match.
    """
    for figure in known:
        if figure.number.value == number.value:
            return figure
    for figure in known:
        coarser = max(figure.number, number, key=lambda one: one.unit)
        if coarser.digits > 1 and 2 * abs(figure.number.value - number.value) <= coarser.unit:
            return figure
    return None


def without_rubric(exemplar: str) -> str:
    """Return an exemplar and what follows its rubric, without the rubric itself."""
    text, _, rest = exemplar.partition("**Rubric.**")
    after = re.search(r"\n\n(?=\*\*)", rest)
    return text.rstrip() + (rest[after.start() :] if after else "")


def marked(page: str, known: Sequence[Figure]) -> str:
    """Return HTML in which each number that matches a figure is marked, with a title that says which."""
    marker = _Marker(lambda number: match(number, known))
    marker.feed(page)
    marker.close()
    return "".join(marker.written)


def _value(found: re.Match[str]) -> Decimal:
    digits = found["digits"]
    grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits)
    digits = digits.replace(",", "" if grouped else ".")
    power = found["e"] or found["power"] or (found["raised"] or "0").translate(_RAISED)
    return Decimal(("-" if found["sign"] else "") + digits + "e" + power.replace("−", "-"))


class _Marker(HTMLParser):
    """Writes what it reads, letter by letter, and marks in it; the title of a number in a formula is the formula's."""

    def __init__(self, known: Callable[[Number], Figure | None]) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._known = known
        self._formula: int | None = None  # where in `written` it begins
        self._number: int | None = None  # where in it a number begins
        self._before = ""  # the text before that
        self._found: list[Figure] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "math":
            self._formula, self._found = len(self.written), []
        self._number = len(self.written) if tag == "mn" else None
        self.written.append(self.get_starttag_text() or "")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        self._number = None
        self.written.append(f"</{tag}>")
        if tag == "math" and self._formula is not None:
            if self._found:
                self.written.insert(self._formula, _opening("formula", *self._found))
                self.written.append("</mark>")
            self._formula = None

    def handle_data(self, data: str) -> None:
        if self._formula is None:
            self.written.append(self._marked(data))
            return
        self.written.append(data)
        place, number = self._number, _NUMBER.fullmatch(data.strip())
        figure = self._known(Number(data, _value(number))) if number and self._before not in _MINUS else None
        if figure and place is not None:
            self.written[place] = self.written[place].replace("<mn", '<mn class="figure"', 1)
            self._found.append(figure)
        self._before = data.strip() or self._before

    def handle_entityref(self, name: str) -> None:
        self._before = f"&{name};"
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._before = f"&#{name};"
        self.written.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        """Leave it out: nothing of it is seen."""

    def _marked(self, text: str) -> str:
        parts, done = [], 0
        for start, end, number in numbers(text):
            if figure := self._known(number):
                parts += [text[done:start], _opening("figure", figure), text[start:end], "</mark>"]
                done = end
        return "".join([*parts, text[done:]])


def _opening(kind: str, *found: Figure) -> str:
    titles = dict.fromkeys(f"{figure.number.text} in the exemplar: {figure.around}" for figure in found)
    return f'<mark class="{kind}" title="{html.escape(chr(10).join(titles))}">'
