"""The main job: a session is shared, whoever shared it is gone, and the link works; until it is stopped or expires."""

import gzip
import html.parser
import http.client
import os
import re
import signal
import socket
import time
import unittest
import urllib.parse

from panko import TOP, PankoTest, fetch, look, token_of, wait_until
from ports import free_port


class Links(html.parser.HTMLParser):
    """Every URL in a page, and the name of every element and attribute."""

    def __init__(self, page):
        super().__init__()
        self.links, self.sources, self.later = [], [], None
        self.elements, self.attributes = set(), set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "action", "poster", "data"):
                self.links.append(value)
            if name in ("src", "poster", "data"):
                self.sources.append(value)
        if dict(attrs).get("class") == "later":
            self.later = dict(attrs).get("href")


class Sharing(PankoTest):
    def test_prints_the_url_alone_and_the_share_stays(self):
        session = self.session()
        status, out, err = self.run_panko("share", session.path, "--provider", "local")
        self.assertEqual(status, 0, err)
        self.assertRegex(out, r"^http://127\.0\.0\.1:\d+/s/[A-Za-z0-9_-]{22,}/\n$")
        self.assert_serving({"public_url": out.strip()}, "They are watered.")
        self.assertRegex(err, r"\d personal values? masked")

    def test_json_is_one_share(self):
        session = self.session()
        share = self.share(session)
        page = (TOP / "docs" / "json.md").read_text()
        for key in share:
            self.assertIn(f"`{key}`", page)
        self.assertEqual(share["session_path"], str(session.path))
        self.assertEqual(share["session_name"], "Water the ferns")
        self.assertEqual(share["status"], "active")
        expires = time.mktime(time.strptime(share["expires_at"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
        self.assertAlmostEqual(expires, time.time() + 7 * 86400, delta=3600)

    def test_again_is_the_same_share_with_other_options_another(self):
        session = self.session()
        first = self.share(session)
        status, out, err = self.run_panko("share", session.path, "--provider", "local")
        self.assertEqual((status, out), (0, first["public_url"] + "\n"))
        self.assertIn("already", err)
        self.assertEqual(self.share(session)["existing"], True)
        other = self.share(session, "--expires", "never")
        self.assertNotEqual(other["id"], first["id"])
        self.assertNotIn("expires_at", other)
        self.assertEqual(len(self.panko_json("shares")), 2)
        self.panko("stop", first["id"])
        self.assertNotIn(self.share(session)["id"], (first["id"], other["id"]))

    def test_a_session_by_id_prefix_and_latest(self):
        old = self.session("11111111-aaaa-4bbb-8ccc-000000000001", prompt="The old one")
        new = self.session("22222222-aaaa-4bbb-8ccc-000000000002", prompt="The new one")
        older = time.time() - 3600
        os.utime(old.path, (older, older))
        for name, session in ((old.id, old), ("1111", old), ("2222", new), ("latest", new)):
            share = self.panko_json("share", name, "--provider", "local")
            self.assertEqual(share["session_path"], str(session.path))

    def test_nothing_public_unasked(self):
        session = self.session()
        self.put_on_path("cloudflared", "#!/bin/sh\nexit 7\n")
        _, out, err = self.run_panko("share", session.path)
        self.assertTrue(out.startswith("http://127.0.0.1:"), out + err)
        self.assertIn("local", err)

    def test_the_configured_provider(self):
        self.config('default_provider = "cloudflare"\n')
        self.assertIn("cloudflared", self.refused("share", self.session().path))

    def test_list_and_stop(self):
        shares = [self.share(self.session(prompt=f"Prompt {n}")) for n in range(3)]
        self.assertEqual({row["id"] for row in self.panko_json("shares")}, {share["id"] for share in shares})
        text = self.panko("shares")
        for share in shares:
            self.assertIn(share["id"][:8], text)
        self.panko("stop", shares[0]["id"][:8])
        self.assertEqual({row["id"] for row in self.panko_json("shares")}, {share["id"] for share in shares[1:]})
        self.assertEqual(len(self.panko_json("shares", "--all")), 3)
        self.panko("stop", shares[0]["id"])  # stopped already: fine
        self.assertIn("no-such-id", self.refused("stop", "no-such-id"))
        self.panko("stop", "--all")
        self.assertEqual(self.panko_json("shares"), [])
        self.assertEqual({row["status"] for row in self.panko_json("shares", "--all")}, {"stopped"})
        for share in shares:
            self.assertEqual(fetch(share["public_url"]).status, 410)

    def test_an_ambiguous_prefix_is_refused(self):
        for n in range(17):  # two of 17 begin with the same digit
            self.share(self.session(prompt=f"Prompt {n}"))
        ids = [row["id"] for row in self.panko_json("shares")]
        twice = next(digit for digit in "0123456789abcdef" if sum(id.startswith(digit) for id in ids) > 1)
        self.refused("stop", twice)
        self.assertEqual(len(self.panko_json("shares")), 17)

    def test_a_share_expires(self):
        share = self.share(self.session(), "--expires", "1s")
        wait_until(lambda: fetch(share["public_url"]).status == 410, "410 after a second")
        self.assertEqual(self.rows()[share["id"]]["status"], "stopped")

    def test_it_expires_while_no_daemon_runs(self):
        share = self.share(self.session(), "--expires", "1s")
        self.kill_daemon()
        time.sleep(1.1)  # the wall clock itself is what is tested
        self.assertEqual(self.panko_json("shares"), [])
        self.share(self.session(prompt="Another"))  # brings the gateway up again
        self.assertEqual(fetch(share["public_url"]).status, 410)

    def test_expiry_is_checked(self):
        for value in ("", "7", "-1d", "7x", "99999999999999999999d", "0d", "1d1"):
            with self.subTest(value=value):
                status, out, err = self.run_panko("share", self.session().path, "--expires", value)
                self.assertIn(status, (1, 2), err)
                self.assertEqual(out, "")

    def test_max_shares(self):
        self.config("max_shares = 2\n")
        kept = [self.share(self.session(prompt=f"Prompt {n}")) for n in range(2)]
        self.assertIn("max_shares", self.refused("share", self.session().path, "--provider", "local"))
        self.panko("stop", kept[0]["id"])
        self.share(self.session())

    def test_one_gateway_for_all_and_one_of_its_own(self):
        shares = [self.share(self.session(prompt=f"Prompt {n}")) for n in range(5)]
        self.assertEqual(len({share["local_port"] for share in shares}), 1)
        own = self.share(self.session(), "--own-tunnel")
        self.assertNotEqual(own["local_port"], shares[0]["local_port"])
        for share in [*shares, own]:
            self.assertEqual(fetch(share["public_url"]).status, 200)
        # Each token is good on its own gateway only.
        elsewhere = fetch(f"http://127.0.0.1:{own['local_port']}/s/{token_of(shares[0]['public_url'])}/")
        self.assertEqual(elsewhere.status, 404)

    def test_a_configured_port(self):
        port = free_port()
        self.config(f"default_port = {port}\n")
        self.assertEqual(self.share(self.session())["local_port"], port)

    def test_the_port_is_outside_the_ephemeral_range(self):
        low, high = map(int, open("/proc/sys/net/ipv4/ip_local_port_range").read().split())
        self.assertFalse(low <= self.share(self.session())["local_port"] <= high)

    def test_the_bundled_sample(self):
        sample = TOP / "share" / "panko" / "sample-session.jsonl"
        self.assert_serving(self.share(sample), "fernwatch")


class Live(PankoTest):
    """`share --live` and `edit --freeze`: what is published of what is written after the share was made."""

    def live_share(self, session):
        share = self.share(session, "--live")
        self.assertIs(share["live"], True)
        return share

    def page(self, share):
        response = fetch(share["public_url"])
        self.assertEqual(response.status, 200, response.body[:300])
        return response.text

    def test_the_page_follows_the_session(self):
        session = self.session()
        status, out, err = self.run_panko("share", session.path, "--provider", "local", "--live")
        self.assertEqual(status, 0, err)
        self.assertIn("published too", err)
        share = self.share(session, "--live")
        self.assertEqual((share["public_url"], share["existing"]), (out.strip(), True))
        self.assertIn(f"panko edit {share['id'][:8]} --freeze", err)
        snapshot = self.share(session)
        self.assertNotEqual(snapshot["id"], share["id"])
        self.assertNotIn("live", snapshot)
        for prompt in ("Prune the roses", "Mow the lawn"):
            session.prompt(prompt)
            self.assertIn(prompt, self.page(share))
            self.assertNotIn(prompt, self.page(snapshot))
        self.assertEqual({row["id"]: row.get("live") for row in self.panko_json("shares")},
                         {share["id"]: True, snapshot["id"]: None})  # fmt: skip
        self.assertEqual([line.split("\t")[11] for line in self.panko("shares").splitlines()], ["", "live"])

    def test_it_stays_live_whatever_becomes_of_the_daemon(self):
        session = self.session()
        share = self.live_share(session)
        for n, change in enumerate((self.kill_daemon, lambda: self.kill_daemon(signal.SIGTERM),
                                    lambda: self.panko("serve", "--restart"))):  # fmt: skip
            change()
            self.assertIs(self.panko_json("shares")[0]["live"], True)
            session.prompt(f"Prompt {n}")
            self.assertIn(f"Prompt {n}", self.page(share))
        self.panko("stop", share["id"])
        self.assertIs(self.call("RestoreShare", {"share_id": share["id"]})["live"], True)
        session.prompt("And so on")
        self.assertIn("And so on", self.page(share))

    def test_another_session_in_its_file_is_never_shown(self):
        session = self.session()
        share = self.live_share(session)
        self.assertIn("Water the ferns", self.page(share))
        own = session.path.read_text()
        other = self.session(prompt="A secret of another")
        other.path.rename(session.path)
        response = fetch(share["public_url"])
        self.assertEqual(response.status, 503)
        self.assertNotIn("A secret of another", response.text)
        wait_until(lambda: self.rows()[share["id"]]["status"] == "error", "the error")
        self.assertIn("could not be frozen", self.refused("edit", share["id"], "--freeze"))
        session.path.write_text(own)
        self.assertIn("Water the ferns", self.page(share))
        wait_until(lambda: self.rows()[share["id"]]["status"] == "active", "the share is back")

    def test_frozen_it_ends_where_the_session_ended(self):
        session = self.session()
        share = self.live_share(session)
        session.prompt("Prune the roses")
        status, out, err = self.run_panko("edit", share["id"][:8], "--freeze")
        self.assertEqual((status, out), (0, ""), err)
        self.assertRegex(err, r"^Changed: Water the ferns \([0-9a-f-]{36}\)\nFrozen: the page ends")
        session.prompt("A secret")
        for change in (lambda: None, self.kill_daemon, self.serve, lambda: self.panko("serve", "--restart")):
            change()
            row = self.panko_json("shares")[0]
            self.assertNotIn("live", row)
            self.assertEqual(row["public_url"], share["public_url"])
            page = self.page(share)
            self.assertIn("Prune the roses", page)
            self.assertNotIn("A secret", page)
        status, _, err = self.run_panko("edit", share["id"], "--freeze")
        self.assertEqual(status, 0)
        self.assertIn("Not live", err)
        self.assertNotIn("A secret", self.page(share))

    def test_once_it_is_frozen_no_crash_thaws_it(self):
        session = self.session()
        share = self.live_share(session)
        self.call("UpdateShare", {"share_id": share["id"], "freeze": True})
        self.kill_daemon()
        session.prompt("A secret")
        self.serve()
        self.assertNotIn("A secret", self.page(share))

    def test_what_cannot_be_frozen(self):
        session = self.session()
        share = self.live_share(session)
        away = self.root / "away"
        session.path.rename(away)
        self.assertIn("could not be frozen", self.refused("edit", share["id"], "--freeze"))
        self.assertIs(self.rows()[share["id"]]["live"], True)
        away.rename(session.path)
        self.panko("stop", share["id"])
        self.assertIn("is stopped", self.refused("edit", share["id"], "--freeze"))
        self.assertIn("no-such-id", self.refused("edit", "no-such-id", "--freeze"))
        self.refused("edit", share["id"], status=2)
        self.refused("edit", "--freeze", status=2)

    def test_its_events(self):
        session = self.session()
        self.serve()
        with self.ipc() as events:
            events.call("Subscribe")
            share = self.live_share(session)
            while events.reply()["data"]["share"]["status"] != "active":
                pass
            self.panko("edit", share["id"], "--freeze")
            while "live" in (heard := events.reply()["data"]["share"]):
                pass  # how much is masked, perhaps
            self.assertEqual((heard["id"], heard["status"]), (share["id"], "active"))


class Views(PankoTest):
    def views_of(self, share):
        return self.rows()[share["id"]].get("views", 0)

    def test_people_are_counted(self):
        share, other = self.share(self.session()), self.share(self.session(prompt="Another"))
        self.assertNotIn("views", share)
        self.assertNotIn("last_viewed_at", share)
        for _ in range(3):
            look(share["public_url"], look(share["public_url"]))
        for _ in range(2):  # programs do not run the script
            fetch(share["public_url"])
        fetch(share["public_url"], "HEAD")
        fetch(share["public_url"].rstrip("/"))
        page = Links(fetch(share["public_url"] + "?from=somewhere").text)
        for link in page.links:
            if "/a/" in f"/{link}":
                fetch(urllib.parse.urljoin(share["public_url"], link))
        row = self.rows()[share["id"]]
        self.assertEqual(row["views"], 3)
        self.assertRegex(row["last_viewed_at"], r"^\d{4}-\d\d-\d\dT")
        self.assertEqual(self.views_of(other), 0)
        self.assertEqual([line.split("\t")[8] for line in self.panko("shares").splitlines()], ["0", "3"])
        seen = {row["id"]: row.get("views") for row in self.panko_json("shares")}
        self.assertEqual(seen, {share["id"]: 3, other["id"]: None})

    def test_they_outlive_the_daemon(self):
        share = self.share(self.session())
        look(share["public_url"])
        self.kill_daemon(signal.SIGTERM)
        self.assertEqual(self.panko_json("shares")[0]["views"], 1)
        look(share["public_url"])
        time.sleep(2.5)  # they are written after two seconds; nobody hears of that
        self.kill_daemon()
        self.assertEqual(self.panko_json("shares")[0]["views"], 2)

    def test_followers_hear_of_them_once_a_second_at_most(self):
        share = self.share(self.session())
        with self.ipc() as events:
            events.call("Subscribe")
            began = time.monotonic()
            for _ in range(300):
                look(share["public_url"])
            heard = []
            while not heard or heard[-1] < 300:
                heard.append(events.reply()["data"]["share"].get("views", 0))
            taken = time.monotonic() - began
        self.assertLessEqual(len(heard), taken + 3)

    def test_afterwards_the_daemon_sleeps(self):
        share = self.share(self.session())
        fetch(share["public_url"])
        pid = self.daemon_pid()

        def wakeups():
            with open(f"/proc/{pid}/task/{pid}/status") as file:
                status = file.read()
            return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status, re.M).group(1))

        def asleep():
            before = wakeups()
            time.sleep(2)
            return wakeups() == before

        wait_until(asleep, "two seconds without a wakeup")


class SideBySide(PankoTest):
    """Shares that start together. tests/support/fake-cloudflared is told when it may be ready."""

    def cloudflared(self, scenario):
        if not (self.bin / "cloudflared").exists():
            (self.bin / "cloudflared").symlink_to(TOP / "tests" / "support" / "fake-cloudflared")
        (self.bin / "cloudflared.scenario").write_text(scenario + "\n")

    def begin(self, name, **more):
        ipc = self.ipc()
        self.addCleanup(ipc.close)
        params = {"session_path": str(self.session(prompt=name).path), "provider": "cloudflare", **more}
        ipc.request("StartShare", params)
        return ipc

    def requested(self):
        """How many cloudflareds have read their scenario."""
        logs = (self.state / "tunnels").glob("*.log")
        return sum("Requesting new quick Tunnel" in log.read_text() for log in logs)

    def starting(self):
        return [row["status"] for row in self.rows().values()].count("starting")

    def open_gate(self):
        try:
            os.close(os.open(self.bin / "gate", os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody waits there
            pass

    def test_slow_tunnels_hold_up_nobody_else(self):
        self.serve()
        os.mkfifo(self.bin / "gate")
        self.cloudflared("request\nwait gate\nready")
        slow = [self.begin(f"Slow {n}", own_tunnel=True) for n in range(2)]
        together = [self.begin(f"Together {n}") for n in range(3)]
        wait_until(lambda: self.requested() == 3, "two tunnels of their own and a common one")
        self.assertEqual(len(self.call("Status")["children"]), 3)
        self.cloudflared("ready")
        quick = self.begin("Quick", own_tunnel=True)
        self.assertEqual(quick.reply()["status"], "ShareStarted")
        self.cloudflared("rate-limited")
        refused = self.begin("Refused", own_tunnel=True).reply()
        self.assertEqual(refused["status"], "Error")
        self.assertRegex(refused["data"]["message"], r"^[A-Z][^\n]*try again[^\n]*\.$")
        self.assertEqual(self.share(self.session(prompt="Local"))["status"], "active")
        self.assertEqual(self.starting(), 5)
        wait_until(lambda: self.open_gate() or self.starting() == 0, "every tunnel")
        hosts = [ipc.reply()["data"]["public_url"].split("/")[2] for ipc in (*slow, *together)]
        self.assertEqual(len(set(hosts)), 3)
        self.assertEqual(len(set(hosts[2:])), 1)

    def test_what_is_restored_has_its_tunnel_still(self):
        self.serve()
        self.cloudflared("ready")
        for own in (False, True):
            with self.begin(f"Restored {own}", own_tunnel=own) as ipc:
                started = ipc.reply()["data"]
                share = wait_until(lambda: "secrets_masked" in (row := self.rows()[started["id"]]) and row, "the session pass")
                host = share["public_url"].split("/")[2]
                ipc.data("StopShare", {"share_id": share["id"]})
                self.assertEqual(fetch(share["public_url"], port=share["local_port"], host=host).status, 410)
                self.assertEqual(ipc.data("RestoreShare", {"share_id": share["id"]}), share)
                self.assertEqual(fetch(share["public_url"], port=share["local_port"], host=host).status, 200)


class Snapshot(PankoTest):
    def test_it_ends_where_the_session_ended(self):
        session = self.session()
        share = self.share(session)
        self.assert_serving(share, "They are watered.")
        session.prompt("A later prompt")
        session.answer("A later answer")
        page = fetch(share["public_url"]).text
        self.assertNotIn("later", page)
        self.assertIn("They are watered.", page)
        again = self.share(session)
        self.assertEqual((again["id"], again["existing"]), (share["id"], True))
        self.assertNotIn("later", fetch(share["public_url"]).text)
        newer = self.share(session, "--expires", "1d")  # another share, and another snapshot
        self.assert_serving(newer, "A later answer")


class Pages(PankoTest):
    def setUp(self):
        super().setUp()
        self.written = self.session(prompt="Water the ferns, *please*")
        self.written.answer("Whatever you say, *please* me")
        self.written.tool("Bash", {"command": "echo drip"}, "drip drip\n")
        self.written.tool("Bash", {"command": "false"}, "it broke", is_error=True)
        self.written.blocks([{"type": "thinking", "thinking": "How much water?", "signature": "x"}])
        self.info = self.share(self.written)
        self.url = self.info["public_url"]
        self.port = self.info["local_port"]

    def test_shows_what_happened(self):
        page = fetch(self.url).text
        for text in ("Water the ferns", "They are watered.", "echo drip", "drip drip", "it broke", "How much water?"):
            self.assertIn(text, page)
        self.assertIn("<em>please</em>", page)
        self.assertIn("Water the ferns, *please*", page)  # a prompt is shown as it was typed

    def test_headers_against_leaks_and_scripts(self):
        response = fetch(self.url)
        wanted = {
            "Content-Type": "text/html; charset=utf-8",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet, noimageindex",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        for name, value in wanted.items():
            self.assertEqual(response.headers[name], value, name)
        self.assertIn("no-store", response.headers["Cache-Control"])
        policy = response.headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'",
                     "frame-ancestors 'none'"):  # fmt: skip
            self.assertIn(part, policy)
        self.assertNotIn("unsafe", policy)
        self.assertIn("Permissions-Policy", response.headers)
        for name in ("Server", "ETag", "Last-Modified", "Set-Cookie"):
            self.assertNotIn(name, response.headers)

    def test_every_link_is_relative_and_works(self):
        page = Links(fetch(self.url).text)
        self.assertTrue(page.links)
        for link in page.links:
            if link.startswith(("#", "data:")):
                continue
            self.assertNotRegex(link, r"^(/|[a-z]+:)", "neither absolute nor elsewhere")
            response = fetch(urllib.parse.urljoin(self.url, link))
            self.assertEqual(response.status, 200, link)
            if "/a/" in f"/{link}":
                self.assertIn("immutable", response.headers["Cache-Control"])
        self.assertFalse({name for name in page.attributes if name.startswith("on")} | ({"style"} & page.attributes))

    def test_a_long_session_comes_in_windows(self):
        session = self.session(prompt="Count")
        for n in range(3000):
            session.answer(f"Number {n} is the one of interest. " + "x" * 400)
        share = self.share(session)
        url, seen, sizes = share["public_url"], [], []
        while url:
            response = fetch(url)
            self.assertEqual(response.status, 200)
            sizes.append(len(response.body))
            seen += map(int, re.findall(r"Number (\d+) is the one", response.text))
            later = Links(response.text).later
            url = later and urllib.parse.urljoin(url, later)
        self.assertEqual(seen, list(range(3000)))  # each once, in order
        self.assertLess(max(sizes), 600_000)

    def test_methods_and_paths(self):
        missing = fetch(f"http://127.0.0.1:{self.port}/s/{'A' * 27}/")
        self.assertEqual(missing.status, 404)
        for path in ("/", "/s", "/s/", "/index.html", "/favicon.ico", "/api", "/s/x", "/s/../s/", "/%2e%2e/", "/s//", "//",
                     f"/s/{'A' * 27}", f"/s/{'A' * 27}/a/x.css", "/admin", "/shares", "/.git/config"):  # fmt: skip
            other = fetch(f"http://127.0.0.1:{self.port}{path}")
            self.assertEqual((other.status, other.body), (404, missing.body), path)
        robots = fetch(f"http://127.0.0.1:{self.port}/robots.txt")
        self.assertEqual(robots.status, 200)
        self.assertIn("Disallow: /", robots.text)
        redirect = fetch(self.url.rstrip("/"))
        self.assertEqual(redirect.status, 308)
        self.assertNotRegex(redirect.headers["Location"], r"^(/|http)")
        self.assertEqual(urllib.parse.urljoin(self.url.rstrip("/"), redirect.headers["Location"]), self.url)
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"):
            self.assertEqual(fetch(self.url, method).status, 405, method)
        self.assertEqual(fetch(self.url + "no-such-thing").status, 404)

    def test_head_is_get_without_a_body(self):
        get, head = fetch(self.url), fetch(self.url, "HEAD")
        self.assertEqual(head.status, 200)
        self.assertEqual(head.body, b"")
        self.assertEqual(head.headers["Content-Type"], get.headers["Content-Type"])

    def test_host(self):
        for host in (f"127.0.0.1:{self.port}", f"localhost:{self.port}", f"LOCALHOST:{self.port}"):
            self.assertEqual(fetch(self.url, host=host).status, 200, host)
        for host in ("evil.example", f"evil.example:{self.port}", f"127.1:{self.port}", f"0x7f000001:{self.port}",
                     f"[::ffff:127.0.0.1]:{self.port}", f"2130706433:{self.port}"):  # fmt: skip
            self.assertEqual(fetch(self.url, host=host).status, 421, host)

    def test_compresses(self):
        response = fetch(self.url, headers={"Accept-Encoding": "gzip"})
        self.assertEqual(response.headers["Content-Encoding"], "gzip")
        self.assertIn("Accept-Encoding", response.headers["Vary"])
        self.assertIn(b"Water the ferns", gzip.decompress(response.body))
        self.assertNotIn("Content-Encoding", fetch(self.url).headers)

    def test_keeps_a_connection(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            for _ in range(20):
                connection.request("GET", urllib.parse.urlsplit(self.url).path)
                response = connection.getresponse()
                self.assertEqual(response.status, 200)
                response.read()
                self.assertIsNotNone(connection.sock)
        finally:
            connection.close()

    def test_the_end_cuts_what_is_under_way(self):
        self.panko("stop", self.info["id"])
        response = fetch(self.url)
        self.assertEqual(response.status, 410)
        self.assertNotIn("fern", response.text)
        self.assertNotIn(self.written.id, response.text)
        self.assertEqual(fetch(self.url + "a/x.css").status, 410)

    def test_a_transcript_is_data(self):
        session = self.session(prompt="</title><script>alert(1)</script><img src=x onerror=alert(1)>")
        session.answer("[x](javascript:alert(1)) <svg onload=alert(1)> ![y](http://evil.example/p.png) \x1b]0;t\x07")
        session.tool("Bash<script>", {"command": "</script><script>alert(1)"}, "<iframe src=//evil.example>")
        page = fetch(self.share(session)["public_url"]).text
        found = Links(page)
        self.assertFalse(found.elements & {"iframe", "object", "embed", "base", "form"})
        self.assertFalse({name for name in found.attributes if name.startswith("on")})
        for link in found.links:
            self.assertNotRegex(link, r"(?i)^\s*(javascript|data:text|//)")
        self.assertFalse([source for source in found.sources if not source.startswith("a/")])
        self.assertNotIn("alert(1)</script>", page)
        self.assertNotIn("\x1b", page)

    def test_requests_that_are_no_http(self):
        for request in (b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x00\xa5\x01\x00", b"GET / HTTP/9.9\r\n\r\n",
                        b"GET /s/ HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 500 + b"\r\n",
                        b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
                        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"):  # fmt: skip
            with socket.create_connection(("127.0.0.1", self.port), timeout=20) as stranger:
                stranger.sendall(request)
                stranger.shutdown(socket.SHUT_WR)
                answer = b""
                try:
                    while chunk := stranger.recv(65536):
                        answer += chunk
                except ConnectionResetError:
                    pass
                self.assertRegex(answer or b"HTTP/1.1 400", rb"^HTTP/1\.[01] 4\d\d", request[:40])
        self.assertEqual(fetch(self.url).status, 200)


if __name__ == "__main__":
    unittest.main()
