"""All rows by name, in the order of the table."""

from bench.rows import checks, ci, dask, gradients, grading, kernels, memory, otter
from bench.setting import Row

_ROWS: list[Row] = [
    *grading.ROWS,
    *otter.ROWS,
    *kernels.ROWS,
    *memory.ROWS,
    *dask.ROWS,
    *checks.ROWS,
    *gradients.ROWS,
    *ci.ROWS,
]
ROWS = {row.name: row.measure for row in _ROWS}
