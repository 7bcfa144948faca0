"""panko doctor when all is well and when it is not, and panko logs."""

import json
import os
import signal
import subprocess
import time
import unittest

from panko import PATIENCE, SANITIZED, TOP, PankoTest, wait_until


class Doctor(PankoTest):
    def doctor(self, status=None, **more):
        """{check: finding}; the worst one where there are several."""
        code, out, err = self.run_panko("doctor", "--json", **more)
        self.assertEqual(err, "")
        report = json.loads(out)
        self.assertEqual(code, 1 if report["problems"] else 0)
        if status is not None:
            self.assertEqual(code, status, out)
        order = ["ok", "info", "warning", "problem"]
        checks = {}
        for check in report["checks"]:
            if order.index(check["level"]) >= order.index(checks.get(check["check"], check)["level"]):
                checks[check["check"]] = check
        return checks

    def test_before_the_first_use(self):
        found = self.doctor(status=0)
        self.assertEqual(found["daemon"]["level"], "info")
        self.assertEqual(found["daemon"]["mend"], "panko serve")
        self.assertFalse(self.state.exists(), "doctor makes nothing and starts nothing")

    def test_all_is_well(self):
        self.share(self.session())
        began = time.monotonic()
        found = self.doctor(status=0)
        if not SANITIZED:
            self.assertLess(time.monotonic() - began, 1)
        for check in ("state", "files", "log", "config", "daemon", "provider local", "shares", "sessions"):
            self.assertEqual(found[check]["level"], "ok" if check != "sessions" else "info", found[check])
        self.assertIn(str(self.daemon_pid()), found["daemon"]["message"])
        self.assertIn("1 share works", found["shares"]["message"])

    def test_in_a_pipe_it_is_lines_of_four_fields(self):
        out = self.panko("doctor")
        for line in out.splitlines():
            self.assertEqual(len(line.split("\t")), 4, line)
            self.assertIn(line.split("\t")[0], ("ok", "info", "warning", "problem"))

    def test_configuration_that_is_no_toml(self):
        self.config("= \x1b[31m\n")
        found = self.doctor(status=1)
        self.assertEqual(found["config"]["level"], "problem")
        self.assertIn("config.toml", found["config"]["mend"])

    def test_configuration_that_the_daemon_has_not_read(self):
        self.serve()
        self.assertEqual(self.doctor(status=0)["daemon"]["level"], "ok")
        self.config("max_shares = 5\n")
        self.assertEqual(self.doctor(status=0)["daemon"]["mend"], "panko serve --restart")
        self.panko("serve", "--restart")
        self.assertEqual(self.doctor(status=0)["daemon"]["level"], "ok")

    def test_an_unknown_key_of_a_provider(self):
        self.config('[providers.ngrok]\nautotoken = "x"\n')
        self.serve()
        self.assertIn('"autotoken"', self.doctor()["provider ngrok"]["message"])

    def test_a_state_directory_that_others_may_open(self):
        self.serve()
        self.state.chmod(0o755)
        found = self.doctor(status=1)
        self.assertEqual(found["state"]["mend"], f"chmod 700 {self.state}")
        subprocess.run(found["state"]["mend"], shell=True, check=True)
        self.assertEqual(self.doctor(status=0)["state"]["level"], "ok")

    def test_no_home(self):
        found = self.doctor(status=1, env={"PANKO_HOME": "", "HOME": ""})
        self.assertIn("HOME is not set", found["state"]["message"])

    def test_a_dead_socket(self):
        self.serve()
        self.kill_daemon()
        self.assertEqual(self.doctor(status=0)["daemon"]["level"], "info")

    def test_a_daemon_that_hangs(self):
        self.serve()
        pid = self.daemon_pid()
        os.kill(pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            found = self.doctor(status=1)
            self.assertLess(time.monotonic() - began, PATIENCE)
            self.assertEqual(found["daemon"]["mend"], f"kill -9 {pid}")
        finally:
            os.kill(pid, signal.SIGCONT)

    def test_a_socket_that_was_removed(self):
        pid = self.serve()
        (self.state / "daemon.sock").unlink()
        found = self.doctor(status=1)
        self.assertEqual(found["daemon"]["mend"], f"kill {pid}")

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_a_socket_of_another_user(self):
        self.serve()
        os.chown(self.state / "daemon.sock", 65534, -1)
        found = self.doctor(status=1)
        self.assertIn("belongs to another user", found["daemon"]["message"])
        self.assertEqual(found["files"]["level"], "problem")
        os.chown(self.state / "daemon.sock", 0, -1)

    def test_the_daemons_path_is_not_the_shells(self):
        self.serve(env={"PATH": "/usr/bin:/bin"})
        tools = self.root / "tools"
        tools.mkdir()
        program = tools / "cloudflared"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o700)
        found = self.doctor(env={"PATH": f"{tools}:{self.env['PATH']}"})["provider cloudflare"]
        self.assertEqual((found["level"], found["mend"]), ("warning", "panko serve --restart"))
        self.assertIn(str(program), found["message"])
        self.panko("serve", "--restart", env={"PATH": f"{tools}:{self.env['PATH']}"})
        self.assertEqual(self.doctor(env={"PATH": "/usr/bin:/bin"})["provider cloudflare"]["level"], "ok")

    def test_broken_everywhere_it_still_says_so(self):
        self.state.mkdir()
        for name in ("state.db", "daemon.sock", "daemon.log", "tunnels", "config.toml", "daemon.lock"):
            (self.state / name).write_bytes(b"\0\xff\x1b]0;x\a" * 100)
        self.state.chmod(0o777)
        code, out, err = self.run_panko("doctor")
        self.assertEqual((code, err), (1, ""))
        self.assertNotRegex(out, "[\0-\b\v-\x1f\x7f]")


