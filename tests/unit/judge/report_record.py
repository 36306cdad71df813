"""A class report with something in each of its parts, and names of students that would be markup."""

from autograder.reporting.records import (
    Attendance,
    ClassReport,
    Distribution,
    ExerciseFacts,
    LoggedExercise,
    NoMark,
    Repaired,
    Slow,
    Waiting,
)
from autograder.reporting.wrong_answers import CarriedOver, Cluster, Difference, NamedMistake

HOSTILE = "<script>alert(1)</script>"
SAMPLE = "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    v1 = x @ Wx\n    return np.tanh(v1) < prev_h"
EXERCISES = ("rnn_step_forward", "rnn_forward", "many_to_one")


def record():
    return ClassReport(
        assignment="01-rnn-forward",
        shareable=False,
        sample=True,
        attendance=Attendance(60, 53, 6, 3, 1, 3, {"unreadable": 2, "refused": 1}, (NoMark(HOSTILE, "unreadable"),)),
        distribution=Distribution(90.0, (3, 0, 0, 6, 7, 0, 9, 8, 13, 7), (41.25, 66.0, 80.5), 7),
        exercises=(
            ExerciseFacts(EXERCISES[0], 20.0, 40, 0, 9, 4, 0.78, 0.61, ""),
            ExerciseFacts(EXERCISES[1], 30.0, 30, 8, 11, 4, 0.71, -0.05, ""),
            ExerciseFacts(EXERCISES[2], 40.0, 53, 0, 0, 0, 1.0, None, "no spread"),
        ),
        mistakes=(
            NamedMistake(EXERCISES[0], "no-bias", 9, ("`b` is <left> out.", "What shifts it?", "With b = 1 it is 1.")),
            NamedMistake(EXERCISES[1], "numeric-differentiation", 2, ()),
            NamedMistake(EXERCISES[1], "turned-over/4", 1, ("It is turned over.", "Which end comes first?")),
        ),
        carried=(CarriedOver(EXERCISES[1], EXERCISES[0], 8),),
        clusters=(
            Cluster(
                EXERCISES[0],
                6,
                ("next_h",),
                "",
                "",
                "",
                "",
                Difference("", "next_h", "value", (), (0, 1), ("N", "H"), 0.25, -1.5),
                SAMPLE,
                edit=("x @ Wx", "x @ Wx.T < 1"),
            ),
            Cluster(
                EXERCISES[1], 5, ("h",), "exception", "IndexError", "x[:, t + 1]", "", None, SAMPLE, why_not="fails"
            ),
            Cluster(EXERCISES[2], 4, ("y",), "exception", "IndexError", "x[:, t + 1]", EXERCISES[1], None),
            Cluster(EXERCISES[1], 2, ("h",), "", "", "", "", None, SAMPLE, whole=f"{SAMPLE}\n"),
        ),
        single={EXERCISES[2]: 3},
        logs=7,
        logged=(LoggedExercise(EXERCISES[0], 7, 6, 5, 3.5),),
        waiting=(Waiting("trade_offs", 40, 2),),
        seconds=(2.25, 12.0),
        slowest=(Slow(HOSTILE, 12.0),),
        repaired_count=1,
        repaired=(Repaired(HOSTILE, 2),),
    )
