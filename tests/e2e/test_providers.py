"""Shares through cloudflared, ngrok and Tailscale, with the real daemon and a FAKE of each program (tests/support/fake-*):
they replay what is documented and forward nothing, so what a visitor gets is asked at the gateway's own port."""

import fcntl
import json
import os
import pathlib
import re
import signal
import time

from panko import SANITIZED, TOP, PankoTest, descendants, fetch, wait_until
from ports import free_port

CANARY = "tOkEnCANARY"


def host_of(url):
    return url.split("/")[2]


class ProviderTest(PankoTest):
    provider = ""

    def fake(self, name, scenario="ready"):
        link = self.bin / name
        if not link.exists():
            link.symlink_to(TOP / "tests" / "support" / f"fake-{name}")
        (self.bin / f"{name}.scenario").write_text(scenario + "\n")

    def fifo(self, name):
        os.mkfifo(self.bin / name)

    def release(self, name):
        """Lets a fake go on that is at `wait NAME`, or will be."""
        open(self.bin / name, "wb").close()

    def secret(self, name, text=CANARY):
        path = self.root / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    def share_publicly(self, *args, prompt="Water the ferns"):
        return self.panko_json("share", self.session(prompt=prompt).path, "--provider", self.provider, *args)

    def refused_publicly(self, *args):
        """The sentence of a share that could not start; nothing is left of the try."""
        message = self.refused("share", self.session().path, "--provider", self.provider, *args)
        self.assertNotIn(CANARY, message)
        wait_until(lambda: descendants() == [self.daemon_pid()], "the end of the tunnel's process")
        return message

    def row(self, share):
        return self.rows()[share["id"]]

    def becomes(self, share, status):
        def look():
            row = self.row(share)
            return row if row["status"] == status else None

        return wait_until(look, f"{status}: {self.row(share)}", seconds=60)

    def tunnel(self):
        (tunnel,) = self.panko_json("serve-status")["tunnels"]
        return tunnel

    def agent(self):
        """The pid of the one tunnel program."""
        (pid,) = self.call("Status")["children"]
        return pid

    def assert_served(self, share, path="/"):
        """Through the tunnel, as a visitor's request arrives: at the port, under the public host name."""
        token = share["public_url"].split("/s/")[1]
        url = f"http://127.0.0.1:{share['local_port']}/s/{token}"
        self.assertEqual(fetch(url, host=host_of(share["public_url"])).status, 200)
        self.assertEqual(fetch(url, host="other.example").status, 421)

    def provider_row(self):
        (row,) = [row for row in self.panko_json("providers") if row["name"] == self.provider]
        return row

    def crash_and_return(self):
        self.kill_daemon()
        self.serve()


