"""Reads every page of a directory with the standard library's HTML parser and refuses whatever could run or load."""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

ELEMENTS = set(
    "a article aside b blockquote body br code dd del details div dl dt em footer h1 h2 h3 h4 h5 h6 head header hr html "
    "img input li link main meta nav ol p pre script section small span strong summary table tbody td th thead time title "
    "tr ul".split())
ATTRIBUTES = set(
    "alt aria-label charset checked class content datetime defer disabled href id lang loading name open rel src start "
    "tabindex title type data-count data-expires data-first data-from data-highlight data-language data-last data-mode data-n "
    "data-next data-previous data-root data-v data-version".split())


class Check(HTMLParser):
    def __init__(self, name):
        super().__init__()
        self.name = name
        self.problems = []

    def handle_starttag(self, tag, attributes):
        if tag not in ELEMENTS:
            self.problems.append(f"{self.name}: <{tag}>")
        if tag == "script" and not dict(attributes).get("src", "").startswith(("a/", "../a/")):
            self.problems.append(f"{self.name}: a script that is not ours")
        for key, value in attributes:
            if key not in ATTRIBUTES:
                self.problems.append(f"{self.name}: {key} of <{tag}>")
            if key in ("href", "src"):
                scheme = urlsplit("".join(c for c in value if c > " ")).scheme
                allowed = ("", "http", "https", "mailto") if tag == "a" else ("",)
                if scheme not in allowed or value.startswith("//"):
                    self.problems.append(f"{self.name}: {key}={value[:80]}")

    def handle_comment(self, data):
        self.problems.append(f"{self.name}: comment")

    def handle_pi(self, data):
        self.problems.append(f"{self.name}: processing instruction")


pages = sorted(Path(sys.argv[1]).glob("*.html"))
problems = [] if pages else ["no pages"]
for page in pages:
    check = Check(page.name)
    check.feed(page.read_text(encoding="utf-8"))
    check.close()
    problems += check.problems
print("\n".join(problems[:20]))
sys.exit(1 if problems else 0)
