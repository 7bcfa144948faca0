"""panko service, against tests/support/fake-systemctl."""

import json
import os
import pathlib
import shutil
import subprocess
import unittest

from panko import BINARY, TOP, PankoTest, mode_of, wait_for_exit

FAKE = TOP / "tests" / "support" / "fake-systemctl"


class Service(PankoTest):
    def setUp(self):
        super().setUp()
        self.systemd = self.root / "systemd"
        self.systemd.mkdir()
        self.env["FAKE_SYSTEMD"] = str(self.systemd)
        self.env["PATH"] = f"{self.bin}:/usr/bin:/bin"
        for name in ("systemctl", "loginctl"):
            (self.bin / name).symlink_to(FAKE)
        self.units = self.home / ".config" / "systemd" / "user"
        self.unit = self.units / "panko.service"
        self.link = self.units / "default.target.wants" / "panko.service"

    def calls(self):
        """Every command that changed something."""
        lines = (self.systemd / "calls").read_text().splitlines()
        calls = [[word for word in json.loads(line) if word != "--no-ask-password"] for line in lines]
        return [" ".join(call) for call in calls if not call[-1].startswith("--property=")]

    def service(self, *words):
        """What it said on both streams, when it succeeds."""
        status, out, err = self.run_panko("service", *words)
        self.assertEqual(status, 0, out + err)
        return out + err

    def test_install_writes_enables_and_starts(self):
        said = self.service("install")
        self.assertIn(str(self.unit), said)
        self.assertIn("Lingering is on", said)
        self.assertIn("runs under systemd", said)
        self.assertEqual(mode_of(self.unit), 0o644)
        text = self.unit.read_text()
        self.assertIn(f'ExecStart="{os.path.realpath(BINARY)}" serve --foreground\n', text)
        self.assertIn(f'Environment="PATH={self.env["PATH"]}"\n', text)
        self.assertIn(f'Environment="PANKO_HOME={self.state}"\n', text)
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        self.assertEqual(
            self.calls(),
            [
                "systemctl --user daemon-reload", "systemctl --user enable panko.service",
                f"loginctl enable-linger {user}", "systemctl --user start panko.service",
            ],
        )  # fmt: skip
        self.assertEqual(str(self.daemon_pid()), (self.systemd / "main-pid").read_text())
        self.assertIn("Daemon:   the unit's", self.service("status"))

    def test_shares_come_back_under_systemd(self):
        share = self.share(self.session())
        self.kill_daemon()
        self.service("install")
        self.assert_serving(share, "Water the ferns")

    def test_a_running_daemon_is_taken_over_only_when_asked(self):
        share = self.share(self.session())
        pid = self.daemon_pid()
        self.assertIn("install --take-over", self.service("install"))
        self.assertEqual(self.daemon_pid(), pid)
        self.assertIn(f"pid {pid}, not started by the unit", self.service("status"))
        self.service("install", "--take-over")
        self.assertEqual(wait_for_exit(pid), 0)
        self.assertIn("Daemon:   the unit's", self.service("status"))
        self.assert_serving(share, "Water the ferns")
        self.assertIn("systemd's already", self.service("install"))

    def test_lingering_that_is_refused_is_for_root(self):
        (self.systemd / "refuse-linger").write_text("Access denied")
        said = self.service("install")
        self.assertIn("Could not enable linger: Access denied", said)
        self.assertIn("sudo loginctl enable-linger ", said)
        self.assertIn("no, when you log in", self.service("status"))

    def assert_nothing_installed(self):
        self.assertEqual([path for path in self.units.rglob("*") if not path.is_dir()], [])

    def test_no_systemctl(self):
        (self.bin / "systemctl").unlink()
        self.env["PATH"] = str(self.bin)
        said = self.refused("service", "install")
        self.assertIn("no systemctl", said)
        self.assertIn("@reboot", said)
        self.assert_nothing_installed()
        status, out, _ = self.run_panko("service", "status")
        self.assertEqual(status, 1)
        self.assertIn("Not installed", out)

    def test_no_manager(self):
        # `systemctl enable` would work, and mean nothing.
        (self.systemd / "no-manager").touch()
        self.assertIn("No medium found", self.refused("service", "install"))
        self.assert_nothing_installed()
        self.assertEqual(self.calls(), [])

    def test_a_unit_of_somebody_else_is_left_alone(self):
        self.units.mkdir(parents=True)
        self.unit.write_text("[Unit]\nDescription=mine\n")
        for verb in ("install", "uninstall"):
            self.assertIn("move it away", self.refused("service", verb))
        self.assertEqual(self.unit.read_text(), "[Unit]\nDescription=mine\n")
        target = self.root / "target"
        self.unit.rename(target)
        self.unit.symlink_to(target)
        self.assertIn("move it away", self.refused("service", "install"))
        self.assertEqual(target.read_text(), "[Unit]\nDescription=mine\n")

    def test_a_start_that_fails_says_what_systemd_said(self):
        (self.systemd / "fail-start").touch()
        status, _, err = self.run_panko("service", "install")
        self.assertEqual(status, 1)
        self.assertIn("Job for panko.service failed because the control process exited with error code.", err)
        self.assertIn("journalctl --user -u panko", err)

    def test_a_take_over_that_fails_ends_no_share(self):
        share = self.share(self.session())
        pid = self.daemon_pid()
        (self.systemd / "fail-start").touch()
        status, _, err = self.run_panko("service", "install", "--take-over")
        self.assertEqual(status, 1, err)
        self.assertNotEqual(self.daemon_pid(), pid)
        self.assert_serving(share, "Water the ferns")

    def test_uninstall_ends_no_share(self):
        share = self.share(self.session())
        self.service("install", "--take-over")
        said = self.service("uninstall")
        self.assertIn("go on", said)
        self.assert_nothing_installed()
        self.assertEqual(self.calls()[-2:], ["systemctl --user disable panko.service", "systemctl --user daemon-reload"])
        self.assert_serving(share, "Water the ferns")
        self.assertIn("was not installed", self.service("uninstall"))
        status, _, _ = self.run_panko("service", "status")
        self.assertEqual(status, 1)

    def test_the_log_is_where_panko_logs_reads_it(self):
        self.service("install")
        self.assertIn("Ready.", self.panko("logs"))

    def test_doctor_knows(self):
        def service():
            _, out, _ = self.run_panko("doctor", "--json")
            return next(check for check in json.loads(out)["checks"] if check["check"] == "service")

        self.assertEqual(service()["mend"], "panko service install")
        self.service("install")
        self.assertEqual(service()["level"], "ok")
        (self.systemd / "no-manager").touch()
        self.assertIn("No medium found", service()["message"])

    def test_the_unit_is_one(self):
        verify = shutil.which("systemd-analyze")
        if not verify:
            self.skipTest("no systemd-analyze")
        self.service("install")
        unit = pathlib.Path(shutil.copy(self.unit, self.root / "panko-test.service"))
        unit.write_text(unit.read_text().replace("Documentation=man:panko(1)\n", ""))
        checked = subprocess.run(
            [verify, "--user", "verify", unit], env={**self.env, "XDG_RUNTIME_DIR": str(self.root)}, capture_output=True,
            text=True,
        )  # fmt: skip
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
