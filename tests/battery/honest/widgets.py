"""Sliders and an output widget of the student's own."""

# %% first
import ipywidgets

out = ipywidgets.Output()
with out:
    print("inside")
display(ipywidgets.IntSlider(), out)
ipywidgets.interact(lambda x=1: x)
