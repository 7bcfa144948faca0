"""What outlives what: kills, restarts, and session files that go, come back or become something else."""

import os
import signal
import socket
import sqlite3
import unittest

from panko import PankoTest, Session, fetch, token_of, wait_until


class Restarts(PankoTest):
    def test_the_next_daemon_has_every_share_again(self):
        shares = [self.share(self.session(prompt=f"Prompt {n}")) for n in range(3)]
        shares.append(self.share(self.session(prompt="Prompt 3"), "--own-tunnel"))
        stopped = self.share(self.session(prompt="The stopped one"))
        self.panko("stop", stopped["id"])
        for sign in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGINT):
            self.kill_daemon(sign)
            rows = {row["id"]: row for row in self.panko_json("shares")}  # any command starts a daemon
            for n, share in enumerate(shares):
                row = rows.pop(share["id"])
                self.assertEqual(
                    [row[key] for key in ("public_url", "local_port", "status", "started_at", "expires_at")],
                    [share[key] for key in ("public_url", "local_port", "status", "started_at", "expires_at")],
                )
                self.assert_serving(share, f"Prompt {n}")
            self.assertEqual(rows, {})
            self.assertEqual(self.rows()[stopped["id"]]["status"], "stopped")
            self.assertEqual(fetch(stopped["public_url"]).status, 410)

    def test_what_was_stopped_together_stays_so(self):
        share = self.share(self.session())
        self.panko("serve-stop")
        with sqlite3.connect(self.state / "state.db") as database:
            self.assertEqual(database.execute("SELECT status FROM shares").fetchall(), [("stopped",)])
        database.close()
        self.assertEqual(self.panko_json("shares"), [])
        other = self.share(self.session(prompt="Another"))
        self.assertEqual(other["local_port"], share["local_port"])
        self.assertEqual(fetch(share["public_url"]).status, 410)

    def test_the_database_is_as_others_read_it(self):
        share = self.share(self.session())
        self.kill_daemon(signal.SIGTERM)
        with sqlite3.connect(self.state / "state.db") as database:
            columns = [row[1:4] for row in database.execute("PRAGMA table_info(shares)")]
            row = database.execute(f"SELECT {', '.join(name for name, *_ in columns)} FROM shares").fetchone()
            version = database.execute("PRAGMA user_version").fetchone()[0]
            mode = database.execute("PRAGMA journal_mode").fetchone()[0]
            keys = [row[1] for row in database.execute("PRAGMA table_info(daemon_state)")]
        database.close()
        names = ("id", "session_path", "session_name", "public_url", "provider_name", "local_port", "started_at", "status")
        self.assertEqual([name for name, *_ in columns], list(names))
        self.assertEqual({name: kind for name, kind, _ in columns}, {n: "TEXT" for n in names} | {"local_port": "INTEGER"})
        self.assertEqual([bool(required) for _, _, required in columns], [False] + [True] * 7)
        self.assertEqual(dict(zip(names, row)), {name: share[name] for name in names})
        self.assertEqual((version, mode, keys), (5, "wal", ["key", "value"]))

    def test_a_start_that_a_crash_cut_off_is_not_taken_up(self):
        share = self.share(self.session())
        self.kill_daemon()
        with sqlite3.connect(self.state / "state.db") as database:
            database.execute("UPDATE shares SET status = 'starting', public_url = '', local_port = 0")
        database.close()
        self.assertEqual(self.panko_json("shares"), [])
        row = self.rows()[share["id"]]
        self.assertEqual(row["status"], "stopped")
        self.assertTrue(row["error"])

    def test_a_port_that_is_taken_meanwhile(self):
        share = self.share(self.session())
        self.kill_daemon()
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", share["local_port"]))
            other.listen()
            self.panko("serve")
            row = wait_until(
                lambda: next((r for r in self.rows().values() if r["status"] == "active"), None), "an active share"
            )
            self.assertEqual(row["id"], share["id"])
            self.assertEqual(token_of(row["public_url"]), token_of(share["public_url"]))
            self.assertNotEqual(row["local_port"], share["local_port"])
            self.assert_serving(row, "They are watered.")

    def test_it_outlives_who_shared_it(self):
        """The terminal of the one who shared it is closed: its whole session gets SIGHUP."""
        share = self.session()
        process = self.start("share", share.path, "--provider", "local", start_new_session=True)
        out, _ = process.communicate()
        self.assertEqual(process.returncode, 0)
        try:
            os.killpg(process.pid, signal.SIGHUP)
        except ProcessLookupError:
            pass
        self.assertNotEqual(os.getsid(self.daemon_pid()), process.pid)
        self.assert_serving({"public_url": out.strip()}, "They are watered.")


