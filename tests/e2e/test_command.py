"""Shares through programs that the configuration names: Debian's pagekite, a tunnel of another kind than ssh, with its
front-end and back-end on loopback; and programs that misbehave."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

from panko import PATIENCE, PankoTest, descendants, fetch, wait_until
from ports import free_port

LONG = 3 * PATIENCE
NAME = "panko1.localhost"
# A line of the back-end's log once the front-end has taken it.
PATTERN = r"^ts=\w+; t=[^;]+; ll=\w+; FE=[^;]+; proto=http; domain=([a-z0-9.-]+); "


class CommandTest(PankoTest):
    def settings(self, **values):
        lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
        self.config("[providers.command]\n" + "\n".join(lines) + "\n")

    def share_it(self):
        return self.panko_json("share", self.session().path, "--provider", "command")

    def tunnel(self):
        (tunnel,) = self.call("Status")["tunnels"]
        return tunnel

    @staticmethod
    def is_served(share):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return fetch(share["public_url"]).status == 200


class Pagekite(CommandTest):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.secret = "canarySecret"
        front = self.rc("front.rc", f"isfrontend\nhost=127.0.0.1\nports={self.port}\nprotos=http\nnoloop\n"
                                    f"domain=http:{NAME}:{self.secret}\n")  # fmt: skip
        self.rc("back.rc", f"nullui\nnofrontend=\nfrontend=127.0.0.1:{self.port}\nlogfile=stdio\n"
                           f"kitename={NAME}\nkitesecret={self.secret}\n")  # fmt: skip
        with open(self.root / "front.log", "wb") as log:
            self.front = subprocess.Popen(
                ["/usr/bin/pagekite", "--clean", f"--optfile={front}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.root, env=self.env,
            )  # fmt: skip
        self.addCleanup(self.end_front)
        wait_until(lambda: b"listen=" in (self.root / "front.log").read_bytes(), "the front-end")

    def end_front(self):
        self.front.kill()
        self.front.wait()

    def rc(self, name, text):
        path = self.root / name
        path.write_text(text + "nocrashreport\n")
        path.chmod(0o600)
        return path

    def by_pagekite(self, **more):
        self.settings(
            argv=["pagekite", "--clean", f"--optfile={self.root}/back.rc",
                  "--service_on=http:@kitename:127.0.0.1:{port}:@kitesecret"],
            **more,
        )  # fmt: skip

    def test_a_share_is_read_through_it(self):
        self.by_pagekite(url_pattern=PATTERN, url=f"http://{{1}}:{self.port}", stable=True)
        share = self.share_it()
        self.assertTrue(share["public_url"].startswith(f"http://{NAME}:{self.port}/s/"), share)
        self.assert_serving(share, "Water the ferns")
        self.assertNotEqual(fetch(share["public_url"], host="other.localhost").status, 200)
        # What visitors ask for stands in its log, and is no address.
        fetch(share["public_url"] + ";%20FE=x;%20proto=http;%20domain=evil.example;%20")
        pid = self.tunnel()["pid"]
        self.assertNotIn(self.secret.encode(), pathlib.Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: self.tunnel()["pid"] not in (0, pid) and self.is_served(share), "another one", LONG)
        self.assertEqual(self.call("GetShare", {"share_id": share["id"]})["public_url"], share["public_url"])
        self.panko("serve-stop")
        wait_until(lambda: descendants() == [self.front.pid], "an end of all")

    def test_a_url_that_is_only_known_is_asked_whether_it_works(self):
        self.by_pagekite(url=f"http://{NAME}:{self.port}")
        share = self.share_it()
        self.assert_serving(share, "Water the ferns")

    def test_it_outlives_its_daemon(self):
        self.by_pagekite(url_pattern=PATTERN, url=f"http://{{1}}:{self.port}")
        share = self.share_it()
        pid = self.tunnel()["pid"]
        self.kill_daemon()
        self.panko("shares")
        wait_until(lambda: self.is_served(share), "the share")
        self.assertEqual(self.tunnel()["pid"], pid)
        self.assertEqual(self.tunnel()["url"], f"http://{NAME}:{self.port}")


class Misbehaving(CommandTest):
    """Small shell scripts, as bad as a program can be."""

    def program(self, script, **settings):
        path = self.put_on_path("tunnel-program", f"#!/bin/sh\n{script}\n")
        self.settings(argv=["tunnel-program", "{port}"], **settings)
        return path

    def refused_share(self):
        asked = self.start("share", self.session().path, "--provider", "command")
        _, err = asked.communicate(timeout=LONG)
        self.assertEqual(asked.returncode, 1)
        return err

    def test_its_environment_is_what_the_file_says_and_little_else(self):
        file = self.root / "env"
        file.write_text("# what nobody else may know\nTUNNEL_TOKEN=canary=1\n")
        file.chmod(0o600)
        self.program('echo "url http://127.0.0.1:$1"; exec sleep 600', url_pattern="url (.*)", env_file=str(file))
        self.serve(env={"PLANTED_TOKEN": "canary-2"})
        self.assert_serving(self.share_it(), "Water the ferns")
        environment = pathlib.Path(f"/proc/{self.tunnel()['pid']}/environ").read_bytes().rstrip(b"\0").split(b"\0")
        self.assertIn(b"TUNNEL_TOKEN=canary=1", environment)
        names = {variable.split(b"=")[0] for variable in environment} - {b"PWD", b"_", b"OLDPWD", b"SHLVL"}
        self.assertEqual(names, {b"PATH", b"HOME", b"LANG", b"TZ", b"PANKO_RUN_ID", b"TUNNEL_TOKEN"})
        self.panko("serve-stop")
        self.assertEqual([path for path in self.state.rglob("*") if path.is_file() and b"canary" in path.read_bytes()], [])

    def test_torn_endless_and_absurd_lines_are_no_address(self):
        self.program(
            "printf 'url http://127.0.0.'; head -c 3000000 /dev/zero | tr '\\0' x; echo\n"
            "echo 'url javascript:alert(1)'; echo 'url http://evil.example/\">'; printf '\\377\\376 url http://\\n'\n"
            "printf 'url http://127.0.'; sleep 0.3; printf '0.1:%s\\r\\n' $1; exec sleep 600",
            url_pattern="^url (http://.*)$",
        )
        self.assert_serving(self.share_it(), "Water the ferns")

    def test_noise_holds_up_nobody(self):
        self.program(
            f'echo "url http://127.0.0.1:$1"; cat {self.root}/gate; head -c 200000000 /dev/zero | tr "\\0" "\\n" ; '
            f"yes noise | head -c 200000000; exec sleep 600",
            url_pattern="url (.*)",
        )
        os.mkfifo(self.root / "gate")
        share = self.share_it()
        local = self.share(self.session(prompt="Another one"))
        (self.root / "gate").write_text("")
        for _ in range(50):
            for one in (share, local):
                before = time.monotonic()
                self.assertEqual(fetch(one["public_url"]).status, 200)
                self.assertLess(time.monotonic() - before, PATIENCE / 4)
        log = next((self.state / "tunnels").glob("*.log"))
        # All of it came, and what was read was given back to the disk.
        wait_until(lambda: log.stat().st_size > 400_000_000 and log.stat().st_blocks * 512 < 8 << 20, "the rest", LONG)

    def test_a_program_that_fails_says_why(self):
        self.program("echo 'no such account' >&2; exit 3", url_pattern="url (.*)")
        self.assertIn("tunnel-program ended with status 3: no such account", self.refused_share())

    def test_a_program_that_is_taken_away_is_said(self):
        path = self.program('echo "url http://127.0.0.1:$1"; exec sleep 600', url_pattern="url (.*)")
        share = self.share_it()
        path.unlink()
        os.kill(self.tunnel()["pid"], signal.SIGKILL)
        wait_until(lambda: self.tunnel()["state"] == "failed", "what only the user can mend")
        self.assertIn("is not on the daemon's PATH", self.call("GetShare", {"share_id": share["id"]})["error"])


if __name__ == "__main__":
    unittest.main()
