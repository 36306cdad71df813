"""Bring the pictures of a written answer into one form: attached to its cell, and named ``attachment:<plain name>``.

Editors write pictures in many ways (data in the text, HTML, names with spaces, references), and nbconvert shows few of
them. What cannot be shown is named in its place in the text, where the student and who grades read it.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from urllib.parse import unquote

from autograder.safe_pictures import KINDS, MAX_PICTURES, attachments, checked, label, reason

Pictures = dict[str, dict[str, str]]
# The possessive and atomic forms keep every search linear in a text of any length, and the bounds its memory. Groups
# are repeated in atomic ones: a group that is repeated possessively may take what does not match, before Python 3.11.5.
_ALT = r"(?P<alt>(?>(?:[^\[\]\n\\]++|\\.|\[[^\[\]\n]{0,200}+\]){0,1000}))"
_INLINE = re.compile(rf"(?P<mark>!*+)\[{_ALT}\]\(\s{{0,9}}+")
_IMG = re.compile(r"""<img\b(?P<about>(?>(?:[^<>"']++|"[^"]*+"|'[^']*+'){0,1000}))>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?i)\b(src|alt|title)\s{0,9}+=\s{0,9}+("[^"]*+"|'[^']*+'|[^\s"'>]++)""")
_DEFINED = re.compile(
    r"(?im)^ {0,3}\[(?P<label>[^\[\]\n]{1,200}+)\]:[ \t]{0,9}+(?P<angle><)?"
    r"(?P<address>(?:data:|attachment:)(?(angle)[^<>\n]*+|\S*+))(?(angle)>)[ \t]*+(?:[\"'(][^\n]*+)?$\n?"
)
_DATA = re.compile(r"(?i)data:[\w./+;=-]{0,200}+,[A-Za-z0-9+/=%_\s-]*+")
_ANGLE = re.compile(r"<([^<>\n]*+)>")
_PLAIN = re.compile(r"(?>(?:[^\s()\\]++|\\.|\([^\s()]{0,200}+\)){1,1000})")
_TO_THE_END = re.compile(r"[^()\n\"]*+(?>(?:\([^()\n]{0,200}+\)[^()\n\"]*+){0,1000})")
_TITLE = re.compile(r"""\s{0,9}+(?:"([^"\n]*+)"|'([^'\n]*+)'|\(([^()\n]*+)\))?\s{0,9}+\)""")
_SIMPLE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
MAX_LOOKED_AT = 5_000  # places in a text where a picture may begin
_HEAP = re.compile(r"(?<![A-Za-z0-9+/=%_-])(?:[A-Za-z0-9+/=%_-]{2000,}+|(?>(?:[A-Za-z0-9+/=]{60,}+\s?){20,}))")


@dataclass
class Settled:
    """What `settle` makes of a text.

    Attributes
    ----------
    text : str
    pictures : dict
        ``{name: {media type: base64}}``.
    left_out : list of str
        What is not shown, one end of a sentence each.
    """

    text: str
    pictures: Pictures = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def settle(
    text: str,
    attached: object,
    elsewhere: Mapping[str, object],
    used: Pictures,
    unfit: Mapping[str, str] = MappingProxyType({}),
) -> Settled:
    """Bring the pictures of a text into one form.

    Parameters
    ----------
    text : str
        A student's markdown.
    attached : object
        The cell's ``attachments``.
    elsewhere : dict
        Attachments of the notebook's other cells and files beside it, where a picture is looked for whose cell does not
        hold it.
    used : dict
        The pictures of other parts of the same answer.
    unfit : dict of str to str
        Why a file beside the notebook cannot be shown, by its name as `plain_name` returns it.

    Returns
    -------
    Settled
    """
    return _Settling(attached, elsewhere, used, unfit).settled(text)


def all_attachments(cells: list[object]) -> dict[str, object]:
    """Return by name what is attached to any of these cells; of two with one name, the first."""
    found: dict[str, object] = {}
    for cell in cells:
        if isinstance(cell, dict):
            for name, bundle in cell.items():
                found.setdefault(str(name), bundle)
    return found


class _Settling:
    def __init__(
        self, attached: object, elsewhere: Mapping[str, object], used: Pictures, unfit: Mapping[str, str]
    ) -> None:
        self._unfit = unfit
        self._own, dropped = attachments(attached)
        self._result = Settled("", {}, dropped)
        self._elsewhere, self._used, self._full = elsewhere, used, False
        self._names: dict[str, str] = {}  # a name as `plain_name` writes it: the name in the result
        for name in self._own:
            self._keep(name, self._own[name])

    def settled(self, text: str) -> Settled:
        result = self._result
        text = self._without_definitions(text)
        text = "".join(self._inline(text))
        text = _IMG.sub(self._from_html, text)
        result.text = _HEAP.sub(self._heap, text)
        return result

    def _without_definitions(self, text: str) -> str:
        """Write ``![a][b]``, where ``[b]: data:…`` stands elsewhere, with its picture in place."""
        shown: dict[str, str] = {}

        def taken(match: re.Match[str]) -> str:
            name = " ".join(match["label"].casefold().split())
            shown.setdefault(name, self._named(match["address"]) or match["address"][:200])
            return ""

        text = _DEFINED.sub(taken, text)
        if not shown:
            return text

        def placed(match: re.Match[str]) -> str:
            name = " ".join((match[2] or match[1]).casefold().split())
            return f"![{match[1]}]({shown[name]})" if name in shown else match[0]

        return re.sub(r"!?\[([^\[\]\n]{0,200}+)\](?:\[([^\[\]\n]{0,200}+)\])?(?![(\[:])", placed, text)

    def _inline(self, text: str) -> Iterator[str]:
        """Yield the text in pieces, each picture ``![…](…)`` in the one form."""
        done = 0
        for match in islice(_INLINE.finditer(text), MAX_LOOKED_AT):
            if match.start() < done:
                continue
            address, end, title = self._address(text, match.end())
            picture = match["mark"] or re.match(r"(?i)attachment:|data:image/", address)
            if end and picture and (shown := self._shown(match["alt"], address, title)) is not None:
                yield text[done : match.start()]
                yield shown
                done = end
        yield text[done:]

    def _address(self, text: str, begin: int) -> tuple[str, int, str]:
        """Return the address that begins here, where the whole ends, and its title; an end of 0 if there is none."""
        literal = [re.compile(re.escape(f"attachment:{name}")) for name in self._own]
        for form in (*literal, _DATA, _ANGLE, _PLAIN, _TO_THE_END):
            found = form.match(text, begin)
            if found and (closed := _TITLE.match(text, found.end())):
                address = found[1] if form is _ANGLE else found[0]
                return address.strip(), closed.end(), next(filter(None, closed.groups()), "")
        return "", 0, ""

    def _from_html(self, match: re.Match[str]) -> str:
        about = {name.lower(): html.unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(match["about"])}
        shown = self._shown(about.get("alt", ""), about.get("src", "").strip(), about.get("title", ""))
        return match[0] if shown is None else shown

    def _shown(self, alt: str, address: str, title: str) -> str | None:
        """Return how a picture is written, or what stands in its place; None to leave it as it is."""
        alt = re.sub(r"[\[\]<>`\\\s]+", " ", alt).strip()
        if not address:
            return None
        if re.match(r"(?i)https?://", address):
            self._result.left_out.append(f"the picture at {label(address)} is on the web: its address is shown.")
            where = address.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
            return f"[{alt or 'picture'}]({where}) (a picture on the web)"
        if (name := self._named(address)) is not None:
            title = re.sub(r"[\"\\<>\s]+", " ", title).strip()
            return f"![{alt}]({name}" + (f' "{title}")' if title else ")")
        data = address[:5].lower() == "data:"
        name = unquote(re.sub(r"(?i)^attachment:", "", address))
        name = name if name[:5].lower() == "blob:" else _last_of(name)
        called = label(alt or "in the text") if data else label(name)
        missing = self._unfit.get(plain_name(_last_of(address))) or "it is not in the notebook"
        why = reason(_data_of(address)) if data else missing
        why = f"only {MAX_PICTURES} pictures are shown" if self._full else why
        if not any(sentence.startswith(f"the attachment {called} was left out") for sentence in self._result.left_out):
            self._result.left_out.append(f"the picture {called} was left out: {why}.")
        return f"**(The picture {called} is left out: {why}.)**"

    def _named(self, address: str) -> str | None:
        """Return ``attachment:<name>`` for what an address means, or None if there is no such picture."""
        if address[:5].lower() == "data:":
            picture = checked(_data_of(address))
            return None if picture is None else self._keep("", dict([picture]))
        name = re.sub(r"(?i)^attachment:|^(?:\./)+", "", address)
        for wanted in (name, _last_of(name)):
            canonical = plain_name(wanted)
            if canonical in self._names:
                return f"attachment:{self._names[canonical]}"
            others = [(key, self._elsewhere[key]) for key in self._elsewhere if plain_name(key) == canonical]
            for key, bundle in others[:1]:
                kept, _ = attachments({key: bundle})
                if kept:
                    return self._keep(key, kept[key])
        return None

    def _keep(self, name: str, bundle: dict[str, str]) -> str | None:
        """Attach a picture under a plain name of its own."""
        pictures = self._result.pictures
        same = next((known for known, other in {**self._used, **pictures}.items() if other == bundle), None)
        if same is None and len(pictures) + len(self._used) >= MAX_PICTURES:
            self._full = True
            return None
        if same is not None:
            self._names |= {plain_name(name): same} if name else {}
            return f"attachment:{same}"
        ending = KINDS[next(iter(bundle))]
        plain, count = name, 0
        while not _SIMPLE.fullmatch(plain) or plain in pictures or plain in self._used:
            count += 1
            plain = f"picture-{len(self._used) + len(pictures) + count}.{ending}"
        pictures[plain] = bundle
        self._names |= {plain_name(known): plain for known in (name, plain) if known}
        return f"attachment:{plain}"

    def _heap(self, match: re.Match[str]) -> str:
        """Leave out data that nobody reads and that would push what follows it off the page."""
        self._result.left_out.append(f"{len(match[0]):,} characters of data were left out.")
        return f"**({len(match[0]):,} characters of data are left out here.)**"


def _last_of(address: str) -> str:
    """Return the last part of a path."""
    return re.sub(r"^.*[/\\](?=.)", "", address)


def plain_name(name: str) -> str:
    """Return a picture's name in the one way of writing it: editors escape it, and systems spell letters apart."""
    plain = unquote(html.unescape(re.sub(r"\\(?=[!-/:-@\[-`{-~ ])", "", name)))
    return " ".join(unicodedata.normalize("NFKC", plain).casefold().split())


def _data_of(address: str) -> str:
    """Return the base64 of a data URI; what is not base64 is no picture of ours."""
    about, _, data = address.partition(",")
    return unquote("".join(data.split())) if about.lower().rstrip().endswith(";base64") else ""
