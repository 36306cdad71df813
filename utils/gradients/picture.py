"""Two pictures of a check: where the gradients differ, and how the Taylor remainder shrinks."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LogNorm

from utils.gradients.verdict import Verdict

_COLUMNS = 5
_FAINTEST = 1e-12
_HUES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")  # Okabe-Ito
_STYLES = ("-", "--", ":", "-.")


def draw(report):
    """Return a figure with one panel a tensor: |a−n| of every entry, relative to the tensor's largest entry.

    Parameters
    ----------
    report : GradientReport
        Axes but the last are laid one under the other; a vector is one row.

    Returns
    -------
    figure : matplotlib.figure.Figure
        Closed in pyplot, so that a notebook shows it once.
    """
    count = len(report.rows)
    columns = min(count, _COLUMNS)
    lines = -(-count // columns)
    figure, axes = plt.subplots(
        lines, columns, figsize=(1.1 + 2.1 * max(columns, 3), 1.3 + 2.1 * lines), squeeze=False, layout="constrained"
    )
    figure.suptitle(_finding(report), fontsize=11, x=0.01, ha="left", wrap=True)
    image = None
    for ax, row in zip(axes.flat, report.rows, strict=False):
        image = _panel(ax, row) or image
    for ax in axes.flat[count:]:
        ax.axis("off")
    if image is not None:
        bar = figure.colorbar(image, ax=axes, shrink=0.8, aspect=25)
        bar.set_label("|yours − numeric| / largest entry", fontsize=9)
        bar.ax.tick_params(labelsize=8)
    plt.close(figure)
    return figure


def _panel(ax, row):
    """Draw one tensor and return its image; a sentence where there is nothing to draw."""
    error = "" if np.isnan(row.error) else f"\nerror {row.error:.1e}"
    ax.set_title(f"{row.name}: {row.verdict}{error}", fontsize=9, fontweight="normal" if row else "bold")
    ax.tick_params(labelsize=7, length=2)
    if row.numeric_gradient is None or not row.entries:
        ax.text(0.5, 0.5, "not measured" if row.entries else "no entries", ha="center", va="center", fontsize=9)
        ax.set(xticks=[], yticks=[])
        return None
    a, n = _flat(row.analytic_gradient), _flat(row.numeric_gradient)
    largest = max(np.nanmax(abs(a)), np.nanmax(abs(n))) or 1.0
    differences = np.clip(abs(a - n) / largest, _FAINTEST, 1)  # NaN stays: not measured
    cmap = plt.get_cmap("Oranges").with_extremes(bad="0.8")
    image = ax.imshow(differences, cmap=cmap, norm=LogNorm(_FAINTEST, 1), aspect="auto", interpolation="nearest")
    ax.set_xticks(_ends(differences.shape[1]))
    ax.set_yticks(_ends(differences.shape[0]))
    if len(row.shape) > 2:
        ax.set_ylabel(f"axes 0 to {len(row.shape) - 2}, flattened", fontsize=8)
    if row.verdict is Verdict.FAIL:
        y, x = divmod(int(np.ravel_multi_index(row.worst, row.shape)), differences.shape[1]) if row.shape else (0, 0)
        for hue, width in (("black", 3.5), ("white", 1.5)):  # to be seen on pale and on dark cells
            ax.plot(x, y, marker="o", markersize=9, fillstyle="none", color=hue, markeredgewidth=width)
        ax.set_xlabel(f"○ worst {list(row.worst)}", fontsize=8)
    return image


def draw_taylor(report):
    """Return a figure of the remainders R(h) against the step h, on logarithmic axes, between lines of slope 1 and 2.

    Parameters
    ----------
    report : TaylorReport
        BROKEN and VACUOUS rows have no curve.

    Returns
    -------
    figure : matplotlib.figure.Figure
        Closed in pyplot, so that a notebook shows it once.
    """
    figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
    figure.suptitle(_plain(report.headline), fontsize=11, x=0.01, ha="left", wrap=True)
    rows = [row for row in report.rows if row.verdict not in (Verdict.BROKEN, Verdict.VACUOUS)]
    labels = []
    for i, row in enumerate(rows):
        seen = row.remainders > row.rounding
        if seen.any():
            hue = _HUES[i % len(_HUES)]
            ax.loglog(
                row.steps[seen], row.remainders[seen], _STYLES[i % len(_STYLES)], color=hue, marker="o", markersize=3
            )
            labels.append((row.remainders[seen][0], row.steps[seen][0], f"{row.name}: slope {row.slope:.1f}", hue))
    ax.set(xlabel="step h (halved from point to point)", ylabel="|L(θ+hv) − L(θ) − h⟨∇L, v⟩|")
    if labels:
        _guides(ax, rows)
        _label(ax, labels)
    ax.spines[["top", "right"]].set_visible(False)
    plt.close(figure)
    return figure


def _label(ax, labels):
    """Write each curve's name beside its right end, pushed apart where curves end together."""
    right = max(x for _, x, *_ in labels)
    ax.set_xlim(right=right * 100)
    ax.set_xticks(10.0 ** np.arange(-7, 0))
    ax.minorticks_off()
    labels = sorted(labels)
    ends = np.log10([y for y, *_ in labels])
    apart = (np.log10(ax.get_ylim()[1]) - np.log10(ax.get_ylim()[0])) / 18
    ladder = apart * np.arange(len(labels))
    heights = np.maximum.accumulate(ends - ladder) + ladder
    heights -= np.mean(heights - ends)
    for height, (_, _, words, hue) in zip(heights, labels, strict=True):
        ax.text(right * 1.5, 10**height, words, color=hue, fontsize=9, va="center")


def _guides(ax, rows):
    """Draw what right and wrong gradients look like."""
    steps = rows[0].steps
    low, high = ax.get_ylim()
    top = max(np.nanmax(row.remainders) for row in rows) * 8
    for slope, words in ((1, "slope 1: wrong"), (2, "slope 2: right")):
        line = top * (steps / steps[0]) ** slope
        shown = line > low
        ax.loglog(steps[shown], line[shown], color="0.6", linewidth=1, zorder=0)
        middle = np.flatnonzero(shown)[shown.sum() // 2]
        ax.annotate(
            words,
            (steps[middle], line[middle]),
            (-4, 4),
            textcoords="offset points",
            ha="right",
            color="0.4",
            fontsize=9,
        )
    ax.set_ylim(low, max(high, top * 2))


def _finding(report):
    """Return the headline, and where the worst disagreement sits."""
    wrong = max((row for row in report.rows if row.verdict is Verdict.FAIL), key=lambda row: row.error, default=None)
    place = f" Furthest off: {wrong.name}{list(wrong.worst)}." if wrong is not None and wrong.worst else ""
    return _plain(report.headline) + place


def _plain(sentence):
    return sentence.replace("`", "")


def _flat(gradient):
    return gradient.reshape(-1, gradient.shape[-1]) if gradient.ndim > 1 else np.atleast_2d(gradient)


def _ends(length):
    return [0, length - 1] if length > 1 else [0]