class QuickCloudflare(ProviderTest):
    provider = "cloudflare"

    def test_what_it_is(self):
        row = self.provider_row()
        self.assertFalse(row["available"])
        self.assertIn("cloudflared is not installed", row["missing"])
        self.fake("cloudflared")
        row = self.provider_row()
        self.assertEqual((row["available"], row["public"], row["stable_url"]), (True, True, False))
        self.assertEqual(row["audience"], "anyone with the link")
        self.assertIn("200 requests", row["limits"])

    def test_keeps_its_url_when_the_daemon_dies(self):
        self.fake("cloudflared")
        share = self.share_publicly()
        agent = self.agent()
        self.assertRegex(share["public_url"], r"^https://[a-z0-9-]+\.trycloudflare\.com/s/[A-Za-z0-9_-]{22,}/$")
        self.crash_and_return()
        row = self.becomes(share, "active")
        self.assertEqual(row["public_url"], share["public_url"])
        self.assertEqual(self.agent(), agent)
        self.assert_served(row)
        self.assertNotIn("previous_url", row)

    def test_a_crash_with_a_dead_tunnel(self):
        self.fake("cloudflared")
        share = self.share_publicly()
        agent = self.agent()
        self.kill_daemon()
        os.kill(agent, signal.SIGKILL)
        self.serve()
        wait_until(lambda: "previous_url" in self.row(share), "the new address")
        row = self.becomes(share, "active")
        self.assertNotEqual(row["public_url"], share["public_url"])
        self.assertEqual(row["previous_url"], share["public_url"])
        self.assert_served(row)

    def test_loses_its_connection_and_keeps_its_url(self):
        self.fifo("lose")
        self.fifo("return")
        self.fake("cloudflared", "ready\nwait lose\ndisconnected\nwait return\nregistered")
        share = self.share_publicly()
        agent = self.agent()
        self.release("lose")
        row = self.becomes(share, "error")
        self.assertIn("no connection to Cloudflare", row["error"])
        self.assertEqual(row["tunnel"], "degraded")
        self.release("return")
        row = self.becomes(share, "active")
        self.assertEqual((row["public_url"], self.agent()), (share["public_url"], agent))

    def test_hangs(self):
        self.fake("cloudflared")
        share = self.share_publicly()
        began = time.monotonic()
        os.kill(self.agent(), signal.SIGSTOP)
        self.assertIn("does not answer", self.becomes(share, "error")["error"])
        self.assertLess(time.monotonic() - began, 45 if SANITIZED else 15)
        wait_until(lambda: "previous_url" in self.row(share), "the new address", seconds=60)
        self.assert_served(self.becomes(share, "active"))

    def test_killed_it_gets_another_url(self):
        self.fake("cloudflared")
        share = self.share_publicly()
        with self.ipc() as events:
            events.call("Subscribe")
            began = time.monotonic()
            os.kill(self.agent(), signal.SIGKILL)
            seen = []
            while "active" not in seen:
                data = events.reply()["data"]
                seen.append(data.get("share", data).get("status"))
                if seen[-1] == "error":
                    self.assertLess(time.monotonic() - began, 10 if SANITIZED else 1)
        self.assertIn("error", seen)
        row = self.row(share)
        self.assertEqual(row["previous_url"], share["public_url"])
        self.assertNotEqual(host_of(row["public_url"]), host_of(share["public_url"]))
        self.assertIn("url_changed_at", row)
        self.assert_served(row)

    def test_refusals(self):
        for scenario, words in (("rate-limited", "limits how many"), ("no-network", "cannot reach Cloudflare"),
                                ("service-broken", "out of order"), ("bad-usage", "install the current version")):
            with self.subTest(scenario):
                self.fake("cloudflared", scenario)
                self.assertIn(words, self.refused_publicly())

    def test_a_later_refusal_for_good_is_not_tried_again(self):
        self.fake("cloudflared")
        share = self.share_publicly()
        self.fake("cloudflared", "bad-usage")
        os.kill(self.agent(), signal.SIGKILL)
        wait_until(lambda: self.row(share)["tunnel"] == "failed", "failed for good")
        row = self.row(share)
        self.assertEqual(row["status"], "error")
        self.assertIn("install the current version", row["error"])
        self.assertNotIn("next_try_at", self.tunnel())
        # That it failed is told first, then what is left of it ends.
        wait_until(lambda: self.call("Status")["children"] == [], "its process has ended")


class NamedCloudflare(ProviderTest):
    provider = "cloudflare"

    def by_token(self):
        self.port = free_port()
        self.token = self.secret("token")
        self.config(f'[providers.cloudflare]\ntoken_file = "{self.token}"\nhostname = "panko.example.com"\nport = {self.port}\n')

    def test_by_token(self):
        self.by_token()
        self.fake("cloudflared")
        self.assertTrue(self.provider_row()["stable_url"])
        share = self.share_publicly()
        self.assertRegex(share["public_url"], r"^https://panko\.example\.com/s/[A-Za-z0-9_-]{22,}/$")
        self.assertEqual(share["local_port"], self.port)
        self.assert_served(share)
        arguments = pathlib.Path(f"/proc/{self.agent()}/cmdline").read_bytes().split(b"\0")
        self.assertIn(str(self.token).encode(), arguments)
        self.assertNotIn(b"--token", arguments)
        agent = self.agent()
        self.crash_and_return()
        self.assertEqual(self.becomes(share, "active")["public_url"], share["public_url"])
        self.assertEqual(self.agent(), agent)
        os.kill(agent, signal.SIGKILL)
        self.becomes(share, "error")
        row = self.becomes(share, "active")
        self.assertEqual(row["public_url"], share["public_url"])
        self.assertNotIn("previous_url", row)

    def test_by_its_credentials(self):
        credentials = self.secret("credentials.json", json.dumps({"TunnelSecret": CANARY}))
        self.config(f'[providers.cloudflare]\ntunnel = "garden"\ncredentials_file = "{credentials}"\n'
                    'hostname = "panko.example.com"\n')
        self.fake("cloudflared")
        share = self.share_publicly()
        self.assertEqual(host_of(share["public_url"]), "panko.example.com")
        (config,) = (self.state / "tunnels").glob("*.yml")
        self.assertIn(f'service: "http://127.0.0.1:{share["local_port"]}"', config.read_text())
        self.assertEqual(config.stat().st_mode & 0o777, 0o600)
        self.panko("serve-stop")
        self.assertFalse(list((self.state / "tunnels").glob("*.yml")))

    def test_what_keeps_it_from_working(self):
        self.by_token()
        self.fake("cloudflared")
        self.token.chmod(0o644)
        row = self.provider_row()
        self.assertIn("open to other users", row["missing"])
        self.assertEqual(row["mend"], f"chmod 600 {self.token}")
        self.assertIn("open to other users", self.refused("share", self.session().path, "--provider", "cloudflare"))
        self.token.chmod(0o600)
        for scenario, words in (("bad-token", "token is not valid"), ("not-logged-in", "cloudflared tunnel login"),
                                ("no-such-tunnel", "cloudflared tunnel list")):
            with self.subTest(scenario):
                self.fake("cloudflared", scenario)
                self.assertIn(words, self.refused_publicly())


