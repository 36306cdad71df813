"""Say what wrong numbers resemble, as a fact about the numbers. No sentence here holds an expected value."""

from collections.abc import Sequence
from typing import assert_never

from utils.checking import time_axis
from utils.checking.resemblance import Resemblance
from utils.checking.saturation import Saturation

_EVERYWHERE = {
    "N": "in every row of the batch (axis N)",
    "T": "at every step (axis T)",
    "H": "for every unit (axis H)",
    "depth": "at every layer",
}


def likeness(name: str, found: Resemblance, axes: Sequence[str] = ()) -> str:
    """Say what an output called `name` resembles.

    Examples
    --------
    >>> likeness("db", Resemblance("factor", factor=0.25, letter="N", power=-1, size=4))
    'db is 0.25 times what it should be, everywhere: that is 1/N (here N = 4).'
    >>> likeness("mask", Resemblance("wrong at", "T", 0), ["T"])
    'mask is wrong only at step t = 1, `mask[0]`.'
    """
    sentence = _likeness(f"the wrong part of {name}" if found.wrong_part else name, found, axes)
    sentence = f"The{sentence[3:]}" if sentence.startswith("the wrong part") else sentence
    return f"{sentence} This holds in the ordinary cases." if found.ordinary else sentence


def _likeness(name: str, found: Resemblance, axes: Sequence[str]) -> str:
    def at(index: int) -> str:
        return time_axis.place(name, axes, index)

    match found.kind:
        case "no truth values":
            return f"{name} holds numbers other than 0 and 1, where truth values are asked for."
        case "opposite":
            return f"{name} is the opposite of what it should be, wherever it is wrong."
        case "truncated":
            return f"{name} holds the right numbers without their fractions: an array of whole numbers cuts them off."
        case "zeros":
            return f"Every entry of {name} is 0."
        case "sign":
            return f"{name} has the opposite sign everywhere."
        case "input":
            return f"{name} holds the numbers of {_place_or_name(found.other)}."
        case "output":
            return f"{name} holds the numbers that {_place_or_name(found.other)} should have."
        case "one number":
            return f"All entries of {name} are one number."
        case "same along":
            return f"{name} is the same {_all_along(found.axis)}."
        case "first along" | "last along":
            which = "first" if found.kind == "first along" else "last"
            return f"{name} is the same {_all_along(found.axis)}: what is right for the {which}."
        case "reversed":
            return f"{name} is right, but in reverse order" + (" of time." if "depth" not in axes else ".")
        case "wrong from":
            return f"{name} is right up to {at(found.index - 1)}, and wrong from {at(found.index)}, on."
        case "wrong until":
            return f"{name} is wrong up to {at(found.index)}, and right from {at(found.index + 1)}, on."
        case "wrong at":
            return f"{name} is wrong only at {at(found.index)}."
        case "wrong at the last":
            return f"{name} is wrong only at {time_axis.last(name, axes)}."
        case "right at the last":
            return f"{name} is right only at {time_axis.last(name, axes)}."
        case "transposed" if len(axes) > 2:
            return f"Each matrix of {name} is the transpose of what it should be."
        case "transposed":
            return f"{name} is the transpose of what it should be."
        case "factor":
            size = f"({found.letter})" if "·" in found.letter and found.power < 0 else found.letter
            named = f"1/{size}" if found.power < 0 else size
            which = f": that is {named} (here {found.letter} = {found.size})" if size else ""
            return f"{name} is {found.factor:.4g} times what it should be, everywhere{which}."
        case "offset" if found.factor:
            way = "more" if found.factor > 0 else "less"
            return f"Every entry of {name} is {abs(found.factor):.4g} {way} than it should be."
        case "offset":
            return f"Every entry of {name} is off by one and the same number, which differs from case to case."
        case "multiple":
            return f"{name} is right up to a factor: one number for all its entries, which differs from case to case."
        case "multiple of each row":
            return f"{name} is right up to a factor in each row of the batch: one number for all entries of that row."
        case "square":
            return f"{name} holds the squares of the right numbers."
        case "places":
            return f"{name} holds the right numbers in the wrong places."
        case _:
            assert_never(found.kind)


def _all_along(axis: str) -> str:
    """Say that something is so all along an axis."""
    return _EVERYWHERE.get(axis, f"all along its axis {axis}")


def _place_or_name(other: str) -> str:
    """Return an array, or a step of it by both its names."""
    name, _, index = other.partition("[")
    step = {":, 0]": "step t = 1", ":, -1]": "the last step"}.get(index)
    return f"{name} at {step}, `{other}`" if step else other


def saturation(found: Saturation) -> str:
    """Say that an answer is right for inputs of ordinary size, and what large ones do to it.

    Examples
    --------
    >>> saturation(Saturation(5000.0, overflows=True))
    'Right for inputs of ordinary size; not finite where entries are in the thousands: something overflows.'
    """
    size = "thousands" if found.entries >= 1000 else "hundreds"
    zero = ", such as a gate that is shut" if found.gates else ", or takes its logarithm"
    divides = f"something divides by a number that has become 0{zero}"
    either = f"something overflows, or {divides.removeprefix('something ')}"
    cause = "something overflows" if found.overflows else divides if found.divides else either
    return f"Right for inputs of ordinary size; not finite where entries are in the {size}: {cause}."
