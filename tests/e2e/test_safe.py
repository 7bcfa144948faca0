"""Sharing safely, by the command line: what is masked is seen before it is published, a share is on a leash, and the
project has its say."""

import http.server
import json
import socket
import threading
import unittest

from panko import PankoTest, fetch, look, wait_until
from planted import Mint
from typing_at import Typed


class SafeTest(PankoTest):
    def setUp(self):
        super().setUp()
        mint = Mint(self.id())
        self.token, self.other = mint.github().value, mint.stripe().value
        self.password = mint.password().value
        self.word = mint.word().value
        self.written = self.session(prompt=None)
        self.written.prompt("Water the ferns")
        self.written.prompt(f"Why does {self.token} not work?")
        self.written.blocks([{"type": "thinking", "thinking": "It may be expired; think of the ferns."}])
        self.written.tool("Bash", {"command": "cat .env"}, f"STRIPE_KEY={self.other}\nMAIL=mira@quillmarsh-gardens.io\n")
        self.written.prompt("And now?")
        self.written.answer(f"I took {self.token} again, for {self.word}.")

    def page(self, share, **more):
        response = fetch(share["public_url"], **more)
        self.assertEqual(response.status, 200, response.body[:300])
        return response.text

    def scan(self, *args):
        return self.panko_json("scan", self.written.path, *args)

    def with_input(self, text, *args, status=0):
        """panko with something on its standard input: (stdout, stderr)."""
        process = self.start(*args, stdin=-1)
        out, err = process.communicate(text, timeout=60)
        self.assertEqual(process.returncode, status, out + err)
        return out, err

    def assert_secret_free(self, text):
        for secret in (self.token, self.other):
            self.assertFalse(secret[8:] in text, text[:2000])


class Scan(SafeTest):
    def test_lists_by_turn_without_a_value(self):
        found = self.scan()
        self.assert_secret_free(json.dumps(found))
        token = [finding for finding in found["findings"] if finding["kind"] == "github-token"]
        self.assertEqual([(finding["turn"], finding["where"]) for finding in token], [(2, "user"), (3, "assistant")])
        self.assertEqual(token[0]["marker"], "[redacted: github-token #1]")
        self.assertEqual({finding["hash"] for finding in token}, {token[0]["hash"]})
        self.assertIn("[redacted: github-token #1]", token[0]["context"])
        self.assertEqual(found["counts"]["secrets"], 2)
        self.assertIn("email", found["counts"]["kinds"])
        self.assertEqual([f for f in self.scan("--show-personal")["findings"] if f.get("personal")], [])
        status, out, err = self.run_panko("scan", self.written.path)
        self.assertEqual(status, 0)
        self.assert_secret_free(out + err)
        lines = [line.split("\t") for line in out.splitlines()]
        self.assertEqual({len(line) for line in lines}, {11})
        self.assertIn(["2", "secret", "masked", "github-token #1"], [line[:4] for line in lines])
        self.assertIn("2 secrets", err)

    def test_at_a_terminal(self):
        with Typed(self, "scan", self.written.path) as typed:
            self.assertEqual(typed.status(), 0)
        self.assertRegex(typed.text, r"Prompt 2\n  github-token #1  ")
        self.assertRegex(typed.text, r"Personal data\n  ")
        self.assert_secret_free(typed.text)

    def test_this_is_fine(self):
        self.assertEqual(self.run_panko("scan", self.written.path, "--fail")[0], 1)
        share = self.share(self.written)
        self.assertNotIn(self.token, self.page(share))
        self.panko("scan", self.written.path, "--allow", "github-token #1")
        found = self.scan()
        self.assertEqual(found["counts"]["secrets"], 1)
        self.assertTrue(all(f.get("allowed") for f in found["findings"] if f["kind"] == "github-token"))
        self.assertEqual(self.run_panko("scan", self.written.path, "--fail")[0], 1)
        other = next(f for f in found["findings"] if not f.get("personal") and not f.get("allowed"))
        self.panko("scan", self.written.path, "--allow", other["hash"][:12])
        self.assertEqual(self.run_panko("scan", self.written.path, "--fail")[0], 0)  # what is left is personal
        fresh = self.session()
        fresh.answer(f"Another session with {self.token}")
        self.assertTrue(self.token in self.page(self.share(fresh)))
        self.panko("scan", self.written.path, "--mask", "github-token #1")
        self.assertEqual(self.scan()["counts"]["secrets"], 1)
        again = self.session(prompt=f"A third session with {self.token}")
        self.assertNotIn(self.token, self.page(self.share(again)))
        self.assertIn("Nothing that was found", self.refused("scan", self.written.path, "--allow", "github-token #9"))
        # The value itself is nowhere.
        for path in self.state.rglob("*"):
            if path.is_file() and not path.name.startswith("index.db"):
                self.assertFalse(self.token.encode() in path.read_bytes(), path)

    def test_refusals(self):
        self.refused("scan", "/nonexistent")
        self.refused("scan", status=2)


