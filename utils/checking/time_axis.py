"""Name a place in time one way everywhere: steps count from 1, h_t is ``h[:, t-1]``, and a place has both names."""

from collections.abc import Sequence

# What the axes count that have an order. Outputs that a network writes after it has read have steps of their own.
_COUNTED = {
    "T": "step t = {}",
    "steps": "step t = {} of writing",
    "max_length": "step t = {} of writing",
    "n": "step t = {} of writing",
    "depth": "layer {}",
}


def counted(axes: Sequence[str]) -> int | None:
    """Return the number of the axis that counts steps or layers, or None.

    Parameters
    ----------
    axes : sequence of str
        The names of an output's axes.

    Examples
    --------
    >>> counted(["N", "T", "H"]), counted(["D", "H"])
    (1, None)
    """
    return next((number for number, axis in enumerate(axes) if axis in _COUNTED), None)


def step(axes: Sequence[str], index: int) -> str:
    """Return which step, or layer, stands at `index` of the axis that counts them.

    Parameters
    ----------
    axes : sequence of str
        The names of an output's axes; one of them counts.
    index : int
        Counted from 0, as NumPy does.

    Examples
    --------
    >>> step(["N", "T", "H"], 2), step(["depth"], 0)
    ('step t = 3', 'layer 1')
    """
    return _COUNTED[axes[_axis(axes)]].format(index + 1)


def place(name: str, axes: Sequence[str], index: int) -> str:
    """Return both names of a place: the step, which counts from 1, and the part of the array.

    Parameters
    ----------
    name : str
        The output.
    axes, index
        As for `step`.

    Examples
    --------
    >>> place("h", ["N", "T", "H"], 2)
    'step t = 3, `h[:, 2]`'
    >>> place("mask", ["T"], 0)
    'step t = 1, `mask[0]`'
    """
    return f"{step(axes, index)}, `{name}[{', '.join([':'] * _axis(axes) + [str(index)])}]`"


def last(name: str, axes: Sequence[str]) -> str:
    """Return both names of the last step, which has another number in every case.

    Examples
    --------
    >>> last("h", ["N", "T", "H"])
    'the last step, `h[:, -1]`'
    """
    return f"{last_one(axes)}, `{name}[{', '.join([':'] * _axis(axes) + ['-1'])}]`"


def last_one(axes: Sequence[str]) -> str:
    """Return what the last place is called: ``"the last step"`` or ``"the last layer"``."""
    return "the last layer" if axes[_axis(axes)] == "depth" else "the last step"


def _axis(axes: Sequence[str]) -> int:
    """Return the number of the axis that counts; there must be one."""
    axis = counted(axes)
    if axis is None:
        raise ValueError(f"None of the axes {', '.join(axes)} counts steps or layers.")
    return axis
