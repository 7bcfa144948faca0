"""Browsing in the TUI: the tree, search, order, preview and mouse, and that it keeps current while one looks."""

import os
import re
import time

from panko import BINARY, PankoTest, Session, wait_until
from tmux import Tmux, quoted


class Browsing(PankoTest):
    def setUp(self):
        super().setUp()
        # Newest first: tides (2), ferns (2), beans.
        self.add("tide-tables", "Sort the tides by harbour", 1)
        self.add("fernwatch", "Why was the fern overdue", 2)
        self.add("fernwatch", "Plan the watering 🌿", 3)
        self.add("beans", "Sow the beans", 4)
        self.add("tide-tables", "Draw the tides as a curve", 5)

    def add(self, project, prompt, hours):
        folder = self.home / ".claude" / "projects" / f"-home-mira-src-{project}"
        session = Session(folder / f"{hours:08}-0000-4000-8000-000000000000.jsonl", cwd=f"/home/mira/src/{project}")
        session.prompt(prompt)
        session.answer(f"Done: {prompt}")
        self.rest(session, hours * 3600)
        return session

    def rest(self, session, age):
        then = time.time() - age
        os.utime(session.path, (then, then))

    def tui(self, columns=80, rows=24):
        tmux = Tmux(self.env, columns, rows, command=quoted(BINARY), cwd=self.root)
        self.addCleanup(tmux.close)
        tmux.wait_for(lambda screen: "Draw the tides" in screen and "1/5" in screen and "looking" not in screen)
        return tmux

    def quit(self, tmux):
        tmux.keys("q")
        wait_until(lambda: tmux.format("#{pane_dead}") == "1", "the TUI has ended")
        tmux.close()

    def wait_for_selected(self, tmux, text):
        return tmux.wait_for(lambda screen: re.search(rf"▌.*{re.escape(text)}", screen))

    def titles(self, screen):
        """What the list shows, from top to bottom."""
        names = r"(?m)^[ ▌]+[▾▸]? ?(tide-tables|fernwatch|beans|Sort the|Draw the|Why was|Plan the|Sow the|Repot the)"
        return re.findall(names, screen)

    def test_a_tree_by_project_newest_first(self):
        tmux = self.tui()
        self.assertEqual(
            self.titles(tmux.screen()),
            ["tide-tables", "Sort the", "Draw the", "fernwatch", "Why was", "Plan the", "beans", "Sow the"],
        )
        self.wait_for_selected(tmux, "Sort the tides")

    def test_folds_and_order_are_remembered(self):
        tmux = self.tui()
        tmux.keys("h")
        tmux.wait_for(lambda screen: "Sort the tides" not in screen)
        tmux.keys("j", "l")
        self.wait_for_selected(tmux, "Why was")
        tmux.keys("t")
        tmux.wait_for("sort: oldest")
        self.quit(tmux)
        tmux = Tmux(self.env, 80, 24, command=quoted(BINARY), cwd=self.root)
        self.addCleanup(tmux.close)
        screen = tmux.wait_for(lambda screen: "sort: oldest" in screen and "▸ tide-tables" in screen)
        self.assertEqual(self.titles(screen), ["tide-tables", "beans", "Sow the", "fernwatch", "Plan the", "Why was"])

    def test_search(self):
        tmux = self.tui()
        tmux.keys("/")
        tmux.type("tides")
        screen = tmux.wait_for(lambda screen: "best first" in screen and "1/2" in screen)
        self.assertNotIn("Sow the beans", screen)
        tmux.keys("Down")
        self.wait_for_selected(tmux, "Draw the tides")
        tmux.keys("Enter")
        tmux.wait_for("Esc clear search")
        tmux.keys("Escape")
        tmux.wait_for("Sow the beans")
        self.wait_for_selected(tmux, "Draw the tides")
        tmux.keys("/")
        tmux.type("nothing like it")
        tmux.wait_for("Esc clears the search")
        tmux.keys("C-u")
        tmux.wait_for("Sow the beans")

    def test_preview_beside_the_list_or_in_its_place(self):
        wide = self.tui(columns=200, rows=50)
        self.assertRegex(wide.screen(), r"Last answer\n[^\n]*Done: Sort the tides")
        wide.keys("j")
        wide.wait_for("Done: Draw the tides")
        wide.close()
        narrow = self.tui()
        self.assertNotIn("Last answer", narrow.screen())
        narrow.keys("Tab")
        screen = narrow.wait_for("Last answer")
        self.assertNotIn("fernwatch", screen)
        narrow.keys("Tab")
        narrow.wait_for("fernwatch")

    def test_what_is_being_written_shows_and_the_selection_stays(self):
        tmux = self.tui()
        tmux.keys("G")
        self.wait_for_selected(tmux, "Sow the beans")
        row = next(y for y, line in enumerate(tmux.lines()) if "▌" in line)
        session = self.add("fernwatch", "Repot the fern", 0)
        tmux.wait_for(lambda screen: re.search(r"Repot the fern .*● .*now", screen))
        screen = self.wait_for_selected(tmux, "Sow the beans")
        self.assertEqual(self.titles(screen)[0], "fernwatch")
        self.assertLessEqual(row, next(y for y, line in enumerate(tmux.lines()) if "▌" in line))
        session.path.unlink()
        tmux.wait_for(lambda screen: "Repot the fern" not in screen)
        self.wait_for_selected(tmux, "Sow the beans")

    def test_mouse(self):
        tmux = self.tui(columns=120, rows=30)

        def mouse(button, text):
            y, line = next((y, line) for y, line in enumerate(tmux.lines()) if text in line)
            x = line.index(text)
            for end in ("M", "m") if button == 0 else ("M",):
                tmux.raw(f"\x1b[<{button};{x + 2};{y + 1}{end}".encode())

        mouse(0, "Plan the watering")
        self.wait_for_selected(tmux, "Plan the watering")
        tmux.wait_for("Done: Plan the watering")
        mouse(0, "▾ fernwatch")
        tmux.wait_for("▸ fernwatch")
        mouse(0, "? help")
        tmux.wait_for("╭─ Keys")
        mouse(0, "╭─ Keys")
        tmux.wait_for(lambda screen: "╭─ Keys" not in screen)

    def test_the_list_without_its_index_is_the_same(self):
        tmux = self.tui()
        before = self.titles(tmux.screen())
        self.quit(tmux)
        for index in self.root.rglob("index.db*"):
            index.unlink()
        self.assertEqual(self.titles(self.tui().screen()), before)
