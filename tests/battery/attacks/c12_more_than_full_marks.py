"""C12: the graded cell's value is far above its maximum."""

# %% stable_softmax
class Much(float):
    def __repr__(self):
        return "1000.0"

    def __mul__(self, other):
        return self

    __rmul__ = __mul__


np.allclose = lambda *args, **kwargs: Much(1)


def stable_softmax(z):
    return z

# %% [submission]
def alter(notebook, folder):
    from nbformat.v4 import new_output

    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = "1000.0"
            cell.metadata.nbgrader.points = 1000
            if cell.cell_type == "code":
                cell.outputs = [new_output("execute_result", data={"text/plain": "1000.0"}, execution_count=1)]
