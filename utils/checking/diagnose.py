"""Examine one function: what is right first, then what is wrong, where, and which mistake it is."""

import inspect

import numpy as np

from utils import fixtures
from utils.checking import arguments, calling, fingerprints, models, properties, run_cases, side_effects
from utils.checking.compare import compare
from utils.checking.report import Report, headline, listing
from utils.checking.resemblance import Pair, resemblance, sentence, sizes
from utils.errors import NotStarted

UNKNOWN = "These are not the numbers of a mistake I know."


def examine(function, *, forward=None, hint=1, seconds=calling.SECONDS):
    """Return the Report on `function`; see `utils.check.check`.

    `seconds` is the wall time that all cases share.
    """
    level, notes = arguments.level(hint)
    return (arguments.refusal(function, forward) or _examined(function, forward, level, seconds)).noting(notes)


def _examined(function, forward, level, seconds):
    exercise = fixtures.load(calling.name_of(function))
    name, clock, given = exercise["name"], run_cases.Clock(seconds), []
    try:
        handed_in = models.found(function, exercise, clock, examine)
        for case in exercise["cases"]:
            given.append(run_cases.answer(function, forward, exercise, case, clock))
            if given[-1].failed and clock.over:
                return Report(name, "wrong", *_told(given[-1].failed))
        comparisons, wrong = _compared(exercise, given, handed_in)
    except NotStarted as stub:
        begin = "Put your own lines in the place of `raise NotImplementedError`, then run this cell again."
        return Report(name, "not started", str(stub), (begin,) if "calls" not in str(stub) else ())
    except run_cases.Unanswerable as reason:
        return arguments.cannot(str(reason), name=name)
    except properties.ModelFailed as failure:
        return arguments.cannot(*models.sentences(name, failure), name=name)
    failed = [answer for answer in given if answer.outputs is None]
    if not wrong and not failed:
        said = _praise(exercise, comparisons, len(given))
        warnings = side_effects.warnings(function, forward, exercise, given, level, clock)
        more = any(level < len(exercise["side_effects"].get(kind, ())) for kind in warnings)
        ask = arguments.call(exercise, level + 1) if more else ""
        return Report(name, "right", f"{name} is right.", (said,), None, comparisons, warnings, ask)

    said = [order] if (order := _other_order(exercise, function)) else []
    if failed:
        title, advice = _told(failed[0].failed)
        said += advice
        said += _around(exercise, failed[0], given)
    else:
        title = _right_first(exercise, wrong)
    mistake = _name(given, fingerprints.name_mistake)
    if mistake is None and wrong and failed:  # what stops one call may leave the numbers of the others known
        mistake = _name([answer for answer in given if answer.outputs is not None], fingerprints.name_mistake)
    mistake = mistake or next((c.mistake for c in comparisons.values() if c.mistake), None)
    further = arguments.call(exercise, level + 1) if level < 3 else ""
    if mistake is not None:
        hints = exercise["mistakes"][mistake]
        return Report(name, "wrong", title, (*said, *hints[:level]), mistake, comparisons, ask=further)
    if not wrong:
        return Report(name, "wrong", title, tuple(said), None, comparisons)
    said += _only_there(exercise, given, wrong, failed)
    named = _name(given, fingerprints.name_by_output, list(wrong)) if len(comparisons) > 1 else {}
    rest = dict(wrong)
    for known, outputs in named.items():
        said.append(f"{listing(outputs)}: {' '.join(exercise['mistakes'][known][:level])}")
        rest = {output: cases for output, cases in rest.items() if output not in outputs}
    counted = any(comparisons[output].problem not in ("kind", "missing") for output in rest)
    if rest and (counted or named or level > 1):  # what is no array has no numbers, known or not
        unknown = f"The numbers of {listing(rest)} are not those of a mistake I know." if named else UNKNOWN
        said.append(unknown if level == 1 or named else f"{unknown[:-1]}, so there are no further hints.")
    if rest:
        said += _unnamed(exercise, forward, given, rest, comparisons, clock)
    if counted:
        entries = comparisons[next(iter(wrong))].entries if len(wrong) == 1 else ()
        if pattern := fingerprints.where_to_look(list(wrong), list(exercise["outputs"]), exercise["patterns"], entries):
            said.append(pattern)
    return Report(name, "wrong", title, tuple(said), None, comparisons, ask=further if named else "")


def _name(given, by, *wrong):
    return by([answer.outputs for answer in given], [answer.case["mistakes"] for answer in given], *wrong)


def _praise(exercise, outputs, cases):
    many = len(outputs) > 1
    if exercise.get("properties"):  # right answers are many: there are no numbers to agree with
        return f"{listing(outputs)} {'do' if many else 'does'} what was asked for."
    return f"{listing(outputs)} {'agree' if many else 'agrees'} with the expected numbers in all {cases} cases."


def _told(failure):
    """Return title and advice; an exception's own words are not ours to cut."""
    return (failure, ()) if "stopped with" in failure else headline(failure)


def _judged(exercise, answer, handed_in):
    """Return the comparison of every output of one answer."""
    case, outputs = answer.case, answer.outputs
    if exercise.get("properties"):
        return properties.compared(exercise["properties"], case["inputs"], outputs, handed_in)
    axes, sizes = exercise["outputs"], _sizes(exercise, case)
    return {name: compare(name, outputs[name], case["expected"][name], axes[name], sizes) for name in axes}