class Sharing(SafeTest):
    def test_is_masked_and_says_so(self):
        status, out, err = self.run_panko("share", self.written.path, "--provider", "local")
        self.assertEqual(status, 0)
        self.assertRegex(err, r"2 secrets and \d+ personal values? masked")
        page = fetch(out.strip()).text
        self.assert_secret_free(page)
        self.assertIn("[redacted: github-token #1]", page)
        self.assertIn("[redacted: email #1]", page)
        share = self.panko_json("shares")[0]
        self.assertEqual(share["secrets_masked"], 2)
        session = self.session(prompt=f"Why does {self.token} not work?")
        self.assertIn("redacted: github-token #1", self.share(session)["session_name"])

    def test_one_json_document_is_masked_too(self):
        """As Gemini CLI writes it: indented, the list of messages last, no newline at the end."""
        path = self.home / ".gemini" / "tmp" / "garden" / "chats" / "session-2026-01-10T20-00-fa4593e0.json"
        path.parent.mkdir(parents=True)
        at = "2026-01-10T20:00:21.501Z"
        path.write_text(json.dumps({
            "sessionId": "fa4593e0-0000-4000-8000-000000000000", "projectHash": "ab" * 32, "startTime": at, "lastUpdated": at,
            "messages": [{"id": "m1", "timestamp": at, "type": "user", "content": f"Why does {self.token} not work?"},
                         {"id": "m2", "timestamp": at, "type": "gemini", "content": "It is expired.", "model": "gemini-2.5-pro"}],
        }, indent=2))  # fmt: skip
        page = self.page(self.share(path))
        self.assert_secret_free(page)
        self.assertIn("[redacted: github-token #1]", page)
        self.assertIn("It is expired.", page)

    def test_personal_data_can_be_shown(self):
        share = self.share(self.written, "--show-personal")
        page = self.page(share)
        self.assert_secret_free(page)
        self.assertIn("mira@quillmarsh-gardens.io", page)
        self.assertTrue(share["personal_shown"])

    def test_nothing_masked_has_to_be_confirmed(self):
        self.assertIn("confirmed on a terminal", self.refused("share", self.written.path, "--provider", "local", "--no-redact"))
        self.refused("share", self.written.path, "--provider", "local", "--no-redact", "--yes", "--no-input")
        for word in ("yes", ""):
            with Typed(self, "share", self.written.path, "-t", "local", "--no-redact") as typed:
                typed.answer('"unmasked" to go on: ', word)
                self.assertEqual(typed.status(), 130)
        self.assertEqual(self.panko_json("shares"), [])
        with Typed(self, "share", self.written.path, "-t", "local", "--no-redact") as typed:
            typed.answer('"unmasked" to go on: ', "unmasked")
            typed.expect("Warning: nothing in it is masked")
            self.assertEqual(typed.status(), 0)
        share = self.panko_json("shares")[0]
        self.assertTrue(share["unmasked"])
        self.assertIn(self.token, self.page(share))
        # Whoever shares it again without the option gets another share, and that one is masked.
        self.assert_secret_free(self.page(self.share(self.written)))

    def test_hiding(self):
        share = self.share(self.written, "--hide", "tools")
        page = self.page(share)
        self.assertIn("cat .env", page)
        self.assertNotIn("STRIPE_KEY", page)
        self.assertIn("think of the ferns", page)
        self.assertEqual(share["hidden"], ["tools"])
        page = self.page(self.share(self.written, "--hide", "thinking"))
        self.assertNotIn("think of the ferns", page)
        self.assertIn("STRIPE_KEY", page)
        share = self.share(self.written, "--hide", "steps")
        page = self.page(share)
        self.assertNotIn("cat .env", page)
        self.assertNotIn("think of the ferns", page)
        self.assertIn("And now?", page)
        hits = json.loads(fetch(share["public_url"] + "find?q=STRIPE").body)["hits"]
        self.assertEqual(hits, [])

    def test_a_look_before(self):
        with Typed(self, "share", self.written.path, "-t", "local", "--review") as typed:
            typed.expect(r"Found and masked: 2 secrets and \d+ personal value")
            typed.answer(r"github-token #1 +ghp_[^\n]*\n  prompt 2, in a prompt; 2 places[^\n]*\n[^\n]*\nEnter: it is masked.*?: ", "f")
            typed.answer(r"prompt 2, in a tool call.*\n.*\n?Enter: it is masked.*?: ", "")
            typed.answer(r"Personal data: .*\nEnter: all of it.*?: ", "x")
            typed.answer(r"none of Enter, o, s and q\.\nEnter: all of it.*?: ", "")
            typed.answer(r"\[none\] ", "toolz")
            typed.answer(r"\[none\] ", "tools")
            typed.answer(r"Share it\? .*\[y/N\] ", "y")
            self.assertEqual(typed.status(), 0)
        self.assert_secret_free(typed.text)
        page = self.page(self.panko_json("shares")[0])
        self.assertTrue(self.token in page)
        self.assertNotIn("STRIPE_KEY", page)

    def test_a_look_that_ends_it(self):
        for answers in ((("it is masked.*?: ", "q"),), (("it is masked.*?: ", "a"), ("all of it is masked.*?: ", "q")),
                        (("it is masked.*?: ", "a"), ("all of it.*?: ", ""), (r"\[none\] ", ""), (r"\[y/N\] ", ""))):  # fmt: skip
            with Typed(self, "share", self.written.path, "-t", "local", "--review") as typed:
                for pattern, text in answers:
                    typed.answer(pattern, text)
                self.assertEqual(typed.status(), 130, typed.text)
                self.assertIn("Nothing was shared", typed.text)
        self.assertEqual(self.panko_json("shares"), [])

    def test_an_older_daemon_would_mask_nothing(self):
        """One that does not know the method is told nothing to publish."""
        self.state.mkdir(mode=0o700)
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(self.state / "daemon.sock"))
        listener.listen()
        asked = []

        def answer():
            while True:
                try:
                    connection = listener.accept()[0]
                except OSError:
                    return
                with connection, connection.makefile("rwb") as lines:
                    for line in lines:
                        method = json.loads(line)["method"]
                        asked.append(method)
                        reply = {
                            "Hello": {"protocol": 1, "build": "0.0.9", "capabilities": ["StartShare", "Hello", "Status"]},
                            "Status": {"pid": 1, "version": "0.0.9", "protocol": 1, "socket": "x",
                                       "started_at": "2026-01-01T00:00:00Z", "shares": {}},
                        }.get(method)  # fmt: skip
                        lines.write(json.dumps({"status": method if reply else "Error",
                                                "data": reply or {"message": "no"}}).encode() + b"\n")  # fmt: skip
                        lines.flush()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        self.assertIn("panko serve --restart", self.refused("share", self.written.path, "--provider", "local"))
        self.assertNotIn("StartShare", asked)
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=20)


