"""panko export: files that say what the session says, and an HTML file that works from a disk, without a network."""

import json
import os
import unittest

from browser import BrowserTest
from panko import PankoTest

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class Export(PankoTest):
    def test_records_are_the_sessions_own_bytes(self):
        session = self.session()
        self.assertEqual(self.original(session, "jsonl"), session.path.read_text())

    def original(self, session, name, *more):
        return self.panko("export", session.id, "--format", name, "--redact", "off", *more)

    def test_json_and_markdown_are_what_show_prints(self):
        session = self.session()
        for name in ("json", "md"):
            shown = self.panko("show", session.id, "--format", name)
            self.assertEqual(self.original(session, name), shown)
            path = self.root / f"session.{name}"
            self.original(session, name, "-o", path)
            self.assertEqual(path.read_text(), shown)
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)

    def test_nothing_is_overwritten_unasked(self):
        session = self.session()
        path = self.root / "session.md"
        path.write_text("mine")
        self.assertIn("--force", self.refused("export", session.id, "--format", "md", "-o", path))
        self.assertEqual(path.read_text(), "mine")
        self.panko("export", session.id, "--format", "md", "-o", path, "--force")
        self.assertIn("Water the ferns", path.read_text())
        before = session.path.read_bytes()
        refusal = self.refused("export", session.id, "--format", "md", "-o", session.path, "--force")
        self.assertIn("never changes", refusal)
        self.assertEqual(session.path.read_bytes(), before)

    def test_refusals(self):
        session = self.session()
        self.assertIn("directory", self.refused("export", session.id, "--format", "md", "-o", self.root))
        self.refused("export", session.id, "--format", "md", "-o", self.root / "no" / "where.md")
        self.refused("export", session.id, "--format", "pdf", status=2)
        self.refused("export", session.id, status=2)
        self.refused("export", "no-such-session", "--format", "md")

    @unittest.skipUnless(os.path.exists("/dev/full"), "no full device")
    def test_a_full_disk_is_said(self):
        session = self.session()
        with open("/dev/full", "w") as full:
            status, _, err = self.run_panko("export", session.id, "--format", "json", stdout=full)
        self.assertNotEqual(status, 0)
        self.assertIn("No space left", err)


class ExportedPage(BrowserTest):
    def open_page(self, session, anchor=""):
        page = self.root / "session.html"
        self.panko("export", session.path, "--format", "html", "-o", page, "--force")
        self.browser.get(page.as_uri() + anchor)
        self.until("document.querySelectorAll('article').length > 0")
        return page

    def check_browser(self):
        """It asked for itself alone."""
        self.assertEqual({address.split("#")[0] for address in self.foreign_requests()} - {self.page.as_uri()}, set())
        complaints = [entry for entry in self.browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        self.assertEqual(complaints, [])

    def long_session(self, count):
        session = self.session(prompt=None)
        for number in range(count):
            session.prompt(f"Prompt {number}")
            session.tool("Bash", {"command": f"echo {number}"}, f"output of {number}\n" * 40)
            session.answer(f"Answer {number}: `code {number}`")
        return session

    def test_looks_like_the_page(self):
        session = self.session()
        session.tool("Bash", {"command": "ls"}, "a\nb\n")
        session.record("user", {"role": "user", "content": [
            {"type": "text", "text": "See this"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}]})  # fmt: skip
        self.page = self.open_page(session)
        text = self.js("document.querySelector('main').innerText")
        self.assertIn("Water the ferns", text)
        self.assertIn("They are watered.", text)
        self.assertTrue(self.js("document.body.dataset.mode") == "file")
        self.assertIn("as of", self.js("document.querySelector('.status').textContent"))
        # Its picture is in it.
        self.js("document.querySelectorAll('.image img').forEach((image) => image.scrollIntoView()); return 1")
        self.until("[...document.querySelectorAll('.image img')].every((image) => image.complete && image.naturalWidth === 1)")
        self.assertEqual(len(self.all(".image img")), 1)

    def test_all_of_a_long_session_is_there(self):
        session = self.long_session(400)
        self.page = self.open_page(session)
        seen = 0
        while self.js("[...document.querySelectorAll('.win')].at(-1).dataset.next") is not None:
            seen = int(self.js("[...document.querySelectorAll('.win')].at(-1).dataset.last"))
            self.js("window.scrollTo(0, document.documentElement.scrollHeight); return 1")
            self.until("Number([...document.querySelectorAll('.win')].at(-1).dataset.last) > Number(arguments[0])", seen)
        self.assertEqual(self.js("[...document.querySelectorAll('.win')].at(-1).dataset.last"), "1200")
        self.assertIn("Answer 399", self.js("document.querySelector('main').innerText"))
        # The other way, by a key.
        self.press("g")
        self.until("document.querySelector('main').innerText.includes('Prompt 0')")

    def test_a_link_into_it_and_finding(self):
        session = self.long_session(400)
        anchor = json.loads(session.path.read_text().splitlines()[-400])["uuid"]
        self.page = self.open_page(session, f"#{anchor}")
        self.until("document.getElementById(arguments[0])", anchor)
        self.press("/")
        self.press(*"Answer 7:")
        self.until("document.querySelectorAll('.results li').length === 1")
        self.press("\ue007")  # Enter
        self.until("document.querySelector('article.current')?.innerText.includes('Answer 7')")

    def test_changed_files_and_the_way_back(self):
        session = self.session()
        for number in range(30):
            session.tool("Edit", {"file_path": f"/p/{number}.py", "old_string": "a", "new_string": "b"}, "done")
        session.answer("Changed.")
        self.page = self.open_page(session)
        self.click(".actions a.files")
        self.until("document.querySelector('dialog[open]')?.textContent.includes('29.py')")
        self.js("document.querySelector('dialog[open] a[href*=\"from=\"]').click(); return 1")
        self.until("!document.querySelector('dialog[open]') && document.querySelector('article.current.edit')")

    def test_a_prompt_of_the_contents_is_gone_to(self):
        session = self.long_session(100)
        self.page = self.open_page(session)
        self.js("document.querySelectorAll('.contents li a')[80].click(); return 1")
        self.until("document.querySelector('article.current')?.innerText.includes('Prompt 80')")

    def test_a_long_block_opens(self):
        session = self.session()
        session.answer("words and words\n\n" * 20_000 + "the very end")
        self.page = self.open_page(session)
        self.js("document.querySelector('article .more a').click(); return 1")
        self.until("document.querySelector('dialog[open]')?.textContent.includes('the very end')")


if __name__ == "__main__":
    unittest.main()
