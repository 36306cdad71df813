"""Build what all explorers share: at most three controls, presets, a reset, and one picture of fixed size."""

import gc
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ipywidgets
from matplotlib.figure import Figure

from utils.checking.card import Note, card, paragraph
from utils.errors import UtilsError
from utils.explorers.access import MARK, access
from utils.figures.learner import driven
from utils.figures.picture import Picture, quick_png
from utils.figures.style import WIDTH

PIXELS = 100  # an inch, as shown
_DPI = 125  # as drawn: sharp enough, and still quick under a slider
_ROOM = '<div style="max-width:{0}px;aspect-ratio:{0}/{1}"></div>'  # of a picture that is not there


class Explorer(ipywidgets.VBox):
    """Controls above a picture that is drawn again whenever one of them moves.

    Parameters
    ----------
    draw : callable
        ``draw(**values)``, called with the controls' values by name, returns a `utils.figures.picture.Picture`, or a
        `Note` that is shown in its place. What it raises for a learner's function is shown as a note, too.
    controls : dict of str to ipywidgets widget
        Each with a `value`; at most three.
    presets : dict of str to dict
        For each button's text, the values it sets.
    words : callable
        ``words(**values)`` returns the sentence below the picture; it says in words what the picture shows.
    height : float
        Of every picture, in inches, so that nothing on the page moves.

    Raises
    ------
    UtilsError
        If the first picture cannot be drawn by the learner's functions: an explorer that they drive is `driven`, and
        returns a note instead.

    Attributes
    ----------
    figure : matplotlib.figure.Figure or None
        What is shown now; None while a note is.
    alt, says : str
        Its alternative text, and the sentence below it.
    errors : list of Exception
        Every exception raised while drawing. ipywidgets loses what a callback raises, so it is kept here, and shown.
    """

    def __init__(
        self,
        draw: Callable[..., Picture | Note],
        controls: Mapping[str, ipywidgets.Widget],
        presets: Mapping[str, Mapping[str, Any]],
        words: Callable[..., str],
        height: float,
    ) -> None:
        # Set before any callback can run; underscores keep them apart from traits of the VBox.
        self.figure: Figure | None = None
        self.alt, self.says = "", ""
        self.errors: list[Exception] = []
        self._draw, self._words, self._moving_many = driven(draw), words, False
        self._redrawing = threading.RLock()
        self.controls = dict(controls)
        self._first = self.values
        self.buttons = {text: self._button(text, values) for text, values in presets.items()}
        self.buttons["Reset"] = self._button("Reset", self._first, icon="undo")
        width, self._room = f"{round(WIDTH * PIXELS)}px", _ROOM.format(round(WIDTH * PIXELS), round(height * PIXELS))
        # An HTML widget, since ipywidgets' Image cannot carry alternative text.
        self._picture = ipywidgets.HTML(layout=ipywidgets.Layout(max_width=width, flex="0 0 auto"))
        self._sentence = ipywidgets.HTML(layout=ipywidgets.Layout(max_width=width, min_height="3.2em"))
        row = ipywidgets.Layout(max_width=width, flex_flow="row wrap", align_items="center")
        super().__init__(
            [
                ipywidgets.HBox(list(self.controls.values()), layout=row),
                ipywidgets.HBox(list(self.buttons.values()), layout=row),
                self._picture,
                self._sentence,
                access(),
            ]
        )
        self.add_class(MARK)
        for control in self.controls.values():
            control.layout.max_width = "100%"
            control.observe(self._moved, "value")
        self._redraw(draw)

    @property
    def values(self) -> dict[str, Any]:
        """The controls' values now, by name."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **values: Any) -> None:
        """Move several controls at once and draw once."""
        self._moving_many = True
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self._moving_many = False
        self.redraw()

    def redraw(self) -> None:
        """Draw for the controls' values now; never raises."""
        with self._redrawing:  # controls moved together call from threads of their own: the last shows the last values
            self._redraw(self._draw)

    def _redraw(self, draw: Callable[..., Picture | Note]) -> None:
        self.figure = None
        try:
            with _collected_young():
                picture = draw(**self.values)
                shown = "" if isinstance(picture, Note) else picture.html(quick_png(picture.pixels(_DPI)))
            if isinstance(picture, Note):
                self._show(None, "", picture.sentence, picture._repr_html_())
            else:
                says = self._words(**self.values)
                # A widget's lines are as far apart as buttons are high; prose reads better closer.
                sentence = f'<div style="line-height:1.45">{paragraph(says)}</div>'
                self._show(picture.figure, picture.alt, says, sentence, shown)
        except UtilsError:  # only by the first drawing: of all later ones it is a note
            raise
        except Exception as error:  # it would vanish in ipywidgets, and the picture would lie
            self.errors.append(error)
            says = f"This could not be drawn ({type(error).__name__}: {error}). Reset, or choose other values."
            self._show(None, "", says, card("wrong", says))

    def _show(self, figure: Figure | None, alt: str, says: str, sentence: str, picture: str = "") -> None:
        self.figure, self.alt, self.says = figure, alt, says
        self._picture.value, self._sentence.value = picture or self._room, sentence

    def _button(self, text: str, values: Mapping[str, Any], icon: str = "") -> ipywidgets.Button:
        button = ipywidgets.Button(description=text, icon=icon, layout=ipywidgets.Layout(width="auto"))
        button.on_click(lambda _: self.set(**values))
        return button

    def _moved(self, change: object) -> None:
        if not self._moving_many:
            self.redraw()

    def __repr__(self) -> str:
        return f"{self.alt or self.says}"


@contextmanager
def _collected_young() -> Iterator[None]:
    """Free the picture before this one while it is young, and collect nothing while this one is drawn.

    A figure is full of cycles. Grown old, a few of them make Python look through everything there is, under the
    learner's hand: 150 ms in a notebook's kernel.
    """
    enabled = gc.isenabled()
    gc.collect(1)
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
