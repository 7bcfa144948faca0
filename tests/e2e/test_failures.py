"""Every failure has its sentence: what is wrong and what to do. And it takes nothing else down with it."""

import ctypes
import json
import os
import shutil
import signal
import socket
import sqlite3
import threading
import time
import unittest

from panko import BINARY, SANITIZED, TOP, PankoTest, descendants, fetch, mode_of, wait_until

ROOT = os.geteuid() == 0
NOBODY = 65534
LIBC = ctypes.CDLL(None, use_errno=True)


class CannotStart(PankoTest):
    def test_socket_path_too_long(self):
        place = self.root / ("long" * 30)
        self.env["PANKO_HOME"] = str(place)
        for args in (("serve",), ("shares",), ("share", self.session().path, "--provider", "local")):
            message = self.refused(*args)
            self.assertIn(str(place / "daemon.sock"), message)
            self.assertIn("107", message)

    @unittest.skipUnless(ROOT, "only root can give a directory away")
    def test_directory_of_someone_else(self):
        self.state.mkdir(mode=0o700)
        os.chown(self.state, NOBODY, NOBODY)
        for args in (("serve",), ("shares",)):
            self.assertIn(str(self.state), self.refused(*args))

    def test_directory_open_to_others(self):
        for mode in (0o755, 0o770, 0o777):
            self.state.mkdir(mode=0o700, exist_ok=True)
            self.state.chmod(mode)
            message = self.refused("serve")
            self.assertIn(str(self.state), message)
            self.assertIn("700", message)  # what to do about it
            self.assertEqual(mode_of(self.state), mode)
            self.assertEqual(list(self.state.iterdir()), [])

    def test_directory_is_a_link(self):
        elsewhere = self.root / "elsewhere"
        elsewhere.mkdir(mode=0o700)
        self.state.symlink_to(elsewhere)
        self.assertIn(str(self.state), self.refused("serve"))
        self.assertEqual(list(elsewhere.iterdir()), [])

    def test_directory_is_a_file(self):
        self.state.touch(mode=0o600)
        self.assertIn(str(self.state), self.refused("serve"))

    def test_no_home_at_all(self):
        del self.env["PANKO_HOME"]
        del self.env["HOME"]
        self.assertIn("HOME", self.refused("serve"))

    def test_database_of_a_newer_version(self):
        self.serve()
        self.panko("serve-stop")
        path = self.state / "state.db"
        database = sqlite3.connect(path)
        database.execute("PRAGMA user_version = 99")
        database.commit()
        database.close()
        content = path.read_bytes()
        for args in (("serve",), ("serve", "--foreground"), ("shares",)):
            self.assertRegex(self.refused(*args), r"newer")
        self.assertEqual(path.read_bytes(), content)

    def test_corrupt_database(self):
        share = self.share(self.session())
        self.kill_daemon()
        for file in self.state.glob("state.db*"):
            file.write_bytes(b"This is no database. " * 1000)
        status, out, err = self.run_panko("shares", "--json")
        self.assertEqual((status, out), (0, "[]\n"), err)
        self.assertIn("state.db.corrupt-", err)
        self.assertTrue(list(self.state.glob("state.db.corrupt-*")))
        self.assertIn("state.db.corrupt-", " ".join(self.call("Status")["warnings"]))
        with self.assertRaises((ConnectionRefusedError, AssertionError)):
            self.assertEqual(fetch(share["public_url"]).status, 200)
        self.assertIn("state.db.corrupt-", self.run_panko("shares")[2])  # until somebody acknowledges it
        self.share(self.session(prompt="It goes on"))

    def test_the_log_is_shown_when_the_daemon_does_not_come_up(self):
        self.state.mkdir(mode=0o700)
        (self.state / "state.db").mkdir()
        self.refused("shares")


