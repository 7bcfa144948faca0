"""A terminal for the end-to-end tests: a tmux server of its own, of a fixed size, whose screen can be read.

Nothing here waits for time to pass: wait_for() polls the screen until it shows what is expected.
"""

import os
import pathlib
import re
import shlex
import subprocess
import tempfile

from panko import PATIENCE, children, wait_for_exit, wait_until

CONFIG = """
set -g default-terminal tmux-256color
set -g default-command ''
set -g status off
set -g history-limit 2000
set -g remain-on-exit on
set -g allow-passthrough off
set -g set-clipboard off
set -s escape-time 0
set -s exit-empty off
"""

COLOR = re.compile(r"\x1b\[[0-9;:]*(?<![0-9])(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?![0-9])[0-9;:]*m")


class Tmux:
    """One window with one shell, or with the one program that is given. close() ends it and all that runs in it."""

    def __init__(self, env, columns=80, rows=24, command=None, cwd=None):
        self.directory = tempfile.TemporaryDirectory(prefix="pk-tmux-")
        self.socket = pathlib.Path(self.directory.name) / "socket"
        config = pathlib.Path(self.directory.name) / "tmux.conf"
        config.write_text(CONFIG)
        # The shell's own line editor would change the terminal's settings under our eyes.
        shell = "exec sh -i"
        self.env = {**env, "PS1": "$ ", "SHELL": "/bin/sh", "TERM": "xterm-256color", "ENV": "/dev/null"}
        subprocess.run(
            ["tmux", "-S", self.socket, "-f", config, "new-session", "-d", "-x", str(columns), "-y", str(rows),
             command or shell],
            env=self.env, cwd=cwd, check=True, timeout=PATIENCE,
        )  # fmt: skip
        self.server = int(self.format("#{pid}"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends the server, as the subreaper of which we get its exit status."""
        if self.server is not None:
            subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True, timeout=PATIENCE)
            wait_for_exit(self.server)
            self.server = None
        self.directory.cleanup()

    def tmux(self, *args):
        done = subprocess.run(
            ["tmux", "-S", self.socket, *map(str, args)], env=self.env, capture_output=True, timeout=PATIENCE
        )
        if done.returncode != 0:
            raise AssertionError(f"tmux {args}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode(errors="replace")

    def format(self, text):
        """What tmux knows of the pane, e.g. "#{alternate_on}"."""
        return self.tmux("display-message", "-p", text).rstrip("\n")

    # Input

    def keys(self, *names):
        """Keys by tmux's names ("Enter", "C-c", "Up"); a text of one character is that key."""
        self.tmux("send-keys", *names)

    def type(self, text):
        """Characters as they are."""
        self.tmux("send-keys", "-l", text)

    def raw(self, data):
        """Bytes, as a terminal would send them."""
        self.tmux("send-keys", "-H", *(f"{byte:02x}" for byte in data))

    def paste(self, text):
        """As a terminal that marks pastes does it."""
        self.tmux("set-buffer", "-b", "pasted", text)
        self.tmux("paste-buffer", "-p", "-d", "-b", "pasted")

    def run(self, command):
        """A line for the shell."""
        self.type(command)
        self.keys("Enter")

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", columns, "-y", rows)

    # Output

    def lines(self):
        return self.tmux("capture-pane", "-p").split("\n")[:-1]

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def screen_with_styles(self):
        return self.tmux("capture-pane", "-p", "-e")

    def cells(self):
        """What each line shows: characters with their style, without blanks at its end. Knows 16 colours."""
        lines = []
        style = {}
        for line in self.screen_with_styles().split("\n"):
            cells = []
            for sequence, character in re.findall(r"\x1b\[([0-9;]*)m|([^\x1b])", line):
                if character:
                    cells.append((character, tuple(sorted(style.items()))))
                    continue
                for code in map(int, sequence.split(";")):
                    if code == 0:
                        style = {}
                    elif code in (39, 49):
                        style.pop("foreground" if code == 39 else "background", None)
                    elif 30 <= code < 38 or 90 <= code < 98:
                        style["foreground"] = code
                    elif 40 <= code < 48 or 100 <= code < 108:
                        style["background"] = code
                    else:
                        style[str(code)] = True
            while cells and cells[-1] == (" ", ()):
                cells.pop()
            lines.append(cells)
        return lines

    def has_colors(self):
        return COLOR.search(self.screen_with_styles()) is not None

    def wait_for(self, expected, seconds=PATIENCE):
        """The screen, once it holds the text, or fulfils the predicate."""
        holds = expected if callable(expected) else lambda screen: expected in screen
        last = ""

        def look():
            nonlocal last
            last = self.screen()
            return holds(last)

        try:
            wait_until(look, expected, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; the screen:\n{last.rstrip()}") from None
        return last

    # Processes

    def shell_pid(self):
        return int(self.format("#{pane_pid}"))

    def child_named(self, name):
        """The pid of the shell's child that runs this program; None: there is none."""
        for pid in children(self.shell_pid()):
            try:
                command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
            except OSError:
                continue
            if os.path.basename(command.decode(errors="replace")) == name:
                return pid
        return None


def quoted(*words):
    return shlex.join(map(str, words))
