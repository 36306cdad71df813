"""The page of `autograder read` answers this machine alone, to whoever has the token; killed, it has lost nothing."""

import http.client
import json
import re
import secrets
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
import reading_class
from reading_class import QUESTION, SENTENCES, ReadClass

from autograder.cli import main

WINDOW = secrets.token_hex(16)


@contextmanager
def serving(root):
    """Run the page of the class at `root`; yield the process, its port and its token."""
    command = [sys.executable, "-W", "ignore", reading_class.__file__, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        address = urlsplit(server.stdout.readline().split()[-1])
        try:
            yield server, address.port, parse_qs(address.query)["token"][0]
        finally:
            server.kill()


class Client:
    """A browser's part: cookies and the key of the page."""

    def __init__(self, port, token):
        self.port = port
        first = self.ask("GET", f"/?token={token}")
        assert first.status == 302 and first.headers["Location"] == "/"
        self.sent = first.headers.get_all("Set-Cookie")
        self.headers = {"Cookie": self.sent[0].partition(";")[0]}
        page = self.ask("GET", "/", headers=self.headers)
        self.sent += page.headers.get_all("Set-Cookie")
        self.headers["Cookie"] += "; " + self.sent[1].partition(";")[0]
        self.policy, self.html = page.headers["Content-Security-Policy"], page.text
        self.headers |= {
            "X-XSRFToken": re.search('name="xsrf" content="([^"]+)"', page.text)[1],
            "Content-Type": "application/json",
        }

    def ask(self, method, path, body=None, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        try:
            connection.request(method, path, body, dict(headers))
            reply = connection.getresponse()
            reply.text = reply.read().decode()
            return reply
        finally:
            connection.close()

    def post(self, action, body=None, **headers):
        """Return status and answer of an action; a header that is None is left out."""
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in (self.headers | changed).items() if value is not None}
        reply = self.ask("POST", f"/api/{action}", json.dumps({"window": WINDOW, **(body or {})}), sent)
        return reply.status, json.loads(reply.text) if reply.text.startswith("{") else reply.text

    def open(self):
        return self.post("open", {"cell": QUESTION, "at": None, "step": "ungraded"})[1]["answer"]

    def mark(self, answer, items):
        about = {"cell": QUESTION, "id": answer["id"], "version": answer["version"], "points": None, "note": ""}
        status, reply = self.post("mark", {**about, "items": items})
        assert status == 200 and reply["saved"], reply
        return reply["answer"]


@pytest.fixture(scope="module")
def written(empty_class, tmp_path_factory):
    root = tmp_path_factory.mktemp("served") / "class"
    shutil.copytree(empty_class, root)
    found = ReadClass(root)
    found.hand_in_many({f"s{number}": f"It decays {number}." for number in range(4)})
    return found


@pytest.fixture(scope="module")
def served(written):
    with serving(written.root) as server:
        yield server


@pytest.fixture(scope="module")
def client(served):
    _, port, token = served
    return Client(port, token)


def test_only_this_machine_is_listened_to(served):
    listening = [one for one in psutil.Process(served[0].pid).net_connections() if one.status == psutil.CONN_LISTEN]
    assert [one.laddr.ip for one in listening] == ["127.0.0.1"]


def test_the_page_needs_the_token_and_hides_it(client):
    assert all("HttpOnly" in one and "SameSite=Strict" in one for one in client.sent)
    assert client.ask("GET", "/").status == client.ask("GET", "/?token=other").status == 403
    assert client.ask("GET", "/page.js").status == 403
    cookie = {"Cookie": client.headers["Cookie"]}
    for name in ("page.js", "keys.js", "page.css"):
        assert client.ask("GET", f"/{name}", headers=cookie).status == 200
    assert client.ask("GET", "/page.html", headers=cookie).status == 404


def test_only_the_pages_own_script_may_run(client):
    rules = dict(rule.strip().split(" ", 1) for rule in client.policy.split(";"))
    assert (rules["default-src"], rules["script-src"], rules["img-src"]) == ("'none'", "'self'", "data:")
    assert not re.search(r"<script(?! src=\"/(page|keys)\.js\")|\son\w+=|https?://", client.html)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8000"}, 200),  # by way of a tunnel
        ({"X_XSRFToken": None}, 403),
        ({"X_XSRFToken": "other"}, 403),
        ({"Cookie": None}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Content_Type": "text/plain"}, 415),
    ],
)
def test_requests_of_other_sites_are_refused(client, headers, status):
    assert client.post("start", **headers)[0] == status


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("open", {}),
        ("open", {"cell": "other", "at": None, "step": "next"}),
        ("mark", {"cell": QUESTION, "id": 1, "version": [], "items": {}, "points": True, "note": None}),
        ("mark", {"cell": QUESTION, "id": "", "version": "", "items": ["other"], "points": 0, "note": ""}),
        ("undo", {"window": ""}),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(client, written, action, body):
    before = written.marks()
    status, reply = client.post(action, body)
    assert status == 400 and reply["error"] and written.marks() == before
    assert client.post("nothing")[0] == 404


def test_killed_between_actions_it_has_lost_nothing(written, tmp_path):
    root = tmp_path / "class"
    shutil.copytree(written.root, root)
    mine = ReadClass(root)
    with serving(root) as (server, port, token):
        client = Client(port, token)
        answer = client.mark(client.open(), ["shrinks"])
        client.mark(answer, ["shrinks", "tanh"])
        server.send_signal(signal.SIGKILL)
        server.wait()
    comment = f"{SENTENCES['shrinks']}\n\n{SENTENCES['tanh']}"
    assert sorted(mine.marks().values(), key=str)[:1] == [(3.0, comment, False)]
    with serving(root) as (_, port, token):
        client = Client(port, token)
        assert client.open()["waiting"] == 1
        assert [client.post("undo")[1]["done"] for _ in range(3)] == [True, True, False]
    assert set(mine.marks().values()) == {(None, None, True)}


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["01-other"], 2, "There is no assignment '01-other'; this course has 00-tiny."),
        (["00-tiny", "--reader", "zoe"], 2, "course/people.toml names no reader 'zoe' under [readers]."),
        (["00-tiny", "--port", "0"], 2, "'0' is not a port from 1 to 65535."),
    ],
)
def test_the_command_says_what_is_wrong(written, monkeypatch, capsys, words, status, sentence):
    monkeypatch.setattr("autograder.course.open_course", lambda: written.course)
    with pytest.raises(SystemExit) as ended:
        main(["read", *words])
    assert ended.value.code == status and sentence in capsys.readouterr().err
