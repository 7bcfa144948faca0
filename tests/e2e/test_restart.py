"""`panko serve --restart`: the daemon becomes the program that is installed now, and nobody notices."""

import concurrent.futures
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest
import urllib.parse

from panko import BINARY, PATIENCE, SANITIZED, PankoTest, descendants, fetch, wait_for_exit, wait_until
from sshd import Sshd

# A program that passes any check, and then is not there any more.
VANISHING = """#!/bin/sh
echo '{"build":"9.9.9","protocol":1,"handover":1}'
rm "$0"
"""


class Visitors:
    """Readers of one page: some on a connection of their own for each request, some on one that they keep."""

    def __init__(self, url, keeping=4, coming=4):
        self.parts = urllib.parse.urlsplit(url)
        self.failures = []
        self.answered = 0
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self.keep) for _ in range(keeping)]
        self.threads += [threading.Thread(target=self.come) for _ in range(coming)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.parts.port, timeout=PATIENCE)

    def ask(self, connection):
        try:
            # No second try: a connection that was closed is a failure.
            connection.auto_open = connection.sock is None
            connection.request("GET", self.parts.path)
            connection.auto_open = 0
            response = connection.getresponse()
            body = response.read()
            if response.status != 200 or b"Water the ferns" not in body:
                self.failures.append(f"{response.status}, {len(body)} bytes")
            self.answered += 1
        except (OSError, http.client.HTTPException) as error:
            self.failures.append(repr(error))
            connection.close()

    def keep(self):
        connection = self.connect()
        while not self.ending.is_set():
            self.ask(connection)
            self.ending.wait(0.01)
        connection.close()

    def come(self):
        while not self.ending.is_set():
            connection = self.connect()
            self.ask(connection)
            connection.close()
            self.ending.wait(0.01)


class Installed(PankoTest):
    """A daemon whose program is replaced."""

    def setUp(self):
        super().setUp()
        # A program of our own, to be replaced.
        self.program = self.root / "panko"
        self.install(BINARY)

    def install(self, source):
        shutil.copy(source, self.root / "new")
        os.rename(self.root / "new", self.program)

    def install_script(self, script):
        path = self.root / "new"
        path.write_text(script)
        path.chmod(0o700)
        os.rename(path, self.program)

    def run_installed(self, *args, **more):
        result = subprocess.run([self.program, *args], env={**self.env, **more}, cwd=self.root, capture_output=True,
                                text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)  # fmt: skip
        return result.returncode, result.stdout, result.stderr

    def serve_installed(self):
        status, _, err = self.run_installed("serve")
        self.assertEqual(status, 0, err)
        return self.daemon_pid()

    def restart(self, **env):
        """By a client that is not the program that is replaced."""
        status, out, err = self.run_panko("serve", "--restart", env=env)
        self.assertEqual((status, out), (0, ""), err + self.log())
        return err

    def hear_of(self, share, events):
        while events.reply()["data"]["share"]["id"] != share["id"]:
            pass

    def refused_restart(self, *patterns):
        pid = self.daemon_pid()
        sentence = self.refused("serve", "--restart")
        self.assertIn("The daemon goes on as it was: ", sentence)
        for pattern in patterns:
            self.assertRegex(sentence, pattern)
        self.assertEqual(self.call("Status")["pid"], pid)
        return sentence