class Words(SafeTest):
    def test_own_words(self):
        self.assertIn("command line", self.refused("redact", "add", "some-word", status=2))
        self.assertIn(self.word, self.page(self.share(self.session(prompt=f"For {self.word}."))))
        self.with_input(f"{self.word}\n\nAnother-Word\n", "redact", "add")
        self.assertEqual(self.panko("redact", "list").splitlines(), [self.word, "Another-Word"])
        session = self.session(prompt=f"Write to {self.word.lower()} and {self.word.upper()}, or another-word!")
        page = self.page(self.share(session, "--show-personal"))
        for word in (self.word, self.word.lower(), self.word.upper(), "another-word"):
            self.assertNotIn(word, page)
        exported = self.panko("export", self.written.path, "--format", "md")
        self.assertNotIn(self.word, exported)
        self.with_input("Another-Word\n", "redact", "remove")
        self.with_input(f"{self.word}\n", "redact", "remove")
        self.assertNotIn(self.word, self.panko("redact", "list"))
        with Typed(self, "redact", "add") as typed:
            typed.answer("done\\): ", self.word)
            typed.answer("done\\): ", "")
            self.assertEqual(typed.status(), 0)
        self.assertNotIn(self.word, typed.text)
        self.assertIn(self.word, self.panko("redact", "list"))
        self.with_input("", "redact", "add", status=130)


