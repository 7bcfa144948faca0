"""Drives the real program for the end-to-end tests: a home of its own for each test, raw IPC and HTTP, and an end at
which no process is left. Python's standard library only.

The program under test is $PANKO_BINARY (ctest sets it), the build that it comes from $PANKO_STAGE.
"""

import ctypes
import http.client
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import uuid

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("PANKO_BINARY", str(TOP / "build" / "release" / "panko"))
STAGE = os.environ.get("PANKO_STAGE", "release")
SANITIZED = STAGE != "release"
# Deadlines are for failures: nothing waits for one to pass when all is well.
PATIENCE = 60 if SANITIZED else 20

_PR_SET_CHILD_SUBREAPER = 36
# A daemon detaches from whoever started it; as its subreaper we inherit it, so that no process can get away.
ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def wait_until(condition, what, seconds=PATIENCE):
    """Polls until the condition gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.01)


def children(of="self"):
    """Pids of the running children of a process, ours by default."""
    running = []
    for thread in pathlib.Path(f"/proc/{of}/task").glob("*"):
        try:
            pids = list(map(int, (thread / "children").read_text().split()))
        except OSError:  # it ended meanwhile
            continue
        for pid in pids:
            try:
                state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if state != "Z":
                running.append(pid)
    return running


def descendants(of="self"):
    """Pids of everything that runs because of us."""
    found = children(of)
    return found + [pid for child in found for pid in descendants(child)]


def wait_for_exit(pid, seconds=PATIENCE):
    """Waits for a process that we inherited; its exit status, negative for a signal, None when it is not ours."""
    fd = None
    try:
        fd = os.pidfd_open(pid)
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        if not poll.poll(seconds * 1000):
            raise AssertionError(f"process {pid} did not end within {seconds} s")
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except (ProcessLookupError, ChildProcessError):
        return None
    finally:
        if fd is not None:
            os.close(fd)


class Ipc:
    """One connection to the daemon's socket: lines of JSON, or any bytes."""

    def __init__(self, path, timeout=PATIENCE):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        try:
            self.socket.connect(str(path))
        except OSError:
            self.socket.close()
            raise
        self.unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def read_line(self):
        """The next line without its end; None when the daemon closed the connection."""
        while b"\n" not in self.unread:
            try:
                chunk = self.socket.recv(1 << 16)
            except ConnectionResetError:
                chunk = b""
            if not chunk:
                return None
            self.unread += chunk
        line, _, self.unread = self.unread.partition(b"\n")
        return line

    def request(self, method, params=None):
        message = {"method": method}
        if params is not None:
            message["params"] = params
        self.send(json.dumps(message).encode() + b"\n")

    def reply(self):
        line = self.read_line()
        if line is None:
            raise AssertionError("the daemon closed the connection instead of answering")
        return json.loads(line)

    def call(self, method, params=None):
        self.request(method, params)
        return self.reply()

    def data(self, method, params=None):
        """What the method gives when it succeeds."""
        reply = self.call(method, params)
        if reply["status"] == "Error":
            raise AssertionError(f"{method} failed: {reply['data']['message']}")
        return reply.get("data")


class Response:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode()


def fetch(url, method="GET", host=None, headers=None, body=None, port=None):
    """One HTTP request on a connection of its own, exactly as given: no redirect is followed."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", port or parts.port, timeout=PATIENCE)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host or parts.netloc)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return Response(connection.getresponse())
    finally:
        connection.close()


def look(url, visit=None):
    """What the page's script says when a person looks; `visit` names one load of the page."""
    visit = visit or uuid.uuid4().hex
    body = json.dumps({"visit": visit, "token": token_of(url)}).encode()
    response = fetch(url + "seen", "POST", headers={"Content-Type": "application/json"}, body=body)
    if response.status != 204:
        raise AssertionError(f"seen was answered {response.status}: {response.body[:200]}")
    return visit


class Session:
    """Writes a Claude Code session, record by record."""

    def __init__(self, path, cwd="/home/mira/src/garden"):
        self.path = pathlib.Path(path)
        self.id = self.path.stem
        self.cwd = cwd
        self.parent = None
        self.count = 0
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch()

    def record(self, kind, message, **more):
        own = str(uuid.uuid4())
        self.count += 1
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1770000000 + self.count)) + ".000Z"
        self.write(
            json.dumps(
                {
                    "parentUuid": self.parent, "isSidechain": False, "userType": "external", "cwd": self.cwd,
                    "sessionId": self.id, "version": "2.1.0", "gitBranch": "main", "type": kind, "message": message,
                    "uuid": own, "timestamp": at, **more,
                },
                ensure_ascii=False,
            )
            + "\n"
        )  # fmt: skip
        self.parent = own
        return own

    def write(self, text):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(text)

    def prompt(self, text):
        return self.record("user", {"role": "user", "content": text})

    def answer(self, text):
        return self.blocks([{"type": "text", "text": text}])

    def blocks(self, content):
        message = {
            "id": f"msg_{uuid.uuid4().hex[:20]}", "type": "message", "role": "assistant", "model": "claude-fable-5",
            "content": content, "stop_reason": None,
            "usage": {"input_tokens": 10, "output_tokens": 20, "cache_read_input_tokens": 5,
                      "cache_creation_input_tokens": 1},
        }  # fmt: skip
        return self.record("assistant", message)

    def tool(self, name, arguments, result, is_error=False):
        call = f"toolu_{uuid.uuid4().hex[:20]}"
        self.blocks([{"type": "tool_use", "id": call, "name": name, "input": arguments}])
        block = {"type": "tool_result", "tool_use_id": call, "content": result}
        if is_error:
            block["is_error"] = True
        self.record("user", {"role": "user", "content": [block]})


