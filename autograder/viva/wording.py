"""Put questions, answers and their reasons into sentences, as HTML: whatever is a student's is escaped."""

import html
import math
from collections.abc import Sequence

from autograder.viva.finding import TIME
from autograder.viva.questions import DRAWINGS, Along, Effect, Question, Reach, Scale, Shape, Slip

VERDICTS = {"same": "the same", "doubled": "doubled", "neither": "neither"}


def code(text: object) -> str:
    """Return a piece of code as HTML."""
    return f"<code>{html.escape(str(text))}</code>"


def question(one: Question) -> str:
    """Return what is asked."""
    whose = "" if one.subject.own else f"About any right {code(one.subject.name)}, whatever its code. "
    if isinstance(one, Slip):
        change = f"read {code(one.after)} instead" if one.after else "were left out"
        return f"If line {one.line} of {code(one.subject.name)} {change}, {_still(one.effect)}"
    if isinstance(one, Reach):
        return f"{whose}{_change(one)} {_otherwise(one)}"
    if isinstance(one, Scale):
        return whose + _doubling(one)
    first = f"What is the shape of {code(one.expression)} in line {one.line} of {code(one.subject.name)}"
    return f"{first} the first time this line runs?"


def situation(one: Question) -> str:
    """Return what the function is called with, as far as the question needs it."""
    arrays = one.subject.listed
    sizes = [f"{html.escape(name)} = {size}" for name, size in one.subject.sizes.items()]
    if isinstance(one, (Slip, Reach)) and one.subject.own:
        return f"{', '.join(sizes)}." if one.effect.along and sizes else ""
    if isinstance(one, Scale) and one.subject.own:
        return ""
    if arrays:
        sizes = [text for text in sizes if text.index(" ") > 1]  # whole numbers; a letter's size stands in a shape
        listed = [f"{code(name)} {_shape(shape)}" for name, shape in arrays] + sizes
        return f"Called with {', '.join(listed)}{_forward(one)}"
    return f"{', '.join(sizes)}." if sizes else ""


def options(one: Question) -> list[tuple[str, bool]]:
    """Return what can be ticked, and whether it should be; nothing where an answer is written or a table is filled."""
    if not isinstance(one, (Slip, Reach)):
        return []
    ticked = [touched != isinstance(one, Slip) for touched in one.effect.touched]
    return [(_option(one.effect, option), tick) for option, tick in zip(one.effect.options, ticked, strict=True)]


def counting(questions: Sequence[Question]) -> str:
    """Return what a sheet says of its inputs, and from where steps and other places count if it asks about them."""
    ticked = {one.effect.along.letter for one in questions if isinstance(one, (Slip, Reach)) and one.effect.along}
    changed = {one.along.letter for one in questions if isinstance(one, Reach) and one.along}
    sentences = ["All inputs are random numbers, so that nothing is equal by chance."]
    if (ticked | changed) & {*TIME}:
        sentences.append("Steps count from 1: step t is place t − 1 of an array.")
    if ticked - {*TIME}:
        sentences.append("i counts from 0, as NumPy does.")
    return " ".join(sentences)


def lead(one: Question) -> str:
    """Return what stands before the options."""
    if not isinstance(one, (Slip, Reach)) or one.effect.along is None:
        return ""
    return "t =" if one.effect.along.letter in TIME else "i ="


def key(one: Question) -> str:
    """Return the right answer."""
    if isinstance(one, Shape):
        return code(_shape(one.shape))
    if isinstance(one, Scale):
        return ", ".join(f"{code(name)}: {VERDICTS[verdict]}" for name, verdict in one.rows)
    return f"{lead(one)} {_listed([option for option, tick in options(one) if tick])}".strip()


def why(one: Question) -> str:
    """Return in one sentence how the key was found."""
    if isinstance(one, Shape):
        return f"{code('np.shape')} gave this when the line first ran, on each of {DRAWINGS} drawings of inputs."
    if isinstance(one, Scale):
        return f"Run with the input as it is and doubled, on {DRAWINGS} drawings of inputs: each gave this table."
    marked = list(zip(one.effect.options, one.effect.touched, strict=True))
    kept = [_option(one.effect, option) for option, touched in marked if not touched]
    one_kept = len(kept) == 1
    if isinstance(one, Reach) and one.only:
        stay, change = "is all zeros" if one_kept else "are all zeros", f"have entries of {_share(one.effect.least)}"
    else:
        stay, change = "keeps its numbers" if one_kept else "keep their numbers", _by(one.effect.least)
    return (
        f"Run on {DRAWINGS} drawings of inputs: {f'{lead(one)} {_listed(kept)}'.strip()} {stay}; the others {change}."
    )


def _by(least: float) -> str:
    return "come out in another shape" if math.isinf(least) else f"change by {_share(least)}"


def _still(effect: Effect) -> str:
    if effect.along is None:
        return "which outputs would still come out as they do now? Tick them."
    part = code(_part(effect.output, effect.along))
    which = "steps t" if effect.along.letter in TIME else "i"
    return f"for which {which} would {part} still come out as it does now? Tick them."


def _otherwise(one: Reach) -> str:
    effect = one.effect
    if effect.along is None:
        verb = "hold anything but zeros" if one.only else "change"
        return f"Which outputs of {code(one.subject.name)} {verb}? Tick them."
    part = code(_part(effect.output, effect.along))
    verb = "does {} hold anything but zeros" if one.only else "does {} change"
    which = "steps t" if effect.along.letter in TIME else "i"
    return f"For which {which} {verb.format(f'{part} of {code(one.subject.name)}')}? Tick them."


def _change(one: Reach) -> str:
    where, name, along = _where(one, one.argument), one.argument, one.along
    if along is None:
        return f"{where}{code(name)} gets other numbers; everything else stays the same."
    place = code(f"{name}[{':, ' * along.axis}{one.index}]")
    step = f"at step t = {one.index + 1}, {place}"
    if one.only:
        return f"{where}{code(name)} is zero except {step}."
    part = f"the part of {code(name)} {step}," if along.letter in TIME else place
    return f"{where}{'only' if where else 'Only'} {part} gets other numbers; everything else stays the same."


def _doubling(one: Scale) -> str:
    name, tick = code(one.subject.name), "Tick one box in each row."
    if not one.doubled:
        return (
            f"One input of {name} is doubled; the others stay the same. What becomes of {code(one.output)}, for each "
            f"input? {tick}"
        )
    where = _where(one, one.doubled)
    return (
        f"{where}{code(one.doubled)} is doubled; everything else stays the same. What becomes of each output of "
        f"{name}? {tick}"
    )


def _where(one: Reach | Scale, argument: str) -> str:
    return "In the forward pass, " if argument in one.subject.forward else ""


def _forward(one: Question) -> str:
    arrays = {name for name, _ in one.subject.arguments}
    names = [code(name) for name in one.subject.forward if name in arrays]
    return f" ({_listed(names)} in the forward pass)." if names else "."


def _part(name: str, along: Along) -> str:
    index = "t - 1" if along.letter in TIME else "i"
    return f"{name}[{':, ' * along.axis}{index}]"


def _option(effect: Effect, option: str) -> str:
    return code(option) if effect.along is None else html.escape(option)


def _shape(shape: Sequence[int]) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _share(amount: float) -> str:
    return f"{amount:.2g} times the largest entry or more"


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
