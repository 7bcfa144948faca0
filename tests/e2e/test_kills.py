"""kill -9 at any moment: shares are started and stopped while the daemon is killed, $PANKO_KILLS times (200). Nothing
that was acknowledged may be lost, nothing that was acknowledged as stopped may come back."""

import os
import random
import shutil
import signal
import sqlite3
import threading
import time
import unittest

from panko import PankoTest, fetch, wait_for_exit

ROUNDS = int(os.environ.get("PANKO_KILLS", "200"))


class Kills(PankoTest):
    def setUp(self):
        super().setUp()
        self.seed = random.randrange(1 << 32)
        self.random = random.Random(self.seed)
        self.config("max_shares = 1000\n")
        self.sessions = [self.session(prompt=f"Prompt {n}").path for n in range(40)]
        self.started = {}  # id -> ShareInfo: acknowledged, and no stop was asked for
        self.stopped = set()  # ids: acknowledged as stopped
        self.asked = set()  # ids: a stop was sent, its answer never came
        self.lock = threading.Lock()

    def client(self, sessions, seed):
        """Starts and stops shares of these sessions until the daemon is gone."""
        choose = random.Random(seed)
        try:
            with self.ipc() as ipc:
                while True:
                    path = choose.choice(sessions)
                    with self.lock:
                        mine = next((s for s in self.started.values() if s["session_path"] == path), None)
                    if mine is None:
                        share = ipc.data("StartShare", {"session_path": path, "provider": "local"})
                        with self.lock:
                            self.started[share["id"]] = share
                            self.asked.discard(share["id"])
                    else:
                        with self.lock:
                            del self.started[mine["id"]]
                            self.asked.add(mine["id"])
                        ipc.data("StopShare", {"share_id": mine["id"]})
                        with self.lock:
                            self.asked.discard(mine["id"])
                            self.stopped.add(mine["id"])
        except (OSError, AssertionError) as error:
            if isinstance(error, AssertionError) and "failed" in str(error):
                self.refusals.append(str(error))

    def check_database(self):
        """On a copy: the recovery of the original is the daemon's to do."""
        copy = self.root / "copy"
        copy.mkdir()
        for file in self.state.glob("state.db*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, copy)
        database = sqlite3.connect(copy / "state.db")
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        database.close()
        shutil.rmtree(copy)

    def check_shares(self):
        rows = self.rows()
        lost = [id for id, share in self.started.items() if rows.get(id, {}).get("status") != "active"]
        changed = [id for id, share in self.started.items() if rows[id]["public_url"] != share["public_url"]]
        resurrected = [id for id in self.stopped if rows.get(id, {}).get("status", "stopped") != "stopped"]
        self.assertEqual((lost, changed, resurrected), ([], [], []), f"seed {self.seed}")
        # What was never answered may have happened or not; from now on it stands.
        for id, row in rows.items():
            self.assertIn(row["status"], ("active", "stopped"))
            if row["status"] == "active":
                self.started[id] = row
            else:
                self.stopped.add(id)
        self.asked.clear()
        for share in self.random.sample(list(self.started.values()), min(3, len(self.started))):
            self.assert_serving(share, "They are watered.")
        for id in self.random.sample(sorted(self.stopped), min(2, len(self.stopped))):
            if rows[id]["public_url"]:
                self.assertEqual(fetch(rows[id]["public_url"]).status, 410)

    def test_kills(self):
        acknowledged = 0
        for _ in range(ROUNDS):
            pid = self.serve()
            self.check_shares()
            acknowledged += len(self.started)
            self.refusals = []
            clients = []
            for n in range(2):  # a session belongs to one client: its share is nobody else's business
                mine = [str(path) for path in self.sessions[n::2]]
                clients.append(threading.Thread(target=self.client, args=(mine, self.random.random())))
            for client in clients:
                client.start()
            time.sleep(self.random.uniform(0, 0.05))  # the moment of the kill is what varies
            os.kill(pid, signal.SIGKILL)
            wait_for_exit(pid)
            for client in clients:
                client.join()
            self.assertEqual(self.refusals, [])
            self.check_database()
        self.serve()
        self.check_shares()
        self.assertGreater(acknowledged, ROUNDS)
        print(f"{ROUNDS} kills, {acknowledged} times an acknowledged share was found again, {len(self.stopped)} stopped")


if __name__ == "__main__":
    unittest.main()
