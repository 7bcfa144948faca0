"""Nothing that a person typed or an agent said is lost or shown twice: the page of every session that is at hand, held
against what raw_sessions.py, which knows nothing of panko, finds in the file."""

import functools
import html.parser
import os
import pathlib
import unittest
import urllib.parse

import raw_sessions
from panko import TOP, PankoTest, fetch

AGENTS = ("claude", "codex", "copilot", "gemini", "pi")
CORPUS = pathlib.Path(os.environ.get("PANKO_CORPUS") or TOP.parent / "shared" / "fixtures")

# Files of the corpus that are no sessions.
NONE = {"empty.jsonl", "only_newline.jsonl", "not_a_session.jsonl"}

# Every text and id of these is the same.
PLACEHOLDERS = {f"{agent}/jazzyalex__agent-sessions/{agent}/small.jsonl" for agent in ("claude", "codex")}


class Articles(html.parser.HTMLParser):
    """The articles of a page: class, anchor, text without what panko writes itself, names of tools."""

    ASIDE = {"meta", "more", "label", "model", "gist"}
    EMPTY = {"br", "hr", "img", "input", "link", "meta"}

    def __init__(self, markup):
        super().__init__()
        self.found = []
        self.stack = []  # (tag, is aside, is a tool's name)
        self.window = {}
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attributes):
        own = dict(attributes)
        classes = set((own.get("class") or "").split())
        if tag == "div" and "win" in classes:
            self.window = own
        if tag == "article":
            self.found.append({"classes": classes, "id": own["id"], "text": "", "name": "", "cut": False})
        if tag == "a" and own.get("href", "").startswith("b/") and self.found:
            self.found[-1]["cut"] = True
        if tag not in self.EMPTY:
            self.stack.append((tag, bool(classes & self.ASIDE) or tag in ("h2", "summary"), "name" in classes))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, text):
        if not self.found or not any(tag == "article" for tag, _, _ in self.stack):
            return
        if any(is_name for _, _, is_name in self.stack):
            self.found[-1]["name"] += text
        elif not any(is_aside for _, is_aside, _ in self.stack):
            self.found[-1]["text"] += text


def articles_of(url):
    """Every article of a session, through all windows; what a window shows in part is asked for in full."""
    at = "w"
    while at is not None:
        answer = fetch(url + at)
        assert answer.status == 200, (at, answer.status)
        page = Articles(answer.text)
        for article in page.found:
            if article["cut"] and article["classes"] & {"user", "assistant"}:
                whole = fetch(url + "b/" + urllib.parse.quote(article["id"], safe="~"))
                assert whole.status == 200, article["id"]
                article["text"] = Articles(whole.text).found[0]["text"]
            yield article
        following = page.window.get("data-next")
        at = f"w?from={urllib.parse.quote(following, safe='~')}" if following else None


def side_files(path):
    """Files of sub-agents, which stand in the page of the session that began them."""
    return [*path.parent.glob(f"{path.stem}/subagents/agent-*.jsonl"), *path.parent.glob("agent-*.jsonl")]


class Faithful(PankoTest):
    def check(self, path, agent):
        # As it is: what is masked would be missing.
        share = self.call("StartShare", {"session_path": str(path), "provider": "local", "unmasked": True})
        shown = list(articles_of(share["public_url"]))
        raw = raw_sessions.read(path, agent)
        has_subagents = any("group" in article["classes"] for article in shown) or bool(side_files(path))
        texts = lambda css: [a["text"] for a in shown if css in a["classes"]]  # noqa: E731
        names = [a["name"].replace(" › ", "__") for a in shown if "tool" in a["classes"]]
        wanted = [name.removeprefix("mcp__") for name in raw.tools]
        problems = []
        typed = functools.partial(raw_sessions.letters_of_markdown, is_typed=True)
        for what, said, found, letters_of in (
            ("prompt", raw.prompts, texts("user"), typed),
            ("answer", raw.answers, texts("assistant"), raw_sessions.letters_of_markdown),
            ("tool", wanted, [name.removeprefix("mcp__") for name in names], raw_sessions.letters),
        ):
            missing, doubled = raw_sessions.missing_and_doubled(said, found, letters_of)
            # A script of Codex that makes one call is shown as that call.
            if agent == "codex" and len(found) >= len(said):
                missing = [(text, count) for text, count in missing if text != "exec"]
            problems += [f"{what} lost {count} times: {text[:200]!r}" for text, count in missing]
            # What sub-agents said in files of their own stands in the page, too.
            # So does what a script of Codex did: its calls have no records of their own, but for their ends.
            if not has_subagents and not (what == "tool" and agent == "codex"):
                problems += [f"{what} shown {count} times too often: {text[:200]!r}" for text, count in doubled]
        with self.ipc() as ipc:
            ipc.data("StopShare", {"share_id": share["id"]})
        return problems

    def check_all(self, root, expected_at_least):
        self.serve()
        found, problems = 0, []
        for agent in AGENTS:
            for folder in (root / agent, root / "odd" / agent):
                for path in sorted(folder.rglob("*")):
                    name = path.relative_to(root)
                    if path.suffix not in (".json", ".jsonl") or path.name.endswith(".meta.json"):
                        continue
                    if root.name == "golden" and path.suffix == ".json" and path.with_suffix(".jsonl").exists():
                        continue  # what is expected of the session beside it
                    if path.name.startswith("agent-") or path.name == "session_index.jsonl":
                        continue
                    if path.name in NONE:
                        self.refused("share", path, "--provider", "local")
                        continue
                    if raw_sessions.read(path, agent) == raw_sessions.Said():
                        continue  # a lone record, which may be part of a session or not
                    found += 1
                    # Of these two readers may think differently.
                    if str(name) in PLACEHOLDERS or path.name in ("duplicated_lines.jsonl", "invalid_utf8.jsonl", "lone_surrogate.jsonl", "damage.jsonl"):
                        self.check(path, agent)
                        continue
                    problems += [f"{name}: {problem}" for problem in self.check(path, agent)]
        self.assertEqual(problems, [])
        self.assertGreaterEqual(found, expected_at_least)

    def test_own_sessions(self):
        self.check_all(TOP / "tests" / "golden", 10)

    @unittest.skipUnless((CORPUS / "sessions").is_dir(), "no corpus: PANKO_CORPUS names none")
    def test_corpus(self):
        self.check_all(CORPUS / "sessions", 100)


if __name__ == "__main__":
    unittest.main()