class PankoHome:
    """A PANKO_HOME and a HOME of its own, and what runs in them. close() ends it all, and complains about what does not
    end or what a sanitizer had to say."""

    def open(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pk-"))
        self.home = self.root / "home"
        self.state = self.root / "state"
        self.bin = self.root / "bin"
        self.home.mkdir(mode=0o700)
        self.bin.mkdir(mode=0o700)
        self.env = {
            "PANKO_HOME": str(self.state), "HOME": str(self.home), "LANG": "C.UTF-8", "TZ": "UTC",
            "PATH": f"{self.bin}:/usr/bin:/bin",
        }  # fmt: skip
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            self.env[name] = f"{os.environ.get(name, '')}:log_path={self.root}/sanitizer"

    def close(self):
        problems = []
        told = set()
        deadline = time.monotonic() + PATIENCE
        while (running := set(children())) and time.monotonic() < deadline:
            # Again and again: a daemon that is just starting becomes our child only now.
            for pid in running - told:
                try:
                    os.kill(pid, signal.SIGTERM)
                except ProcessLookupError:
                    pass
            told |= running
            time.sleep(0.01)
        for pid in children():
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            problems.append(f"process {pid} ({command}) did not end on SIGTERM")
            os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            pass
        problems += [report.read_text(errors="replace") for report in self.root.glob("sanitizer*")]
        shutil.rmtree(self.root, ignore_errors=True)
        if problems:
            raise AssertionError("\n".join(problems))

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, *_):
        self.close()

    # The program

    def start(self, *args, **more):
        """panko, running: a Popen with pipes of text."""
        env = {**self.env, **more.pop("env", {})}
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen([BINARY, *map(str, args)], env=env, cwd=self.root, **{**options, **more})

    def run_panko(self, *args, **more):
        """panko, until it ends: (status, stdout, stderr)."""
        process = self.start(*args, **more)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"panko {args} did not end within {PATIENCE} s\n{out}\n{err}") from None
        return process.returncode, out, err

    def panko(self, *args, **more):
        """What panko prints when it succeeds."""
        status, out, err = self.run_panko(*args, **more)
        if status != 0:
            raise AssertionError(f"panko {args} ended with {status}: {err}\n{self.log()}")
        return out

    def panko_json(self, *args, **more):
        return json.loads(self.panko(*args, "--json", **more))

    def log(self):
        path = self.state / "daemon.log"
        return path.read_text(errors="replace") if path.exists() else ""

    # The daemon

    def serve(self, **more):
        self.panko("serve", **more)
        return self.daemon_pid()

    def daemon_pid(self):
        return int((self.state / "daemon.pid").read_text())

    def ipc(self, **more):
        return Ipc(self.state / "daemon.sock", **more)

    def call(self, method, params=None):
        """The data of one successful call on a connection of its own."""
        with self.ipc() as ipc:
            return ipc.data(method, params)

    def kill_daemon(self, sign=signal.SIGKILL):
        """Ends the daemon by a signal; returns its exit status."""
        pid = self.daemon_pid()
        os.kill(pid, sign)
        return wait_for_exit(pid)

    def rows(self):
        """{id: ShareInfo} as the daemon has them."""
        return {row["id"]: row for row in self.call("ListShares")}

    # Sessions and what is published

    def session(self, name=None, prompt="Water the ferns", project="-home-mira-src-garden"):
        """A small session where Claude Code keeps its own."""
        path = self.home / ".claude" / "projects" / project / f"{name or uuid.uuid4()}.jsonl"
        session = Session(path)
        if prompt is not None:
            session.prompt(prompt)
            session.answer("They are watered.")
        return session

    def share(self, session, *args, **more):
        """The ShareInfo of sharing a Session, or a path, on this machine."""
        path = session.path if isinstance(session, Session) else session
        return self.panko_json("share", path, "--provider", "local", *args, **more)

    def config(self, text):
        self.state.mkdir(mode=0o700, exist_ok=True)
        path = self.state / "config.toml"
        path.write_text(text)
        path.chmod(0o600)

    def put_on_path(self, name, script):
        """A program of this name, first on PATH."""
        path = self.bin / name
        path.write_text(script)
        path.chmod(0o700)
        return path


class PankoTest(PankoHome, unittest.TestCase):
    """A test with a home of its own, at whose end nothing of it is left."""

    maxDiff = None

    def setUp(self):
        self.open()
        self.addCleanup(self.close)

    def refused(self, *args, status=1, **more):
        """The sentence with which panko fails. It is one, for people: no exception's name, no stray line."""
        code, out, err = self.run_panko(*args, **more)
        self.assertEqual(code, status, f"panko {args}: {out}{err}")
        self.assertEqual(out, "")
        self.assertRegex(err, r"^\S[^\n]* [^\n]*\n")
        self.assertNotRegex(err, r"terminate called|std::|boost|Failure")
        return err

    def assert_serving(self, share, text):
        response = fetch(share["public_url"])
        self.assertEqual(response.status, 200, response.body[:300])
        self.assertIn(text, response.text)


def mode_of(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


def token_of(url):
    return re.fullmatch(r"https?://[^/]+/s/([A-Za-z0-9_-]+)/", url).group(1)