class Policy(SafeTest):
    def setUp(self):
        super().setUp()
        self.project = self.root / "project" / "deep"
        self.project.mkdir(parents=True)
        self.here = self.session(prompt=None)
        self.here.cwd = str(self.project)
        self.here.prompt("Water the ferns of Ventomare")

    def policy(self, text, place=None):
        (place or self.project.parent).joinpath(".panko.toml").write_text(text)

    def test_never(self):
        self.policy("share = false\n")
        refusal = self.refused("share", self.here.path, "--provider", "local")
        self.assertIn(str(self.project.parent / ".panko.toml"), refusal)
        self.assertEqual(self.panko_json("shares", "--all"), [])
        self.share(self.written)  # another project

    def test_providers_and_expiry(self):
        self.policy('providers = ["ssh"]\n')
        self.assertIn(".panko.toml", self.refused("share", self.here.path, "--provider", "local"))
        self.policy('longest_expiry = "2h"\n')
        self.assertIn(".panko.toml", self.refused("share", self.here.path, "--provider", "local", "--expires", "7d"))
        share = self.share(self.here, "--expires", "1h")
        self.assertIn(".panko.toml", self.refused("edit", share["id"], "--expires", "never"))
        self.panko("edit", share["id"], "--expires", "90m")

    def test_words(self):
        self.policy('mask = ["Ventomare"]\n')
        page = self.page(self.share(self.here, "--show-personal"))
        self.assertNotIn("Ventomare", page)
        self.assertIn("[redacted: ", page)
        self.assertNotIn("Ventomare", self.panko("export", self.here.path, "--format", "md"))

    def test_one_that_is_not_understood(self):
        self.policy("shares = false\n")
        self.assertIn("did you mean", self.refused("share", self.here.path, "--provider", "local"))


