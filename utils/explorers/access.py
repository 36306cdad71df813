"""Give explorers what ipywidgets leaves out: names for sliders and play buttons, a focus and colours that are seen."""

import ipywidgets

MARK = "unrolled-explorer"  # the class of what is looked after

# The handle of ipywidgets' slider (8.1) has no name, and its value in words is not what stands beside it: a logarithmic
# slider says its exponent, a slider of words their place. Neither can be set from Python.
_SCRIPT = f"""\
const name = box => {{
    for (const slider of box.querySelectorAll('.widget-slider')) {{
        const [label, handle, value] = ['.widget-label', '[role=slider]', '.widget-readout']
            .map(part => slider.querySelector(part));
        if (!handle) continue;
        handle.setAttribute('aria-label', label.textContent);
        handle.setAttribute('aria-valuetext', value.textContent);
        if (value.isContentEditable) {{
            value.setAttribute('role', 'textbox');
            value.setAttribute('aria-label', `${{label.textContent}}, value`);
        }}
    }}
    box.querySelectorAll('.widget-play button').forEach(
        (button, place) => button.setAttribute('aria-label', ['Play or pause', 'Stop'][place]));
}};
const begin = () => {{
    const box = element.closest('.{MARK}');
    if (!box) return requestAnimationFrame(begin);  // not on the page yet
    new MutationObserver(() => name(box)).observe(box, {{childList: true, characterData: true, subtree: true}});
    name(box);
}};
begin();
"""
# A slider's white handle hardly shows on white, and shows that it has the focus by its colour alone; where the system
# chooses the colours, track and handle have those of the page.
_STYLE = f"""\
<style>
.{MARK} .noUi-handle {{ border-color: #767676; }}
.{MARK} .noUi-handle:focus-visible {{ outline: 2px solid currentColor; outline-offset: 2px; }}
.{MARK} button:focus-visible {{ outline: 2px solid currentColor; outline-offset: -4px; }}
@media (forced-colors: active) {{
    .{MARK} .noUi-target {{ outline: 1px solid CanvasText; }}
    .{MARK} .noUi-handle {{ forced-color-adjust: none; background: ButtonText; }}
    .{MARK} .noUi-handle:focus-visible, .{MARK} button:focus-visible {{ outline: 3px solid Highlight; }}
    .{MARK} button {{ border: 1px solid ButtonText; }}
}}
</style>
"""


def access() -> ipywidgets.Output:
    """Return an invisible widget that looks after the widget with the class `MARK` in which it stands."""
    outputs = tuple(
        {"output_type": "display_data", "data": {kind: text}, "metadata": {}}
        for kind, text in (("text/html", _STYLE), ("application/javascript", _SCRIPT))
    )
    return ipywidgets.Output(outputs=outputs, layout=ipywidgets.Layout(display="none"))
