"""Chromium for the end-to-end tests of the page: one browser a test, what it complained of, and what it asked for."""

import json
import time

from panko import PATIENCE, PankoTest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

__all__ = ["BrowserTest", "By", "Keys"]

OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--no-first-run", "--disable-extensions", "--lang=en-US", "--hide-scrollbars",
)  # fmt: skip


def open_browser(profile, width=1400, height=900, scripts=True):
    """A Chromium with a profile of its own, which the caller quits."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for option in (*OPTIONS, f"--user-data-dir={profile}", f"--window-size={width},{height}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.set_capability("pageLoadStrategy", "normal")
    browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    browser.set_script_timeout(PATIENCE)
    browser.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "UTC"})
    if not scripts:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    return browser


class BrowserTest(PankoTest):
    """A test with a browser, which at its end has complained of nothing and asked nobody else for anything."""

    width, height = 1400, 900

    def setUp(self):
        super().setUp()
        self.browser = self.open_browser()
        self.addCleanup(self.check_browser)

    def open_browser(self):
        browser = open_browser(self.root / f"browser-{time.monotonic_ns()}", self.width, self.height)
        self.addCleanup(browser.quit)
        return browser

    def check_browser(self):
        complaints = [entry for entry in self.browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        self.assertEqual(complaints, [])
        self.assertEqual(self.foreign_requests(), [])

    def foreign_requests(self):
        """Addresses outside the page's origin that something asked for, but those of Chromium's own first tab."""
        found = []
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if not url.startswith(("http://127.0.0.1:", "data:", "about:", "chrome:", "chrome-search:", "chrome-untrusted:")):
                    found.append(url)
        return found

    # Looking and doing

    def js(self, script, *args):
        """The value of a JavaScript expression, or of a body with `return`."""
        return self.browser.execute_script(script if "return" in script else f"return ({script});", *args)

    def until(self, script, *args, what=None):
        """Waits until the expression is true, looked at in every frame of the page; answers its value."""
        value = self.browser.execute_async_script(
            """
            const done = arguments[arguments.length - 1];
            const args = [...arguments].slice(1, -1);
            const look = new Function("return (" + arguments[0] + ")");
            const end = performance.now() + %d;
            (function again() {
              let value = null;
              try { value = look.apply(null, args); } catch (error) { value = null; }
              if (value || performance.now() > end) done(value || null);
              else requestAnimationFrame(again);
            })();
            """
            % ((PATIENCE - 2) * 1000),
            script,
            *args,
        )
        self.assertTrue(value, f"not within {PATIENCE} s: {what or script}")
        return value

    def settled(self):
        """Two frames later: what an event led to has been drawn."""
        self.browser.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));"
        )

    def press(self, *keys):
        for key in keys:
            ActionChains(self.browser).send_keys(key).perform()

    def press_with(self, modifier, key):
        ActionChains(self.browser).key_down(modifier).send_keys(key).key_up(modifier).perform()

    def click(self, selector):
        self.browser.find_element(By.CSS_SELECTOR, selector).click()

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def emulate(self, media="", **features):
        """As another medium, or with prefers_...="..." as somebody set it."""
        self.browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {
                "media": media,
                "features": [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()],
            },
        )

    def phone(self, width=390, height=844):
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True},
        )

    def sideways(self):
        """By how many pixels the page is wider than the screen."""
        return self.js("document.documentElement.scrollWidth - document.documentElement.clientWidth")
