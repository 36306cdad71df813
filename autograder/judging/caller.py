"""Call a student's functions: send plans as temporary cells, and receive answers as messages, one tag per plan.

What a call may take is time on the clock. On a machine with more work than processors a kernel gets only a part of that
time; a call that ran out of it is then made again, with more time, until it has had a processor for as long as
a call may take. A call that waits gets no more: it asks for no processor.
"""

import os
import secrets
import time
from collections.abc import Sequence
from typing import Any

from autograder.judging import protocol
from autograder.judging.cells import Ending, Meanwhile, unsaved_cell
from autograder.judging.kernel import GradingKernel
from autograder.judging.protocol import Answer, Ask, Plan
from autograder.sandbox import cpu_clock
from utils.errors import Failure

WAITED, WORKED = 0.05, 0.8  # parts of the time for which a call that mostly waited, or always worked, has a processor
MOST_TIMES = 10.0  # as long as on an idle machine


class Caller:
    """Asks a kernel, as it is now, for the answers to plans; answers are read here, as bytes.

    Parameters
    ----------
    kernel : GradingKernel
    seconds : float
        What the calls for one case may take on a machine that is not busy.
    """

    def __init__(self, kernel: GradingKernel, seconds: float) -> None:
        self.kernel, self.seconds = kernel, seconds

    def answer(self, plan: Plan, seconds: float | None = None, session: str = "") -> Answer:
        """Return the answer to one plan, from one temporary cell."""
        tag = secrets.token_hex(16)
        limit = allowed = seconds or self.seconds
        text = protocol.request(plan, tag, session)
        ending, contents, share = self._contents(text, [tag], allowed)
        while share is not None and share * allowed < WORKED * limit and allowed < MOST_TIMES * limit:
            allowed = min(limit / share, MOST_TIMES * limit)
            ending, contents, share = self._contents(text, [tag], allowed)
        if ending is None:
            return protocol.decode(contents.get(tag), tag, plan)
        return _unanswered(ending, plan)

    def answers(self, plans: Sequence[Plan], meanwhile: Meanwhile | None = None) -> dict[int, Answer]:
        """Return answers by number: all plans go into one cell, since the round trip of a cell costs the most.

        They have the time of one case together; what did not come in it is not in the dict, and may be asked for alone.
        `meanwhile` is called while the kernel is at work.
        """
        tags = [secrets.token_hex(16) for _ in plans]
        until = time.monotonic() + self.seconds  # the kernel has the same clock; an interrupt ends one plan only
        ending, contents, share = self._contents(protocol.requests(plans, tags, until), tags, self.seconds, meanwhile)
        found = {n: protocol.decode(contents[tag], tag, plans[n]) for n, tag in enumerate(tags) if tag in contents}
        if ending is None:
            return found
        whole = {number: answer for number, answer in found.items() if not _was_interrupted(answer)}
        culprit = min(set(range(len(plans))) - set(whole), default=None)
        # The first one had all the time.
        if (culprit == 0 and share is None) or (ending == "died" and culprit is not None):
            whole[culprit] = _unanswered(ending, plans[culprit])
        return whole

    def ask(self) -> Ask:
        """Return ``ask(plan, session="") -> Answer`` for many small questions.

        Together they have three times as long as one case.
        """
        until = time.monotonic() + 3 * self.seconds

        def ask(plan: Plan, session: str = "") -> Answer:
            left = until - time.monotonic()
            if left <= 0 or self.kernel.given_up():
                return _unanswered("timeout", plan)
            return self.answer(plan, min(left, self.seconds), session)

        return ask

    def ask_new_kernel(self) -> Ask:
        """Return such a function for a new kernel, which knows nothing of earlier questions."""
        self.kernel.restart()
        return self.ask()

    def _contents(
        self, text: str, tags: list[str], seconds: float, meanwhile: Meanwhile | None = None
    ) -> tuple[Ending | None, dict[str, Any], float | None]:
        """Run a temporary cell; return how it ended, the last answer under each of these tags, and its share.

        The share is the part of the time for which it had a processor, where it ran out of time because it had one for
        a part only; otherwise None.
        """
        contents: dict[str, Any] = {}
        before = self.kernel.read_clocks() if _is_busy() else None

        def listen(kind: str, content: dict[str, Any]) -> None:
            data = content.get("data") if kind == "display_data" else None
            answer = data.get(protocol.MIME) if isinstance(data, dict) else None
            tag = answer.get("tag") if isinstance(answer, dict) else None
            if isinstance(tag, str) and tag in tags:
                contents[tag] = answer

        ending = self.kernel.attempt(unsaved_cell(text), seconds, listen, meanwhile)
        share = _share(before, self.kernel.read_clocks(), seconds) if before and ending == "timeout" else None
        self.kernel.restore(ending)
        return ending, contents, share


def _is_busy() -> bool:
    """Whether more is at work on this machine now than it has processors; False where that is unknown."""
    try:
        with open("/proc/loadavg", encoding="ascii") as file:
            return int(file.read().split()[3].partition("/")[0]) > len(os.sched_getaffinity(0))
    except OSError:
        return False


def _share(before: cpu_clock.Reading, after: cpu_clock.Reading | None, seconds: float) -> float | None:
    """Return the part of `seconds` for which the kernel had a processor, if it wanted one for longer."""
    share = cpu_clock.spent(before, after).seconds / seconds if after else 0.0
    return share if WAITED < share < WORKED else None


def _unanswered(ending: Ending, plan: Plan) -> Answer:
    return Answer(failure=Failure("died" if ending == "died" else "timeout", plan[-1].function))


def _was_interrupted(answer: Answer) -> bool:
    return answer.failure is not None and answer.failure.name == "KeyboardInterrupt"
