"""The TUI and the terminal that it runs in: it is given back as it was on every way out, follows its size, and shows
nothing that a transcript could drive it with."""

import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from panko import BINARY, PATIENCE, SANITIZED, PankoTest, wait_for_exit, wait_until
from tmux import Tmux, quoted

NAME = os.path.basename(BINARY)
# What tmux says of a terminal that nobody has taken.
GIVEN_BACK = "alternate 0, cursor 1, mouse 0, wrap 1"
STATE = "alternate #{alternate_on}, cursor #{cursor_flag}, mouse #{mouse_any_flag}, wrap #{wrap_flag}"


class TerminalTest(PankoTest):
    def setUp(self):
        super().setUp()
        session = self.session(prompt="Water the ferns")
        self.long_ago = time.time() - 3 * 86400
        os.utime(session.path, (self.long_ago, self.long_ago))
        self.tmux = Tmux(self.env, 80, 24, cwd=self.root)
        self.addCleanup(self.tmux.close)
        self.tmux.wait_for("$")
        self.tmux.run("report() { echo status=$?; stty -a >after; }; ulimit -c 0; stty -a >before")
        self.clear()

    def clear(self):
        """Leaves one line on the user's own screen."""
        self.tmux.run("clear; echo kept-line")
        self.tmux.wait_for("kept-line\n$")

    def start_tui(self, prefix=""):
        self.tmux.run(f"{prefix}{quoted(BINARY)}")
        self.tmux.wait_for("Water the ferns")
        self.assertEqual(self.tmux.format("#{alternate_on} #{cursor_flag} #{mouse_any_flag}"), "1 0 1")
        self.assertNotIn("kept-line", self.tmux.screen())

    def tui_pid(self):
        return wait_until(lambda: self.tmux.child_named(NAME), "the TUI runs")

    def assert_given_back(self, status):
        wait_until(lambda: self.tmux.format("#{alternate_on}") == "0", "the TUI left the screen")
        self.tmux.run("report")
        screen = self.tmux.wait_for(f"status={status}\n$")
        self.assertIn("kept-line\n", screen)
        self.assertNotIn("Water the ferns", screen)
        self.assertEqual(self.tmux.format(STATE), GIVEN_BACK)
        self.assertEqual((self.root / "after").read_text(), (self.root / "before").read_text())


class Endings(TerminalTest):
    def test_quit(self):
        self.start_tui()
        self.tmux.keys("q")
        self.assert_given_back(0)

    def test_control_c(self):
        self.start_tui()
        self.tmux.keys("C-c")
        self.assert_given_back(0)

    def test_what_is_typed_behind_q_is_no_key(self):
        self.start_tui()
        self.tmux.raw(b"qD")  # D would download the session
        self.assert_given_back(0)
        self.assertFalse((self.home / "Downloads").exists())

    def test_signals(self):
        # A crash counts as such for whoever looks at the exit status.
        crashes = (signal.SIGABRT, signal.SIGSEGV) if not SANITIZED else (signal.SIGABRT,)
        for sign in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, *crashes):
            with self.subTest(sign.name):
                self.clear()
                self.start_tui()
                os.kill(self.tui_pid(), sign)
                self.assert_given_back(128 + sign)

    def test_terminal_that_hangs_up(self):
        self.start_tui()
        pid = self.tui_pid()
        self.tmux.tmux("kill-pane")
        self.assertEqual(wait_for_exit(pid), -signal.SIGHUP)

    def test_killed_outright_nothing_happens_to_the_shares(self):
        session = self.session(prompt="Prune the roses")
        share = self.share(session)
        daemon = self.daemon_pid()
        self.start_tui()
        os.kill(self.tui_pid(), signal.SIGKILL)
        wait_until(lambda: self.tmux.child_named(NAME) is None, "the TUI is gone")
        self.assert_serving(share, "Prune the roses")
        self.assertEqual(self.daemon_pid(), daemon)
        self.assertEqual(self.rows()[share["id"]]["status"], "active")