class Ngrok(ProviderTest):
    provider = "ngrok"

    def log_in(self, version="3"):
        path = self.home / ".config" / "ngrok" / "ngrok.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'version: "{version}"\nagent:\n    authtoken: {CANARY}\n')
        path.chmod(0o600)
        return path

    def test_what_it_is(self):
        self.assertIn("ngrok is not installed", self.provider_row()["missing"])
        self.fake("ngrok")
        row = self.provider_row()
        self.assertIn("no authtoken", row["missing"])
        self.assertEqual(row["mend"], "ngrok config add-authtoken YOUR_TOKEN")
        self.log_in("2")
        self.assertEqual(self.provider_row()["mend"], "ngrok config upgrade")
        self.log_in()
        row = self.provider_row()
        self.assertEqual((row["available"], row["public"], row["stable_url"]), (True, True, True))
        self.assertIn("20,000 requests", row["limits"])

    def test_keeps_its_agent_when_the_daemon_dies(self):
        self.fake("ngrok")
        self.log_in()
        share = self.share_publicly()
        self.assertRegex(share["public_url"], r"^https://quiet-fern\.ngrok-free\.app/s/[A-Za-z0-9_-]{22,}/$")
        self.assert_served(share)
        second = self.share_publicly(prompt="Second")
        self.assertEqual(host_of(second["public_url"]), host_of(share["public_url"]))
        agent = self.agent()
        self.crash_and_return()
        self.assertEqual(self.becomes(share, "active")["public_url"], share["public_url"])
        self.assertEqual(self.agent(), agent)
        self.panko("serve-stop")
        wait_until(lambda: descendants() == [], "the end of all processes")

    def test_its_own_domain_and_a_token_of_a_file(self):
        self.config(f'[providers.ngrok]\nurl = "panko.example.com"\nauthtoken_file = "{self.secret("token")}"\n')
        self.fake("ngrok")
        share = self.share_publicly()
        self.assertEqual(host_of(share["public_url"]), "panko.example.com")
        self.assertIn(f"NGROK_AUTHTOKEN={CANARY}", pathlib.Path(f"/proc/{self.agent()}/environ").read_text())

    def test_loses_its_session(self):
        self.fifo("lose")
        self.fifo("return")
        self.fake("ngrok", "ready\nwait lose\nlost\nwait return\ntunnel")
        self.log_in()
        share = self.share_publicly()
        self.release("lose")
        self.assertIn("no connection to its service", self.becomes(share, "error")["error"])
        self.release("return")
        self.assertEqual(self.becomes(share, "active")["public_url"], share["public_url"])

    def test_refusals_are_for_good(self):
        self.log_in()
        for code, words in ((108, "as many agents online"), (107, "no longer valid"), (4018, "needs an account"),
                            (727, "quota")):
            with self.subTest(code):
                self.fake("ngrok", f"web\nrefused {code}")
                self.assertIn(words, self.refused_publicly())
        self.fake("ngrok")
        share = self.share_publicly()
        self.fake("ngrok", "web\nrefused 108")
        os.kill(self.agent(), signal.SIGKILL)
        wait_until(lambda: self.row(share)["tunnel"] == "failed", "failed for good")
        self.assertIn("as many agents online", self.row(share)["error"])
        self.assertNotIn("next_try_at", self.tunnel())


