"""What a figure function returns: a picture that a notebook shows, with words for those who do not see it."""

import base64
import html
import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from PIL import Image

from utils.figures.style import drawn

SCREEN = 100  # pixels an inch as shown
SHARP = 150  # pixels an inch as drawn, for dense screens
# Matplotlib remembers the formulas it has set, but for each canvas anew: half the time of an unrolled drawing.
_FORMULAS = RendererAgg(1, 1, SCREEN).mathtext_parser


class Picture:
    """A drawn figure with its alternative text; the last expression of a cell shows it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn within `utils.figures.style.drawn`.
    alt : str
        What the picture shows, in words.
    """

    def __init__(self, figure, alt):
        self.figure, self.alt = figure, alt

    def png(self, dpi=SHARP, compress_level=6):
        """Return the picture as PNG bytes; the same picture gives the same bytes."""
        with drawn():
            # Not `savefig`, which draws everything twice; and a slider should answer at once.
            self.figure.set_dpi(dpi)
            canvas = FigureCanvasAgg(self.figure)
            canvas.get_renderer().mathtext_parser = _FORMULAS
            canvas.draw()
        file = io.BytesIO()
        Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3]).save(file, "png", compress_level=compress_level)
        return file.getvalue()

    def html(self, png=None):
        """Return an ``<img>`` of fixed size with its alternative text."""
        data = base64.b64encode(self.png() if png is None else png).decode("ascii")
        width, height = (round(inches * SCREEN) for inches in self.figure.get_size_inches())
        return (
            f'<img alt="{html.escape(self.alt)}" width="{width}" height="{height}" decoding="sync" '
            f'style="border-radius:6px" src="data:image/png;base64,{data}">'
        )

    def __repr__(self):
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        # JupyterLab gives `image/png` no alternative text, so the page gets HTML; the bare PNG is for PDF export.
        png = self.png()
        return {
            "text/plain": self.alt,
            "text/html": self.html(png),
            "image/png": base64.b64encode(png).decode("ascii"),
        }