class Leash(SafeTest):
    def form(self, share, action, body=b""):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return fetch(share["public_url"] + action, "POST", headers=headers, body=body)

    def cookie_of(self, response):
        self.assertEqual(response.status, 303, response.body[:300])
        return {"Cookie": response.headers["Set-Cookie"].partition(";")[0]}

    def test_a_password(self):
        out, _ = self.with_input(f"{self.password}\n", "share", self.written.path, "-t", "local", "--password-stdin", "--json")
        share = json.loads(out)
        self.assertTrue(share["password"])
        self.assertEqual(fetch(share["public_url"]).status, 401)
        self.assertEqual(self.form(share, "unlock", b"password=wrong").status, 401)
        cookie = self.cookie_of(self.form(share, "unlock", f"password={self.password}".encode()))
        self.assertIn("And now?", self.page(share, headers=cookie))
        # Another one lets nobody in who has the old cookie.
        self.with_input("entirely-different\n", "edit", share["id"], "--password-stdin")
        self.assertEqual(fetch(share["public_url"], headers=cookie).status, 401)
        self.panko("edit", share["id"], "--no-password")
        self.assertIn("And now?", self.page(share))

    def test_a_password_that_is_asked_for(self):
        self.refused("share", self.written.path, "-t", "local", "--password")
        with Typed(self, "share", self.written.path, "-t", "local", "--password") as typed:
            typed.answer("Password for this share: ", self.password)
            typed.answer("The same again: ", self.password + "x")
            typed.answer("two different ones.*\nPassword for this share: ", self.password)
            typed.answer("The same again: ", self.password)
            typed.expect("Asks for a password")
            self.assertEqual(typed.status(), 0)
        self.assertNotIn(self.password, typed.text)
        share = self.panko_json("shares")[0]
        self.cookie_of(self.form(share, "unlock", f"password={self.password}".encode()))

    def test_views_that_run_out(self):
        share = self.share(self.written, "--max-views", "2")
        for _ in range(5):  # previews spend none
            self.assertNotIn("And now?", self.page(share))
        cookies = [self.cookie_of(self.form(share, "open")) for _ in range(2)]
        self.assertEqual(fetch(share["public_url"]).status, 410)
        self.assertEqual(self.form(share, "open").status, 410)
        for cookie in cookies:
            self.assertIn("And now?", self.page(share, headers=cookie))
        self.panko("edit", share["id"], "--max-views", "3")
        self.cookie_of(self.form(share, "open"))
        self.assertEqual(fetch(share["public_url"]).status, 410)
        self.panko("edit", share["id"], "--max-views", "none")
        self.assertIn("And now?", self.page(share))

    def test_downloads(self):
        share = self.share(self.written)
        self.assertEqual(fetch(share["public_url"] + "download?format=md").status, 404)
        self.panko("edit", share["id"], "--download", "on")
        for name in ("html", "md", "jsonl"):
            download = fetch(share["public_url"] + f"download?format={name}")
            self.assertEqual(download.status, 200, name)
            self.assertIn("And now?", download.text) if name != "html" else None
            self.assert_secret_free(download.text)
        self.panko("edit", share["id"], "--download", "off")
        self.assertEqual(fetch(share["public_url"] + "download?format=md").status, 404)

    def test_editing(self):
        share = self.share(self.written)
        before = share["expires_at"]
        _, _, err = self.run_panko("edit", share["id"][:8], "--expires", "2h", "--hide", "tools,thinking")
        self.assertRegex(err, r"It expires in (2 h|1 h 59)")
        changed = self.panko_json("shares")[0]
        self.assertLess(changed["expires_at"], before)
        self.assertEqual(changed["hidden"], ["tools", "thinking"])
        self.assertEqual(changed["public_url"], share["public_url"])
        self.assertNotIn("STRIPE_KEY", self.page(share))
        self.panko("edit", share["id"], "--hide", "none", "--expires", "never")
        changed = self.panko_json("shares")[0]
        self.assertNotIn("expires_at", changed)
        self.assertNotIn("hidden", changed)
        self.assertIn("STRIPE_KEY", self.page(share))
        # It holds across a crash.
        self.panko("edit", share["id"], "--hide", "steps")
        self.kill_daemon()
        self.serve()
        wait_until(lambda: fetch(share["public_url"]).status == 200, "it is served again")
        self.assertNotIn("STRIPE_KEY", self.page(share))
        self.panko("stop", share["id"])
        self.refused("edit", share["id"], "--expires", "1h")


class Proxy:
    """Passes requests on to the port that `target()` says; `keeps`: answers from what it saw before."""

    def __init__(self):
        self.keeps, self.copies, self.target = False, {}, None
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                copy = proxy.copies.get(self.path) if proxy.keeps else None
                if copy is None:
                    answer = fetch(f"http://127.0.0.1:{proxy.target()}{self.path}", host=f"127.0.0.1:{proxy.port}")
                    copy = proxy.copies[self.path] = (answer.status, answer.body)
                self.send_response(copy[0])
                self.send_header("Content-Length", str(len(copy[1])))
                self.end_headers()
                self.wfile.write(copy[1])

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.thread.is_alive():
            self.server.shutdown()
            self.server.server_close()
            self.thread.join(timeout=20)


