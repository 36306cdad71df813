"""What a figure function returns: a picture that a notebook shows, with words for those who do not see it."""

import base64
import functools
import html
import io
import struct
import zlib

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from utils.figures.style import drawn

SCREEN = 100  # pixels an inch as shown
SHARP = 150  # pixels an inch as drawn, for dense screens


class Picture:
    """A drawn figure with its alternative text; the last expression of a cell shows it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn within `utils.figures.style.drawn`.
    alt : str
        What the picture shows, in words.
    """

    def __init__(self, figure: Figure, alt: str) -> None:
        self.figure, self.alt = figure, alt

    def pixels(self, dpi: float = SHARP) -> NDArray[np.uint8]:
        """Draw the picture; returns an array of shape (height, width, 3), uint8."""
        with drawn():
            # Not `savefig`, which draws everything twice; and a slider should answer at once.
            self.figure.set_dpi(dpi)
            paper = _paper(*(int(length) for length in self.figure.bbox.size), dpi)
            paper.clear()
            self.figure.draw(paper)
            rgba = Image.frombuffer("RGBA", (int(paper.width), int(paper.height)), paper.buffer_rgba())
            return np.asarray(rgba.convert("RGB"))  # a copy: the paper is used again

    def png(self, dpi: float = SHARP, compress_level: int = 6) -> bytes:
        """Return the picture as PNG bytes; the same picture gives the same bytes."""
        file = io.BytesIO()
        Image.fromarray(self.pixels(dpi)).save(file, "png", compress_level=compress_level)
        return file.getvalue()

    def html(self, png: bytes | None = None) -> str:
        """Return an ``<img>`` of fixed size, smaller where the page is narrower, with its alternative text."""
        data = base64.b64encode(self.png() if png is None else png).decode("ascii")
        width, height = (round(inches * SCREEN) for inches in self.figure.get_size_inches())
        return (
            f'<img alt="{html.escape(self.alt)}" width="{width}" height="{height}" decoding="sync" '
            f'style="border-radius:6px;max-width:100%;height:auto" src="data:image/png;base64,{data}">'
        )

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        # JupyterLab gives `image/png` no alternative text, so the page gets HTML; the bare PNG is for PDF export.
        png = self.png()
        return {
            "text/plain": self.alt,
            "text/html": self.html(png),
            "image/png": base64.b64encode(png).decode("ascii"),
        }


def quick_png(pixels: NDArray[np.uint8]) -> bytes:
    """Return pixels, shape (height, width, 3), uint8, as PNG bytes: larger than Pillow's, in a third of the time.

    References
    ----------
    W3C (2003), Portable Network Graphics specification: every row begins with its filter, 0 for none.
    """
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)
    rows[:, 1:] = pixels.reshape(height, 3 * width)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # 8 bits, red green blue, not interlaced
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.data, level=1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


@functools.lru_cache(maxsize=8)  # for the life of the process: explorers draw the same few sizes again and again
def _paper(width: int, height: int, dpi: float) -> RendererAgg:
    """Return what is drawn on, the same for every picture of a size.

    It remembers the formulas it has set and the texts it has measured: half the time of an unrolled drawing.
    """
    return RendererAgg(width, height, dpi)
