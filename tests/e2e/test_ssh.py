"""Shares through ssh: the real ssh, a real sshd on loopback, and sessions that print what public services document."""

import collections
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import time
import unittest
import urllib.parse

from panko import PATIENCE, SANITIZED, PankoTest, children, descendants, fetch, token_of, wait_for_exit, wait_until
from ports import free_port
from sshd import Sshd, keygen

LONG = 3 * PATIENCE  # for what takes seconds by design: a hang, a busy port


def command_line(pid):
    return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").decode().split("\0")


class SshTest(PankoTest):
    def setUp(self):
        super().setUp()
        self.sshd = Sshd(self.root / "sshd")
        self.sshd.start()
        self.addCleanup(self.sshd.stop)

    def settings(self, provider="ssh", **more):
        values = {"config_file": str(self.sshd.config)}
        if provider == "ssh":
            values |= {"host": "server", "url": "http://127.0.0.1:{port}"}
        else:
            values |= {"server": "server"}
        lines = [f"{key} = {json.dumps(value)}" for key, value in (values | more).items()]
        self.config(f"[providers.{provider}]\n" + "\n".join(lines) + "\n")

    def share_by(self, provider="ssh", session=None, *args):
        session = session or self.session()
        return self.panko_json("share", session.path, "--provider", provider, *args)

    def tunnel(self):
        """The one tunnel as Status has it."""
        tunnels = self.call("Status")["tunnels"]
        self.assertEqual(len(tunnels), 1, tunnels)
        return tunnels[0]

    def share_now(self, share):
        return self.call("GetShare", {"share_id": share["id"]})

    def wait_for_status(self, share, status, seconds=PATIENCE):
        return wait_until(lambda: (now := self.share_now(share))["status"] == status and now, status, seconds)

    @contextlib.contextmanager
    def events(self, share):
        """Gives next_is(status): waits for the event that the share has it."""
        with self.ipc(timeout=LONG) as ipc:
            self.assertEqual(ipc.call("Subscribe")["status"], "Subscribed")

            def next_is(status):
                while True:
                    now = ipc.reply()["data"].get("share", {})
                    if now.get("id") == share["id"] and now["status"] == status:
                        return now

            yield next_is

    @staticmethod
    def is_served(share):
        try:
            return fetch(share["public_url"]).status == 200
        except (OSError, http.client.HTTPException):
            return False

    def assert_nothing_left(self):
        wait_until(lambda: set(descendants()) <= {self.sshd.process.pid, *self.sshd.connections()}, "an end of all")
        self.assertEqual([path.name for path in (self.state / "tunnels").iterdir() if path.suffix != ".origin"], [])


