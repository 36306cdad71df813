"""B12: a script in an output, in a written answer and in a traceback, to run when the instructor looks."""

# %% first
from IPython.display import HTML, Javascript, Markdown, display

SCRIPT = "<script>window.entered = 1</script><img src=x onerror='window.entered = 1'>"
display(HTML(SCRIPT), Javascript("window.entered = 1"), Markdown(SCRIPT))
display({"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{SCRIPT}</svg>"}, raw=True)
print(SCRIPT)


# %% last
raise ValueError("<script>window.entered = 1</script>")
