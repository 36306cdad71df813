"""The row about many machines: two of Dask's workers on this one, against two worker processes of our own."""

import importlib
import tempfile

from bench import classes
from bench.arithmetic import CannotMeasure, interleaved, ratios
from bench.rows.grading import MAIN, WORKERS, require_graded, units
from bench.setting import Row, Setting
from bench.table import Line

SHARE = 10  # per cent


def _dask(setting: Setting) -> list[Line]:
    try:
        distributed = importlib.import_module("distributed")  # the extra `cluster`
    except ImportError:
        raise CannotMeasure("Dask's distributed is not installed here: pip install '.[cluster]'.") from None
    count = setting.size.submissions
    course = setting.course("dask")
    classes.hand_in(course, MAIN, classes.right_notebooks(course, MAIN), count)
    with (
        tempfile.TemporaryDirectory(dir=setting.folder) as folder,
        distributed.LocalCluster(
            n_workers=WORKERS,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            local_directory=folder,
        ) as cluster,
    ):
        first, there = classes.first(WORKERS), cluster.scheduler_address
        measured = interleaved(
            setting.size.rounds,
            {
                "Dask, first": lambda: classes.grade(course, MAIN, first, scheduler=there),
                "ours, first": lambda: classes.grade(course, MAIN, first, jobs=WORKERS),
                "Dask": lambda: classes.grade(course, MAIN, scheduler=there),
                "ours": lambda: classes.grade(course, MAIN, jobs=WORKERS),
            },
        )
    require_graded(course, MAIN, count)
    by_dask, ours = (units(measured[side], measured[f"{side}, first"], count, WORKERS) for side in ("Dask", "ours"))
    found = ratios([one.wall for one in by_dask], [one.wall for one in ours])
    what = f"{WORKERS} workers of Dask's, {count} submissions of `{MAIN}`"
    return [
        Line(
            what, f"`--jobs {WORKERS}`", f"within {SHARE} %", f"{found} times as long", found.median <= 1 + SHARE / 100
        )
    ]


ROWS = [Row("dask", _dask)]