class OwnServer(SshTest):
    def test_a_share_is_read_through_it(self):
        self.settings()
        providers = {provider["name"]: provider for provider in self.panko_json("providers")}
        self.assertTrue(providers["ssh"]["available"])
        first = self.share_by()
        second = self.share_by()
        self.assertEqual(first["public_url"].split("/s/")[0], second["public_url"].split("/s/")[0])
        for share in (first, second):
            self.assert_serving(share, "Water the ferns")
        pid = self.tunnel()["pid"]
        self.assertEqual(pathlib.Path(command_line(pid)[0]).name, "ssh")
        # Only what is meant to come through it does.
        self.assertEqual(fetch(first["public_url"], host="evil.example").status, 421)
        self.assertEqual(fetch(first["public_url"].split("/s/")[0] + "/").status, 404)
        self.panko("serve-stop")
        self.assert_nothing_left()

    def test_sigterm_leaves_no_child_and_the_next_daemon_has_the_same_url(self):
        self.settings(remote_port=free_port())
        share = self.share_by()
        self.assertEqual(self.kill_daemon(signal.SIGTERM), 0)
        self.assert_nothing_left()
        self.panko("shares")
        self.wait_for_status(share, "active")
        self.assert_serving(share, "Water the ferns")

    def test_a_killed_client_is_an_error_and_heals(self):
        self.settings(remote_port=free_port())
        share = self.share_by()
        for _ in range(3):
            pid = self.tunnel()["pid"]
            with self.events(share) as next_is:
                os.kill(pid, signal.SIGKILL)
                self.assertIn("killed by signal 9", next_is("error")["error"])
                self.assertEqual(next_is("active")["public_url"], share["public_url"])
            self.assert_serving(share, "Water the ferns")
            self.assertNotEqual(self.tunnel()["pid"], pid)
        self.assertEqual(self.call("Status")["children"], [self.tunnel()["pid"]])

    def test_a_frozen_client_is_an_error_and_is_replaced(self):
        self.settings(remote_port=free_port())
        share = self.share_by()
        pid = self.tunnel()["pid"]
        with self.events(share) as next_is:
            before = time.monotonic()
            os.kill(pid, signal.SIGSTOP)
            self.assertIn("ssh hangs", next_is("error")["error"])
            self.assertLess(time.monotonic() - before, LONG if SANITIZED else 15)
            # Its connection keeps the port until the server gives it up.
            self.assertEqual(next_is("active")["public_url"], share["public_url"])
        self.assertNotEqual(self.tunnel()["pid"], pid)
        self.assert_serving(share, "Water the ferns")

    def test_a_frozen_server_is_an_error(self):
        self.settings(remote_port=free_port())
        share = self.share_by()
        with self.events(share) as next_is:
            before = time.monotonic()
            frozen = self.sshd.connections()
            for pid in frozen:
                os.kill(pid, signal.SIGSTOP)
            self.assertIn("server does not answer any more", next_is("error")["error"])
            self.assertLess(time.monotonic() - before, LONG if SANITIZED else 17)
            for pid in frozen:  # so that the port is free again
                os.kill(pid, signal.SIGKILL)
            self.assertEqual(next_is("active")["public_url"], share["public_url"])
        self.assert_serving(share, "Water the ferns")

    def test_a_busy_port_is_said_and_waited_for(self):
        port = free_port()
        self.settings(remote_port=port)
        with socket.create_server(("127.0.0.1", port)):
            session = self.session()
            sentence = self.refused("share", session.path, "--provider", "ssh")
            self.assertIn(f"server does not let ssh listen on its port {port}", sentence)
        share = self.share_by()
        # Somebody else has it meanwhile.
        with self.events(share) as next_is:
            self.sshd.stop()
            next_is("error")
            with socket.create_server(("127.0.0.1", port)):
                self.sshd.start()
                wait_until(lambda: f"port {port}" in self.share_now(share).get("error", ""), "the reason", LONG)
            self.assertEqual(next_is("active")["public_url"], share["public_url"])
        self.assert_serving(share, "Water the ferns")

    def test_a_server_that_is_away_is_waited_for(self):
        self.settings(remote_port=free_port())
        share = self.share_by()
        with self.events(share) as next_is:
            self.sshd.stop()
            next_is("error")
            wait_until(lambda: "Connection refused" in self.share_now(share).get("error", ""), "the reason")
            self.assertIn("Connection refused", self.refused("share", self.session().path, "--provider", "ssh"))
            self.sshd.start()
            self.assertEqual(next_is("active")["public_url"], share["public_url"])
        self.assert_serving(share, "Water the ferns")

    def test_what_the_user_has_to_mend_is_said_and_not_tried_again(self):
        self.settings()
        path = self.session().path
        refused = lambda: self.refused("share", path, "--provider", "ssh")  # noqa: E731
        self.sshd.trust("")
        self.assertIn("The host key of server is not known: run `ssh", refused())
        self.sshd.trust(keygen(self.root / "other_key"))
        self.assertIn("shows another host key than before", refused())
        self.sshd.trust()
        keys = self.sshd.directory / "authorized_keys"
        kept = keys.read_text()
        keys.write_text("")
        self.assertIn("server refuses panko's key", refused())
        keys.write_text(kept)
        share = self.share_by()
        keys.write_text("")
        os.kill(self.tunnel()["pid"], signal.SIGKILL)
        wait_until(lambda: self.tunnel()["state"] == "failed", "what only the user can mend")
        self.assertIn("server refuses panko's key", self.share_now(share)["error"])
        self.assertEqual(self.share_now(share)["status"], "error")

    def test_a_daemon_that_dies_leaves_the_tunnel_to_the_next(self):
        self.settings()  # any port: the URL would not survive another tunnel
        share = self.share_by()
        pid = self.tunnel()["pid"]
        for _ in range(3):
            self.kill_daemon()
            self.assertFalse(self.is_served(share))
            self.panko("shares")
            now = self.wait_for_status(share, "active")
            self.assertEqual(now["public_url"], share["public_url"])
            self.assert_serving(share, "Water the ferns")
            self.assertEqual(self.tunnel()["pid"], pid)
        self.panko("serve-stop")
        self.assert_nothing_left()

    def test_a_tunnel_that_died_with_its_daemon_is_replaced(self):
        self.settings(remote_port=free_port())
        share = self.share_by()
        pid = self.tunnel()["pid"]
        self.kill_daemon()
        os.kill(pid, signal.SIGKILL)
        wait_for_exit(pid)
        self.panko("shares")
        wait_until(lambda: self.is_served(share), "the share")
        self.assertEqual(self.wait_for_status(share, "active")["public_url"], share["public_url"])

    def test_a_hundred_shares_take_one_connection(self):
        self.settings()
        self.serve()
        with self.ipc() as ipc:
            shares = [
                ipc.data("StartShare", {"session_path": str(self.session().path), "provider": "ssh"}) for _ in range(100)
            ]
        self.assertEqual(len({token_of(share["public_url"]) for share in shares}), 100)
        statuses = collections.Counter(fetch(share["public_url"]).status for share in shares)
        self.assertEqual(statuses, {200: 100})
        self.assertEqual(len(self.call("Status")["children"]), 1)


