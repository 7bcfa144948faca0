"""The daemon's life: started, found, locked against a second one, closed to others, ended."""

import concurrent.futures
import json
import os
import signal
import socket
import stat
import unittest

from panko import SANITIZED, Ipc, PankoTest, descendants, fetch, mode_of, wait_for_exit, wait_until


class Serving(PankoTest):
    def test_serve_returns_when_the_socket_answers(self):
        for _ in range(5):
            self.panko("serve")
            with self.ipc() as ipc:
                self.assertEqual(ipc.call("Ping"), {"status": "Pong"})
            self.panko("serve-stop")
            self.assertFalse((self.state / "daemon.sock").exists())

    def test_a_second_serve_says_who_runs(self):
        pid = self.serve()
        status, out, err = self.run_panko("serve")
        self.assertEqual(status, 0)
        self.assertIn(str(pid), out + err)
        status, out, err = self.run_panko("serve", "--foreground")
        self.assertEqual(status, 0)
        self.assertIn(str(pid), out + err)
        self.assertEqual(self.daemon_pid(), pid)
        self.assertEqual(self.call("Status")["pid"], pid)

    def test_foreground_serves_until_a_signal(self):
        for sign in (signal.SIGTERM, signal.SIGINT):
            process = self.start("serve", "--foreground")
            wait_until(lambda: (self.state / "daemon.sock").exists(), "a socket")
            self.assertEqual(self.call("Status")["pid"], process.pid)
            process.send_signal(sign)
            process.communicate()
            self.assertEqual(process.returncode, 0)

    def test_a_stale_socket_is_no_daemon(self):
        self.serve()
        self.kill_daemon()
        self.assertTrue((self.state / "daemon.sock").exists())
        status, out, _ = self.run_panko("serve-status", "--json")
        self.assertEqual(status, 1)
        self.assertEqual(json.loads(out)["running"], False)
        self.serve()
        self.assertEqual(self.call("ListShares"), [])

    def test_status(self):
        status, out, _ = self.run_panko("serve-status")
        self.assertEqual(status, 1)
        pid = self.serve()
        share = self.share(self.session())
        info = self.panko_json("serve-status")
        self.assertEqual(info["running"], True)
        self.assertEqual(info["pid"], pid)
        self.assertEqual(info["protocol"], 1)
        self.assertEqual(info["socket"], str(self.state / "daemon.sock"))
        self.assertRegex(info["started_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
        self.assertEqual(info["shares"].get("active"), 1)
        self.assertIn(info["version"], self.panko("--version"))
        self.assertIn(str(pid), self.panko("serve-status"))
        self.panko("stop", share["id"])
        self.assertEqual(self.panko_json("serve-status")["shares"].get("active", 0), 0)

    def test_stop_when_nothing_runs_is_no_failure(self):
        self.panko("serve-stop")
        self.assertFalse((self.state / "daemon.sock").exists())

    def test_stop_ends_the_daemon_and_its_shares(self):
        share = self.share(self.session())
        pid = self.daemon_pid()
        self.panko("serve-stop")
        self.assertIn(wait_for_exit(pid), (0, None))
        with self.assertRaises(ConnectionRefusedError):
            fetch(share["public_url"])
        self.assertEqual([row["status"] for row in self.panko_json("shares", "--all")], ["stopped"])

    def test_terminate_suspends(self):
        share = self.share(self.session())
        self.assertEqual(self.kill_daemon(signal.SIGTERM), 0)
        with self.assertRaises(ConnectionRefusedError):
            fetch(share["public_url"])
        self.assertEqual([row["public_url"] for row in self.panko_json("shares")], [share["public_url"]])
        self.assert_serving(share, "Water the ferns")

    def test_tells_systemd(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            path = self.root / "notify"
            notify.bind(str(path))
            notify.settimeout(20)
            process = self.start("serve", "--foreground", env={"NOTIFY_SOCKET": str(path)})
            self.assertIn(b"READY=1", notify.recv(4096).split(b"\n"))
            self.call("Ping")
            self.panko("serve", "--foreground", env={"NOTIFY_SOCKET": str(path)})
            self.assertEqual(notify.recv(4096), b"READY=1", "a second daemon is no failure of the service")
            process.terminate()
            while b"STOPPING=1" not in notify.recv(4096).split(b"\n"):
                pass
            process.communicate()
            self.assertEqual(process.returncode, 0)

    def test_fifty_clients_at_once_start_one_daemon(self):
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            for _ in range(2 if SANITIZED else 20):
                clients = [pool.submit(self.run_panko, "shares", "--json") for _ in range(50)]
                for client in clients:
                    status, out, err = client.result()
                    self.assertEqual((status, out), (0, "[]\n"), err)
                self.assertEqual(descendants(), [self.daemon_pid()])
                self.panko("serve-stop")

    def test_fifty_daemons_at_once_are_one(self):
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            for _ in range(2 if SANITIZED else 20):
                for server in [pool.submit(self.run_panko, "serve") for _ in range(50)]:
                    status, _, err = server.result()
                    self.assertEqual(status, 0, err)
                self.assertEqual(self.call("Ping"), None)
                self.assertEqual(descendants(), [self.daemon_pid()])
                self.panko("serve-stop")


class Privacy(PankoTest):
    def assert_private(self, *places):
        for place in places:
            for path in [place, *place.rglob("*")]:
                kind = os.lstat(path).st_mode
                wanted = 0o700 if stat.S_ISDIR(kind) else 0o600
                self.assertEqual(oct(mode_of(path)), oct(wanted), path)

    def test_everything_is_for_the_owner_alone(self):
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        self.share(self.session())
        self.panko("list")
        self.panko("config", "set", "max_shares", "50")
        self.assert_private(self.state)

    def test_so_it_is_in_the_xdg_places(self):
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        del self.env["PANKO_HOME"]
        self.share(self.session())
        self.panko("list")
        self.panko("config", "set", "max_shares", "50")
        share, state = self.home / ".local" / "share", self.home / ".local" / "state"
        self.assertTrue((share / "panko" / "state.db").exists())
        self.assertTrue((share / "panko" / "daemon.sock").exists())
        self.assertTrue((state / "panko" / "daemon.log").exists())
        self.assertTrue((self.home / ".config" / "panko" / "config.toml").exists())
        self.assert_private(share / "panko", state / "panko", self.home / ".config" / "panko")

    def test_xdg_variables_move_them(self):
        del self.env["PANKO_HOME"]
        self.env["XDG_DATA_HOME"] = str(self.root / "data")
        self.env["XDG_STATE_HOME"] = "relative/is/ignored"
        self.serve_stop_in(self.root / "data" / "panko")
        self.assertTrue((self.home / ".local" / "state" / "panko" / "daemon.log").exists())

    def serve_stop_in(self, place):
        self.panko("serve")
        with Ipc(place / "daemon.sock") as ipc:
            self.assertEqual(ipc.call("Ping"), {"status": "Pong"})
        self.panko("serve-stop")

    @unittest.skipUnless(os.geteuid() == 0, "only root can try it as another user")
    def test_another_user_is_closed_unread(self):
        self.serve()
        # Open every door but the last: the daemon itself looks at who connects.
        self.root.chmod(0o755)
        self.state.chmod(0o755)
        (self.state / "daemon.sock").chmod(0o666)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                os.setgid(65534)
                os.setuid(65534)
                with self.ipc() as ipc:
                    try:
                        ipc.request("Shutdown")
                    except BrokenPipeError:
                        pass
                    status = 0 if ipc.read_line() is None else 2
            finally:
                os._exit(status)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
        self.assertEqual(self.call("ListShares"), [])

    @unittest.skipIf(SANITIZED, "the sanitizers look into the process, and it lets them")
    @unittest.skipUnless(os.geteuid() == 0, "only root reads /proc of a process that is not dumpable")
    def test_no_secrets_for_children_nor_core_dumps(self):
        pid = self.serve(env={"SOME_SECRET": "hunter2"})
        self.assertEqual(os.stat(f"/proc/{pid}/fd").st_uid, 0)
        limits = open(f"/proc/{pid}/limits").read()
        self.assertRegex(limits, r"Max core file size\s+0\s")


if __name__ == "__main__":
    unittest.main()
