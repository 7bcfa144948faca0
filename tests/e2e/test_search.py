"""panko search: a text inside the sessions, with the real program."""

import json
import os
import pty
import re
import select
import signal
import time
import unittest

from panko import PATIENCE, PankoTest


class Searching(PankoTest):
    def aged(self, session, hours):
        at = time.time() - 3600 * hours
        os.utime(session.path, (at, at))
        return session

    def test_hits_are_newest_first(self):
        old = self.aged(self.session(prompt="The old fern"), 5)
        new = self.aged(self.session(prompt="The new Fern"), 1)
        self.aged(self.session(prompt="Only moss"), 2)
        lines = [line.split("\t") for line in self.panko("search", "fern").splitlines()]
        self.assertEqual([line[0] for line in lines], [new.id, old.id])
        session, anchor, kind, at, project, title, text = lines[0]
        self.assertEqual((kind, project, title, text), ("user", "garden", "The new Fern", "The new Fern"))
        shown = json.loads(self.panko("show", new.path, "--format", "json"))
        self.assertEqual(anchor, shown["blocks"][0]["anchor"])
        self.assertEqual(at, shown["blocks"][0]["timestamp"])
        self.assertEqual([line.split("\t")[0] for line in self.panko("search", "Fern").splitlines()], [new.id])

    def test_json_and_filters(self):
        self.aged(self.session(prompt="A fern here"), 100)
        new = self.session(prompt="A fern there")
        new.tool("Bash", {"command": "echo \"fern\\n\""}, "fern\nand a fern")
        hits = [json.loads(line) for line in self.panko("search", "fern", "--since", "2d", "--json").splitlines()]
        self.assertEqual([hit["line"] for hit in hits], ["A fern there", "echo \"fern\\n\"", "fern", "and a fern"])
        self.assertEqual({hit["id"] for hit in hits}, {new.id})
        self.assertEqual(hits[1]["kind"], "tool")
        self.assertEqual(hits[3]["matches"], ["fern"])
        self.assertEqual(len(self.panko("search", "fern", "-n", "2").splitlines()), 2)
        self.assertEqual(len(self.panko("search", "fern", "--project", "GARD", "--agent", "claude").splitlines()), 5)
        self.assertEqual(self.panko("search", "fern", "--project", "kitchen"), "")

    def test_no_hit_is_no_failure(self):
        self.session(prompt="Water the ferns")
        status, out, err = self.run_panko("search", "cactus")
        self.assertEqual((status, out), (0, ""))
        self.assertIn("cactus", err)

    def test_usage(self):
        self.refused("search", status=2)
        self.refused("search", "x", "--agent", "nobody", status=2)
        self.refused("search", "", status=2)
        self.assertIn("sometime", self.refused("search", "x", "--since", "sometime"))

    def test_what_a_file_escapes_is_found(self):
        session = self.session(prompt="Begin")
        session.write(json.dumps({"type": "user", "uuid": "escaped", "sessionId": session.id,
                                  "message": {"role": "user", "content": "say \"naïve 日本\" in C:\\new\n"}}) + "\n")
        for query in ("\"naïve", "日本", "naïve 日本\" in C:\\new", "NAÏVE".lower()):
            self.assertEqual(self.panko("search", query).split("\t")[1], "escaped", query)

    def test_a_reader_that_goes_away_ends_it(self):
        session = self.session(prompt="Begin")
        session.answer("needle\n" * 200000)
        process = self.start("search", "needle")
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(PATIENCE), -signal.SIGPIPE)
        process.stderr.close()

    def test_on_a_terminal(self):
        """Matches are marked, and nothing of a session reaches the terminal as an escape."""
        evil = "\x1b]0;owned\x07\x1b[31mfern\u202e \u009b2J" + "and so on " * 50
        self.session(prompt="Title \x1b[2J\u202e").answer("before " * 30 + evil)
        leader, follower = pty.openpty()
        environment = {"TERM": "xterm", "NO_COLOR": ""}
        process = self.start("search", "fern", env=environment, stdin=follower, stdout=follower, stderr=follower)
        os.close(follower)
        shown = b""
        while select.select([leader], [], [], PATIENCE)[0]:
            try:
                shown += os.read(leader, 65536)
            except OSError:  # the last one who had it has closed it
                break
        os.close(leader)
        self.assertEqual(process.wait(PATIENCE), 0)
        text = shown.decode()
        self.assertIn("\x1b[31mfern\x1b[0m", text)
        self.assertEqual(set(re.findall("\x1b[^m]*m?", text)), {"\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[0m"})
        self.assertFalse(set("\x07\u202e\u009b") & set(text))
        for line in text.splitlines():
            self.assertLessEqual(len(re.sub("\x1b[^m]*m", "", line)), 80)


if __name__ == "__main__":
    unittest.main()
