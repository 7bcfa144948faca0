"""A program at a terminal of its own, as somebody who reads and types sees it. Standard library only."""

import os
import pty
import re
import select
import subprocess
import time

from panko import BINARY, PATIENCE


class Typed:
    """panko with these arguments; everything that it shows is in `text`."""

    def __init__(self, home, *args):
        self.ours, theirs = pty.openpty()
        env = {**home.env, "TERM": "dumb"}  # no colours, no clipboard
        self.process = subprocess.Popen(
            [BINARY, *map(str, args)], env=env, cwd=home.root, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.text = ""
        self.read_to = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.ours)

    def _more(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.ours], [], [], left)[0]:
            raise AssertionError(f"not shown within {PATIENCE} s; there is:\n{self.text}")
        try:
            got = os.read(self.ours, 1 << 16)
        except OSError:  # the other end is closed
            got = b""
        self.text += got.decode(errors="replace").replace("\r\n", "\n")
        return bool(got)

    def expect(self, pattern):
        """Reads until something new matches; answers the match."""
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.text[self.read_to :])):
            if not self._more(deadline):
                raise AssertionError(f"it ended without {pattern!r}:\n{self.text}")
        self.read_to += found.end()
        return found

    def type(self, text):
        os.write(self.ours, text.encode())

    def answer(self, pattern, text):
        """Waits for a question and types a line."""
        self.expect(pattern)
        self.type(text + "\n")

    def status(self):
        """Reads to the end; the exit status."""
        deadline = time.monotonic() + PATIENCE
        while self._more(deadline):
            pass
        return self.process.wait(timeout=PATIENCE)
