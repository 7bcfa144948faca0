"""Getting around in a session of some thousand messages: keys, links, find, filters, windows that come and go."""

import re
import unittest

from browser import BrowserTest, By, Keys, open_browser
from panko import fetch

MESSAGES = 3000
# Long enough that a window is several screens high, and that nothing is the same as its neighbour.
WORDS = "water the fern in the shade of the shed before the sun is over the wall and the pots are dry".split()


def write_long(session, count=MESSAGES):
    """A session of so many messages, in turns of ten; answers the anchors by row."""
    anchors = []
    for row in range(count):
        text = f"row {row} " + " ".join(WORDS[(row * 7 + i) % len(WORDS)] for i in range(12 + row % 40))
        if row == count // 2:
            text += " a NEEDLE in the hay"
        if row % 10 == 0:
            anchors.append(session.prompt(f"prompt {text}"))
        elif row % 10 in (3, 6):
            session.tool("Bash" if row % 10 == 3 else "Read", {"command": f"echo {row}", "file_path": f"/p/{row}"},
                         f"out {row}\n" * (row % 30), is_error=row % 500 == 3)  # fmt: skip
            anchors.append(None)
        else:
            anchors.append(session.answer(text))
    return anchors


CURRENT = "document.querySelector('article.current')"


class Navigation(BrowserTest):
    def setUp(self):
        super().setUp()
        written = self.session(prompt=None)
        self.anchors = write_long(written)
        self.url = self.share(written)["public_url"]

    def visit(self, query=""):
        self.browser.get(self.url + query)
        self.until("document.body.classList.contains('scripted')")

    def current(self):
        return self.js(f"{CURRENT}?.id")

    def wait_for_current(self, anchor):
        self.until(f"{CURRENT}?.id === arguments[0]", anchor, what=f"message {anchor}")

    def place(self):
        self.settled()
        return self.js("document.querySelector('.place').title")

    def test_steps_by_message_and_by_prompt(self):
        self.visit()
        self.assertEqual(self.place(), "message 1 of 3,000")
        self.press("j")
        self.wait_for_current(self.anchors[1])
        self.press("j", "k")
        self.wait_for_current(self.anchors[1])
        self.press("J")
        self.wait_for_current(self.anchors[10])
        self.assertIn(f"#{self.anchors[10]}", self.browser.current_url)
        self.assertEqual(self.js("document.activeElement.id"), self.anchors[10])
        self.press("J", "K")
        self.wait_for_current(self.anchors[10])
        self.assertEqual(self.place(), "message 11 of 3,000")
        self.assertEqual(self.js("document.querySelector('.contents .here')?.textContent.trim().slice(0, 13)"), "prompt row 10")

    def test_steps_over_the_borders_of_windows(self):
        self.visit(f"?from={self.anchors[1500]}")
        self.press("K")
        self.wait_for_current(self.anchors[1490])
        for row in range(1500, 1800, 10):
            self.press("J")
            self.wait_for_current(self.anchors[row])

    def test_first_and_last_though_not_loaded(self):
        self.visit()
        self.press("G")
        self.wait_for_current(self.anchors[-1])
        self.assertTrue(self.js("arguments[0].checkVisibility()", self.js(CURRENT)))
        self.assertEqual(self.place(), "message 3,000 of 3,000")
        self.press("g")
        self.wait_for_current(self.anchors[0])
        self.assertEqual(self.js("scrollY"), 0)

    def test_a_link_opens_there(self):
        anchor = self.anchors[2221]
        for query in (f"?from={anchor}#{anchor}", f"#{anchor}"):
            self.visit(query)
            self.wait_for_current(anchor)
            top = self.js(f"{CURRENT}.getBoundingClientRect().top")
            self.assertTrue(0 < top < 250, top)
            self.browser.get("about:blank")

    def test_contents_lead_to_what_is_not_loaded(self):
        self.visit()
        link = self.browser.find_element(By.XPATH, "//nav[@class='contents']//a[starts-with(., 'prompt row 1500 ')]")
        link.click()
        self.wait_for_current(self.anchors[1500])
        self.assertIn(self.anchors[1500], self.browser.current_url)
        self.until("document.querySelector('.contents .here')?.textContent.includes('row 1500 ')")

    def test_contents_go_along_beyond_what_they_listed(self):
        self.visit()
        self.press("G")
        self.wait_for_current(self.anchors[-1])
        self.until("document.querySelector('.contents .here')?.textContent.includes('row 2990 ')")

    def test_finds_what_is_not_loaded(self):
        self.visit()
        self.press("/")
        self.assertEqual(self.js("document.activeElement.type"), "search")
        self.press(*"NEEDLE", Keys.ENTER)
        self.wait_for_current(self.anchors[1500])
        self.assertEqual(self.js("document.querySelector('.hits-count').textContent"), "1 of 1")
        self.assertEqual(self.js("document.querySelector('.hits mark').textContent"), "NEEDLE")
        self.until("[...CSS.highlights.get('found-here')].some((range) => range.toString() === 'NEEDLE')")
        # Keys are letters in the field, and keys outside of it.
        self.press("j")
        self.wait_for_current(self.anchors[1501])
        self.press(Keys.ESCAPE)
        self.assertFalse(self.js("CSS.highlights.has('found')"))
        self.assertEqual(self.js("document.querySelector('input[type=search]').value"), "")

    def test_steps_through_hits_of_the_whole_session(self):
        self.visit()
        self.press("/", *"row 29", Keys.ENTER)
        self.wait_for_current(self.anchors[29])
        self.until("/^1 of [0-9]+$/.test(document.querySelector('.hits-count').textContent)", what="all hits counted")
        count = int(self.js("document.querySelector('.hits-count').textContent").split()[-1])
        self.assertGreater(count, 60)
        self.press("n")
        self.until("document.querySelector('.hits-count').textContent.startsWith('2 of')")
        self.press("N", "N")
        self.until(f"document.querySelector('.hits-count').textContent === '{count} of {count}'")
        self.until(f"/row 29/.test({CURRENT}?.textContent)")
        self.press("/", *(Keys.BACKSPACE * 6), *"no such words", Keys.ENTER)
        self.until("document.querySelector('.hits-count').textContent === 'No hits'")

    # Scrolling by the wheel of a mouse, in the page: each step is one frame, and what was on the screen before it must have
    # moved by exactly as much as the page was scrolled, whatever was put in or taken out meanwhile.
    SCROLL = """
        const done = arguments[arguments.length - 1];
        const frame = () => new Promise((next) => requestAnimationFrame(next));
        const [direction, windows] = arguments;
        (async () => {
          const seen = new Set();
          let worst = 0, most = 0, stuck = 0;
          while (seen.size < windows && stuck < 2000) {
            const line = innerHeight / 2;
            const articles = [...document.querySelectorAll("article")];
            const mark = articles.find((e) => e.getBoundingClientRect().bottom > line) ?? articles.at(-1);
            const before = mark.getBoundingClientRect().top;
            const room = direction > 0 ? document.documentElement.scrollHeight - innerHeight - scrollY : scrollY;
            const step = Math.min(700, Math.floor(room));
            stuck = step > 0 ? 0 : stuck + 1;
            scrollBy({ top: direction * step, behavior: "instant" });
            await frame();
            await frame();
            if (mark.isConnected) worst = Math.max(worst, Math.abs(before - direction * step - mark.getBoundingClientRect().top));
            const all = [...document.querySelectorAll(".win")];
            most = Math.max(most, all.length);
            for (const win of all) seen.add(win.dataset.from);
          }
          done({ worst, most, seen: seen.size });
        })();
    """

    def test_scrolls_through_many_windows_and_nothing_jumps(self):
        self.visit(f"?from={self.anchors[1000]}")
        self.browser.set_script_timeout(120)
        for direction in (1, -1):
            result = self.browser.execute_async_script(self.SCROLL, direction, 21)
            self.assertGreaterEqual(result["seen"], 21)
            self.assertLessEqual(result["worst"], 1.5, result)
            self.assertLessEqual(result["most"], 12, "windows far away are dropped")

    # Held back until the reader is at the very end of what is loaded, and sees that more is on its way.
    AT_THE_END = """
        const done = arguments[arguments.length - 1];
        const frame = () => new Promise((next) => requestAnimationFrame(next));
        const ask = window.fetch;
        let goOn;
        const held = new Promise((next) => { goOn = next; });
        window.fetch = async (...question) => { await held; return ask(...question); };
        (async () => {
          const note = document.querySelector(".edge.below");
          const atEnd = () => !note.hidden && scrollY >= document.documentElement.scrollHeight - innerHeight - 1;
          while (!atEnd()) {
            scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
            await frame();
            await frame();
          }
          const articles = document.querySelectorAll("article");
          const last = articles[articles.length - 1];
          const top = last.getBoundingClientRect().top;
          goOn();
          while (document.querySelectorAll("article").length === articles.length) await frame();
          done(Math.abs(last.getBoundingClientRect().top - top));
        })();
    """

    def test_more_arrives_at_the_very_end_and_nothing_jumps(self):
        self.visit()
        self.assertLessEqual(self.browser.execute_async_script(self.AT_THE_END), 1.5)

    def test_every_message_once_and_in_order(self):
        self.visit()
        self.browser.set_script_timeout(120)
        rows = self.browser.execute_async_script(
            """
            const done = arguments[0];
            const frame = () => new Promise((next) => requestAnimationFrame(next));
            (async () => {
              const seen = [];
              let last = null, stuck = 0;
              while (stuck < 600) {
                const all = [...document.querySelectorAll(".win article")].map((e) => e.id);
                const fresh = all.slice(last === null ? 0 : all.indexOf(last) + 1);
                if (last !== null && !all.includes(last)) return done("a message was skipped");
                if (fresh.length) { seen.push(...fresh); last = fresh.at(-1); stuck = 0; } else stuck += 1;
                scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
                await frame();
                if (seen.length >= 3000) break;
              }
              done(seen);
            })();
            """
        )
        self.assertEqual(len(rows), MESSAGES)
        self.assertEqual(len(set(rows)), MESSAGES)
        for row, anchor in enumerate(self.anchors):
            if anchor:
                self.assertEqual(rows[row], anchor)

    def test_filters_keep_the_place(self):
        self.visit(f"?from={self.anchors[1500]}#{self.anchors[1500]}")
        self.wait_for_current(self.anchors[1500])
        top = f"document.getElementById('{self.anchors[1500]}').getBoundingClientRect().top"
        before = self.js(top)
        for kind in ("answers", "shell", "read"):
            self.click(f".chip[data-kind={kind}]")
            self.settled()
            self.assertAlmostEqual(self.js(top), before, delta=1.5)
        self.assertEqual(self.js("[...document.querySelectorAll('article.assistant')].filter((e) => e.checkVisibility()).length"), 0)
        self.assertEqual(self.js("document.querySelector('.chip[data-kind=read]').getAttribute('aria-pressed')"), "false")
        self.press("j")
        self.wait_for_current(self.anchors[1510])

    def test_only_errors(self):
        self.visit()
        self.click(".bad-chip")
        self.until("[...document.querySelectorAll('article')].filter((e) => e.checkVisibility()).length > 0")
        shown = self.js("[...document.querySelectorAll('article')].filter((e) => e.checkVisibility()).every((e) => e.matches('.bad'))")
        self.assertTrue(shown)

    def test_keys_are_left_to_who_types_or_holds_a_modifier(self):
        self.visit()
        for modifier in (Keys.CONTROL, Keys.ALT, Keys.META):
            self.press_with(modifier, "j")
        self.press("/", *"jkGgo?nN")
        self.assertEqual(self.js("document.activeElement.value"), "jkGgo?nN")
        self.assertIsNone(self.current())
        self.assertIsNone(self.js("document.querySelector('dialog')"))

    def test_dialogs_give_the_focus_back(self):
        self.visit()
        self.press("j", "?")
        self.until("document.querySelector('dialog.help[open]')")
        self.press("j", Keys.ESCAPE)
        self.until("!document.querySelector('dialog')")
        self.assertEqual(self.js("document.activeElement.id"), self.anchors[1])
        self.click(".actions button[title*='(?)']")
        self.until("document.querySelector('dialog.help[open]')")
        self.click("dialog .close")
        self.until("!document.querySelector('dialog')")
        self.assertEqual(self.js("document.activeElement.textContent"), "?")

    def test_unfolds_and_folds_everything(self):
        self.visit()
        self.press("o")
        self.until("[...document.querySelectorAll('.win article > details')].every((e) => e.open)")
        self.press("o")
        self.until("[...document.querySelectorAll('.win article > details')].every((e) => !e.open)")
        summary = self.browser.find_element(By.CSS_SELECTOR, "article.tool summary")
        summary.send_keys(Keys.ENTER)
        self.until("document.querySelector('article.tool details').open")

    def test_copies_messages_and_links(self):
        self.browser.execute_cdp_cmd(
            "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
        )
        self.visit()
        self.press("j", "c")
        self.until("document.querySelector('.copy.done')")
        read = "const done = arguments[0]; navigator.clipboard.readText().then(done, (e) => done(String(e)));"
        copied = self.browser.execute_async_script(read)
        self.assertTrue(copied.startswith("row 1 "), copied)
        self.assertNotIn("#", copied)
        self.click("article.current > .meta a[href*='?from=']")
        self.until("document.querySelector('.meta a.done')")
        copied = self.browser.execute_async_script(read)
        self.assertEqual(copied, f"{self.url}?from={self.anchors[1]}#{self.anchors[1]}")

    def test_says_so_when_the_share_ends(self):
        self.visit()
        share = next(iter(self.rows()))
        self.panko("stop", share)
        self.assertEqual(fetch(self.url).status, 410)
        self.press("G")
        self.until("document.querySelector('.banner:not([hidden])')?.textContent.includes('has ended')")
        # What the browser says of the 410 itself.
        self.browser.get_log("browser")

    def test_every_window_by_links_without_scripts(self):
        plain = open_browser(self.root / "plain", scripts=False)
        self.addCleanup(plain.quit)
        plain.get(self.url)
        rows = 0
        while True:
            first, last, count = map(
                lambda number: int(number.replace(",", "")),
                re.search(r"messages ([\d,]+)–([\d,]+) of ([\d,]+)", plain.find_element(By.TAG_NAME, "main").text).groups(),
            )
            self.assertEqual((first, count), (rows + 1, MESSAGES))
            rows = last
            later = plain.find_elements(By.CSS_SELECTOR, "nav.window.below a.later")
            if not later:
                break
            plain.get(later[0].get_attribute("href"))
        self.assertEqual(rows, MESSAGES)
        plain.get(plain.find_element(By.CSS_SELECTOR, "nav.window.above a.earlier").get_attribute("href"))
        self.assertIn(f"of {MESSAGES:,}", plain.find_element(By.TAG_NAME, "main").text)


if __name__ == "__main__":
    unittest.main()