class Stopping(TerminalTest):
    def assert_stopped(self, pid):
        wait_until(lambda: self.state_of(pid) == "T", "the TUI is stopped")

    @staticmethod
    def state_of(pid):
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]

    def test_control_z_and_fg(self):
        self.start_tui()
        pid = self.tui_pid()
        for turn in ("first", "second"):
            self.tmux.keys("C-z")
            self.assert_stopped(pid)
            self.tmux.run(f"stty -a >stopped; echo {turn}-control")
            screen = self.tmux.wait_for(f"\n{turn}-control")
            self.assertIn("kept-line", screen)
            self.assertEqual(self.tmux.format(STATE), GIVEN_BACK)
            self.assertEqual((self.root / "stopped").read_text(), (self.root / "before").read_text())
            self.tmux.run("fg")
            self.tmux.wait_for("Water the ferns")
            self.assertEqual(self.tmux.format("#{alternate_on} #{cursor_flag} #{mouse_any_flag}"), "1 0 1")
        self.tmux.keys("q")
        wait_until(lambda: self.tmux.format(STATE) == GIVEN_BACK, "the terminal is given back")

    def test_what_is_typed_behind_control_z_is_no_key(self):
        self.start_tui()
        pid = self.tui_pid()
        self.tmux.raw(b"\x1aD")
        self.assert_stopped(pid)
        self.tmux.run("fg")
        self.tmux.wait_for("Water the ferns")
        self.tmux.keys("?")
        self.tmux.wait_for("Keys")
        self.assertFalse((self.home / "Downloads").exists())
        self.tmux.keys("q", "q")  # out of the help, and out
        wait_until(lambda: self.tmux.format(STATE) == GIVEN_BACK, "the terminal is given back")

    def test_a_new_size_while_it_was_stopped(self):
        self.start_tui()
        pid = self.tui_pid()
        self.tmux.keys("C-z")
        self.assert_stopped(pid)
        self.tmux.resize(100, 30)
        self.tmux.run("fg")
        self.tmux.wait_for(lambda screen: "Water the ferns" in screen and self.tmux.lines()[29].strip())

    def test_stopped_and_continued_from_elsewhere(self):
        self.start_tui()
        pid = self.tui_pid()
        os.kill(pid, signal.SIGTSTP)
        self.assert_stopped(pid)
        self.assertEqual(self.tmux.format(STATE), GIVEN_BACK)
        self.tmux.run("fg")
        self.tmux.wait_for("Water the ferns")


class Sizes(TerminalTest):
    def test_too_small_and_back(self):
        self.start_tui()
        self.tmux.resize(59, 14)
        screen = self.tmux.wait_for(lambda screen: "60" in screen and "15" in screen)
        self.assertNotIn("Water the ferns", screen)
        self.tmux.resize(80, 24)
        self.tmux.wait_for("Water the ferns")
        self.tmux.resize(40, 5)
        self.tmux.wait_for(lambda screen: "Water" not in screen)
        self.tmux.resize(3, 2)
        self.tmux.resize(200, 50)
        self.tmux.wait_for("Water the ferns")
        wait_until(lambda: self.tmux.lines()[49].strip(), "the footer is at the bottom")

    def test_begins_too_small(self):
        self.tmux.resize(59, 14)
        self.tmux.run(f"{quoted(BINARY)}; echo status=$?")
        self.tmux.wait_for(lambda screen: "60" in screen and "15" in screen and "status" not in screen)
        self.tmux.keys("q")
        self.tmux.wait_for("status=0")

    def test_usual_and_large(self):
        for columns, rows in ((80, 24), (200, 50), (60, 15)):
            with self.subTest(columns=columns, rows=rows):
                self.tmux.resize(columns, rows)
                self.tmux.run("clear")
                self.tmux.run(quoted(BINARY))
                self.tmux.wait_for("Water the ferns")
                lines = self.tmux.lines()
                self.assertEqual(len(lines), rows)
                self.assertTrue(lines[0].strip(), "the header is at the top")
                self.assertTrue(lines[-1].strip(), "the footer is at the bottom")
                self.tmux.keys("q")
                self.tmux.wait_for(lambda screen: "Water the ferns" not in screen)


