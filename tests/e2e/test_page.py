"""The page in a real browser, as people look at it: wide, on a phone, dark, printed, without scripts, by keyboard and by
ear. Without an error or a breach of its own policy, and without asking anybody else for anything."""

import gzip
import re
import unittest

import accessibility
from browser import BrowserTest, By, open_browser
from panko import fetch


class Page(BrowserTest):
    def setUp(self):
        super().setUp()
        written = self.session(prompt="Water the ferns\n\n- all of them\n- `today`")
        written.blocks([{"type": "thinking", "thinking": "Which pots are dry?", "signature": "x"}])
        written.tool("Bash", {"command": "for pot in $(ls pots); do water $pot; done"}, "drip\n" * 50)
        written.tool("Edit", {"file_path": "/p/a.py", "old_string": "a", "new_string": "b" * 300}, "done")
        written.tool("Bash", {"command": "false"}, "no water", is_error=True)
        written.answer("| a | b |\n|---|---|\n| 1 | " + "wide " * 60 + "|\n\n```python\ndef f(x):\n    return 'x' * 400  # " + "y" * 300 + "\n```")
        written.answer("<script>document.title = 'owned'</script> [x](javascript:document.title='owned')")
        written.prompt("And the moss")
        written.answer("It is wet.")
        self.url = self.share(written)["public_url"]

    def visit(self):
        self.browser.get(self.url)
        self.until("document.body.classList.contains('scripted')")

    def text(self):
        return self.browser.find_element(By.TAG_NAME, "body").text

    def test_wide_and_narrow(self):
        for width in (1400, 820, 390):
            self.phone(width=width, height=900)
            self.visit()
            self.assertIn("Water the ferns", self.browser.title)
            self.assertIn("They are watered.", self.text())
            self.assertLessEqual(self.sideways(), 0, f"scrolls sideways at {width}")
            self.press("o")
            self.settled()
            self.assertLessEqual(self.sideways(), 0, f"scrolls sideways at {width}, unfolded")

    def test_light_and_dark(self):
        colours = []
        for scheme in ("light", "dark"):
            self.emulate(prefers_color_scheme=scheme)
            self.visit()
            body = self.browser.find_element(By.TAG_NAME, "body")
            colours.append((body.value_of_css_property("background-color"), body.value_of_css_property("color")))
        self.assertNotEqual(colours[0], colours[1])

    def test_has_a_name_an_order_and_a_contrast_for_everybody(self):
        for scheme in ("light", "dark"):
            for width in (1400, 390):
                self.emulate(prefers_color_scheme=scheme)
                self.phone(width=width, height=900)
                self.visit()
                self.assertEqual(accessibility.problems(self.browser), [], f"{scheme}, {width}")
                self.press("o")
                self.until("document.querySelector('[class*=hljs-]')", what="code in colours")
                self.assertEqual(accessibility.problems(self.browser), [], f"{scheme}, {width}, unfolded")
                self.press("?")
                self.until("document.querySelector('dialog[open]')")
                self.assertEqual(accessibility.problems(self.browser), [], f"{scheme}, {width}, with the keys")

    def test_the_accessibility_check_finds_what_is_wrong(self):
        self.visit()
        self.js(
            """
            const wrong = document.createElement("div");
            wrong.id = "messages";
            wrong.innerHTML = '<button></button><img src="data:,"><h6>deep</h6><a href="x" tabindex="3">first</a>' +
                '<nav></nav><p class="faint">faint</p>';
            wrong.querySelector(".faint").style.color = "#ccc";
            document.body.append(wrong);
            return 1;
            """
        )
        found = "\n".join(accessibility.problems(self.browser))
        for what in ("id messages is there 2 times", "a button has no name", "has no alt", "behind a heading of level",
                     "takes the focus out of order", "a navigation has no name", "contrast"):  # fmt: skip
            self.assertIn(what, found)

    def test_prints_everything_and_no_controls(self):
        self.visit()
        self.emulate(media="print", prefers_color_scheme="dark")
        self.settled()
        self.assertLessEqual(self.sideways(), 0)
        self.assertEqual(self.js("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
        self.assertEqual(self.js("getComputedStyle(document.querySelector('.head')).position"), "static")
        self.assertEqual(self.js("[...document.querySelectorAll('button, input')].filter((e) => e.checkVisibility()).length"), 0)
        self.assertTrue(self.js("[...document.querySelectorAll('.tool pre')].every((e) => e.checkVisibility())"))
        self.assertTrue(self.browser.execute_cdp_cmd("Page.printToPDF", {})["data"])

    def test_moves_nothing_for_who_wants_no_motion(self):
        self.emulate(prefers_reduced_motion="reduce")
        self.visit()
        self.press("j", "J", "G", "o")
        self.assertEqual(self.js("document.getAnimations().length"), 0)

    def test_readable_without_scripts(self):
        plain = open_browser(self.root / "plain", scripts=False)
        self.addCleanup(plain.quit)
        plain.get(self.url)
        body = plain.find_element(By.TAG_NAME, "body")
        self.assertIn("They are watered.", body.text)
        self.assertEqual(plain.find_elements(By.CSS_SELECTOR, "button, dialog, input[type=search]"), [])
        summaries = plain.find_elements(By.CSS_SELECTOR, "main details > summary")
        self.assertGreater(len(summaries), 3)
        for summary in summaries:
            self.assertTrue(summary.is_displayed())

    def test_what_a_first_visit_costs(self):
        page = fetch(self.url, headers={"Accept-Encoding": "gzip"})
        self.assertEqual(page.headers["Content-Encoding"], "gzip")
        total = len(page.body)
        text = gzip.decompress(page.body).decode()
        assets = sorted(set(re.findall(r'="(a/[0-9a-f]+\.(?:css|js|svg))"', text)))
        self.assertEqual(len(assets), 4, "style, script, highlighter, icon")
        for name in assets:
            asset = fetch(self.url + name, headers={"Accept-Encoding": "gzip"})
            self.assertEqual(asset.status, 200)
            self.assertIn("immutable", asset.headers["Cache-Control"])
            total += len(asset.body)
        self.assertLess(total, 150 << 10)
        self.assertNotRegex(text, r"<style|<script(?! src=)|\son[a-z]+=|\sstyle=")


class Following(BrowserTest):
    """What the page makes of changes; how they come is test_live's."""

    def test_what_is_new(self):
        written = self.session()
        for line in range(30):
            written.answer(f"line {line} " * 60)
        share = self.share(written, "--live")
        self.browser.get(share["public_url"])
        self.until("document.querySelector('.status .live')?.textContent === 'live'")

        # In the middle of the session: a pill, and nothing moves.
        fresh = written.answer("the first new one")
        self.until("document.getElementById(arguments[0])", fresh)
        self.until("document.querySelector('.pill:not([hidden])')?.textContent.startsWith('1 new message')")
        self.assertEqual(self.js("scrollY"), 0)
        self.assertEqual(accessibility.problems(self.browser), [])

        # At the end: it is followed, and a prompt is in the contents too.
        self.click(".pill")
        self.until("document.querySelector('.pill').hidden")
        for line in range(100):
            last = written.answer(f"more {line}")
        self.until("document.getElementById(arguments[0])?.getBoundingClientRect().bottom <= innerHeight", last)
        self.assertTrue(self.js("document.querySelector('.pill').hidden"))
        written.prompt("And the cactus")
        self.until("[...document.querySelectorAll('.contents li')].some((e) => e.textContent.trim() === 'And the cactus')")

        self.panko("stop", share["id"])
        self.until("document.querySelector('.banner:not([hidden])')?.textContent.includes('has ended')")
        self.assertEqual(self.js("document.querySelector('.status .live').textContent"), "ended")
        self.browser.get_log("browser")  # what the browser says of the 410 itself


if __name__ == "__main__":
    unittest.main()
