"""What a checked function prints is shown folded below the card, escaped and bounded, and nothing of it above."""

import html

import pytest

from utils import check
from utils.checking import printing

SAYS = "print('rows', len(x))\n    out = x"


def card(report):
    return report._repr_html_()


def test_a_wrong_function_shows_what_its_smallest_failing_case_printed(written, capsys):
    wrong = written("affine", ("out = x", SAYS), (" + b", ""))
    report = check(wrong)
    case = check.case(wrong)
    assert capsys.readouterr().out == f"rows {len(case.inputs['x'])}\n"  # of check.case alone, which makes one call
    assert report.printed == printing.Printed(f"rows {len(case.inputs['x'])}", "smallest")
    above, folded = card(report).split("</div><details")
    assert "print" not in above and f">rows {len(case.inputs['x'])}</pre></details>" in folded
    assert "What your function printed in the smallest case that fails" in folded
    assert str(report).endswith(f"the smallest case that fails:\nrows {len(case.inputs['x'])}")


def test_the_smallest_failing_case_is_meant_and_not_the_first(written):
    wrong = written("affine", ("out = x @ w + b", "print(x.shape)\n    out = x @ w + b + (len(x) == 1)"))
    assert check(wrong).printed.text.startswith("(1, ")


def test_a_right_function_shows_what_it_printed_in_the_first_case(written, capsys):
    report = check(written("affine", ("out = x", SAYS)))
    assert report.ok and report.printed.case == "first" and report.printed.text.startswith("rows ")
    assert "What your function printed in the first case" in card(report)
    assert capsys.readouterr().out == ""


def test_a_function_that_stops_shows_what_it_printed_before(written):
    stops = written(
        "affine", ("out = x", "print('before')\n    if len(x) == 1:\n        raise ValueError\n    out = x")
    )
    assert check(stops).printed == printing.Printed("before", "smallest")
    forward = written("affine", ("out = x", "print('forward')\n    raise ValueError\n    out = x"))
    assert check(written("affine_backward"), forward=forward).printed.text == "forward"


def test_what_prints_nothing_shows_nothing(written):
    report = check(written("affine"))
    assert report.printed is None and "<details" not in card(report)


def test_markup_is_text(written):
    printed = "<script>alert(1)</script> & `x`"
    shown = card(check(written("affine", ("out = x", f"print({printed!r})\n    out = x"))))
    assert f">{html.escape(printed)}</pre>" in shown and "<script" not in shown


@pytest.mark.parametrize(
    "line, shown, last",
    [
        ("for i in range(5000): print(i)", 41, "… and 4960 more lines"),
        ("print('x' * 10**6)", 1, "x" * 300 + " …"),
        ("for i in range(41): print(i)", 41, "… and 1 more line"),
        ("for i in range(40): print(i)", 40, "39"),
        ("print('a', end='')", 1, "a"),
        ("for i in range(3000): print('', end='x' * (i % 200 == 0))", 1, "x" * 15),
    ],
)
def test_it_is_bounded(written, line, shown, last):
    lines = check(written("affine", ("out = x", f"{line}\n    out = x"))).printed.text.splitlines()
    assert (len(lines), lines[-1]) == (shown, last)


def test_standard_error_and_warnings_come_as_they_are(written, capsys):
    noisy = "import sys, warnings; print('mine', file=sys.stderr); warnings.warn('also mine')\n    out = x"
    with pytest.warns(UserWarning, match="also mine"):
        report = check(written("affine", ("out = x", noisy)))
    assert report.printed is None and capsys.readouterr().err.startswith("mine\n")


def test_what_is_stopped_by_hand_keeps_its_prints(written, capsys):
    stopped = written("affine", ("out = x", "print('so far')\n    raise KeyboardInterrupt\n    out = x"))
    with pytest.raises(KeyboardInterrupt):
        check(stopped)
    assert capsys.readouterr().out == "so far\n"