class Secrets(SshTest):
    def test_a_child_sees_only_what_it_needs(self):
        self.settings()
        self.serve(env={"PLANTED_TOKEN": "canary-1", "AWS_SECRET_ACCESS_KEY": "canary-2", "SSH_AUTH_SOCK": "/no/agent"})
        self.share_by()
        pid = self.tunnel()["pid"]
        environment = pathlib.Path(f"/proc/{pid}/environ").read_bytes().rstrip(b"\0").decode().split("\0")
        names = {variable.split("=")[0] for variable in environment}
        self.assertEqual(names, {"PATH", "HOME", "LANG", "TZ", "PANKO_RUN_ID", "SSH_AUTH_SOCK"})
        for child in [self.daemon_pid(), *children(self.daemon_pid())]:
            self.assertNotIn("canary", " ".join(command_line(child)))

    def test_a_token_is_seen_nowhere(self):
        token = "canaryToken4711"
        file = self.root / "token"
        file.write_text(token + "\n")
        file.chmod(0o600)
        self.sshd.config.write_text(self.sshd.config.read_text() + f"  ProxyCommand {self.bin}/waits %h %p\n")
        self.put_on_path("waits", f"#!/bin/sh\ncat {self.root}/gate\nexec /usr/bin/python3 {self.bin}/connect\n")
        os.mkfifo(self.root / "gate")
        self.put_on_path("connect", CONNECT.format(port=self.sshd.port))
        self.settings("pinggy", token_file=str(file))
        asked = self.start("share", self.session().path, "--provider", "pinggy")
        pid = wait_until(lambda: os.path.exists(self.state / "daemon.sock") and self.call("Status")["children"], "ssh")[0]
        wait_until(lambda: command_line(pid)[0].endswith("ssh"), "ssh itself")
        for process in descendants():
            try:
                seen = pathlib.Path(f"/proc/{process}/cmdline").read_bytes()
                seen += pathlib.Path(f"/proc/{process}/environ").read_bytes()
            except OSError:
                continue
            self.assertNotIn(token.encode(), seen)
        (self.root / "gate").write_text("")
        out, err = asked.communicate(timeout=PATIENCE)
        self.assertEqual(asked.returncode, 1, out + err)
        self.assertIn("refuses panko's key", err)
        self.assertIn(f"user {token}", self.sshd.log.read_text())  # it was who ssh said it is
        self.assertNotIn(token, out + err)
        self.panko("serve-stop")
        for path in self.state.rglob("*"):
            if path.is_file():
                self.assertNotIn(token.encode(), path.read_bytes(), path)


# What ProxyCommand runs: its input and output are the connection.
CONNECT = """
import select, socket, os
server = socket.create_connection(("127.0.0.1", {port}))
while True:
    for ready in select.select([0, server], [], [])[0]:
        data = os.read(0, 65536) if ready == 0 else server.recv(65536)
        if not data:
            raise SystemExit
        server.sendall(data) if ready == 0 else os.write(1, data)
"""

