"""What students of a class hand in, kind by kind, how many each, and what each exercise then earns."""

import json

import numpy as np
from tiny_course import BACKWARD, DECAY, FORWARD

POINTS = {"affine_forward": 3.0, "affine_backward": 5.0, "decay": 2.0}
# What a student may leave in a function, all of which must stay out of the report.
REMARKS = "    '''<b>Ann's own</b>'''\n    # <script>by Ann</script>\n    mine = 'ann@uni.edu'\n"
OUTSIDE = "np.tanh(rate * state) + x[:, t]"
MEAN = BACKWARD.replace("dout.sum(axis=0)", "dout.mean(axis=0)")  # db-mean, which is declared
U1 = DECAY.replace("np.tanh(rate * state + x[:, t])", OUTSIDE).replace("    h =", f"{REMARKS}    h =")
U2 = U1.replace("state", "annas_state").replace("rate * annas_state", "annas_state * rate")
U3 = """def decay(x, rate):
    columns = []
    old = 0 * x[:, 0]
    for k in range(x.shape[1]):
        columns.append(x[:, k] + np.tanh(old * rate))
        old = columns[-1]
    return np.stack(columns, axis=1)"""
V = DECAY.replace("np.tanh(rate * state + x[:, t])", "np.sin(rate * state + x[:, t]) + 0.25")
ALONE = DECAY.replace("rate * state", "rate * state * 0.93")
CRASH = DECAY.replace("x[:, t])", "x[:, t + 7])")
CRASH2 = CRASH.replace("state", "s").replace("    h =", "    # crashes\n    h =")
TWICE = FORWARD.replace("x @ w + b", "2.5 * (x @ w) + b")
OF_TWICE = BACKWARD.replace("dout @ w.T", "2.5 * dout @ w.T").replace("x.T @ dout", "2.5 * x.T @ dout")

# By kind: how many students, what they change, and what each exercise then earns of its share.
KINDS = {
    "mean": (33, {"affine_backward": MEAN}, {"affine_backward": 3.33}),
    "both": (7, {"affine_backward": MEAN, "decay": U3}, {"affine_backward": 3.33, "decay": 0.0}),
    "u1": (10, {"decay": U1}, {"decay": 0.0}),
    "u2": (8, {"decay": U2}, {"decay": 0.0}),
    "v": (9, {"decay": V}, {"decay": 0.0}),
    "alone": (1, {"decay": ALONE}, {"decay": 0.0}),
    "crash": (3, {"decay": CRASH}, {"decay": 0.0}),
    "crash2": (2, {"decay": CRASH2}, {"decay": 0.0}),
    "twice": (8, {"affine_forward": TWICE, "affine_backward": OF_TWICE}, {"affine_forward": 0.0}),
    "blank": (30, None, dict.fromkeys(POINTS, 0.0)),
    "late": (12, {}, {}),
    "unreadable": (4, None, None),
    "right": (173, {}, {}),
}
MISSING = 6
GRADED = {kind: about for kind, about in KINDS.items() if kind != "unreadable"}


def scores():
    """Return what was planted: one row of points a student with a mark, in the exercises' order."""
    return np.array(
        [
            [earned.get(name, most) for name, most in POINTS.items()]
            for n, _, earned in GRADED.values()
            for _ in range(n)
        ]
    )


def write_log(file, checks):
    """Write a log of checks of `decay`, each a finding and the level of hints."""
    lines = []
    for number, check in enumerate(checks.split(", ")):
        finding, hint = check.split()
        about = {"unrolled": 1, "time": f"2026-04-30T10:{number:02}:00Z", "exercise": "decay", "finding": finding}
        lines.append(json.dumps(about | {"mistakes": [], "hint": int(hint), "code": "0"}))
    file.write_text("\n".join(lines), encoding="ascii")