class Restart(Installed):
    def test_without_a_daemon_it_starts_one(self):
        self.assertIn("No daemon was running", self.restart())
        self.call("Ping")

    def test_the_share_stays_as_it_is(self):
        pid = self.serve_installed()
        share = self.share(self.session())
        status = self.call("Status")
        self.assertFalse(status["restart_due"])
        self.install(BINARY)
        self.assertTrue(self.call("Status")["restart_due"])
        self.assertIn("panko serve --restart", self.run_panko("shares")[2])
        version = self.panko("--version").strip()
        said = self.restart()
        self.assertIn(f"has restarted (pid {pid}): {version}, as before", said)
        self.assertIn(f"It runs {self.program}, and this is ", said)
        self.assertNotIn("It runs", self.run_installed("serve", "--restart")[2])
        after = self.call("Status")
        self.assertFalse(after["restart_due"])
        self.assertEqual((after["pid"], self.daemon_pid()), (pid, pid))
        self.assertNotIn("--restart", self.run_panko("shares")[2])
        row = self.rows()[share["id"]]
        self.assertEqual((row["public_url"], row["status"], row["local_port"]),
                         (share["public_url"], "active", share["local_port"]))  # fmt: skip
        self.assert_serving(share, "Water the ferns")
        self.panko("serve-stop")
        self.assertEqual(descendants(), [])

    def test_it_takes_this_shells_path(self):
        self.serve_installed()
        path = self.env["PATH"] + ":/nowhere"
        self.restart(PATH=path)
        self.assertEqual(self.call("Status")["search_path"], path)

    def test_under_load_no_request_fails(self):
        self.serve_installed()
        share = self.share(self.session())
        self.assert_serving(share, "Water the ferns")
        with Visitors(share["public_url"]) as visitors:
            wait_until(lambda: visitors.answered > 20, "answers")
            for _ in range(3 if SANITIZED else 20):
                before = visitors.answered
                self.restart()
                wait_until(lambda: visitors.answered > before + 20 or visitors.failures, "answers")
        self.assertEqual(visitors.failures, [])

    def test_a_request_in_pieces(self):
        self.serve_installed()
        share = self.share(self.session())
        parts = urllib.parse.urlsplit(share["public_url"])
        request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", parts.port), timeout=PATIENCE) as visitor:
            for at in range(0, len(request), 40):
                visitor.sendall(request[at : at + 40])
                self.restart()
            answer = b""
            while chunk := visitor.recv(1 << 16):
                answer += chunk
        self.assertIn(b"200 OK", answer)
        self.assertIn(b"Water the ferns", answer)

    def test_a_subscriber_stays(self):
        self.serve_installed()
        with self.ipc() as events, self.ipc() as half:
            events.data("Subscribe")
            half.send(b'{"method":')
            for _ in range(2):
                self.restart()
                share = self.share(self.session())
                self.hear_of(share, events)
            half.send(b'"Ping"}\n{"method":"Pi')
            self.assertEqual(half.reply(), {"status": "Pong"})
            self.restart()
            half.send(b'ng"}\n')
            self.assertEqual(half.reply(), {"status": "Pong"})
            events.request("Ping")
            wait_until(lambda: events.reply()["status"] == "Error", "that it still carries events alone")

    def test_a_stop_can_still_be_undone(self):
        self.serve_installed()
        share = self.share(self.session())
        self.panko("stop", share["id"])
        self.restart()
        self.assertEqual(fetch(share["public_url"]).status, 410, "its gateway is still there")
        self.call("RestoreShare", {"share_id": share["id"]})
        self.assert_serving(share, "Water the ferns")

    def test_an_open_view_stays_until_its_owner_goes(self):
        self.serve_installed()
        session = self.session()
        with self.ipc() as owner:
            view = owner.data("OpenView", {"session_path": str(session.path)})
            url = urllib.parse.urlsplit(view["url"])
            reader = http.client.HTTPConnection("127.0.0.1", url.port, timeout=PATIENCE)
            reader.request("GET", url.path)
            self.assertEqual(reader.getresponse().read().count(b"<html"), 1)
            for _ in range(2):
                self.restart()
                self.assertEqual(self.call("Status")["views"], 1)
                self.assertEqual(fetch(view["url"]).status, 200)
                reader.auto_open = 0
                reader.request("GET", url.path)
                self.assertEqual(reader.getresponse().read().count(b"<html"), 1)
            reader.close()
            self.assertEqual(owner.call("Ping"), {"status": "Pong"})
        wait_until(lambda: self.call("Status")["views"] == 0, "the end of the view")

    def test_nothing_leaks(self):
        self.serve_installed()
        share = self.share(self.session())
        keep = http.client.HTTPConnection("127.0.0.1", share["local_port"], timeout=PATIENCE)
        with self.ipc() as client:
            self.restart()
            before = client.data("Status")["open_descriptors"]
            for _ in range(5 if SANITIZED else 20):
                keep.request("GET", "/robots.txt")
                keep.getresponse().read()
                self.restart()
            keep.close()
            wait_until(lambda: client.data("Status")["open_descriptors"] <= before, "the descriptors of before")
            self.assertEqual(descendants(), [self.daemon_pid()])

    def test_a_share_that_is_being_started_is_waited_for(self):
        go = self.root / "go"
        program = self.root / "tunnel"
        program.write_text(f"#!/bin/sh\nwhile [ ! -e '{go}' ]; do sleep 0.05; done\n"
                           "echo url http://127.0.0.1:$1/\nexec sleep 600\n")  # fmt: skip
        program.chmod(0o700)
        self.config(f'[providers.command]\nargv = ["{program}", "{{port}}"]\nurl_pattern = "url (.*)"\n')
        self.serve_installed()
        with self.ipc() as starter, self.ipc() as restarter:
            starter.request("StartShare", {"session_path": str(self.session().path), "provider": "command"})
            wait_until(lambda: self.call("Status")["shares"]["starting"] == 1, "the share")
            restarter.request("Restart")
            answer = restarter.reply()
            self.assertEqual(answer["status"], "Error")
            self.assertIn("A share is being started; try again in a moment.", answer["data"]["message"])
            restarter.request("Restart")
            go.touch()
            self.assertEqual(starter.reply()["status"], "ShareStarted")
            self.assertEqual(restarter.reply()["status"], "Restarted")

    def test_helpers_under_way_are_not_left_behind(self):
        """What the daemon asks curl of the public URL while it is replaced."""
        program = self.bin / "tunnel"
        program.write_text("#!/bin/sh\necho url http://127.0.0.1:$1/\nexec sleep 600\n")
        program.chmod(0o700)
        asked = self.root / "asked"
        curl = self.bin / "curl"
        curl.write_text(f"#!/bin/sh\necho $$ >> '{asked}'\nexec sleep 600\n")
        curl.chmod(0o700)
        self.config(f'[providers.command]\nargv = ["{program}", "{{port}}"]\nurl_pattern = "url (.*)"\n')
        self.serve_installed()
        self.call("StartShare", {"session_path": str(self.session().path), "provider": "command"})
        wait_until(lambda: asked.exists() and asked.read_text().endswith("\n"), "a question")
        pid = asked.read_text().split()[0]
        self.restart()
        # Ended and reaped: a zombie would be there, too.
        self.assertFalse(pathlib.Path("/proc", pid).exists())

    def test_two_at_once(self):
        pid = self.serve_installed()
        share = self.share(self.session())
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for restarted in [pool.submit(self.restart) for _ in range(8)]:
                self.assertIn(f"has restarted (pid {pid})", restarted.result())
        self.assert_serving(share, "Water the ferns")

    def test_it_is_alone_throughout(self):
        pid = self.serve_installed()
        ending = threading.Event()
        problems = []

        def others():
            while not ending.is_set():
                status, out, err = self.run_panko("serve")
                if status != 0 or f"runs already (pid {pid})" not in err:
                    problems.append((status, out, err))

        thread = threading.Thread(target=others)
        thread.start()
        for _ in range(3 if SANITIZED else 10):
            self.restart()
        ending.set()
        thread.join()
        self.assertEqual(problems, [])
        self.assertEqual(descendants(), [pid])

    def test_in_the_foreground_it_goes_on_logging_there(self):
        process = self.start("serve", "--foreground")
        wait_until(lambda: (self.state / "daemon.sock").exists(), "a socket")
        self.restart()
        self.restart()
        process.terminate()
        _, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(err.count(" info Ready."), 3, err)

    def test_systemd_is_told(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            path = self.root / "notify"
            notify.bind(str(path))
            notify.settimeout(PATIENCE)
            process = self.start("serve", "--foreground", env={"NOTIFY_SOCKET": str(path)})
            self.assertEqual(notify.recv(4096), b"READY=1")
            for _ in range(2):
                self.restart()
                self.assertRegex(notify.recv(4096), rb"^RELOADING=1\nMONOTONIC_USEC=\d+$")
                self.assertEqual(notify.recv(4096), b"READY=1")
            self.assertEqual(self.call("Status")["pid"], process.pid)
            process.terminate()
            self.assertEqual(notify.recv(4096), b"STOPPING=1")
            process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 0)

    def test_signals_still_end_it(self):
        self.serve_installed()
        self.restart()
        pid = self.daemon_pid()
        os.kill(pid, signal.SIGTERM)
        self.assertEqual(wait_for_exit(pid), 0)
        self.assertFalse((self.state / "daemon.sock").exists())
        self.assertFalse((self.state / "daemon.pid").exists())

    def end_in_the_middle(self, end):
        """Whatever the restart has come to, an end is an end: in order, and once."""
        for step in range(4 if SANITIZED else 12):
            self.serve_installed()
            share = self.share(self.session())
            pid = self.daemon_pid()
            restart = self.start("serve", "--restart")
            time.sleep(step * 0.004)
            end(pid)
            self.assertEqual(wait_for_exit(pid), 0, self.log())
            restart.communicate(timeout=PATIENCE)
            if self.call_if_any():  # it asked when the end was over, and started one
                self.kill_daemon(signal.SIGTERM)
            self.assertFalse((self.state / "daemon.sock").exists())
            yield share

    def call_if_any(self):
        try:
            return self.call("ListShares") is not None
        except OSError:
            return False

    def test_a_signal_in_the_middle(self):
        for share in self.end_in_the_middle(lambda pid: os.kill(pid, signal.SIGTERM)):
            self.serve_installed()
            self.assert_serving(share, "Water the ferns")
            self.kill_daemon(signal.SIGTERM)

    def test_a_shutdown_in_the_middle(self):
        def shut_down(_):
            with self.ipc() as ipc:
                self.assertEqual(ipc.call("Shutdown"), {"status": "ShuttingDown"})

        for share in self.end_in_the_middle(shut_down):
            self.serve_installed()
            self.assertEqual(self.rows()[share["id"]]["status"], "stopped")
            self.kill_daemon(signal.SIGTERM)


