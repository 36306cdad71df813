"""Use JupyterLab as a learner does: open a notebook, type, run, look.

What a learner does is done with keyboard and mouse; JupyterLab itself (``window.jupyterapp``) is only asked where
things are, and whether they are done.
"""

import os
from pathlib import Path

SCREENSHOTS = Path(__file__).with_name("screenshots")
PATIENCE = 120_000  # ms, for whatever is waited for: a busy machine takes ten times as long as an idle one
_PANEL = "jupyterapp.shell.currentWidget"
_CELLS = f"{_PANEL}.content.widgets"
_RESTORED = "window.jupyterapp && jupyterapp.restored.then(() => true)"
# It returns nothing: what the command returns is all of JupyterLab, which takes seconds to be sent here.
_OPEN = "async path => { await jupyterapp.commands.execute('docmanager:open', {path, factory: 'Notebook'}); }"
_CONTRASTS = r"""place => {
    const parts = colour => colour.match(/[\d.]+/g).map(Number);
    const luminance = rgb => rgb.slice(0, 3).map(part => part / 255)
        .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = node => {
        const colour = parts(getComputedStyle(node).backgroundColor);
        return (colour[3] ?? 1) === 1 ? colour : behind(node.parentElement);
    };
    const ratios = [], texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const node = texts.currentNode.parentElement;
        const [dark, light] = [parts(getComputedStyle(node).color), behind(node)].map(luminance).sort((a, b) => a - b);
        ratios.push((light + 0.05) / (dark + 0.05));
    }
    return ratios;
}"""


def keep(place, name, **options):
    """Keep a picture of a page, or of a place on one, for people to look at; `.ci/run`, where nobody does, takes none.

    Either way a place must be there to be seen, and is scrolled to.
    """
    if not os.environ.get("UNROLLED_CI"):
        place.screenshot(path=SCREENSHOTS / f"{name}.png", **options)
    elif hasattr(place, "scroll_into_view_if_needed"):  # a page has no such method
        place.scroll_into_view_if_needed()