class Looks(TerminalTest):
    def test_colours(self):
        self.start_tui("COLORTERM=truecolor ")
        wait_until(self.tmux.has_colors, "there are colours")

    def test_no_color(self):
        self.start_tui("NO_COLOR=1 ")
        self.assertFalse(self.tmux.has_colors(), self.tmux.screen_with_styles())
        self.assertRegex(self.tmux.screen_with_styles(), r"\x1b\[(\d+;)*[147]m", "but what stands out does so still")

    def test_a_terminal_of_lines_gets_the_list(self):
        self.tmux.run(f"TERM=dumb {quoted(BINARY)}; echo status=$?")
        screen = self.tmux.wait_for("\nstatus=0")
        self.assertIn("Water the ferns", screen)
        self.assertIn("kept-line", screen)
        self.assertEqual(self.tmux.format(STATE), GIVEN_BACK)

    def test_no_terminal_gets_the_list(self):
        self.assertIn("Water the ferns", self.panko())

    def test_nothing_in_a_title_drives_the_terminal(self):
        title = "\x1b]0;owned\x07\x1b[31mred\x1b[2J\x1b]52;c;b3duZWQ=\x07\u202egreen\u009b31m end"
        self.session(prompt=title)
        before = self.tmux.format("#{pane_title}")
        self.start_tui("NO_COLOR=1 ")
        self.tmux.wait_for("␛]0;owned")
        self.assertEqual(self.tmux.format("#{pane_title}"), before)
        self.assertFalse(self.tmux.has_colors())
        self.assertEqual(self.tmux.tmux("list-buffers"), "")
        self.assertIn("Water the ferns", self.tmux.screen())

    def test_wide_characters_keep_their_columns(self):
        for name in ("浇灌蕨类植物", "🌿🌿 emoji ❤️ 👩‍👩‍👧", "e\u0301toile \u0e01\u0e33"):
            os.utime(self.session(prompt=name).path, (self.long_ago, self.long_ago))
        self.tmux.resize(120, 24)
        self.start_tui()
        self.tmux.wait_for("浇灌蕨类植物")
        # What was drawn step by step is what is drawn when everything is.
        for key in ("j", "j", "j", "?", "?", "/", "e", "Escape", "k", "k", "t", "j"):
            self.tmux.keys(key)
            stepwise = self.settled()
            os.kill(self.tui_pid(), signal.SIGCONT)
            self.assertEqual(self.settled(), stepwise)

    def settled(self):
        """The screen once it stays as it is for a tenth of a second."""
        last = None
        since = time.monotonic()

        def is_settled():
            nonlocal last, since
            screen = self.tmux.cells()
            if screen != last:
                last, since = screen, time.monotonic()
            return time.monotonic() - since > 0.1

        wait_until(is_settled, "nothing changes any more")
        return last


class Input(TerminalTest):
    def test_escape_and_pasting_in_the_search(self):
        self.session(prompt="Prune the roses")
        self.start_tui()
        self.tmux.wait_for("Prune the roses")
        self.tmux.keys("/")
        self.tmux.type("roses")
        self.tmux.wait_for(lambda screen: "Prune the roses" in screen and "Water the ferns" not in screen)
        self.tmux.keys("Escape")
        self.tmux.wait_for("Water the ferns")
        self.tmux.keys("/")
        self.tmux.paste("ferns")
        self.tmux.wait_for(lambda screen: "Prune the roses" not in screen)

    def test_copying_a_path(self):
        self.start_tui()
        self.tmux.keys("j")
        self.tmux.keys("c")
        path = str(next((self.home / ".claude").rglob("*.jsonl")))
        wait_until(lambda: self.tmux.tmux("list-buffers") and self.tmux.tmux("show-buffer") == path, "it is copied")

    def test_keys_of_other_terminals_do_no_harm(self):
        self.start_tui()
        for data in (b"\x1b[?62;1c", b"\x1b]11;rgb:ff/ff/ff\x1b\\", b"\x1bP1+r\x1b\\", b"\x1b[201~", b"\xff\xfe",
                     b"\x1b[<35;10;10M", b"\x1b[24;80R", b"\x1b[57441;1u"):  # fmt: skip
            self.tmux.raw(data)
        self.tmux.raw(b"\x1b[106u\x1b[107u")
        self.assertIn("Water the ferns", self.tmux.screen())
        self.tmux.keys("q")
        self.assert_given_back(0)


