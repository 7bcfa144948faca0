"""The page in a real browser: it renders without an error or a breach of its own policy, wide and narrow."""

import unittest

from panko import PankoTest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--no-first-run", "--disable-extensions",
)  # fmt: skip


class Page(PankoTest):
    def setUp(self):
        super().setUp()
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for option in (*OPTIONS, f"--user-data-dir={self.root}/browser"):
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.addCleanup(self.browser.quit)
        written = self.session(prompt="Water the ferns\n\n- all of them\n- `today`")
        written.tool("Bash", {"command": "for pot in $(ls pots); do water $pot; done"}, "drip\n" * 50)
        written.tool("Edit", {"file_path": "/p/a.py", "old_string": "a", "new_string": "b" * 300}, "done")
        written.answer("| a | b |\n|---|---|\n| 1 | " + "wide " * 60 + "|\n\n```python\nprint('x' * 400)  # " + "y" * 300 + "\n```")
        written.answer("<script>document.title = 'owned'</script> [x](javascript:document.title='owned')")
        self.url = self.share(written)["public_url"]

    def complaints(self):
        return [entry for entry in self.browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def test_wide_and_narrow(self):
        for width in (1400, 390):
            self.browser.set_window_size(width, 900)
            self.browser.get(self.url)
            self.assertIn("Water the ferns", self.browser.title)
            body = self.browser.find_element(By.TAG_NAME, "body")
            self.assertIn("They are watered.", body.text)
            wider = self.browser.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            self.assertLessEqual(wider, 0, f"scrolls sideways at {width}")
            self.assertEqual(self.complaints(), [])

    def test_looks_the_same_dark(self):
        colours = []
        for scheme in ("light", "dark"):
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
            self.browser.get(self.url)
            body = self.browser.find_element(By.TAG_NAME, "body")
            colours.append(
                (body.value_of_css_property("background-color"), body.value_of_css_property("color"))
            )
        self.assertNotEqual(colours[0], colours[1])
        self.assertEqual(self.complaints(), [])

    def test_readable_without_scripts(self):
        self.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        self.browser.get(self.url)
        body = self.browser.find_element(By.TAG_NAME, "body")
        self.assertIn("They are watered.", body.text)
        for details in self.browser.find_elements(By.CSS_SELECTOR, "details > summary"):
            self.assertTrue(details.is_displayed())


if __name__ == "__main__":
    unittest.main()
