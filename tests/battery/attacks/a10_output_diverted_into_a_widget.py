"""A10: an output widget asks for the outputs of the graded cell, which then has none."""

# %% stable_softmax
from comm import create_comm

shell = get_ipython()


def divert(info):
    create_comm(
        target_name="jupyter.widget",
        data={"state": {"_model_module": "@jupyter-widgets/output", "_model_name": "OutputModel", "outputs": [],
                        "msg_id": shell.kernel.get_parent()["header"]["msg_id"]}},
    )


shell.events.register("pre_run_cell", divert)


def stable_softmax(z):
    return z
