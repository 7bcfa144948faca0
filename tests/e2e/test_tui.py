"""The TUI with a real daemon: find a session, share it, see the share again tomorrow, stop it, have it back; and what
becomes of all that when the daemon or the TUI dies."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import time
import unittest

import planted
from panko import BINARY, SANITIZED, TOP, Ipc, PankoTest, children, fetch, wait_until
from tmux import Tmux, quoted

URL = re.compile(r"http://127\.0\.0\.1:\d+/s/[A-Za-z0-9_-]{22,}/")


def words(screen):
    """Without frames and line ends: what was broken over lines in a window is found again."""
    return re.sub(r"[│\s]+", " ", screen)


class TuiTest(PankoTest):
    def old_session(self, prompt, age=3600, **more):
        """A session that nobody is writing at the moment."""
        session = self.session(prompt=prompt, **more)
        then = time.time() - age
        os.utime(session.path, (then, then))
        return session

    def tui(self, columns=100, rows=30, expect=None, **env):
        """A panko of its own on a screen, once it shows the text."""
        # Its exit status goes into a file: tmux does not always notice that its child has ended.
        self.ended = self.root / "exit-status"
        self.ended.unlink(missing_ok=True)
        command = f"{quoted(BINARY)}; echo $? >{self.ended}.tmp; mv {self.ended}.tmp {self.ended}"
        tmux = Tmux({**self.env, **env}, columns, rows, command=command, cwd=self.root)
        self.addCleanup(tmux.close)
        if expect:
            tmux.wait_for(expect)
        return tmux

    def quit(self, tmux):
        tmux.keys("q")
        wait_until(self.ended.exists, "the TUI has ended")
        self.assertEqual(self.ended.read_text(), "0\n")
        tmux.close()

    def share_selected(self, tmux):
        """`s` and Enter; the link that comes up."""
        tmux.keys("s")
        tmux.wait_for("Enter share")
        tmux.keys("Enter")
        return self.url_of_card(tmux)

    def url_of_card(self, tmux):
        screen = tmux.wait_for(lambda screen: "╭─ Shared" in screen and "any other key closes" in screen)
        card = screen[screen.index("╭─ Shared") : screen.index("any other key closes")]
        return URL.search(card).group()

    def close_window(self, tmux, shows):
        tmux.keys("Escape")
        tmux.wait_for(lambda screen: shows not in screen)

    def status_of(self, url):
        return fetch(url).status

    def cloudflared(self, scenario):
        if not (self.bin / "cloudflared").exists():
            (self.bin / "cloudflared").symlink_to(TOP / "tests" / "support" / "fake-cloudflared")
        (self.bin / "cloudflared.scenario").write_text(scenario + "\n")


class TheWholePath(TuiTest):
    def test_share_quit_come_back_stop_undo(self):
        self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        url = self.share_selected(tmux)
        self.assertIn("They are watered.", fetch(url).text)
        self.assertIn("expires in 7 days", tmux.screen())
        self.quit(tmux)
        self.assertEqual(self.status_of(url), 200)

        tmux = self.tui(expect="1 share still up")
        tmux.keys("S")
        screen = tmux.wait_for("Shares (1)")
        self.assertIn(url, screen)
        before = self.rows()
        self.assertEqual(self.status_of(url), 200)
        tmux.keys("d")
        tmux.wait_for("brings it back")
        self.assertEqual(self.status_of(url), 410)
        tmux.wait_for("Nothing is shared.")
        tmux.keys("u")
        tmux.wait_for("is shared again, with the same link")
        self.assertEqual(self.status_of(url), 200)
        tmux.wait_for(url)
        self.assertEqual(set(self.rows()), set(before))
        self.close_window(tmux, "Shares (1)")
        self.quit(tmux)
        self.assertEqual(self.status_of(url), 200)

    def test_the_link_is_on_the_clipboard_and_again_with_enter(self):
        self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        url = self.share_selected(tmux)
        tmux.wait_for("✓ copied")
        self.assertEqual(tmux.tmux("show-buffer"), url)
        tmux.tmux("set-buffer", "something else")
        self.close_window(tmux, "✓ copied")
        tmux.keys("s")
        tmux.wait_for("shared already, through local")
        tmux.keys("Enter")
        tmux.wait_for("The link is on the clipboard.")
        self.assertEqual(tmux.tmux("show-buffer"), url)
        self.assertEqual(len(self.rows()), 1)

    def test_expiry_is_chosen(self):
        self.config('default_expiry = "2d"\n')
        self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        tmux.keys("s")
        tmux.wait_for("[2d]")
        for shown in ("[7d]", "[30d]", "[never]"):
            tmux.keys("Right")
            tmux.wait_for(shown)
        tmux.keys("Enter")
        tmux.wait_for("never expires")
        (share,) = self.rows().values()
        self.assertNotIn("expires_at", share)

    def test_a_live_share_and_how_it_is_frozen(self):
        session = self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        tmux.keys("s")
        tmux.wait_for("[as of now]")
        tmux.keys("l")
        self.assertIn("What is said later is published too", words(tmux.wait_for("[live: follows the session]")))
        tmux.keys("Enter")
        url = self.url_of_card(tmux)
        self.assertIn("live  through local", tmux.screen())
        self.close_window(tmux, "╭─ Shared")
        session.prompt("Prune the roses")
        self.assertIn("Prune the roses", fetch(url).text)
        tmux.keys("S")
        self.assertIn("● live Water the ferns", tmux.wait_for("f freeze"))
        tmux.keys("f")
        tmux.wait_for('Frozen: "Water the ferns"')
        self.assertNotIn("f freeze", tmux.wait_for("● Water the ferns"))
        session.prompt("A secret")
        self.assertNotIn("A secret", fetch(url).text)
        self.quit(tmux)

    def test_a_camera_reads_the_code(self):
        if not shutil.which("zbarimg"):
            self.skipTest("zbarimg is not installed (package zbar-tools)")
        self.old_session("Water the ferns")
        tmux = self.tui(columns=80, rows=24, expect="Water the ferns")
        url = self.share_selected(tmux)
        tmux.keys("Q")
        tmux.wait_for(lambda screen: screen.count("████") > 10)
        self.assertEqual(self.photographed(tmux), url)
        tmux.keys("Q")
        tmux.wait_for("any other key closes")
        self.close_window(tmux, "any other key closes")
        tmux.keys("S")
        tmux.wait_for("Shares (1)")
        tmux.keys("Q")
        tmux.wait_for(lambda screen: screen.count("████") > 10)
        self.assertEqual(self.photographed(tmux), url)

    def photographed(self, tmux):
        """What zbar reads on the screen."""
        rows = []
        for line in tmux.lines():
            line = line.ljust(80)
            rows += ["".join("0" * 4 if cell in "█▀" else "1" * 4 for cell in line)] * 4
            rows += ["".join("0" * 4 if cell in "█▄" else "1" * 4 for cell in line)] * 4
        picture = self.root / "code.pbm"
        picture.write_text(f"P1\n{len(rows[0])} {len(rows)}\n" + "\n".join(rows) + "\n")
        done = subprocess.run(["zbarimg", "--raw", "--quiet", picture], capture_output=True, text=True, timeout=60)
        return done.stdout.strip()


class Masking(TuiTest):
    """What is masked is seen before it is shared, and what is shared has a leash."""

    def setUp(self):
        super().setUp()
        mint = planted.Mint(self.id())
        self.github, self.stripe = mint.github(), mint.stripe()
        session = self.old_session("Water the ferns")
        session.tool("Bash", {"command": "cat deploy.sh"}, f"curl -H 'Authorization: Bearer {self.github.value}'")
        session.answer("It is in the script.")
        session.prompt("And the shop?")
        session.tool("Bash", {"command": "cat shop.js"}, f'const shop = require("stripe")("{self.stripe.value}");')
        then = time.time() - 3600
        os.utime(session.path, (then, then))

    def review(self, tmux):
        tmux.keys("s")
        tmux.wait_for("Will be masked 2 secrets")
        tmux.keys("r")
        return tmux.wait_for(lambda screen: "Review: " in screen and "[2 secrets]" in screen)

    def assert_nothing_is_told(self, screen):
        self.assertEqual(planted.readable(screen.encode(), [self.github, self.stripe]), {})

    def test_counts_reviews_allows_and_shares(self):
        tmux = self.tui(columns=150, rows=42, expect="Water the ferns")
        screen = self.review(tmux)
        self.assert_nothing_is_told(screen)
        for shown in ("Turn 1", "Turn 2", "github", "stripe", "tool call"):
            self.assertIn(shown, screen)
        screen = tmux.wait_for("Authorization: Bearer [redacted: github")
        self.assertRegex(screen, "› masked +github")
        tmux.keys("Space")
        screen = tmux.wait_for("1 fine")
        self.assertRegex(screen, "› fine +github")
        tmux.keys("Enter")
        url = self.url_of_card(tmux)
        self.assertIn("1 secret", words(tmux.wait_for(re.compile("masked[.;]").search)))
        page = fetch(url).text
        self.assertIn(self.github.value, page)
        self.assertEqual(planted.readable(page.encode(), [self.stripe]), {})
        self.close_window(tmux, "╭─ Shared")
        # It is remembered, and taken back.
        tmux.keys("s")
        tmux.wait_for("shared already")
        tmux.keys("j")
        tmux.wait_for("Will be masked 1 secret")
        tmux.keys("r")
        self.assertRegex(tmux.wait_for("1 fine"), "› fine +github")
        tmux.keys("f")
        self.assertRegex(tmux.wait_for("[2 secrets]"), "› masked +github")

    def test_what_is_left_out_is_left_out(self):
        tmux = self.tui(columns=80, rows=24, expect="Water the ferns")
        self.assert_nothing_is_told(self.review(tmux))
        tmux.keys("t")
        tmux.wait_for("[x] t hide tool output")
        tmux.keys("p", "Enter")
        url = self.url_of_card(tmux)
        page = fetch(url).text
        self.assertIn("cat deploy.sh", page)
        self.assertNotIn("Authorization", page)
        self.close_window(tmux, "╭─ Shared")
        tmux.keys("S")
        screen = words(tmux.wait_for("without tool output"))
        self.assertIn("personal data shown", screen)
        tmux.keys("h")
        tmux.wait_for("[x] t hide tool output")
        tmux.keys("t", "Enter")
        tmux.wait_for(lambda screen: "without tool output" not in screen and "What is shown" not in screen)
        self.assertIn("Authorization", fetch(url).text)

    def test_enter_at_once_masks_all(self):
        tmux = self.tui(expect="Water the ferns")
        url = self.share_selected(tmux)
        tmux.wait_for(re.compile("2 secrets .*masked").search)
        page = fetch(url).text
        self.assertIn("[redacted: ", page)
        self.assertEqual(planted.readable(page.encode(), [self.github, self.stripe]), {})

    def test_a_leash_is_put_on_and_the_stop_is_checked(self):
        tmux = self.tui(columns=150, rows=42, expect="Water the ferns")
        url = self.share_selected(tmux)
        self.close_window(tmux, "╭─ Shared")
        tmux.keys("S")
        self.assertIn("nobody has looked yet", tmux.wait_for("secrets"))
        tmux.keys("e", "Right", "Right", "Enter")
        tmux.wait_for(lambda screen: re.search(r"Water the ferns .* never ", screen) and "never expires now" in screen)
        tmux.keys("m")
        tmux.wait_for("How often")
        tmux.keys("5", "Enter")
        tmux.wait_for("0 of 5")
        password = planted.Mint(self.id()).password().value
        tmux.keys("p")
        for again in ("The page asks for it.", "Once more"):
            tmux.wait_for(again)
            tmux.type(password)
            tmux.wait_for("•" * len(password))
            tmux.keys("Enter")
        tmux.wait_for(lambda screen: "masked · password" in screen and "Once more" not in screen)
        self.assertEqual(self.status_of(url), 401)
        answer = fetch(url + "unlock", "POST", body=f"password={password}".encode(),
                       headers={"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
        self.assertEqual(answer.status, 303)
        tmux.wait_for("1 of 5")
        tmux.keys("p")
        tmux.wait_for("takes the old one away")
        tmux.keys("Enter")
        tmux.wait_for(lambda screen: "masked · password" not in screen)
        tmux.keys("d")
        tmux.wait_for("gone, checked")
        self.assertEqual(self.status_of(url), 410)
        self.close_window(tmux, "Nothing is shared.")
        self.quit(tmux)
        for kept in (self.log(), *(file.read_text(errors="replace") for file in self.state.glob("*.json"))):
            self.assertNotIn(password, kept)


class Together(TuiTest):
    """Several at once, and others who share meanwhile."""

    def test_a_share_of_another_terminal_appears_and_goes(self):
        session = self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        tmux.keys("S")
        tmux.wait_for("Nothing is shared.")
        share = self.share(session)
        tmux.wait_for(share["public_url"])
        self.panko("stop", share["id"])
        tmux.wait_for("Nothing is shared.")
        self.close_window(tmux, "Nothing is shared.")

    def test_its_event_is_shown_at_once(self):
        if SANITIZED:
            self.skipTest("a figure of the real build")
        session = self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        tmux.keys("S")
        tmux.wait_for("Nothing is shared.")
        took = []
        for _ in range(5):
            id = self.share(session)["id"]
            begun = time.monotonic()
            tmux.wait_for("Shares (1)")
            took.append(time.monotonic() - begun)
            self.panko("stop", id)
            tmux.wait_for("Nothing is shared.")
        self.assertLess(min(took), 0.2)

    def test_the_tui_stays_usable_while_a_share_starts(self):
        self.cloudflared("request\nwait gate\nready some-garden-words.trycloudflare.com")
        os.mkfifo(self.bin / "gate")
        for age, prompt in enumerate(("Prune the roses", "Water the ferns")):
            self.old_session(prompt, age=3600 - age)
        tmux = self.tui(expect="Water the ferns")
        tmux.keys("s")
        tmux.wait_for("Enter share")
        tmux.keys("j")
        tmux.wait_for("Public: anyone with the link can read it")
        tmux.keys("Enter")
        tmux.wait_for("sharing…")
        # Meanwhile another one, through another provider; and a search.
        tmux.keys("j")
        url = self.share_selected(tmux)
        self.assertEqual(self.status_of(url), 200)
        self.close_window(tmux, "any other key closes")
        tmux.keys("/")
        tmux.type("ferns")
        tmux.wait_for(lambda screen: "Prune the roses" not in screen)
        tmux.keys("Escape")
        tmux.wait_for("Prune the roses")
        self.assertIn("sharing…", tmux.screen())
        tmux.keys("S")
        tmux.wait_for("starting…")
        self.close_window(tmux, "starting…")
        with open(self.bin / "gate", "w"):
            pass
        screen = tmux.wait_for("https://some-garden-words.trycloudflare.com/s/")
        self.assertIn("through cloudflare", screen)

    def test_a_failure_says_why(self):
        self.cloudflared("rate-limited")
        self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        tmux.keys("s")
        tmux.wait_for("Enter share")
        tmux.keys("j", "Enter")
        screen = tmux.wait_for("Not shared through cloudflare")
        self.assertRegex(re.sub(r"[│\s]+", " ", screen), "try again in some minutes, or use another provider")
        self.close_window(tmux, "Not shared through cloudflare")
        self.assertNotIn("sharing…", tmux.screen())

    def test_what_is_missing_is_mended_and_then_chosen(self):
        self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        (missing,) = [provider for provider in self.providers() if provider["name"] == "cloudflare"]
        self.assertFalse(missing["available"])
        tmux.keys("s")
        tmux.wait_for("Will be masked")
        self.select(tmux, "cloudflare")
        screen = tmux.wait_for("Enter look again")
        self.assertIn(words(missing["missing"]), words(screen))
        if "mend" in missing:
            self.assertIn("$ " + words(missing["mend"]), words(screen))
            tmux.keys("c")
            tmux.wait_for("The command is on the clipboard.")
            self.assertEqual(tmux.tmux("show-buffer"), missing["mend"])
        self.cloudflared("ready some-garden-words.trycloudflare.com")
        tmux.keys("Enter")
        tmux.wait_for("Public: anyone with the link can read it")
        self.assertEqual(self.rows(), {})
        tmux.keys("Enter")
        tmux.wait_for("https://some-garden-words.trycloudflare.com/s/")

    def providers(self):
        wait_until((self.state / "daemon.sock").exists, "the daemon that the TUI starts")
        with Ipc(self.state / "daemon.sock") as ipc:
            return ipc.data("ListProviders")

    def select(self, tmux, provider):
        """In the choice, which lists what can be used first."""
        listed = sorted(self.providers(), key=lambda provider: not provider["available"])
        tmux.keys("g", *["j"] * [one["name"] for one in listed].index(provider))
        tmux.wait_for(f"› {provider} ")

    def test_stops_all_after_a_yes(self):
        shares = [self.share(self.old_session(f"Prompt {n}")) for n in range(3)]
        tmux = self.tui(expect="3 shares still up")
        tmux.keys("S")
        tmux.wait_for("Shares (3)")
        tmux.keys("D")
        tmux.wait_for("Stop all 3 shares?")
        tmux.keys("n")
        tmux.wait_for(lambda screen: "Stop all" not in screen)
        self.assertEqual({self.status_of(share["public_url"]) for share in shares}, {200})
        tmux.keys("D")
        tmux.wait_for("Stop all 3 shares?")
        tmux.keys("y")
        tmux.wait_for("Nothing is shared.")
        self.assertEqual({self.status_of(share["public_url"]) for share in shares}, {410})


class Tunnels(TuiTest):
    def test_a_tunnel_dies_and_its_link_is_another_one(self):
        os.mkfifo(self.bin / "gate")
        self.cloudflared("ready first-words.trycloudflare.com")
        self.old_session("Water the ferns")
        tmux = self.tui(columns=80, rows=24, expect="Water the ferns")
        tmux.keys("s")
        tmux.wait_for("Enter share")
        tmux.keys("j", "Enter")
        tmux.wait_for("https://first-words.trycloudflare.com/s/")
        self.close_window(tmux, "any other key closes")
        tmux.keys("S")
        tmux.wait_for("● Water the ferns")
        # The next one is not up before it may be.
        self.cloudflared("request\nwait gate\nready second-words.trycloudflare.com")
        (tunnel,) = children(self.daemon_pid())
        os.kill(tunnel, signal.SIGKILL)
        screen = tmux.wait_for("✗ Water the ferns")
        self.assertRegex(screen, "Does not work|Needs you")
        tmux.keys("c")
        tmux.wait_for("it does not work now")
        tmux.keys("Escape")
        tmux.wait_for(lambda screen: "! 1 not working" in screen and "Shares (1)" not in screen)
        with open(self.bin / "gate", "w"):
            pass
        tmux.wait_for("y copy the new link")
        self.assertIn("↻", tmux.screen())
        tmux.keys("S")
        screen = tmux.wait_for(re.compile(r"Link changed (just now|\d+ min ago), the old one is dead\.").search)
        self.assertIn("● Water the ferns", screen)
        self.assertIn("https://second-words.trycloudflare.com/s/", screen)
        tmux.keys("y")
        tmux.wait_for(lambda screen: "Link changed" not in screen)
        wait_until(lambda: "second-words" in tmux.tmux("show-buffer"), "the new link is on the clipboard")
        tmux.keys("i")  # the card keeps saying so
        screen = tmux.wait_for(lambda screen: "╭─ Share ─" in screen)
        self.assertIn("https://first-words.trycloudflare.com/s/", screen)


class Deaths(TuiTest):
    def test_the_daemon_is_killed_and_comes_back(self):
        session = self.old_session("Water the ferns")
        self.old_session("Prune the roses", age=7200)
        share = self.share(session)
        tmux = self.tui(expect="1 share still up")
        tmux.wait_for("1/2")
        self.kill_daemon()
        begun = time.monotonic()
        tmux.wait_for("R starts it again")
        if not SANITIZED:
            self.assertLess(time.monotonic() - begun, 1)
        # Browsing goes on.
        tmux.keys("j")
        tmux.wait_for(re.compile(r"▌.*Prune the roses").search)
        tmux.keys("S")
        self.assertIn("? Water the ferns", tmux.wait_for("Shares (1)"))
        tmux.keys("d")
        tmux.wait_for("cannot be changed while the daemon is away")
        tmux.keys("R")
        tmux.wait_for("The daemon is back: 1 share up.")
        self.assertIn("● Water the ferns", tmux.screen())
        self.assertNotIn("R starts it again", tmux.screen())
        self.assert_serving(share, "They are watered.")

    def test_a_daemon_that_is_replaced_is_not_missed(self):
        garden = self.old_session("Water the ferns")
        self.share(garden)
        tmux = self.tui(expect="1 share still up")
        tmux.keys("S")
        tmux.wait_for("Shares (1)")
        ended = threading.Event()
        seen = []
        looking = threading.Thread(target=lambda: [seen.append(tmux.screen()) for _ in iter(ended.is_set, True)])
        looking.start()
        self.addCleanup(looking.join)
        self.addCleanup(ended.set)
        for replacement in ("in place", "killed"):
            if replacement == "in place":
                self.panko("serve", "--restart")
            else:
                self.kill_daemon()
                begun = time.monotonic()
                self.serve()
                if time.monotonic() - begun > 0.3:
                    self.skipTest("this machine is too slow for it")
            another = self.share(self.old_session(f"Prune the roses, {replacement}"))
            tmux.wait_for(another["public_url"])
        ended.set()
        looking.join()
        self.assertGreater(len(seen), 10)
        self.assertEqual([screen for screen in seen if re.search("starts it again|The daemon is back", screen)], [])

    def test_a_daemon_that_somebody_else_starts_is_found(self):
        share = self.share(self.old_session("Water the ferns"))
        tmux = self.tui(expect="1 share still up")
        self.kill_daemon()
        tmux.wait_for("R starts it again")
        self.serve()
        tmux.wait_for("The daemon is back: 1 share up.")
        self.assert_serving(share, "They are watered.")

    def test_a_request_in_flight_ends_with_a_sentence(self):
        self.cloudflared("request")
        self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        tmux.keys("s")
        tmux.wait_for("Enter share")
        tmux.keys("j", "Enter")
        tmux.wait_for("sharing…")
        tmux.keys("S")
        tmux.wait_for("starting…")
        self.close_window(tmux, "starting…")
        self.kill_daemon()
        screen = tmux.wait_for("Not shared through cloudflare")
        self.assertIn("daemon", screen[screen.index("Not shared") :])
        self.close_window(tmux, "Not shared through cloudflare")
        self.assertNotIn("sharing…", tmux.screen())

    def test_the_tui_is_killed(self):
        self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        url = self.share_selected(tmux)
        daemon = self.daemon_pid()
        os.kill(tmux.child_named(os.path.basename(BINARY)), signal.SIGKILL)
        wait_until(self.ended.exists, "the TUI is gone")
        self.assertEqual(self.ended.read_text(), "137\n")
        self.assertEqual(self.status_of(url), 200)
        self.assertEqual(self.daemon_pid(), daemon)
        self.tui(expect="1 share still up")

    def test_a_newer_program_is_told_once(self):
        program = self.root / "panko"
        shutil.copy(BINARY, program)
        subprocess.run([program, "serve"], env=self.env, check=True, timeout=60, capture_output=True)
        shutil.copy(BINARY, self.root / "newer")
        os.rename(self.root / "newer", program)
        self.old_session("Water the ferns")
        tmux = self.tui(expect="The daemon warns")
        self.assertIn("A newer panko is installed; `panko serve --restart`", words(tmux.screen()))
        self.close_window(tmux, "The daemon warns")

    def test_a_database_that_was_set_aside_is_told_once(self):
        self.state.mkdir(mode=0o700)
        (self.state / "state.db").write_text("This is no database. " * 300)
        self.old_session("Water the ferns")
        tmux = self.tui(expect="The daemon warns")
        self.assertIn("state.db.corrupt", re.sub(r"[│\s]+", "", tmux.screen()))
        self.close_window(tmux, "The daemon warns")


class Actions(TuiTest):
    """What is done with the selected session. The programs of a desktop are played by small scripts."""

    def desktop(self, *programs):
        """Each writes its arguments into a file; returns the environment that makes panko use them."""
        for program in programs:
            self.put_on_path(program, f'#!/bin/sh\nprintf "%s\\n" "$@" >"{self.root}/{program}.tmp"\n'
                                      f'mv "{self.root}/{program}.tmp" "{self.root}/{program}"\n')  # fmt: skip
        return {"DISPLAY": ":no-such"}

    def said_to(self, program):
        return wait_until(lambda: (self.root / program).exists() and (self.root / program).read_text(), program)

    def test_path_and_context_to_the_clipboard(self):
        session = self.old_session("Water the ferns")
        session.tool("Bash", {"command": "water --all"}, "done")
        tmux = self.tui(expect="Water the ferns")
        tmux.keys("c")
        tmux.wait_for("The path is on the clipboard")
        self.assertEqual(tmux.tmux("show-buffer"), str(session.path))
        tmux.keys("C")
        tmux.wait_for(re.compile(r"as Markdown.*about \d+ tokens").search)
        context = tmux.tmux("show-buffer")
        for part in ("Water the ferns", "They are watered.", "water --all"):
            self.assertIn(part, context)

    def test_a_confirmation_goes_by_itself(self):
        self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        tmux.keys("c")
        tmux.wait_for("The path is on the clipboard")
        tmux.wait_for(lambda screen: "The path is on the clipboard" not in screen)

    def test_download_never_overwrites(self):
        session = self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        content = session.path.read_bytes()
        for count in (1, 2):
            tmux.keys("D")
            # A file is there before it is whole.
            wait_until(
                lambda: [file.read_bytes() for file in (self.home / "Downloads").glob("*.jsonl")] == [content] * count,
                f"download {count}",
            )
        tmux.wait_for("Saved as")

    def test_folder(self):
        session = self.old_session("Water the ferns")
        for program in ("gdbus", "dbus-send"):
            self.put_on_path(program, "#!/bin/sh\nexit 1\n")
        tmux = self.tui(expect="Water the ferns", **self.desktop("xdg-open"))
        tmux.keys("o")
        tmux.wait_for("The file manager shows it.")
        self.assertEqual(self.said_to("xdg-open"), f"{session.path.parent}\n")

    def test_view_in_the_browser(self):
        self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns", **self.desktop("xdg-open"))
        for key in ("v", "Enter"):
            (self.root / "xdg-open").unlink(missing_ok=True)
            tmux.keys(key)
            tmux.wait_for("opens in the browser")
            page = self.said_to("xdg-open").strip().removeprefix("file://")
            url = URL.search(pathlib.Path(page).read_text()).group()
            self.assertIn("They are watered.", fetch(url).text)
        self.assertEqual(self.rows(), {})  # a view is no share
        self.assertIn("Water the ferns", tmux.screen())

    def test_a_view_that_is_asked_for_twice_is_one(self):
        self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns", **self.desktop("xdg-open"))
        tmux.keys("v", "v")
        pages = pathlib.Path(self.said_to("xdg-open").strip().removeprefix("file://")).parent
        links = wait_until(lambda: [*pages.glob("open-*.html")][1:] and [*pages.glob("open-*.html")], "two pages")
        urls = {URL.search(link.read_text()).group() for link in links}
        self.assertEqual([self.status_of(url) for url in urls], [200])

    def test_delete_asks_and_refuses_what_is_shared(self):
        session = self.old_session("Water the ferns")
        tmux = self.tui(expect="Water the ferns")
        url = self.share_selected(tmux)
        self.close_window(tmux, "any other key closes")
        tmux.keys("d")
        tmux.wait_for("is shared and cannot be deleted")
        tmux.keys("S")
        tmux.wait_for("Shares (1)")
        tmux.keys("d")
        tmux.wait_for("Nothing is shared.")
        self.assertEqual(self.status_of(url), 410)
        self.close_window(tmux, "Nothing is shared.")
        tmux.keys("d")
        tmux.wait_for("(y/n)")
        tmux.keys("n")
        tmux.wait_for(lambda screen: "(y/n)" not in screen)
        self.assertTrue(session.path.exists())
        content = session.path.read_bytes()
        tmux.keys("d")
        tmux.wait_for("(y/n)")
        tmux.keys("y")
        tmux.wait_for("in the trash")
        self.assertFalse(session.path.exists())
        trashed = [*(self.home / ".local/share/Trash/files").glob("*.jsonl")]
        self.assertEqual([file.read_bytes() for file in trashed], [content])


class Screens(TuiTest):
    EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m \x9b31m \u202etxt.exe"

    def test_a_title_full_of_escapes(self):
        session = self.old_session("Water the ferns " + self.EVIL)
        for columns, rows in ((200, 50), (80, 24), (60, 15)):
            with self.subTest(columns=columns, rows=rows):
                tmux = self.tui(columns, rows, expect="Water the ferns")
                tmux.wait_for("␛]0;owned")
                self.share_selected(tmux)
                self.close_window(tmux, "any other key closes")
                tmux.keys("S")
                tmux.wait_for("Shares (1)")
                tmux.keys("d")
                tmux.wait_for("brings it back")
                self.assertNotIn("\u202e", tmux.screen())
                self.close_window(tmux, "Nothing is shared.")
                self.assertIn("panko", tmux.lines()[0])  # nothing was cleared
                self.assertNotIn("owned", tmux.format("#{pane_title}"))
                self.quit(tmux)
        self.assertTrue(session.path.exists())

    def test_too_small(self):
        self.old_session("Water the ferns")
        tmux = self.tui(59, 14, expect="60 × 15")
        tmux.keys("s")
        tmux.resize(60, 15)
        tmux.wait_for("Water the ferns")
        self.assertNotIn("Enter share", tmux.screen())
        url = self.share_selected(tmux)
        tmux.keys("Q")
        tmux.wait_for("QR code needs a terminal of")
        tmux.resize(200, 50)
        tmux.wait_for(lambda screen: screen.count("████") > 10)
        tmux.resize(59, 14)
        tmux.wait_for("60 × 15")
        tmux.resize(80, 24)
        tmux.wait_for(lambda screen: screen.count("████") > 10)
        tmux.keys("Q")
        tmux.wait_for(url)

    def test_search_selects(self):
        for age, prompt in enumerate(("Prune the roses", "Water the ferns", "Sow the beans")):
            self.old_session(prompt, age=3600 + age)
        tmux = self.tui(expect="Sow the beans")
        tmux.keys("/")
        tmux.type("fern")
        tmux.wait_for(lambda screen: "Prune the roses" not in screen and "Sow the beans" not in screen)
        tmux.keys("Enter")
        url = self.share_selected(tmux)
        self.assertIn("Water the ferns", fetch(url).text)
        self.close_window(tmux, "any other key closes")
        tmux.keys("Escape")
        screen = tmux.wait_for("Sow the beans")
        self.assertRegex(screen, r"▌.*Water the ferns")  # still selected

    def test_a_home_behind_a_link(self):
        self.old_session("Water the ferns")
        (self.home / "dotfiles").mkdir()
        (self.home / ".claude").rename(self.home / "dotfiles" / "claude")
        (self.home / ".claude").symlink_to("dotfiles/claude")
        (self.home / ".config").mkdir()
        (self.home / ".config" / "claude").symlink_to("../dotfiles/claude")
        tmux = self.tui(expect="1/1")
        self.share_selected(tmux)
        self.close_window(tmux, "any other key closes")
        tmux.wait_for(re.compile(r"▌ *Water the ferns.*↗").search)
        tmux.keys("d")
        tmux.wait_for("is shared and cannot be deleted")

    def test_a_click_selects_a_share(self):
        first = self.share(self.old_session("Water the ferns"))
        self.share(self.old_session("Prune the roses"))
        tmux = self.tui(columns=100, rows=30, expect="2 shares still up")
        tmux.keys("S")
        tmux.wait_for("Shares (2)")
        row = next(y for y, line in enumerate(tmux.lines()) if first["public_url"] in line)
        for end in ("M", "m"):
            tmux.raw(f"\x1b[<0;20;{row + 1}{end}".encode())
        tmux.keys("c")
        tmux.wait_for("The link is on the clipboard.")
        self.assertEqual(tmux.tmux("show-buffer"), first["public_url"])

    def test_no_colors(self):
        self.share(self.old_session("Water the ferns"))
        tmux = self.tui(expect="1 share still up", NO_COLOR="1")
        tmux.keys("S")
        tmux.wait_for("● Water the ferns")
        self.assertFalse(tmux.has_colors())


if __name__ == "__main__":
    unittest.main()