class Idle(TerminalTest):
    @staticmethod
    def switches(pid):
        total = 0
        for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
            for line in status.read_text().splitlines():
                if line.startswith("voluntary_ctxt_switches"):
                    total += int(line.split()[1])
        return total

    def test_it_sleeps(self):
        self.start_tui()
        pid = self.tui_pid()

        def is_quiet_for_a_second():
            before = self.switches(pid)
            time.sleep(1)  # what is measured, not waited for
            return self.switches(pid) - before <= 3

        wait_until(is_quiet_for_a_second, "nothing wakes it")


# All that is ever sent, whatever the sessions hold.
TOKEN = re.compile(
    rb"\x1b\[\?(?:1049|25|7|1000|1006|2004|2026)[hl]"
    rb"|\x1b\[(?:H|2J|\d+;\d+H|[\d;]+m)"
    rb"|\x1b\\"
    rb"|[^\x00-\x1f\x7f]+"
)


class Bytes(PankoTest):
    """The TUI at a pseudo-terminal of ours: what it sends, byte by byte, and what it does when nobody reads."""

    def open_tui(self, columns=0, rows=0, **env):
        self.sent = b""
        self.ours, theirs = pty.openpty()
        self.addCleanup(os.close, self.ours)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        process = subprocess.Popen(
            [BINARY], env={**self.env, "TERM": "xterm-256color", **env}, cwd=self.root,
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(theirs, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(theirs)
        self.addCleanup(process.wait, PATIENCE)
        self.addCleanup(process.kill)
        return process

    def read_until(self, expected):
        """Everything that was sent so far, with this in it."""
        deadline = time.monotonic() + PATIENCE
        while expected not in self.sent:
            if not select.select([self.ours], [], [], max(0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"{expected} was not sent, but {self.sent[-3000:]}")
            self.sent += os.read(self.ours, 1 << 16)
        return self.sent

    def test_nothing_else_is_ever_sent(self):
        for number in range(32):
            hostile = "".join(f"{chr(number)}[{chr(second)}x" for second in range(0x20, 0x7F, 7))
            self.session(prompt=f"number {number} {hostile}\x9b31m\u202e\u200b\x7f", project=f"-home-{number}")
        self.session(prompt="Water the ferns \x1b]52;c;b3duZWQ=\x07 \x1bPq\x1b\\\\ \x1b[?1049l")
        tui = self.open_tui(100, 40)
        self.read_until(b"Water the ferns")
        for key in (b"j" * 12, b"?", b"\x1b[B", b"q", b"/", b"number\r", b"\x1b[6~", b"s", b"\x1b[27u", b"S"):
            os.write(self.ours, key)
        os.write(self.ours, b"\x03")
        sent = self.read_until(b"\x1b[?1049l")
        self.assertEqual(tui.wait(PATIENCE), 0)
        self.assertGreater(len(sent), 2000)
        end = 0
        for token in TOKEN.finditer(sent):
            self.assertEqual(sent[end : token.start()], b"")
            end = token.end()
        self.assertEqual(sent[end:], b"")
        text = sent.decode()
        for invisible in ("\x9b", "\u202e", "\u200b", "\ufeff"):
            self.assertNotIn(invisible, text)

    def test_a_terminal_that_does_not_say_its_size(self):
        self.session(prompt="Water the ferns")
        tui = self.open_tui(0, 0)
        self.read_until(b"Water the ferns")
        sent = self.read_until(b"\x1b[24;")
        self.assertNotIn(b"\x1b[25;", sent)
        os.write(self.ours, b"q")
        self.assertEqual(tui.wait(PATIENCE), 0)

    def test_it_ends_although_nobody_reads(self):
        for number in range(50):
            self.session(prompt=f"Water the ferns {number} " + "字" * 300)
        tui = self.open_tui(400, 120)
        self.read_until(b"Water the ferns")
        # Frame after frame, until the terminal takes no more of them, and the TUI no more keys.
        os.set_blocking(self.ours, False)
        with self.assertRaises(BlockingIOError):
            while True:
                os.write(self.ours, b"?")
        tui.send_signal(signal.SIGTERM)
        self.assertEqual(tui.wait(PATIENCE), -signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