class Tailscale(ProviderTest):
    provider = "tailscale"

    def tailscale(self, **state):
        if not (self.bin / "tailscale").exists():
            (self.bin / "tailscale").symlink_to(TOP / "tests" / "support" / "fake-tailscale")
        with open(self.bin / "tailscale.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            new = self.bin / "tailscale.state.test"
            new.write_text(json.dumps(state))
            new.rename(self.bin / "tailscale.state")

    def serving(self):
        return json.loads((self.bin / "tailscale.state").read_text()).get("serving", {})

    def handlers(self, port=443):
        return self.serving().get("Web", {}).get(f"fern.example.ts.net:{port}", {}).get("Handlers", {})

    def changes(self):
        lines = (self.bin / "tailscale.calls").read_text().splitlines()
        return [line for line in lines if "status" not in line]

    def others(self, path="/", target="http://127.0.0.1:3000"):
        return {"TCP": {"443": {"HTTPS": True}}, "Web": {"fern.example.ts.net:443": {"Handlers": {path: {"Proxy": target}}}}}

    def test_what_it_is(self):
        self.assertIn("Tailscale is not installed", self.provider_row()["missing"])
        self.tailscale()
        row = self.provider_row()
        self.assertEqual((row["available"], row["public"], row["stable_url"]), (True, False, True))
        self.assertEqual(row["audience"], "your tailnet")
        self.config('[providers.tailscale]\nmode = "funnel"\n')
        self.panko("serve-stop")
        self.assertTrue(self.provider_row()["public"])

    def test_is_served_beside_others_and_taken_back(self):
        others = self.others()
        self.tailscale(serving=others)
        share = self.share_publicly()
        port = share["local_port"]
        self.assertRegex(share["public_url"], rf"^https://fern\.example\.ts\.net/panko-{port}/s/[A-Za-z0-9_-]{{22,}}/$")
        self.assertEqual(self.handlers()[f"/panko-{port}"], {"Proxy": f"http://127.0.0.1:{port}"})
        self.assert_served(share)
        self.assertEqual(self.call("Status")["children"], [])
        own = self.share_publicly("--own-tunnel", prompt="Second")
        self.assertEqual(len(self.handlers()), 3)
        self.assertNotEqual(own["local_port"], port)
        self.panko("serve-stop")
        self.assertEqual(self.serving(), others)
        self.assertFalse([call for call in self.changes() if "reset" in call])

    def test_survives_the_daemon(self):
        self.tailscale()
        share = self.share_publicly()
        self.crash_and_return()
        row = self.becomes(share, "active")
        self.assertEqual(row["public_url"], share["public_url"])
        self.assertEqual(len(self.changes()), 1)  # it was there: nothing was set up anew
        self.panko("serve-stop")
        self.assertEqual(self.serving(), {})

    def test_what_a_dead_daemon_left_is_removed(self):
        self.tailscale(serving=self.others())
        self.share_publicly()
        self.kill_daemon()
        self.assertEqual(len(self.handlers()), 2)
        for file in self.state.glob("state.db*"):
            file.unlink()
        self.serve()
        wait_until(lambda: self.serving() == self.others(), "the end of the entry that nobody needs")

    def test_other_settings_after_a_crash(self):
        self.tailscale()
        share = self.share_publicly()
        self.kill_daemon()
        self.config('[providers.tailscale]\nmode = "funnel"\nhttps_port = 8443\n')
        self.serve()
        wait_until(lambda: ":8443/" in self.row(share)["public_url"], "the new address")
        row = self.becomes(share, "active")
        self.assertEqual(row["previous_url"], share["public_url"])
        self.assertEqual(self.handlers(), {})
        self.assertEqual(len(self.handlers(8443)), 1)
        self.assert_served(row)
        self.kill_daemon()  # and back: what was for everybody is for the tailnet alone
        self.config('[providers.tailscale]\nhttps_port = 8443\npath = "/garden"\n')
        self.serve()
        wait_until(lambda: self.row(share)["public_url"].startswith("https://fern.example.ts.net:8443/garden/s/"),
                   "the new address")
        self.becomes(share, "active")
        wait_until(lambda: list(self.handlers(8443)) == ["/garden"], "the end of the earlier entry")
        self.assertNotIn("AllowFunnel", self.serving())

    def test_an_entry_of_somebody_else_is_left_alone(self):
        others = self.others("/garden", "http://127.0.0.1:9999")
        self.tailscale(serving=others)
        self.config('[providers.tailscale]\npath = "/garden"\n')
        self.assertIn("serves something else at /garden", self.refused_publicly())
        self.panko("serve-stop")
        self.assertEqual(self.serving(), others)
        self.assertEqual(self.changes(), [])

    def test_funnel_of_others_is_left_alone(self):
        others = {**self.others(), "AllowFunnel": {"fern.example.ts.net:443": True}}
        self.tailscale(serving=others)
        self.assertIn("open to the Internet", self.refused_publicly())
        self.assertEqual(self.serving(), others)

    def test_refusals(self):
        for state, words in (({"down": True}, "tailscaled is not running"), ({"BackendState": "NeedsLogin"}, "not logged in"),
                             ({"serve": "denied"}, "sudo tailscale set --operator=$USER"),
                             ({"serve": "asks"}, "https://login.tailscale.com/f/serve"),
                             ({"serve": "nothing"}, "does not")):
            with self.subTest(str(state)):
                self.tailscale(**state)
                self.assertIn(words, self.refused_publicly())

    def test_comes_back_with_tailscaled(self):
        self.tailscale()
        share = self.share_publicly()
        serving = self.serving()
        self.tailscale(serving=serving, down=True)
        self.assertIn("tailscaled is not running", self.becomes(share, "error")["error"])
        self.tailscale(serving=serving)
        self.assertEqual(self.becomes(share, "active")["public_url"], share["public_url"])
        self.tailscale()  # somebody took it out
        wait_until(lambda: self.handlers(), "the entry", seconds=60)
        self.assertEqual(self.becomes(share, "active")["public_url"], share["public_url"])


class Secrets(ProviderTest):
    def tokens(self):
        return {"cloudflare": CANARY + "Cloudflare", "ngrok": CANARY + "Ngrok"}

    def share_by(self, provider, prompt):
        return self.panko_json("share", self.session(prompt=prompt).path, "--provider", provider)

    def test_are_nowhere_but_where_they_belong(self):
        tokens = self.tokens()
        files = {name: self.secret(name, token) for name, token in tokens.items()}
        self.config(f'[providers.cloudflare]\ntoken_file = "{files["cloudflare"]}"\nhostname = "panko.example.com"\n'
                    f'port = {free_port()}\n[providers.ngrok]\nauthtoken_file = "{files["ngrok"]}"\n')
        self.fake("cloudflared")
        self.fake("ngrok")
        self.serve(env={"AWS_SECRET_ACCESS_KEY": CANARY})
        shares = [self.share_by(provider, provider) for provider in tokens]
        for round_ in range(2):
            if round_ == 1:  # the same for what a next daemon took over, and for what it started anew
                self.crash_and_return()
                for share in shares:
                    self.becomes(share, "active")
            self.check(tokens, files)
        killed = self.call("Status")["children"]
        for agent in killed:
            os.kill(agent, signal.SIGKILL)

        def replaced():
            children = self.call("Status")["children"]
            return len(children) == len(killed) and not set(children) & set(killed)

        wait_until(replaced, "other agents", seconds=60)
        for share in shares:
            self.becomes(share, "active")
        self.check(tokens, files)
        self.panko("serve-stop")
        self.check_files(files)

    def check(self, tokens, files):
        environments = 0
        for pid in descendants():
            try:
                self.assertNotIn(CANARY.encode(), pathlib.Path(f"/proc/{pid}/cmdline").read_bytes())
                environ = pathlib.Path(f"/proc/{pid}/environ").read_bytes()
                program = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
            except (FileNotFoundError, PermissionError, ProcessLookupError):
                continue  # gone meanwhile; the daemon's own is nobody's to read but root's
            if pid == self.daemon_pid():
                continue
            if b"ngrok" in program:
                self.assertIn(f"NGROK_AUTHTOKEN={tokens['ngrok']}".encode(), environ)
                environ = environ.replace(tokens["ngrok"].encode(), b"")
            self.assertNotIn(CANARY.encode(), environ)
            environments += 1
        self.assertGreaterEqual(environments, 2)  # a curl may be among them
        self.check_files(files)

    def check_files(self, files):
        """State, log, journal, run records, configurations of runs: everything below the test's own directory."""
        looked_at = 0
        for path in self.root.rglob("*"):
            if path.is_file() and path not in files.values():
                self.assertNotIn(CANARY.encode(), path.read_bytes(), path)
                looked_at += 1
        self.assertGreater(looked_at, 5)

    def test_are_asked_for_before_anything_begins(self):
        self.config(f'[providers.cloudflare]\ntoken = "{CANARY}"\n')
        self.fake("cloudflared")
        message = self.refused("share", self.session().path, "--provider", "cloudflare")
        self.assertRegex(message, re.escape('did you mean "token_file"?'))
        self.assertNotIn(CANARY, message)
        self.assertNotIn(CANARY, self.log())
