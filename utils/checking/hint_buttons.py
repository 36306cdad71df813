"""Offer the next hint by a button below the card: nothing can be typed in a check's cell, which is read-only.

The card stays what the cell's result is; the button is a display of its own, which a saved notebook may lack.
"""

import time
import uuid

import ipywidgets
from IPython.display import display

from utils.checking import surroundings
from utils.checking.report import HINTS, Report

_DOUBLE_CLICK = 0.4  # seconds after an answer in which another press is not meant

# JupyterLab writes "model not found" in the place of buttons whose kernel has ended; the card says what to call.
_WITHOUT_A_KERNEL = (
    ".jp-OutputArea-child:has(#{card_id}) + .jp-OutputArea-child > .jupyter-widgets:not(:has(*)) {{ display: none }}"
)

_MARK = "unrolled-hints"
_SEEN = f"""<style>
.{_MARK} button:focus-visible {{ outline: 2px solid currentColor; outline-offset: -4px; }}
@media (forced-colors: active) {{
    .{_MARK} button {{ border: 1px solid ButtonText; }}
    .{_MARK} button:focus-visible {{ outline: 3px solid Highlight; }}
}}
</style>"""

_offered: dict[str, "HintButtons"] = {}  # by exercise, what the newest card of it offers


class HintButtons(ipywidgets.VBox):
    """Buttons for the next hint; pressing one puts the card of that level in the place of the one above.

    Parameters
    ----------
    report : Report
        What the card above says. The function is checked once more with each press, as it is by then.

    Attributes
    ----------
    card_id : str
        The id of the card above.
    report : Report
        What is shown now.
    following, anyway : ipywidgets.Button
        For the next hint, and for one that is not open yet.
    """

    def __init__(self, report: Report) -> None:
        self.card_id, self.report = f"check-{uuid.uuid4().hex[:8]}", report
        self._quiet_until, self._announced = 0.0, set[str]()
        self._card = ipywidgets.HTML(_SEEN)
        self.following, self.anyway = self._button(anyway=False), self._button(anyway=True)
        row = ipywidgets.Layout(flex_flow="row wrap", max_width="720px")
        super().__init__([self._card, ipywidgets.HBox([self.following, self.anyway], layout=row)])
        self.add_class(_MARK)
        self._label()

    def below(self, card: str) -> str:
        """Return the HTML of the card that the buttons will stand below."""
        return f'<div id="{self.card_id}"><style>{_WITHOUT_A_KERNEL.format(card_id=self.card_id)}</style>{card}</div>'

    def press(self, anyway: bool) -> None:
        """Show the next hint, if it is open or `anyway`."""
        if self.report.again is None or not self.report.next_level or time.monotonic() < self._quiet_until:
            return
        before, self.report = self.report, self.report.again(self.report.next_level, anyway)
        shown = {before.title, *before.paragraphs}
        self._announced = {self.report.title, *self.report.paragraphs} - shown or self._announced
        hidden = f"<style>#{self.card_id} {{ display: none }}</style>"
        self._card.value = (
            f'{_SEEN}{hidden}<div class="jp-RenderedHTMLCommon">{self.report.html(self._announced)}</div>'
        )
        self._label()
        self._quiet_until = time.monotonic() + _DOUBLE_CLICK

    def close(self) -> None:
        """Take all of it off the page."""
        for part in (self._card, self.following, self.anyway, self.children[1]):
            _close(part)
        self.layout.close()
        super().close()

    def _label(self) -> None:
        level = self.report.next_level
        text = f"Hint {level}: {HINTS[level][0].lower()}{HINTS[level][1:]}" if level else "There are no further hints"
        text = "Help me" if self.report.unaided else text
        self.following.description, self.following.disabled = text, not level
        self.following.layout.display = None if level or self.report.status == "wrong" else "none"
        self.anyway.description = f"Hint {level} at once"
        self.anyway.layout.display = None if self.report.closed and level else "none"

    def _button(self, anyway: bool) -> ipywidgets.Button:
        button = ipywidgets.Button(layout=ipywidgets.Layout(width="auto"))
        button.on_click(lambda _: self.press(anyway))
        return button

    def __repr__(self) -> str:
        return ""  # where there are no widgets, the card says what to call


def _close(part: ipywidgets.Widget) -> None:
    for name in ("layout", "style"):
        if isinstance(owned := getattr(part, name, None), ipywidgets.Widget):
            owned.close()
    part.close()


def offered(report: Report) -> HintButtons | None:
    """Return buttons that will stand below what the running cell shows; None where no one is there to press them."""
    if not surroundings.at_a_keyboard():
        return None
    if report.name in _offered:
        _offered.pop(report.name).close()
    buttons = _offered[report.name] = HintButtons(report)

    shell = surroundings.shell()

    def show(_: object) -> None:
        shell.events.unregister("post_run_cell", show)
        if _offered.get(report.name) is buttons:
            display(buttons)

    shell.events.register("post_run_cell", show)
    return buttons
