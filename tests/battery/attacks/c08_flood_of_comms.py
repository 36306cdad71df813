"""C8: widgets are opened and updated without end, which some readers keep in memory."""

# %% first
from comm import create_comm

for number in range(2_000):
    one = create_comm(target_name="jupyter.widget", data={"state": {"_model_module": "m", "_model_name": "n", "text": "x" * 10_000}})
    one.send({"method": "update", "state": {"text": "y" * 10_000}})