class Tunnels(PankoTest):
    """What every command says of a tunnel that is down; cloudflared is a fake that forwards nothing."""

    def test_down(self):
        (self.bin / "cloudflared").symlink_to(TOP / "tests" / "support" / "fake-cloudflared")
        scenario = self.bin / "cloudflared.scenario"
        scenario.write_text("ready\n")
        session = self.session()
        share = self.panko_json("share", session.path, "--provider", "cloudflare")
        (tunnel,) = self.panko_json("serve-status")["tunnels"]
        self.assertEqual((tunnel["state"], tunnel["shares"]), ("ready", 1))

        scenario.write_text("rate-limited\n")
        os.kill(tunnel["pid"], signal.SIGKILL)
        wait_until(lambda: "Cloudflare limits" in self.panko("serve-status"), "its end")
        self.assertIn("Tried again in", self.panko("serve-status"))
        (row,) = self.panko_json("shares")
        self.assertEqual((row["status"], row["tunnel"]), ("error", "backoff"))
        said = self.refused("share", session.path, "--provider", "cloudflare")
        self.assertIn("does not work now", said)
        report = json.loads(self.panko("doctor", "--json"))
        self.assertEqual({check["check"]: check["level"] for check in report["checks"]}["tunnel cloudflare"], "warning")

        log = self.panko("logs", share["id"])
        self.assertIn("Registered tunnel connection", log)
        self.assertIn(f"share {share['id']}: started, cloudflare", log)
        self.assertEqual(log.splitlines(), sorted(log.splitlines(), key=lambda line: line.split()[0]))
        self.assertNotIn(share["public_url"].split("/")[-2], log)


class Logs(PankoTest):
    def test_without_a_daemon(self):
        status, out, err = self.run_panko("logs")
        self.assertEqual((status, out), (0, ""))
        self.assertIn("There is no log", err)
        self.assertFalse(self.state.exists())

    def test_of_the_daemon(self):
        self.serve()
        lines = self.panko("logs").splitlines()
        self.assertIn("Ready.", lines[-1] + lines[-2])
        self.assertEqual(self.panko("logs", "-n", "1").splitlines(), lines[-1:])
        self.assertRegex(lines[0], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info panko \S+ starts")

    def test_of_a_share(self):
        first, second = self.share(self.session()), self.share(self.session())
        out = self.panko("logs", first["id"][:8])
        self.assertIn(f"share {first['id']}: started", out)
        self.assertNotIn(second["id"], out)
        self.assertIn("There is no share", self.refused("logs", "ffffffff"))

    def test_cleaned(self):
        self.state.mkdir(mode=0o700)
        (self.state / "daemon.log").write_bytes(b"2026-11-22T16:00:00.000Z info \x1b[31mred\x1b]0;t\a\x9b \xff\n")
        self.assertEqual(self.panko("logs"), "2026-11-22T16:00:00.000Z info red\ufffd \ufffd\n")

    def test_follow_goes_on_through_rotation(self):
        self.state.mkdir(mode=0o700)
        log = self.state / "daemon.log"
        log.write_text("2026-11-22T16:00:00.000Z info one\n")
        process = self.start("logs", "--follow")
        self.assertTrue(process.stdout.readline().endswith("info one\n"))
        with open(log, "a", buffering=1) as file:  # stays open, as the daemon's does
            for word in ("two", "three"):
                file.write(f"2026-11-22T16:00:01.000Z info {word}\n")
                self.assertTrue(process.stdout.readline().endswith(f"info {word}\n"))
        log.rename(self.state / "daemon.1.log")
        log.write_text("2026-11-22T16:00:02.000Z info four\n")
        self.assertTrue(process.stdout.readline().endswith("info four\n"))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, out, err), (0, "", ""))

    def test_follow_ends_with_its_reader(self):
        self.serve()
        process = self.start("logs", "-f")
        process.stdout.readline()
        process.stdout.close()
        process.wait(timeout=PATIENCE)
        process.stderr.close()

    def test_follow_waits_for_a_log(self):
        process = self.start("logs", "--follow")
        self.assertIn("There is no log", process.stderr.readline())
        self.serve()
        self.assertIn("starts", process.stdout.readline())
        self.assertIn("Ready.", process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0)


if __name__ == "__main__":
    unittest.main()
