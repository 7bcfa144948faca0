"""What stands in front of a share, as visitors meet it: a form, a limited number of views, and who is told to look. With
the real program and a real browser."""

import unittest

import accessibility
from browser import BrowserTest, By, open_browser
from panko import fetch, wait_until
from selenium.common.exceptions import WebDriverException

# Made up for these tests.
PASSWORD = "moss & fern 42"
KEY = "ghp_m4deUpF0rTh1sT3stN0tAR3alT0ken0Zq7Kx"


class Gate(BrowserTest):
    def setUp(self):
        super().setUp()
        self.written = self.session(prompt=f"Water the ferns with {KEY}")
        self.written.tool("Bash", {"command": "water ferns"}, "drip\n" * 5)
        self.written.answer("They are dry again.")

    def share_locked(self, *args):
        file = self.root / "password"
        file.write_text(PASSWORD + "\n")
        with open(file, encoding="utf-8") as stdin:
            return self.share(self.written, "--password-stdin", *args, stdin=stdin)

    def row(self, share):
        return self.rows()[share["id"]]

    def text(self):
        return self.browser.find_element(By.TAG_NAME, "body").text

    def is_open(self):
        return "They are dry again." in self.text()

    def type_password(self, text):
        field = self.browser.find_element(By.NAME, "password")
        field.clear()
        field.send_keys(text)
        self.send()

    def send(self):
        """Sends the form, and waits for what is answered."""
        self.js("return (window.isFormer = true);")
        self.click("form button")
        wait_until(self.has_answer, "an answer to the form")

    def has_answer(self):
        try:
            return self.js("!window.isFormer && document.readyState === 'complete'")
        except WebDriverException:  # between two pages
            return False

    def shows_form(self):
        try:
            return self.js("document.querySelector('input[name=password]') && document.readyState === 'complete'")
        except WebDriverException:  # between two pages
            return False

    def check_browser(self):
        # A form that is refused (401, 410) is no fault of the page.
        complaints = [entry for entry in self.browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")
                      and " status of 4" not in entry["message"]]  # fmt: skip
        self.assertEqual(complaints, [])
        self.assertEqual(self.foreign_requests(), [])

    def test_asks_for_the_password_and_only_once(self):
        share = self.share_locked()
        url = share["public_url"]
        self.assertEqual(fetch(url).status, 401)
        self.browser.get(url)
        self.assertIn("This page has a password", self.text())
        self.assertNotIn("ferns", self.browser.page_source)
        self.type_password("something else")
        self.assertIn("That is not the password.", self.text())
        self.assertNotIn("ferns", self.browser.page_source)
        self.type_password(PASSWORD)
        self.assertEqual(self.browser.current_url, url)
        self.assertTrue(self.is_open())
        self.browser.get(url)
        self.assertTrue(self.is_open(), "the browser has its cookie")
        cookie = self.browser.get_cookies()[0]
        self.assertEqual((cookie["httpOnly"], cookie["sameSite"], cookie["path"]), (True, "Lax", url[url.index("/s/") : -1]))
        self.assertEqual(self.js("document.cookie"), "")
        self.browser.delete_all_cookies()
        self.browser.get(url)
        self.assertIn("This page has a password", self.text())
        self.assertNotIn(PASSWORD, self.log())

    def test_leads_to_the_message_that_was_linked(self):
        url = self.share_locked()["public_url"]
        anchor = self.written.parent
        self.browser.get(f"{url}?from={anchor}#{anchor}")
        self.type_password(PASSWORD)
        self.assertEqual(self.browser.current_url, f"{url}?from={anchor}#{anchor}")
        self.assertTrue(self.is_open())

    def test_works_without_scripts(self):
        url = self.share_locked("--max-views", "2")["public_url"]
        with_script, self.browser = self.browser, open_browser(self.root / "no-scripts", scripts=False)
        try:
            self.browser.get(url)
            self.type_password(PASSWORD)
            self.assertIn("They are dry again.", self.browser.page_source)
        finally:
            self.browser.quit()
            self.browser = with_script

    def test_fits_every_screen_and_everybody(self):
        locked = self.share_locked()["public_url"]
        counted = self.share(self.session(), "--max-views", "3")["public_url"]
        for url in (locked, counted):
            for scheme in ("light", "dark"):
                for width in (1400, 390, 320):
                    self.emulate(prefers_color_scheme=scheme)
                    self.phone(width=width, height=700)
                    self.browser.get(url)
                    problems = [found for found in accessibility.problems(self.browser) if "landmarks header" not in found]
                    self.assertEqual(problems, [], f"{scheme}, {width}")
                    self.assertLessEqual(self.sideways(), 0, f"scrolls sideways at {width}")

    def test_previews_spend_no_views_and_people_do(self):
        share = self.share(self.written, "--max-views", "2")
        url = share["public_url"]
        for _ in range(5):
            preview = fetch(url, headers={"User-Agent": "Slackbot-LinkExpanding 1.0"})
            self.assertEqual(preview.status, 200)
            self.assertNotIn("ferns", preview.text)
        self.browser.get(url)
        self.assertFalse(self.is_open())
        self.send()
        self.assertTrue(self.is_open())
        for _ in range(3):
            self.browser.get(url)
            self.assertTrue(self.is_open())
        second = fetch(url + "open", "POST", body=b"")
        self.assertEqual(second.status, 303)
        self.assertEqual(fetch(url).status, 410, "both views are spent")
        self.assertEqual(fetch(url + "open", "POST", body=b"").status, 410)
        self.browser.get(url)
        self.assertTrue(self.is_open(), "who is in stays in")
        wait_until(lambda: self.row(share).get("views") == 2, "two views")

    def test_who_looks(self):
        share = self.share(self.written)
        fetch(share["public_url"])  # a preview
        self.browser.get(share["public_url"])
        self.until("document.body.classList.contains('scripted')")
        row = wait_until(lambda: self.row(share).get("viewers") and self.row(share), "a viewer")
        self.assertEqual((row["viewers"], row["views"]), (1, 1))
        self.assertEqual(row["previews"], 1)
        self.browser.refresh()
        wait_until(lambda: self.row(share)["views"] == 2, "a second view")

    def test_another_password_closes_open_pages(self):
        share = self.share_locked("--live")
        self.browser.get(share["public_url"])
        self.type_password(PASSWORD)
        self.until("document.querySelector('.status .live')?.textContent === 'live'")
        file = self.root / "password"
        file.write_text("lichen\n")
        with open(file, encoding="utf-8") as stdin:
            self.panko("edit", share["id"], "--password-stdin", stdin=stdin)
        wait_until(self.shows_form, "the form, by itself")
        self.assertFalse(self.is_open())
        self.type_password("lichen")
        self.assertTrue(self.is_open())

    def test_says_what_is_masked(self):
        plain = self.share(self.written)
        self.browser.get(plain["public_url"])
        status = self.browser.find_element(By.CSS_SELECTOR, ".status").text
        self.assertIn("1 secret masked", status)
        self.assertIn("personal data masked", status)
        self.assertNotIn(KEY, self.browser.page_source)
        for width in (1400, 820, 390):
            self.phone(width=width, height=900)
            self.browser.refresh()
            self.assertLessEqual(self.sideways(), 0, f"scrolls sideways at {width}")

    def test_downloads_what_visitors_see(self):
        share = self.share_locked("--download", "--hide", "tools")
        url = share["public_url"]
        self.assertEqual(fetch(url + "download?format=md").status, 401)
        self.browser.get(url)
        self.type_password(PASSWORD)
        self.click(".actions a[href='download']")
        self.assertIn("Download this session", self.text())
        self.assertEqual([link.get_attribute("href").partition("=")[2] for link in self.all(".formats a")], ["html", "md"])
        cookie = self.browser.get_cookies()[0]
        file = fetch(url + "download?format=md", headers={"Cookie": f"{cookie['name']}={cookie['value']}"})
        self.assertEqual(file.status, 200)
        self.assertIn("They are dry again.", file.text)
        self.assertNotIn(KEY, file.text)
        self.assertNotIn("drip", file.text)
        self.panko("stop", share["id"])
        self.assertEqual(fetch(url + "download?format=md").status, 410)


if __name__ == "__main__":
    unittest.main()