class ThroughSsh(Installed):
    """A tunnel runs on, and its URL with it."""

    def test_nobody_notices(self):
        server = Sshd(self.root / "sshd")
        server.start()
        self.addCleanup(server.stop)
        settings = {"config_file": str(server.config), "host": "server", "url": "http://127.0.0.1:{port}"}
        lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        self.config("[providers.ssh]\n" + "\n".join(lines) + "\n")
        self.serve_installed()
        share = self.panko_json("share", self.session().path, "--provider", "ssh")
        (tunnel,) = self.call("Status")["tunnels"]
        seen = []
        with self.ipc() as events, Visitors(share["public_url"], 2, 2) as visitors:
            events.data("Subscribe")
            for _ in range(3 if SANITIZED else 10):
                before = visitors.answered
                self.restart()
                wait_until(lambda: visitors.answered > before + 10 or visitors.failures, "answers")
                wait_until(lambda: self.call("Status")["tunnels"] == [tunnel], "the same tunnel")
                self.assertEqual(self.call("Status")["children"], [tunnel["pid"]])
            self.assertEqual(self.call("GetShare", {"share_id": share["id"]})["public_url"], share["public_url"])
            marker = self.share(self.session())
            while (event := events.reply()["data"]["share"])["id"] != marker["id"]:
                seen.append((event["status"], event["public_url"]))
        self.assertEqual(visitors.failures, [])
        self.assertEqual(set(seen), {("active", share["public_url"])}, "it never looked as if it were down")
        self.panko("serve-stop")