# The services listen on their port 80, which is nobody's here: the real ssh, asked for any port instead.
ANY_PORT = """#!/bin/sh
for argument; do
  shift
  case $argument in 80:*) argument=0:${argument#80:} ;; esac
  set -- "$@" "$argument"
done
exec /usr/bin/ssh "$@"
"""


class Services(SshTest):
    """What the services print was taken from their documentation and from public parsers of it: no test ran against
    one of them."""

    def service(self, provider, says, **settings):
        self.put_on_path("ssh", ANY_PORT)
        self.sshd.speak(says)
        self.sshd.stop()
        self.sshd.start()
        self.settings(provider, **settings)

    def visit(self, share):
        """The share as the service would ask for it: by its name, through the tunnel."""
        log = next((self.state / "tunnels").glob("*.log")).read_text()
        port = int(re.findall(r"Allocated port (\d+) for remote forward", log)[-1])
        return fetch(share["public_url"], port=port, host=urllib.parse.urlsplit(share["public_url"]).netloc)

    def test_localhost_run_and_its_changing_name(self):
        def line(name):
            return json.dumps(
                {
                    "connection_id": "c", "event": "tcpip-forward", "address": name, "listen_host": name,
                    "status": "success", "tls_termination": True,
                    "message": f"{name} tunneled with tls termination, https://{name}",
                }
            ) + "\n"  # fmt: skip

        self.service(
            "localhost-run",
            "Welcome to localhost.run! https://localhost.run/docs\n"
            + json.dumps({"connection_id": "c", "event": "authn", "message": "authenticated as anonymous user"}) + "\n"
            + line("abc123.lhr.life"),
        )  # fmt: skip
        share = self.share_by("localhost-run")
        self.assertRegex(share["public_url"], r"^https://abc123\.lhr\.life/s/[^/]+/$")
        self.assertEqual(self.sshd.asked(), "--output json")
        self.assertEqual(self.visit(share).status, 200)
        pid = self.tunnel()["pid"]
        with self.events(share) as next_is:
            self.sshd.say(line("def456.lhr.life"))
            now = next_is("active")
        self.assertEqual(now["public_url"], share["public_url"].replace("abc123", "def456"))
        self.assertEqual(self.tunnel()["pid"], pid)
        self.assertEqual(self.visit(now).status, 200)
        self.panko("serve-stop")
        self.assert_nothing_left()

    def test_serveo(self):
        self.service("serveo", "\x1b[32mForwarding HTTP traffic from https://abc.serveousercontent.com\x1b[0m\n")
        share = self.share_by("serveo")
        self.assertRegex(share["public_url"], r"^https://abc\.serveousercontent\.com/s/[^/]+/$")
        self.assertEqual(self.visit(share).status, 200)
        # The daemon dies, its session at the service goes on: standard input has not ended.
        pid = self.tunnel()["pid"]
        self.kill_daemon()
        self.sshd.say("HTTP request from 192.0.2.1 to https://abc.serveousercontent.com/\n")
        self.panko("shares")
        self.assertEqual(self.wait_for_status(share, "active")["public_url"], share["public_url"])
        self.assertEqual(self.tunnel()["pid"], pid)
        self.assertEqual(self.visit(share).status, 200)

    def test_pinggy_ends_and_has_another_name(self):
        self.service(
            "pinggy",
            "You are not authenticated.\nYour tunnel will expire in 60 minutes.\n"
            "http://abc.a.free.pinggy.link\nhttps://abc.a.free.pinggy.link\n",
        )
        share = self.share_by("pinggy")
        self.assertRegex(share["public_url"], r"^https://abc\.a\.free\.pinggy\.link/s/[^/]+/$")
        self.assertEqual(self.visit(share).status, 200)
        self.sshd.speak("http://def.a.free.pinggy.link\nhttps://def.a.free.pinggy.link\n")
        with self.events(share) as next_is:
            for pid in self.sshd.connections():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            next_is("error")
            now = next_is("active")
        self.assertEqual(now["public_url"], share["public_url"].replace("abc", "def"))
        self.assertEqual(self.visit(now).status, 200)

    def test_a_session_that_says_nothing_has_its_deadline(self):
        self.service("serveo", "Try again later.\n")
        asked = self.start("share", self.session().path, "--provider", "serveo")
        _, err = asked.communicate(timeout=LONG)
        self.assertEqual(asked.returncode, 1)
        self.assertIn("was not ready within", err)
        self.panko("serve-stop")
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
