"""A kernel that is asked: plans go in as temporary cells, answers come back as messages, under a tag a plan."""

import secrets
import time

from nbformat.v4 import new_code_cell
from traitlets import Float

from autograder.judging import protocol
from autograder.judging.kernel import LastingKernel
from autograder.sandbox import cpu_clock


class AskedKernel(LastingKernel):
    """Calls functions in the kernel by plans; what they gave back is read here, as bytes."""

    case_timeout = Float(10.0, help="Seconds that the calls for one drawing of inputs may take.").tag(config=True)

    def asker(self, index):
        """Return `asked` for many small questions, which together have three times as long as one case."""
        until = time.monotonic() + 3 * self.case_timeout

        def ask(plan, session=""):
            left = until - time.monotonic()
            if left <= 0 or self.given_up():
                return protocol.Answer(failure=protocol.Failure("timeout", plan[-1].function))
            return self.asked(plan, index, min(left, self.case_timeout), session)

        return ask

    def read_clocks(self):
        """Return what the kernel and all that it started have taken of the processor, or None where nobody can tell."""
        return None if self.km is None else cpu_clock.read(self.km.provisioner)

    def anew(self, index):
        """Return a function that starts the kernel anew and returns an `asker` in it."""

        def anew():
            self.renew()
            return self.asker(index)

        return anew

    def asked_together(self, plans, index):
        """Return answers by number: all plans go into one cell, since a cell's way there and back costs the most.

        They have the time of one case together; what did not come in it is not in the dict, and may be asked for alone.
        """
        tags = [secrets.token_hex(16) for _ in plans]
        until = time.monotonic() + self.case_timeout  # the kernel has the same clock; an interrupt ends one plan only
        text = protocol.requests(plans, tags, until)
        what, heard = self._heard(text, tags, index)
        found = {n: protocol.decode(heard[tag], tag, plans[n]) for n, tag in enumerate(tags) if tag in heard}
        if what is not None:
            whole = {n: answer for n, answer in found.items() if not _interrupted(answer)}
            culprit = min(set(range(len(plans))) - set(whole), default=None)
            if culprit == 0 or (what == "died" and culprit is not None):  # the first one had all the time
                reason = protocol.Failure("died" if what == "died" else "timeout", plans[culprit][-1].function)
                whole[culprit] = protocol.Answer(failure=reason)
            return whole
        return found

    def asked(self, plan, index, seconds=None, session=""):
        """Return the answer to one plan, from one temporary cell."""
        tag = secrets.token_hex(16)
        what, heard = self._heard(protocol.request(plan, tag, session), [tag], index, seconds)
        if what is None:
            return protocol.decode(heard.get(tag), tag, plan)
        return protocol.Answer(failure=protocol.Failure("died" if what == "died" else "timeout", plan[-1].function))

    def _heard(self, text, tags, index, seconds=None):
        """Run a temporary cell; return what became of it, and the last answer under each of these tags."""
        heard = {}

        def listen(kind, content):
            data = content.get("data") if kind == "display_data" else None
            answer = data.get(protocol.MIME) if isinstance(data, dict) else None
            tag = answer.get("tag") if isinstance(answer, dict) else None
            if isinstance(tag, str) and tag in tags:
                heard[tag] = answer

        what = self.attempt(new_code_cell(text), index, seconds or self.case_timeout, listen)
        self.restore(what)
        return what, heard


def _interrupted(answer):
    return answer.failure is not None and answer.failure.name == "KeyboardInterrupt"