class Looking(SafeTest):
    def test_people_and_programs(self):
        share = self.share(self.written)
        for _ in range(3):
            self.page(share)
        visit = look(share["public_url"])
        look(share["public_url"], visit)
        look(share["public_url"])
        def counted():
            row = self.panko_json("shares")[0]
            return (row.get("views"), row.get("viewers")) == (2, 2) and row
        row = wait_until(counted, "two people look")
        self.assertIn("last_viewed_at", row)
        with Typed(self, "shares") as typed:
            typed.expect("2 people look now, 2 views")
            self.assertEqual(typed.status(), 0)
        self.assertIn("2 secrets and", typed.text)
        fields = self.panko("shares").rstrip("\n").split("\t")
        self.assertEqual((fields[8], fields[12]), ("2", "2"))

    def test_audit(self):
        self.assertEqual(self.panko_json("audit"), [])
        share = self.share(self.written, "--hide", "thinking")
        look(share["public_url"])
        self.panko("edit", share["id"], "--expires", "1h")
        self.panko("stop", share["id"])
        other = self.share(self.session(prompt="Another one"))
        events = [(entry["share_id"], entry["event"]) for entry in self.panko_json("audit")]
        for event in ("started", "masked", "viewed", "changed", "stopped"):
            self.assertIn((share["id"], event), events)
        self.assertIn((other["id"], "started"), events)
        own = self.panko_json("audit", share["id"][:8])
        self.assertEqual({entry["share_id"] for entry in own}, {share["id"]})
        self.assertEqual([entry["at"] for entry in own], sorted(entry["at"] for entry in own))
        self.assert_secret_free(json.dumps(own))
        self.assertEqual(len(self.panko("audit", share["id"]).splitlines()), len(own))
        with Typed(self, "audit") as typed:
            typed.expect("started")
            self.assertEqual(typed.status(), 0)
        self.refused("audit", "no-such-share")

    def test_a_stop_is_checked(self):
        share = self.share(self.written)
        _, _, err = self.run_panko("stop", share["id"])
        self.assertIn("answers 410 Gone", err)
        self.assertEqual(fetch(share["public_url"]).status, 410)
        self.assertIn("Was stopped before", self.run_panko("stop", share["id"])[2])

    def test_a_stop_asks_through_the_tunnel(self):
        """The tunnel is a proxy of ours, which is honest, keeps a copy, or is gone when the share is stopped."""
        for mood, sentence in (("honest", "answers 410 Gone"), ("copy", "still answers"), ("gone", "leads nowhere")):
            with Proxy() as proxy:
                self.put_on_path("a-tunnel", f'#!/bin/sh\necho "$1" > {self.root}/port\n'
                                             f'echo "url http://127.0.0.1:{proxy.port}"; exec sleep 600\n')  # fmt: skip
                self.config('[providers.command]\nargv = ["a-tunnel", "{port}"]\nurl_pattern = "url (.*)"\n')
                self.serve()
                proxy.target = lambda: int((self.root / "port").read_text())
                share = self.panko_json("share", self.written.path, "--provider", "command")
                self.assertEqual(fetch(share["public_url"]).status, 200)
                proxy.keeps = mood == "copy"
                if mood == "gone":
                    proxy.close()
                status, _, err = self.run_panko("stop", share["id"])
                self.assertEqual(status, 0)
                self.assertIn(sentence, err)
                self.assertIn("gone", [entry["event"] for entry in self.panko_json("audit", share["id"])])
                self.panko("serve-stop")


class Export(SafeTest):
    def test_is_masked_unless_told_otherwise(self):
        for name in ("html", "md", "json", "jsonl"):
            status, out, err = self.run_panko("export", self.written.path, "--format", name)
            self.assertEqual((status, err), (0, ""))
            self.assert_secret_free(out)
            status, original, err = self.run_panko("export", self.written.path, "--format", name, "--redact", "off")
            self.assertEqual(status, 0)
            self.assertIn("Nothing in it is masked", err)
            if name != "html":
                self.assertIn("[redacted: github-token #1]", out)
                self.assertIn(self.token, original)
        self.assertEqual(original, self.written.path.read_text())

    def test_masked_records_are_a_session(self):
        path = self.root / "masked.jsonl"
        _, _, err = self.run_panko("export", self.written.path, "--format", "jsonl", "-o", path)
        self.assertIn("is masked", err)
        self.assert_secret_free(path.read_text())
        report = json.loads(self.panko("check", path, "--json"))
        self.assertEqual(report["id"], self.written.id)
        self.assertEqual(report["blocks"], json.loads(self.panko("check", self.written.path, "--json"))["blocks"])
        self.assertEqual(self.panko_json("scan", path)["counts"]["secrets"], 0)

    def test_more_and_less(self):
        out = self.panko("export", self.written.path, "--format", "md", "--show-personal")
        self.assertIn("mira@quillmarsh-gardens.io", out)
        self.assert_secret_free(out)
        out = self.panko("export", self.written.path, "--format", "md", "--hide", "tools,thinking")
        self.assertNotIn("STRIPE_KEY", out)
        self.assertNotIn("think of the ferns", out)
        self.refused("export", self.written.path, "--format", "jsonl", "--hide", "tools")
        self.refused("export", self.written.path, "--format", "md", "--redact", "off", "--show-personal", status=2)

    def test_what_is_fine_is_fine_here_too(self):
        self.panko("scan", self.written.path, "--allow", "github-token #1")
        self.assertIn(self.token, self.panko("export", self.written.path, "--format", "md"))


if __name__ == "__main__":
    unittest.main()
