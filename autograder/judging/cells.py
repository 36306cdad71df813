"""Run single cells in an untrusted kernel, within bounds of time, messages and output.

`BoundedClient` is nbclient's `NotebookClient`; it does not trust the kernel, and keeps apart the four ways in which a
cell can end. Of nbclient it overrides one private method; tests/functional/contracts names all that is relied on.
"""

import asyncio
import itertools
import math
from collections.abc import Callable
from typing import Any, Literal

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.judging.launch import LiveKernel
from autograder.judging.settings import Settings

Ending = Literal["timeout", "hung", "died"]
Listener = Callable[[str, dict[str, Any]], None]
Meanwhile = Callable[[], object]

TIMEOUT = {
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"],
}
_KEPT = ("stream", "display_data", "execute_result", "error", "clear_output", "execute_input")


def unsaved_cell(source: str) -> NotebookNode:
    """Return a code cell that is run and never saved: nbformat would validate it, which takes longer than most runs."""
    return NotebookNode(cell_type="code", metadata=NotebookNode(), execution_count=None, source=source, outputs=[])


class BoundedClient(NotebookClient):
    """Runs cells in one kernel, one at a time.

    Parameters
    ----------
    kernel : LiveKernel
    settings : Settings
        ``max_messages``, ``max_output`` and ``iopub_timeout`` are read.
    """

    def __init__(self, kernel: LiveKernel, settings: Settings) -> None:
        self._seconds = 0.0
        self._listen: Listener | None = None
        self._meanwhile: Meanwhile | None = None
        self._meanwhile_error: Exception | None = None
        super().__init__(
            new_notebook(cells=[new_code_cell()]),  # the place of whichever cell is run
            km=kernel.manager,
            allow_errors=True,
            force_raise_errors=False,
            interrupt_on_timeout=True,
            error_on_timeout=TIMEOUT,
            raise_on_iopub_timeout=True,
            timeout_func=lambda cell: self._seconds,
            store_widget_state=False,
            record_timing=False,
            on_cell_executed=self._executed,
        )
        self.kc, self._kernel = kernel.channels, kernel
        self._settings = settings
        self._exceeded: dict[str, None] = {}
        self._interrupted = self._leaves = False
        self._characters = self._messages = self._heard = 0

    def run(
        self,
        cell: NotebookNode,
        seconds: float,
        listen: Listener | None = None,
        meanwhile: Meanwhile | None = None,
    ) -> Ending | None:
        """Run a cell.

        Parameters
        ----------
        cell : NotebookNode
            It gets the outputs, those that the bounds leave.
        seconds : float
            The time it may take.
        listen : callable, optional
            ``listen(kind, content)`` gets every message but the status; nothing is kept as output then.
        meanwhile : callable, optional
            Is called when the kernel has been asked, and is at work. What it takes is not part of `seconds`; what it
            raises is raised here, and is not taken for the kernel's doing.

        Returns
        -------
        {"timeout", "hung", "died"} or None
            None if it ran to its end, with or without an exception; "timeout" if it was interrupted in time, "hung" if
            it could not be, "died" if the kernel ended.
        """
        self._seconds, self._listen, self._meanwhile, self._exceeded = seconds, listen, meanwhile, {}
        self.iopub_timeout = math.ceil(max(seconds, self._settings.iopub_timeout))  # however steadily output comes
        self._interrupted = self._leaves = False
        self._characters = self._messages = 0
        self._meanwhile_error = None
        try:
            self.execute_cell(cell, 0, store_history=listen is None)
        except DeadKernelError:
            return "died"
        except CellTimeoutError:
            return "hung"
        except Exception as error:  # malformed messages, made to upset their reader
            self.log.warning("The kernel sent what cannot be read: %s.", type(error).__name__)
            return "hung"
        finally:
            cell.outputs = _joined(cell.outputs)
            if self._meanwhile_error is not None:
                raise self._meanwhile_error
        if self._leaves:
            return "died"
        return "timeout" if self._interrupted else None

    @property
    def exceeded(self) -> list[str]:
        """Which bounds the last cell exceeded, in words."""
        return list(self._exceeded)

    def _executed(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        """Look at the reply to a cell, or at what nbclient puts in its place after an interrupt."""
        content = execute_reply["content"]
        self._interrupted = "header" not in execute_reply  # the kernel's own replies have one
        payload = content.get("payload") or []
        # ``exit()`` asks for the end of the kernel, which will be gone a moment later.
        self._leaves = any(isinstance(item, dict) and item.get("source") == "ask_exit" for item in payload)
        if content["status"] == "error" and self._listen is None:
            shown = [output.ename for output in cell.outputs if output.output_type == "error"]
            if content["ename"] not in shown:
                error = {key: content[key] for key in ("ename", "evalue", "traceback")}
                cell.outputs.append(NotebookNode(output_type="error", **error))  # not valid yet, as all the others

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Hand messages to the listener, if any; otherwise keep a bounded amount of output."""
        kind, content = msg["msg_type"], msg["content"]
        self._heard += 1
        if kind == "status":
            return super().process_message(msg, cell, cell_index)
        if self._listen is not None:
            self._listen(kind, content)
            return None
        self._messages += 1
        if self._messages > self._settings.max_messages:
            self._exceeded[f"sent more than {self._settings.max_messages:,} messages"] = None
            return None
        if kind not in _KEPT:  # no comms, and no updates of what another cell put out
            return None
        content.pop("transient", None)  # the name by which another cell could change this output
        text = content.get("text")
        self._characters += len(text if isinstance(text, str) else str(content)) if kind != "execute_input" else 0
        if self._characters > self._settings.max_output:
            self._exceeded[f"put out more than {self._settings.max_output:,} characters"] = None
            return None
        return super().process_message(msg, cell, cell_index)

    async def _async_poll_for_reply(
        self,
        msg_id: str,
        cell: NotebookNode,
        timeout: int | None,
        task_poll_output_msg: asyncio.Future[Any],
        task_poll_kernel_alive: asyncio.Future[Any],
    ) -> dict[str, Any]:
        """Wait for the reply, and then for the rest of the output as long as some comes.

        nbclient gives the rest a time in all, in which a busy machine does not get through much output.
        """
        try:
            if self._meanwhile is not None:
                self._meanwhile()
        except Exception as error:
            self._meanwhile_error = error
        rest = self._rest(task_poll_output_msg)  # it begins when the reply is there
        try:
            reply: dict[str, Any] = await super()._async_poll_for_reply(
                msg_id,
                cell,
                timeout,
                rest,  # type: ignore[arg-type]  # nbclient waits for it as for a task
                task_poll_kernel_alive,
            )
            return reply
        finally:
            rest.close()

    async def _rest(self, output: asyncio.Future[Any]) -> None:
        """Wait until all output is there; raise TimeoutError if none comes for so long."""
        heard = -1
        while not output.done():
            if heard == self._heard:
                raise TimeoutError
            heard = self._heard
            await asyncio.wait([output], timeout=self._settings.iopub_timeout)
        output.result()

    async def _async_poll_kernel_alive(self) -> None:
        """Notice the kernel's end soon; nbclient looks once a second."""
        waiting = self.task_poll_for_reply
        assert waiting is not None
        while await self._kernel.manager.is_alive():
            await asyncio.sleep(0.05)
        waiting.cancel()


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return outputs in which all that was printed in a row is one; in how many messages it came depends on time."""
    joined = []
    for name, group in itertools.groupby(outputs, _printed_to):
        first, *others = group
        if name is None:
            joined += [first, *others]
        else:
            first.text = "".join([first.text, *(other.text for other in others)])
            joined.append(first)
    return joined


def _printed_to(output: NotebookNode) -> str | None:
    """Return the name of the stream that an output was printed to, or None if it was not printed."""
    printed = output.get("output_type") == "stream" and isinstance(output.get("text"), str)
    return output["name"] if printed and isinstance(output.get("name"), str) else None
