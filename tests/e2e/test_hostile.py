"""A transcript in which every string attacks its reader: in a real browser nothing of it runs, loads or leads anywhere,
on the page, in windows, dialogs, hits and in an exported file."""

import json
import unittest
import urllib.parse

from browser import BrowserTest

# What each would do: set `owned`, or ask somewhere else for something.
RUN = "window.owned=1"
PAYLOADS = [
    f"<script>{RUN}</script>", f"</script><script>{RUN}</script>", f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<img src=x onerror={RUN}>", f"<img/src=x/onerror={RUN}//", f"<svg onload={RUN}>", f"<svg><script>{RUN}</script></svg>",
    f"<svg><a xlink:href=\"javascript:{RUN}\"><text>x</text></a></svg>", f"<math><mi xlink:href=\"javascript:{RUN}\">x",
    f"<iframe srcdoc=\"<script>parent.{RUN}</script>\"></iframe>", f"<iframe src=\"javascript:parent.{RUN}\"></iframe>",
    f"<details open ontoggle={RUN}>", f"<body onload={RUN}>", f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>", f"<marquee onstart={RUN}>", f"<object data=\"javascript:{RUN}\">",
    "<base href=\"http://127.0.0.2:9/\">", "<link rel=stylesheet href=\"http://127.0.0.2:9/x.css\">",
    "<meta http-equiv=refresh content=\"0;url=http://127.0.0.2:9/\">", "<form action=\"http://127.0.0.2:9/\"><button>x",
    "<style>@import 'http://127.0.0.2:9/x.css';*{background:url(http://127.0.0.2:9/)}</style>",
    "<img src=\"http://127.0.0.2:9/x.png\">", "![x](http://127.0.0.2:9/x.png)", "<link rel=preload href=\"//127.0.0.2:9/x\">",
    f"[x](javascript:{RUN})", f"[x](JaVaScRiPt:{RUN})", f"[x](java\tscript:{RUN})", f"[x](&#106;avascript:{RUN})",
    f"[x](&#x6A;&#x61;vascript&colon;{RUN})", f"<javascript:{RUN}>", f"[x]: javascript:{RUN}\n\n[x]",
    f"[x](data:text/html,<script>{RUN}</script>)", "[x](data:text/html;base64,PHNjcmlwdD5vd25lZD0xPC9zY3JpcHQ+)",
    f"[x](vbscript:{RUN})", f"[x](http://a\"onmouseover=\"{RUN})", f"[x](<http://a' onclick='{RUN}>)", "[x](//127.0.0.2:9/)",
    f"![](javascript:{RUN})", f"![x\" onerror=\"{RUN}](x)", f"[x](http://a \"\" onmouseover=\"{RUN}\")",
    f"`<script>{RUN}</script>`", f"```html\n<script>{RUN}</script>\n```", f"```\"><script>{RUN}</script>\nx\n```",
    f"```x onload={RUN}\nx\n```", f"| a |\n|---|\n| <img src=x onerror={RUN}> |", f"# <svg onload={RUN}>", f"> <svg onload={RUN}>",
    # what a second parsing would turn into something else
    f"<noscript><p title=\"</noscript><img src=x onerror={RUN}>\">", f"<svg></p><style><a id=\"</style><img src=1 onerror={RUN}>\">",
    f"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror={RUN}&gt;\">",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>", f"<!--><img src=x onerror={RUN}>-->",
    f"<![CDATA[<img src=x onerror={RUN}>]]>", f"<?xml version=\"1.0\"?><script>{RUN}</script>", f"<template><script>{RUN}</script></template>",
    f"<textarea><script>{RUN}</script></textarea>", f"<title></title><script>{RUN}</script>", f"<plaintext><script>{RUN}</script>",
    "&lt;script&gt;window.owned=1&lt;/script&gt;", "&#60;img src=x onerror=window.owned=1&#62;", f"\u2028<script>{RUN}</script>",
    f"\x00<\x00script>{RUN}</script>", f"\x1b]8;;javascript:{RUN}\x1b\\x\x1b]8;;\x1b\\", f"\x1b[31m<script>{RUN}</script>\x1b[0m",
    "\u202e<script>txt.exe\u202c", "\u2066hidden\u2069\u200b\ufeff", f"' onmouseover='{RUN}", f"\" autofocus onfocus=\"{RUN}", "`${1}`{{7*7}}",
    f"javascript:{RUN}", "constructor", "__proto__", "messages", "messages\" class=\"win",
]  # fmt: skip

ELEMENTS = set(
    "a article aside b blockquote body br button code dd del details dialog div dl dt em footer form h1 h2 h3 h4 h5 h6 head "
    "header hr html img input kbd label li link main mark meta nav ol p pre script section small span strong style summary "
    "table tbody td th thead time title tr ul".split()
)
# By name, or by how the name begins. No event handler, no style, no address but href and src, which are looked at.
ATTRIBUTES = set(
    "alt charset checked class content datetime defer disabled for href http-equiv id lang loading name open placeholder rel "
    "role src start tabindex title type autocomplete enterkeyhint spellcheck inputmode value maxlength hidden translate "
    "width height decoding".split()
)