def _compared(exercise, given, handed_in):
    """Return each output's comparison, the first that is not right if any, and in which cases each is wrong."""
    comparisons, wrong = {}, {}
    judged = [None if answer.outputs is None else _judged(exercise, answer, handed_in) for answer in given]
    for output in exercise["outputs"]:
        for index, answer in enumerate(given):
            if answer.outputs is None:
                continue
            found = judged[index][output]
            if not found.ok:
                wrong.setdefault(output, []).append(index)
            if output not in comparisons or (comparisons[output].ok and not found.ok):
                comparisons[output] = found
    if exercise.get("properties") and not wrong and all(answer.outputs is not None for answer in given):
        asked_for = [(answer.case["inputs"], answer.outputs) for answer in given]
        for output, found in properties.together(exercise["properties"], asked_for, handed_in).items():
            comparisons[output], wrong[output] = found, list(range(len(given)))
    return comparisons, wrong


def _right_first(exercise, wrong):
    right = [output for output in exercise["outputs"] if output not in wrong]
    told = f"{listing(wrong)} {'are' if len(wrong) > 1 else 'is'} not right yet."
    if right:
        told = f"{listing(right)} {'are' if len(right) > 1 else 'is'} right; {told}"
    return f"{exercise['name']}: {told}"


def _only_there(exercise, given, wrong, failed):
    """Say which cases go wrong, if others go right."""
    bad = sorted({index for indices in wrong.values() for index in indices})
    good = [index for index, answer in enumerate(given) if answer.outputs is not None and index not in bad]
    if not good:
        return []
    count = f"All outputs are right in {len(good)} of {len(given)} cases"
    if not _sizes(exercise, given[bad[0]].case):  # a single number has no axes to tell one case from another by
        return [f"{count}."]
    if len(good) == 1:
        return [f"{count}, the one with {_which(exercise, given[good[0]].case)}."]
    this = "the numbers above are of one with" if failed else "this one has"  # "this one" is the call that failed
    return [f"{count}; {this} {_which(exercise, given[bad[0]].case)}."]


def _around(exercise, failed, given):
    """Say what a failed call was given: most exceptions are about shapes."""
    told = []
    names, inputs = run_cases.inputs_of(exercise, failed.case)
    shapes = [(n, v) for n, v in (*zip(names, inputs, strict=True), *failed.case["upstream"].items())]
    # A cache that was made by hand and weights that belong together come in tuples.
    shapes = [
        (f"{name}[{i}]" if isinstance(value, tuple) else name, entry)
        for name, value in shapes
        for i, entry in enumerate(value if isinstance(value, tuple) else (value,))
    ]
    numbers = [f"{name} = {value:g}" for name, value in shapes if type(value) in (int, float)]
    shapes = [f"{name} {np.shape(value)}" for name, value in shapes if isinstance(value, np.ndarray)]
    met = [f"the arrays had the shapes {', '.join(shapes)}"] if shapes else []
    met += [", ".join(numbers)] if numbers else []
    if met and "stopped with" in failed.failed:
        told.append(f"In this call {'; '.join(met)}.")
    well = [answer for answer in given if answer.outputs is not None]
    if well:
        told.append(f"It got through {len(well)} of {len(given)} cases, but not through this one.")
    return told


def _other_order(exercise, function):
    """Say so if the parameters have the right names in another order: they are handed over by place."""
    try:
        own = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ""
    meant = run_cases.parameters(exercise["signature"])
    if own == meant or sorted(own) != sorted(meant):
        return ""
    return f"Your parameters stand in the order {', '.join(own)}; they are handed over as {', '.join(meant)}."


def _unnamed(exercise, forward, given, wrong, comparisons, clock):
    """Say all that can be said about numbers that are no known mistake's."""
    told = []
    if any(comparison.problem == "nan" for comparison in comparisons.values()):
        met = [kind for kind in side_effects.MET if any(kind in answer.met for answer in given)]
        told += [side_effects.said_of(met)] if met else []
    for output, indices in wrong.items():
        if comparisons[output].problem == "value" and (likeness := _likeness(exercise, given, output, indices)):
            told.append(likeness)
            if len(told) == 2:
                break
    if exercise["forward"] and (suspicion := _forward_too(exercise, forward, clock)):
        told.append(suspicion)
    return told


def _likeness(exercise, given, output, indices):
    """Say how an output resembles the right one, if it does so in every case in which it is wrong."""
    wrong, axes = [given[index] for index in indices], exercise["outputs"][output]
    pairs = [Pair(a.outputs[output], a.case["expected"][output], _sizes(exercise, a.case)) for a in wrong]
    found = resemblance(pairs, axes)
    return found and sentence(output, found, axes)


def _forward_too(exercise, forward, clock):
    """Say so if the forward pass, where the cache comes from, is itself not right."""
    if calling.name_of(forward) != exercise["forward"]:
        return ""
    report = examine(forward, seconds=clock.left)
    if report.status == "wrong":
        return f"{report.name} is not right either, and the cache comes from it: `check({report.name})` first."
    # A cache that is already spoilt shows here, not in the forward pass's own numbers.
    told = [report.warnings[kind] for kind in ("aliases", "mutates") if kind in report.warnings]
    return f"{report.name} gives the right numbers, but: {told[0]}" if told else ""


def _which(exercise, case):
    """Return what is special about a case in words: the sizes that are 1, else all."""
    letters = _sizes(exercise, case)
    special = {letter: n for letter, n in letters.items() if n == 1} or letters
    return listing(f"{letter} = {n}" for letter, n in special.items())


def _sizes(exercise, case):
    return sizes(exercise["outputs"], case["expected"])