class Stray(PankoTest):
    def test_a_handover_that_is_none(self):
        self.assertIn("panko serve --restart", self.refused("serve", "--handover", "7"))
        self.assertIn("panko serve --restart", self.refused("serve", "--handover", "0"))
        self.assertFalse(self.state.exists())


class Refused(Installed):
    """What must not take over does not, and nothing has changed."""

    def setUp(self):
        super().setUp()
        self.serve_installed()
        self.shared = self.share(self.session())

    def tearDown(self):
        self.assert_serving(self.shared, "Water the ferns")
        self.install(BINARY)
        self.restart()
        self.assert_serving(self.shared, "Water the ferns")

    def test_a_program_that_fails(self):
        self.install_script("#!/bin/sh\nexit 1\n")
        self.refused_restart(r"does not pass its check: it ended with status 1\.$")

    def test_a_program_that_says_why(self):
        self.install_script("#!/bin/sh\necho 'panko: The \033[31mlibfmt is missing.' >&2\nexit 127\n")
        self.refused_restart(r"check: The ␛\[31mlibfmt is missing\.$")

    def test_garbage(self):
        self.install_script("garbage\0\1\2")
        self.refused_restart("Cannot run .*: Exec format error")

    def test_another_program(self):
        self.install_script("#!/bin/sh\necho hello\n")
        self.refused_restart("is no panko that could take over")

    def test_the_path_of_a_refused_restart_is_forgotten(self):
        path = self.call("Status")["search_path"]
        self.install_script("#!/bin/sh\nexit 1\n")
        self.refused("serve", "--restart", env={"PATH": "/usr/bin:/nowhere"})
        self.install(BINARY)
        with self.ipc() as ipc:
            self.assertEqual(ipc.call("Restart")["status"], "Restarted")
        self.assertEqual(self.call("Status")["search_path"], path)

    def test_a_program_that_is_gone(self):
        self.program.unlink()
        self.refused_restart(rf"Cannot run .*: No such file or directory\. .*: kill {self.daemon_pid()} && panko serve$")
        report = json.loads(self.run_panko("doctor", "--json")[1])
        (found,) = [check for check in report["checks"] if check["check"] == "daemon"]
        self.assertEqual((found["level"], found["mend"]), ("warning", f"kill {self.daemon_pid()} && panko serve"))
        self.assertIn(f"{self.program} is not there any more", found["message"])

    def test_a_program_that_hangs(self):
        self.install_script("#!/bin/sh\nexec sleep 1000\n")
        started = time.monotonic()
        self.refused_restart("did not finish its check within 5 s")
        self.assertGreater(time.monotonic() - started, 4)
        self.assertEqual(descendants(), [self.daemon_pid()])

    def test_a_program_that_talks_for_ever(self):
        self.install_script("#!/bin/sh\nexec yes\n")
        self.refused_restart("did not finish its check within 5 s")

    def test_another_handover(self):
        self.install_script('#!/bin/sh\necho \'{"build":"9.9.9","protocol":7,"handover":99}\'\n')
        self.refused_restart("panko 9.9.9 at .* without a pause.*: kill [0-9]+ && panko serve$")

    def test_a_config_that_does_not_parse(self):
        self.config("default_provider = \n")
        self.refused_restart(r"check: .*config\.toml")
        self.config("")

    def test_a_program_that_vanishes_when_it_is_to_run(self):
        pid = self.daemon_pid()
        with Visitors(self.shared["public_url"], 2, 2) as visitors, self.ipc() as events:
            events.data("Subscribe")
            wait_until(lambda: visitors.answered > 5, "answers")
            for _ in range(2):
                self.install_script(VANISHING)
                self.refused_restart("Cannot run .*: No such file or directory")
                share = self.share(self.session())
                self.hear_of(share, events)
        self.assertEqual(visitors.failures, [])
        self.assertEqual(self.daemon_pid(), pid)

    def test_an_end_does_not_wait_for_a_program_that_hangs(self):
        asked = self.root / "asked"
        self.install_script(f"#!/bin/sh\ntouch '{asked}'\nexec sleep 1000\n")
        restart = self.start("serve", "--restart")
        wait_until(asked.exists, "the check")
        pid = self.daemon_pid()
        began = time.monotonic()
        os.kill(pid, signal.SIGTERM)
        self.assertEqual(wait_for_exit(pid), 0)
        if not SANITIZED:
            self.assertLess(time.monotonic() - began, 4)
        restart.communicate(timeout=PATIENCE)
        self.install(BINARY)
        self.serve_installed()


if __name__ == "__main__":
    unittest.main()