class SessionFiles(PankoTest):
    def setUp(self):
        super().setUp()
        self.written = self.session()
        self.info = self.share(self.written)

    def wait_for(self, status):
        wait_until(lambda: self.rows()[self.info["id"]]["status"] == status, f"status {status}")

    def assert_not_served(self):
        response = fetch(self.info["public_url"])
        self.assertGreaterEqual(response.status, 400)
        self.assertNotIn("watered", response.text)

    def test_deleted_and_back(self):
        content = self.written.path.read_bytes()
        self.written.path.unlink()
        self.wait_for("error")
        self.assertTrue(self.rows()[self.info["id"]]["error"])
        self.assert_not_served()
        self.written.path.write_bytes(content)
        self.wait_for("active")
        self.assert_serving(self.info, "They are watered.")

    def test_deleted_while_no_daemon_runs(self):
        content = self.written.path.read_bytes()
        self.kill_daemon()
        self.written.path.unlink()
        self.panko("serve")
        self.wait_for("error")
        self.assert_not_served()
        self.written.path.write_bytes(content)
        self.wait_for("active")
        self.assert_serving(self.info, "They are watered.")

    def become_another(self):
        other = Session(self.root / "other.jsonl")
        other.prompt("Something private")
        other.answer("Never to be published, watered or not.")
        os.replace(other.path, self.written.path)

    def test_another_session_is_never_published(self):
        content = self.written.path.read_bytes()
        fetch(self.info["public_url"])
        self.become_another()
        self.assertNotIn("private", fetch(self.info["public_url"]).text)
        self.wait_for("error")
        self.assertNotIn("private", fetch(self.info["public_url"]).text)
        replacement = self.root / "back.jsonl"
        replacement.write_bytes(content)
        os.replace(replacement, self.written.path)
        self.wait_for("active")
        self.assert_serving(self.info, "They are watered.")

    def test_another_session_after_a_restart(self):
        self.kill_daemon()
        self.become_another()
        self.panko("serve")
        self.wait_for("error")
        self.assertNotIn("private", fetch(self.info["public_url"]).text)

    def test_rewritten_is_read_afresh(self):
        content = self.written.path.read_bytes()
        replacement = self.root / "again.jsonl"
        replacement.write_bytes(content)
        os.replace(replacement, self.written.path)
        self.assert_serving(self.info, "They are watered.")
        self.assertEqual(self.rows()[self.info["id"]]["status"], "active")
        with open(self.written.path, "r+b") as file:
            file.truncate(0)
            file.write(content)
        wait_until(lambda: fetch(self.info["public_url"]).status == 200, "the page again")
        self.wait_for("active")
        self.assert_serving(self.info, "They are watered.")

    def test_it_is_never_changed(self):
        before = os.stat(self.written.path)
        content = self.written.path.read_bytes()
        fetch(self.info["public_url"])
        self.panko("show", self.written.path)
        after = os.stat(self.written.path)
        self.assertEqual((before.st_mtime_ns, before.st_ino), (after.st_mtime_ns, after.st_ino))
        self.assertEqual(self.written.path.read_bytes(), content)


if __name__ == "__main__":
    unittest.main()