class DiskFull(PankoTest):
    def setUp(self):
        super().setUp()
        self.state.mkdir(mode=0o700)
        if not ROOT or LIBC.mount(b"tmpfs", os.fsencode(self.state), b"tmpfs", 0, b"size=2m,mode=700") != 0:
            self.skipTest("only root may mount the small file system that this needs")
        detach = 2  # at once, though the daemon still has files open there
        self.addCleanup(LIBC.umount2, os.fsencode(self.state), detach)

    def fill(self):
        with open(self.state / "ballast", "ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"x" * 4096)
            except OSError:
                pass

    def test_before_the_start(self):
        self.fill()
        self.assertRegex(self.refused("serve"), r"(?i)no space left|disk( is)? full")

    def test_while_running(self):
        kept = self.share(self.session())
        self.fill()
        shared = [kept["id"]]
        message = None
        for n in range(200):  # the write-ahead log has some room left
            status, out, message = self.run_panko("share", self.session(prompt=f"{n}").path, "--provider", "local", "--json")
            if status != 0:
                break
            shared.append(json.loads(out)["id"])
        self.assertEqual((status, out), (1, ""))
        self.assertRegex(message, r"(?i)full|no space|disk")
        self.assert_serving(kept, "They are watered.")
        (self.state / "ballast").unlink()
        self.assertEqual({row["id"] for row in self.panko_json("shares")}, set(shared))
        self.share(self.session(prompt="Again"))
        self.kill_daemon()
        self.assertEqual(len(self.panko_json("shares")), len(shared) + 1)

    def test_stopping_works(self):
        share = self.share(self.session())
        self.fill()
        self.run_panko("stop", share["id"])
        self.assertEqual(fetch(share["public_url"]).status, 410)


class Requests(PankoTest):
    def test_unknown_provider(self):
        message = self.refused("share", self.session().path, "--provider", "clodflare")
        self.assertIn("clodflare", message)
        self.assertIn("cloudflare", message)
        self.assertEqual(self.panko_json("shares", "--all"), [])

    def test_paths_that_are_no_session(self):
        self.serve()
        notes = self.root / "notes.jsonl"
        notes.write_text("These are notes.\n")
        fifo = self.root / "fifo.jsonl"
        os.mkfifo(fifo)
        link = self.root / "link.jsonl"
        link.symlink_to(self.root / "nowhere")
        with self.ipc() as ipc:
            for path in (self.root / "missing.jsonl", self.root, notes, fifo, link, "/dev/zero", "relative.jsonl", "",
                         "/proc/self/mem", "/x" * 5000, "a\0b"):  # fmt: skip
                with self.subTest(path=str(path)[:60]):
                    reply = ipc.call("StartShare", {"session_path": str(path), "provider": "local"})
                    self.assertEqual(reply["status"], "Error")
                    self.assertRegex(reply["data"]["message"], r"^\S.* .*\S$")
        self.assertEqual(self.panko_json("shares", "--all"), [])

    def test_no_permission(self):
        """Permissions do not bind root, so there it is tried as another user."""
        session = self.session()
        session.path.chmod(0o600 if ROOT else 0)
        more = {}
        if ROOT:
            more = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "executable": self.root / "panko"}
            shutil.copy(BINARY, self.root / "panko")
            for directory in (self.root, self.home, *[p for p in self.home.rglob("*") if p.is_dir()]):
                os.chown(directory, NOBODY, NOBODY)
        for command in (("share", "--provider", "local"), ("view", "--no-browser"), ("show",)):
            message = self.refused(*command, session.path, **more)
            self.assertIn(str(session.path), message)
            self.assertIn("ermission", message)
        self.assertEqual(self.panko_json("shares", "--all", **more), [])

    def test_busy_port(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            self.assertIn(str(port), self.refused("view", self.session().path, "--no-browser", "--port", port))
            self.panko("serve-stop")
            # A configured port is a wish: a share is worth more than its number.
            self.config(f"default_port = {port}\n")
            self.assertNotEqual(self.share(self.session())["local_port"], port)

    def test_an_address_that_is_not_ours(self):
        self.assertIn(
            "203.0.113.7", self.refused("share", self.session().path, "--provider", "local", "--bind", "203.0.113.7")
        )
        self.refused("share", self.session().path, "--provider", "local", "--bind", "example.org")

    def test_no_open_descriptor_is_left_behind(self):
        self.share(self.session())
        before = self.call("Status")["open_descriptors"]
        for _ in range(20):
            self.refused("share", self.root / "missing.jsonl", "--provider", "local")
            self.refused("share", self.session().path, "--provider", "nonsense")
            share = self.share(self.session(), "--own-tunnel")
            fetch(share["public_url"])
            self.panko("stop", share["id"])
        wait_until(lambda: self.call("Status")["open_descriptors"] <= before + 20, "closed descriptors")


class Tunnels(PankoTest):
    """cloudflared as it may be: missing, refused, dying, silent. tests/support/fake-cloudflared plays it."""

    def cloudflared(self, scenario):
        (self.bin / "cloudflared").symlink_to(TOP / "tests" / "support" / "fake-cloudflared")
        (self.bin / "cloudflared.scenario").write_text(scenario + "\n")

    def share_publicly(self, *args):
        return self.panko_json("share", self.session().path, "--provider", "cloudflare", *args)

    def refused_publicly(self):
        message = self.refused("share", self.session().path, "--provider", "cloudflare")
        self.assertEqual([row["status"] for row in self.panko_json("shares", "--all")], ["stopped"])
        self.assertEqual(descendants(), [self.daemon_pid()])  # nothing of the tunnel is left
        return message

    def test_missing(self):
        message = self.refused("share", self.session().path, "--provider", "cloudflare")
        self.assertIn("cloudflared", message)
        self.assertEqual(self.panko_json("shares", "--all"), [])

    def test_works(self):
        self.cloudflared("ready")
        share = self.share_publicly()
        self.assertRegex(share["public_url"], r"^https://[a-z0-9-]+\.trycloudflare\.com/s/[A-Za-z0-9_-]{22,}/$")
        host = share["public_url"].split("/")[2]
        through = fetch(share["public_url"], port=share["local_port"], host=host)
        self.assertEqual(through.status, 200)
        self.assertEqual(fetch(share["public_url"], port=share["local_port"], host="other.trycloudflare.com").status, 421)
        second = self.panko_json("share", self.session(prompt="Second").path, "--provider", "cloudflare")
        self.assertEqual(second["public_url"].split("/")[2], host)
        # The daemon and one tunnel for both; what asked the public URL has ended by and by.
        wait_until(lambda: len(descendants()) == 2, "one tunnel for both")
        self.assertEqual(len(self.call("Status")["children"]), 1)

    def test_rate_limited(self):
        self.cloudflared("rate-limited")
        self.assertRegex(self.refused_publicly(), r"(?i)rate|too many|limit")

    def test_exits(self):
        self.cloudflared("request\nexit 3")
        self.assertIn("cloudflared", self.refused_publicly())

    def test_silent_delays_nobody_else(self):
        self.cloudflared("request")
        self.serve()
        waiting = self.start("share", self.session().path, "--provider", "cloudflare")
        wait_until(lambda: self.call("Status").get("children"), "a tunnel that is silent")
        slowest = 0
        with self.ipc() as ipc:
            for _ in range(200):
                began = time.monotonic()
                self.assertEqual(ipc.call("Ping"), {"status": "Pong"})
                slowest = max(slowest, time.monotonic() - began)
        self.assertLess(slowest, 1 if SANITIZED else 0.1)
        began = time.monotonic()
        self.share(self.session(prompt="Meanwhile"))
        self.assertLess(time.monotonic() - began, 10 if SANITIZED else 2)
        self.assertIsNone(waiting.poll())
        waiting.terminate()
        waiting.communicate()

    def test_daemon_dies_in_the_middle_of_a_request(self):
        self.cloudflared("request")
        self.serve()
        waiting = self.start("share", self.session().path, "--provider", "cloudflare")
        wait_until(lambda: self.call("Status").get("children"), "a tunnel that is silent")
        self.kill_daemon()
        out, err = waiting.communicate()
        self.assertEqual((waiting.returncode, out), (1, ""))
        self.assertRegex(err, r"^\S[^\n]* [^\n]*\n")
        self.serve()
        self.assertEqual([row["status"] for row in self.rows().values()], ["stopped"])
        wait_until(lambda: descendants() == [self.daemon_pid()], "the end of the orphaned tunnel")

    def test_dies_later_and_comes_back(self):
        self.cloudflared("ready")
        share = self.share_publicly()
        (tunnel,) = self.call("Status")["children"]
        with self.ipc() as events:
            events.call("Subscribe")
            os.kill(tunnel, signal.SIGKILL)
            seen = []
            while "active" not in seen:
                seen.append(self.status_in(events.reply()))
        self.assertIn("error", seen)
        row = self.rows()[share["id"]]
        host = row["public_url"].split("/")[2]
        self.assertEqual(fetch(row["public_url"], port=row["local_port"], host=host).status, 200)

    def status_in(self, event):
        data = event["data"]
        return data.get("share", data)["status"]

    def test_a_stopped_share_says_so_through_its_tunnel(self):
        """The tunnel stays a while after its last share: who opens the link reads that it has ended."""
        self.cloudflared("ready")
        share = self.share_publicly("--own-tunnel")
        host = share["public_url"].split("/")[2]
        self.panko("stop", share["id"])
        self.assertEqual(len(self.call("Status")["children"]), 1)
        self.assertEqual(fetch(share["public_url"], port=share["local_port"], host=host).status, 410)

    def test_serve_stop_ends_tunnels(self):
        self.cloudflared("ready")
        self.share_publicly()
        self.panko("serve-stop")
        wait_until(lambda: descendants() == [], "the end of all processes")

    def test_what_a_tunnel_sees_of_us(self):
        self.put_on_path("cloudflared", f'#!/bin/sh\nenv >"{self.root}/seen-environment"\nexit 1\n')
        self.serve(env={"AWS_SECRET_ACCESS_KEY": "canary"})
        self.refused("share", self.session().path, "--provider", "cloudflare")
        seen = (self.root / "seen-environment").read_text()
        self.assertIn("HOME=", seen)
        self.assertNotIn("canary", seen)

    def test_many_at_once_need_one(self):
        self.cloudflared("ready")
        self.serve()
        shares = []

        def share(n):
            shares.append(self.panko_json("share", self.session(prompt=f"Prompt {n}").path, "--provider", "cloudflare"))

        threads = [threading.Thread(target=share, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len({share["public_url"].split("/")[2] for share in shares}), 1)
        self.assertEqual(len(shares), 8)
        self.assertEqual(len(self.call("Status")["children"]), 1)


if __name__ == "__main__":
    unittest.main()