# Everything that stands in the document now, as the browser's own parser understood it.
LOOK = """
const [elements, attributes] = [...arguments].slice(0, 2).map((list) => new Set(list));
const problems = [];
const base = new URL(".", location.href);
for (const element of document.querySelectorAll("*")) {
  const name = element.localName;
  if (!elements.has(name) || element.namespaceURI !== "http://www.w3.org/1999/xhtml") problems.push("<" + name + ">");
  for (const { name: key, value } of element.attributes) {
    const ours = attributes.has(key) || key.startsWith("data-") || key.startsWith("aria-") || (key === "style" && (!element.closest("main") || element.matches(".win")));
    if (!ours) problems.push(key + " of <" + name + ">");
    if (key === "src" && !(value.startsWith("data:image/") || new URL(value, location.href).href.startsWith(base.origin === "null" ? "file:" : base.origin)))
      problems.push("src=" + value);
    if (key === "href" && !["http:", "https:", "mailto:", "file:", "data:"].includes(new URL(value, location.href).protocol))
      problems.push("href=" + value);
    if (key === "href" && value.trim().toLowerCase().startsWith("data:") && !value.startsWith("data:image/")) problems.push("href=" + value);
  }
  if (name === "script" && element.src === "" && !element.dataset.chunk && !arguments[2]) problems.push("a script of its own");
  if (name === "base" || (name === "form" && element.getAttribute("action"))) problems.push("<" + name + ">");
}
return [...new Set(problems)];
"""


class Hostile(BrowserTest):
    def setUp(self):
        super().setUp()
        self.written = written = self.session(prompt=None)
        for payload in PAYLOADS:
            self.say(payload)
        written.write(json.dumps({"type": "ai-title", "aiTitle": " ".join(PAYLOADS[:6]), "sessionId": written.id}) + "\n")

    def say(self, payload):
        """A payload wherever a transcript has strings."""
        written = self.written
        written.prompt(payload)
        written.answer(f"{payload}\n\nand *{payload}* in a line")
        written.blocks([{"type": "thinking", "thinking": payload, "signature": payload}])
        tools = {
            "Bash": {"command": payload, "description": payload},
            "Edit": {"file_path": payload, "old_string": payload, "new_string": payload + "x"},
            "Write": {"file_path": f"/p/{payload}", "content": payload},
            "Read": {"file_path": payload},
            "Grep": {"pattern": payload, "path": payload},
            "TodoWrite": {"todos": [{"content": payload, "status": payload, "activeForm": payload}]},
            "AskUserQuestion": {"questions": [{"question": payload, "header": payload,
                                               "options": [{"label": payload, "description": payload}]}]},
            "ExitPlanMode": {"plan": payload},
            "WebFetch": {"url": payload, "prompt": payload},
            "WebSearch": {"query": payload},
            f"mcp__{payload}__{payload}": {payload: payload},
            payload: {payload: [payload, {payload: payload}]},
        }  # fmt: skip
        for name, arguments in tools.items():
            written.tool(name, arguments, payload, is_error=len(payload) % 2 == 0)

    def check_document(self, where, is_file=False):
        self.settled()
        self.assertEqual(self.browser.execute_script(LOOK, sorted(ELEMENTS), sorted(ATTRIBUTES), is_file), [], where)
        self.assertIsNone(self.js("window.owned"), where)

    def test_nothing_runs_on_any_page(self):
        url = self.share(self.written)["public_url"]
        self.browser.get(url)
        self.check_document("the page")
        seen = 0
        while True:
            self.js("document.querySelectorAll('details').forEach((details) => (details.open = true)); return 1")
            self.check_document(f"windows up to {seen}")
            last = self.js("[...document.querySelectorAll('.win')].at(-1).dataset")
            if last.get("next") is None:
                break
            seen = int(last["last"])
            self.js("window.scrollTo(0, document.documentElement.scrollHeight); return 1")
            self.until("Number([...document.querySelectorAll('.win')].at(-1).dataset.last) > Number(arguments[0])", seen)
        for path in ("files", "?from=" + urllib.parse.quote(PAYLOADS[0]), f"find?q={urllib.parse.quote(PAYLOADS[0])}"):
            self.browser.get(url + path)
            self.assertIsNone(self.js("window.owned"), path)
        # Somebody looks for an attack, and opens what recorded it.
        self.browser.get(url)
        self.press("/")
        self.press("<script>")
        self.until("document.querySelectorAll('.results li').length > 10")
        self.check_document("hits")
        self.js("document.querySelector('article .meta a.raw').click(); return 1")
        self.until("document.querySelector('dialog[open] pre, dialog[open] code')")
        self.check_document("records in a dialog")
        # What is not there was refused with 404, which a browser calls an error.
        self.browser.get_log("browser")

    def test_nothing_runs_in_an_exported_file(self):
        page = self.root / "page.html"
        self.panko("export", self.written.path, "--format", "html", "-o", page)
        self.browser.get(page.as_uri())
        self.until("document.querySelectorAll('article').length > 50")
        self.js("document.querySelectorAll('details').forEach((details) => (details.open = true)); return 1")
        self.check_document("the file", is_file=True)
        self.assertEqual(self.foreign_requests(), [page.as_uri()])

    def test_nothing_runs_without_our_scripts(self):
        url = self.share(self.written)["public_url"]
        self.browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*.js"]})
        self.browser.execute_cdp_cmd("Network.enable", {})
        self.browser.get(url)
        self.check_document("the page by itself")
        self.browser.get_log("browser")  # the scripts that were held back


if __name__ == "__main__":
    unittest.main()