class Lab:
    """One JupyterLab page, with at most one notebook open.

    A cell is named by its id, which for a graded cell is its grade_id, or by what its source begins with.

    Parameters
    ----------
    page : playwright.sync_api.Page
    address, token : str
        Of the server.
    """

    def __init__(self, page, address, token):
        self.page = page
        page.goto(f"{address}/lab?reset&token={token}")
        self.until(_RESTORED)

    def open(self, path):
        """Open the notebook at `path` instead of the earlier one and wait for its kernel."""
        self.close()
        self.show(path)
        return self

    def show(self, path):
        """Open the notebook at `path`, or come back to it, and leave others open; wait for its kernel."""
        self.page.evaluate(_OPEN, path)
        self.wait_for(path)

    def close(self):
        """Close the notebook without saving and end its kernel."""
        self.page.evaluate(
            "async () => { for (const panel of [...jupyterapp.shell.widgets('main')]) {"
            " await panel.sessionContext?.shutdown(); if (panel.context) panel.context.model.dirty = false;"
            " panel.dispose(); } }"
        )

    def cell(self, name):
        """Return the cell's place on the page, scrolled to."""
        place = self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{self._index(name)}"]')
        place.scroll_into_view_if_needed()
        return place

    def output(self, name):
        """Return the place of the cell's output."""
        return self.cell(name).locator(".jp-Cell-outputArea")

    def type(self, name, text):
        """Replace what the cell holds by `text`."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def run(self, name):
        """Run the cell with Ctrl+Enter, wait until it is done and return the place of its output."""
        self.cell(name).locator(".jp-InputPrompt").click()
        count = f"{_CELLS}[{self._index(name)}].model.executionCount"
        before = self.page.evaluate(count)
        self.page.keyboard.press("Control+Enter")
        self.until(f"before => ![null, before].includes({count})", before)
        self._idle()
        return self.output(name)

    def run_all(self, timeout=PATIENCE):
        """Choose Run > Run All Cells in a fresh notebook and wait, `timeout` ms at most, until every cell has run."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        ran = "c.model.type !== 'code' || c.model.executionCount !== null"
        self.until(f"{_CELLS}.every(c => {ran})", timeout=timeout)
        self._idle()

    def complaints(self):
        """Return what cells wrote to standard error, warnings above all, by their ids."""
        return self.page.evaluate(
            f"() => {_CELLS}.filter(c => c.model.type === 'code').flatMap(c => c.model.outputs.toJSON()"
            ".filter(o => o.name === 'stderr').map(o => [c.model.id, o.text]))"
        )

    def sources(self):
        """Return the source of every code cell by its id, in order."""
        pair = "[c.model.id, c.model.sharedModel.source]"
        return dict(self.page.evaluate(f"() => {_CELLS}.filter(c => c.model.type === 'code').map(c => {pair})"))

    def tracebacks(self):
        """Return the ids of the cells that show an error."""
        return self.page.evaluate(
            f"() => {_CELLS}.filter(c => c.model.type === 'code' &&"
            " c.model.outputs.toJSON().some(o => o.output_type === 'error')).map(c => c.model.id)"
        )

    def pictures(self):
        """Return alternative text and natural width of every picture in the notebook, once it is clear if they load."""
        return self.page.evaluate(
            f"() => Promise.all({_CELLS}.flatMap(c => [...c.node.querySelectorAll('img')]).map(async img => {{"
            " await img.decode().catch(() => {});"
            " return {alt: img.alt, width: img.naturalWidth, src: img.src.slice(0, 80)}; }))"
        )

    def contrasts(self, place):
        """Return the contrast ratio (WCAG 2) of every piece of text in `place` with what is behind it."""
        return place.evaluate(_CONTRASTS)

    def validate(self, keep):
        """Press nbgrader's Validate button; return what its dialog says, in one line, and close that."""
        self.page.get_by_role("button", name="Validate", exact=True).click()
        dialog = self.page.locator(".jp-Dialog")
        dialog.wait_for()  # it runs the whole notebook
        message = dialog.inner_text()
        self.keep(keep)
        dialog.get_by_role("button", name="OK").click()
        dialog.wait_for(state="detached")
        return " ".join(message.split())

    def theme(self, name):
        """Change JupyterLab's theme."""
        self.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", name)
        self.page.wait_for_selector(f'body[data-jp-theme-name="{name}"]', state="attached")

    def keep(self, name, place=None):
        """Keep a picture of a place on the page, or of all that is seen."""
        self.page.mouse.move(0, 0)  # nothing is hovered over
        keep(place or self.page, name, animations="disabled")

    def _index(self, name):
        found = self.page.evaluate(
            f"name => {_CELLS}.findIndex(c => c.model.id === name || c.model.sharedModel.source.startsWith(name))", name
        )
        assert found >= 0, f"there is no cell {name!r}"
        return found

    def wait_for(self, path):
        """Wait until the notebook at `path` is the one that is seen, with a kernel at rest."""
        self.until(f"path => {_PANEL}?.context?.path === path && {_PANEL}.context.isReady", path)
        self.until(f"{_PANEL}.sessionContext.session?.kernel?.status === 'idle'")

    def until(self, condition, argument=None, timeout=None):
        """Wait until `condition`, in JavaScript, holds. It is asked five times a second, not at each frame."""
        self.page.wait_for_function(condition, arg=argument, timeout=timeout, polling=200)

    def _idle(self):
        """Wait until no cell runs or waits and the kernel rests."""
        self.until(
            f"{_PANEL}.sessionContext.session.kernel.status === 'idle'"
            f" && {_CELLS}.every(c => !c.model.executionState || c.model.executionState === 'idle')"
        )


class Notebook7(Lab):
    """The same for Notebook 7, whose page shows one notebook."""

    def __init__(self, page, address, token):
        self.page, self._address, self._token = page, address, token

    def open(self, path):
        """Open the notebook at `path` instead of the earlier one and wait for its kernel."""
        self.page.goto(f"{self._address}/notebooks/{path}?token={self._token}")
        self.until(_RESTORED)
        self.wait_for(path)
        return self
