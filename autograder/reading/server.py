"""Serve the page on this machine alone: a token in the address, as Jupyter has it, and nothing from elsewhere.

Whatever reaches the gradebook runs in one thread, one request after the other, so that a gradebook that another program
holds for a while does not stop the page.
"""

import asyncio
import hmac
import json
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import tornado.httpserver
import tornado.netutil
import tornado.web

from autograder.errors import AutograderError, BadRequest
from autograder.grading import leases
from autograder.reading.desk import Desk

LOOPBACK = "127.0.0.1"
_PAGE = Path(__file__).parent / "page"
_LARGEST = 100_000  # bytes of a request
_HEADERS: Final = {
    # Only our own script runs, whatever stands in an answer; a formula's MathML has style attributes.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Reading:
    """A running page.

    Parameters
    ----------
    desk : Desk
    url : str
        The gradebook's address.
    port : int
        0 for any that is free.

    Attributes
    ----------
    address : str
        Where a browser finds it; it holds the token.
    """

    def __init__(self, desk: Desk, url: str, port: int = 0) -> None:
        self.token = secrets.token_hex(24)
        self.desk, self.url = desk, url
        sockets = tornado.netutil.bind_sockets(port, LOOPBACK)
        self.port: int = sockets[0].getsockname()[1]
        self.cookie = f"unrolled-read-{self.port}"  # browsers keep cookies by machine, not by port
        self.worker = ThreadPoolExecutor(1)
        about = {"reading": self}
        application = tornado.web.Application(
            [(r"/", _Page, about), (r"/(page\.css|page\.js|keys\.js)", _File, about), (r"/api/(\w+)", _Api, about)],
            xsrf_cookies=True,
            xsrf_cookie_name=f"unrolled-read-xsrf-{self.port}",
            xsrf_cookie_kwargs={"httponly": True, "samesite": "Strict"},
            log_function=lambda handler: None,
        )
        tornado.httpserver.HTTPServer(application, max_body_size=_LARGEST).add_sockets(sockets)
        self.address = f"http://{LOOPBACK}:{self.port}/?token={self.token}"


def serve(desk: Desk, url: str, port: int, ready: Callable[[str], object]) -> None:
    """Serve the page until the process is interrupted; `ready` gets its address."""

    async def run() -> None:
        ready(Reading(desk, url, port).address)
        await asyncio.Event().wait()

    asyncio.run(run())


class _Handler(tornado.web.RequestHandler):
    def initialize(self, reading: Reading) -> None:
        self.reading = reading

    def set_default_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.set_header(name, value)
        self.clear_header("Server")

    def prepare(self) -> None:
        """Refuse what another site sends, or asks for under another name of this machine."""
        host, origin = self.request.host, self.request.headers.get("Origin")
        if urlsplit(f"//{host}").hostname not in (LOOPBACK, "localhost") or origin not in (None, f"http://{host}"):
            raise tornado.web.HTTPError(403)
        if not self._same(self.get_cookie(self.reading.cookie, "")) and not self._same(
            self.get_query_argument("token", "")
        ):
            raise tornado.web.HTTPError(403)

    def _same(self, token: str | None) -> bool:
        return hmac.compare_digest((token or "").encode(), self.reading.token.encode())

    def write_error(self, status_code: int, **about: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        need = "Open the address that `autograder read` printed; it holds the token." if status_code == 403 else ""
        self.finish(f"{status_code}. {need}")


class _Page(_Handler):
    def get(self) -> None:
        """Send the page, once the token has gone from the address into a cookie."""
        if self.get_query_argument("token", ""):
            self.set_cookie(self.reading.cookie, self.reading.token, httponly=True, samesite="Strict")
            self.redirect("/")
            return
        key = self.xsrf_token.decode("ascii")
        self.write((_PAGE / "page.html").read_text(encoding="utf-8").replace("{{ xsrf }}", key))


class _File(_Handler):
    def get(self, name: str) -> None:
        """Send a script or the style sheet."""
        self.set_header("Content-Type", f"text/{'css' if name.endswith('css') else 'javascript'}; charset=utf-8")
        self.write((_PAGE / name).read_bytes())


class _Api(_Handler):
    async def post(self, action: str) -> None:
        """Do what the page asks; trouble is a sentence that it shows."""
        if self.request.headers.get("Content-Type", "").partition(";")[0] != "application/json":
            raise tornado.web.HTTPError(415)
        work = _ACTIONS.get(action)
        if work is None:
            raise tornado.web.HTTPError(404)
        try:
            asked = json.loads(self.request.body)
            loop = asyncio.get_running_loop()
            self.write(await loop.run_in_executor(self.reading.worker, work, self.reading, asked))
        except BadRequest as error:
            self.set_status(400)
            self.write({"error": str(error)})
        except AutograderError as error:
            self.set_status(503)
            self.write({"error": str(error)})
        except (ValueError, KeyError, TypeError):
            self.set_status(400)
            self.write({"error": "This request makes no sense."})


def _text(asked: dict[str, Any], name: str) -> str:
    if not isinstance(found := asked[name], str) or len(found) > _LARGEST:
        raise ValueError(name)
    return found


def _texts(asked: dict[str, Any], name: str) -> list[str]:
    if not isinstance(found := asked.get(name, []), list) or not all(isinstance(one, str) for one in found):
        raise ValueError(name)
    return found


def _open(reading: Reading, asked: dict[str, Any]) -> dict[str, Any]:
    at = None if asked.get("at") is None else _text(asked, "at")
    return reading.desk.open(_window(asked), _text(asked, "cell"), at, _text(asked, "step"), _texts(asked, "leave"))


def _mark(reading: Reading, asked: dict[str, Any]) -> dict[str, Any]:
    points = asked.get("points")
    if points is not None and (isinstance(points, bool) or not isinstance(points, (int, float))):
        raise ValueError("points")
    where = _window(asked), _text(asked, "cell"), _text(asked, "id"), _text(asked, "version")
    return reading.desk.mark(*where, _texts(asked, "items"), points, _text(asked, "note"))


def _keep(reading: Reading, asked: dict[str, Any]) -> dict[str, Any]:
    leases.renew(reading.url, _window(asked))
    return {}


def _leave(reading: Reading, asked: dict[str, Any]) -> dict[str, Any]:
    leases.drop_all(reading.url, _window(asked))
    return {}


def _window(asked: dict[str, Any]) -> str:
    if not 16 <= len(window := _text(asked, "window")) <= 64:
        raise ValueError("window")
    return window


_ACTIONS: Final[dict[str, Callable[[Reading, dict[str, Any]], dict[str, Any]]]] = {
    "start": lambda reading, asked: reading.desk.start(),
    "open": _open,
    "mark": _mark,
    "undo": lambda reading, asked: reading.desk.undo(_window(asked)),
    "keep": _keep,
    "leave": _leave,
}
