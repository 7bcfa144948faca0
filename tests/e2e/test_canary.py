"""Planted secrets: a session full of them is shared in every way and looked at through every address, live and after
crashes, and then every byte that was served, every file that was written and every process is searched for them."""

import gzip
import json
import os
import pathlib
import re
import signal
import sqlite3
import time
import unittest
import urllib.parse

from live_client import Live, version_of
from panko import PankoTest, children, descendants, fetch, wait_until
from planted import Mint, Planted, readable

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
FORMATS = ("html", "md", "jsonl")


class Canary(PankoTest):
    def setUp(self):
        super().setUp()
        seed = time.time_ns()
        print(f"seed {seed}", flush=True)  # what is planted can be made again
        self.mint = Mint(seed)
        self.planted = []
        self.served = {}  # what was asked for: bytes of the answer, its head included
        self.user = self.mint.of("abcdefghijklmnopqrstuvwxyz", 9)
        self.plant(Planted("user", self.user, is_personal=True))
        self.words = [self.plant(self.mint.word("own word")).value]

    def plant(self, secret):
        """Each has a name of its own, so that what is found tells where it came from."""
        secret.name = f"{secret.name} {len(self.planted)}"
        self.planted.append(secret)
        return secret

    def new(self, kind, *args):
        return self.plant(getattr(self.mint, kind)(*args)).value

    # The session

    def email(self):
        name = self.mint.of("abcdefghijklmnopqrstuvwxyz", 10)
        return self.plant(Planted("email", f"{name}@quillmarsh-gardens.io", name, is_personal=True)).value

    def ip(self):
        number = self.mint.random.randint
        value = f"{number(60, 90)}.{number(100, 250)}.{number(100, 250)}.{number(100, 250)}"
        return self.plant(Planted("ip", value, is_personal=True)).value

    def make_session(self):
        session = self.session(prompt=None, project=f"-home-{self.user}-src-garden")
        session.cwd = f"/home/{self.user}/src/garden"
        new = self.new
        session.write(json.dumps({"type": "summary", "summary": f"Rotate {new('github')} before Friday",
                                  "leafUuid": "5d0c6a1e-0000-4000-8000-000000000000"}) + "\n")  # fmt: skip
        session.prompt(f"Our key is {new('stripe')}, write to {self.email()} when it fails. {self.words[0]} must not hear of it.")
        session.record("user", {"role": "user", "content": [
            {"type": "text", "text": f"See this picture, token {new('gitlab')}"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}]})  # fmt: skip
        session.blocks([{"type": "thinking", "thinking": f"The user gave me {new('slack')}.", "signature": new("aws_secret") * 4}])
        session.answer(f"I set it:\n\n```sh\nexport OPENAI={new('anthropic')}\n```\n\n[dashboard](https://ops.quillmarsh-gardens.io/?token={new('password')})")
        session.tool("Bash", {"command": f"curl -u admin:{new('password', 'curl password')} https://{self.ip()}/x", "description": "Ask"},
                     f"HTTP/1.1 200\nSet-Cookie: sid={new('password', 'cookie', 32)}; Path=/\n")  # fmt: skip
        env = "\n".join([f"HOME=/home/{self.user}", f"NPM_TOKEN={new('npm')}", f"AWS_ACCESS_KEY_ID={new('aws_key_id')}",
                         f"AWS_SECRET_ACCESS_KEY={new('aws_secret')}", f"ODD_NAME={new('password', 'value of env', 24)}"])  # fmt: skip
        session.tool("Bash", {"command": "env"}, env)
        session.tool("Read", {"file_path": f"/home/{self.user}/src/garden/.env"},
                     f"     1\tDATABASE_URL=postgres://fern:{new('password', 'database')}@db7.internal:5432/fern\n"
                     f"     2\tGOOGLE={new('google')}\n")  # fmt: skip
        key = new("private_key")
        session.tool("Write", {"file_path": f"/home/{self.user}/keys/{new('github')}.pem", "content": key}, "File created")
        session.tool("Edit", {"file_path": "/srv/app.py", "old_string": f"TOKEN = '{new('hugging_face')}'",
                              "new_string": f"TOKEN = '{new('sendgrid')}'"}, "The file was updated.")  # fmt: skip
        session.tool("Bash", {"command": "cat config.json"}, json.dumps({"auth": {"inner": json.dumps({"token": new("github", "ghs_")})}}))
        session.tool("Bash", {"command": "git diff"}, f"\x1b[31m-  key: \x1b[1m{new('gitlab')}\x1b[0m\n\x1b[32m+  key: x\x1b[0m\n")
        # Ballast of the format that nobody sees, and that must not leave either.
        session.record("user", {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_none", "content": "done"}]},
                       toolUseResult={"originalFile": f"SECRET={new('github')}", "stdout": f"jwt {new('jwt')}"})  # fmt: skip
        session.write(json.dumps({"type": "queue-operation", "operation": "enqueue", "content": f"and {new('stripe')}"}) + "\n")
        session.write('{"type":"user","broken": "' + new("github") + "\n")
        self.make_subagent(session)
        session.answer("Done.")
        return session

    def make_subagent(self, session):
        session.blocks([{"type": "tool_use", "id": "toolu_agent", "name": "Task", "input": {
            "description": f"Look for {self.new('github')}", "prompt": "Look.", "subagent_type": "Explore"}}])  # fmt: skip
        session.record("user", {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "toolu_agent", "content": f"It uses {self.new('slack')}."}]},
            toolUseResult={"agentId": "abc12345", "status": "completed", "prompt": "Look."})  # fmt: skip
        side = session.path.parent / session.path.stem / "subagents"
        side.mkdir(parents=True)
        head = {"isSidechain": True, "agentId": "abc12345", "cwd": session.cwd, "sessionId": session.id, "version": "2.1.0",
                "timestamp": "2026-10-16T10:00:00Z", "userType": "external"}  # fmt: skip
        records = [
            {**head, "parentUuid": None, "uuid": "cccccccc-0000-4000-8000-000000000001", "type": "user",
             "message": {"role": "user", "content": f"Look at {self.new('npm')}."}},
            {**head, "parentUuid": "cccccccc-0000-4000-8000-000000000001", "uuid": "cccccccc-0000-4000-8000-000000000002",
             "type": "assistant", "message": {"id": "msg_sub", "role": "assistant", "model": "claude-fable-5",
                                              "content": [{"type": "text", "text": f"It is {self.new('sendgrid')}."}]}},
        ]  # fmt: skip
        (side / "agent-abc12345.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))

    # Looking at it

    def ask(self, url, what, method="GET", headers=None, body=None):
        for encoding in ("", "gzip") if method == "GET" else ("",):
            sent = {**(headers or {}), **({"Accept-Encoding": encoding} if encoding else {})}
            response = fetch(url + what, method, headers=sent, body=body)
            # The head is foreign bytes, too.
            self.served[f"{method} {what} {encoding} {len(self.served)}"] = (
                response.body + b"\n" + str(response.headers).encode()
            )
            if response.headers.get("Content-Encoding") == "gzip":
                response.body = gzip.decompress(response.body)
        return response

    def look_everywhere(self, url, headers=None):
        """Every address of docs/page.md."""
        ask = lambda what, method="GET", body=None: self.ask(url, what, method, headers, body)  # noqa: E731
        page = ask("")
        self.assertEqual(page.status, 200, page.body[:500])
        self.assertIn("[redacted: ", page.text)
        anchors = set()
        todo, seen = ["w", "w?last"], set()
        while todo:
            address = todo.pop()
            if address in seen:
                continue
            seen.add(address)
            window = ask(address)
            self.assertEqual(window.status, 200, address)
            anchors |= set(re.findall(r'<article [^>]*?id="([^"]+)"', window.text))
            todo += [f"w?from={urllib.parse.quote(next_)}" for next_ in re.findall(r'data-next="([^"]+)"', window.text)]
        self.assertGreater(len(anchors), 15)
        for anchor in sorted(anchors):
            name = urllib.parse.quote(anchor)
            self.assertEqual(ask(f"b/{name}").status, 200, anchor)
            self.assertEqual(ask(f"r/{name}").status, 200, anchor)
            for address in (f"?from={name}", f"?before={name}", f"w?from={name}", f"w?before={name}", f"i/{name}/0"):
                ask(address)
        for address in ("?last", "files", "files?after=1", "download", "nothing-here", *(f"download?format={f}" for f in FORMATS)):
            ask(address)
        for asset in set(re.findall(r'"((?:\.\./)?a/[^"]+)"', page.text)):
            self.assertEqual(fetch(url + asset).status, 200, asset)
        for secret in self.planted:
            for text in {secret.value, secret.core or secret.value, secret.windows[0].decode()}:
                answer = ask(f"find?q={urllib.parse.quote(text, safe='')}")
                if answer.status == 200:
                    self.assertEqual(json.loads(answer.body)["hits"], [], secret.name)
        self.assertTrue(json.loads(ask("find?q=redacted").body)["hits"])

    def find_left(self, planted, sources):
        """Where something of them can be read."""
        found = []
        for name, data in sources:
            found += [f"{secret} in {name}: {context!r}" for secret, context in readable(data, planted).items()]
        return found

    def files_written(self):
        """Everything below HOME and PANKO_HOME but the sessions themselves, their index, and the owner's own list."""
        for path in self.root.rglob("*"):
            where = str(path.relative_to(self.root))
            if not path.is_file() or ".claude/projects" in where:
                continue
            if path.name.startswith("index.db") or path.name in ("redact-words", ".panko.toml"):
                continue
            yield where, path.read_bytes()

    def processes(self):
        for pid in {*descendants(), self.daemon_pid(), *children(self.daemon_pid())}:
            for what in ("cmdline", "environ"):
                try:
                    yield f"/proc/{pid}/{what}", pathlib.Path(f"/proc/{pid}/{what}").read_bytes()
                except OSError:  # a daemon is closed to others of its own user; root sees it
                    self.assertNotEqual((os.geteuid(), what), (0, "environ"))

    def assert_nothing_left(self, exported=()):
        secrets = [secret for secret in self.planted if not secret.is_personal]
        left = self.find_left(self.planted, [*self.served.items(), *exported])
        left += self.find_left(secrets, [*self.files_written(), *self.processes()])
        self.assertEqual(left, [])

    # The tests

    def words_of_owner(self):
        done = self.start("redact", "add", stdin=-1)
        out, err = done.communicate("\n".join(self.words) + "\n", timeout=60)
        self.assertEqual(done.returncode, 0, out + err)

    def exports(self, session):
        for name in (*FORMATS, "json"):
            data = self.panko("export", session.path, "--format", name).encode()
            yield f"export --format {name}", data
        path = self.root / "exported" / "session.html"
        path.parent.mkdir(exist_ok=True)
        self.panko("export", session.path, "--format", "html", "-o", path, "--force")

    def said(self, *args, **more):
        """What a command says, on both ways: it is searched like everything that was served."""
        status, out, err = self.run_panko(*args, **more)
        self.assertEqual(status, 0, f"panko {args}: {out}{err}")
        self.served[f"panko {args[0]} {len(self.served)}"] = (out + err).replace(str(self.root), "").encode()
        return out

    def test_a_snapshot(self):
        self.words_of_owner()
        session = self.make_session()
        scan = json.loads(self.said("scan", session.path, "--json"))
        self.assertGreater(scan["counts"]["secrets"], 15)
        self.said("scan", session.path)
        share = self.share(session, "--download")
        url = share["public_url"]
        self.assertEqual(share["secrets_masked"], scan["counts"]["secrets"])
        self.look_everywhere(url)
        self.assertNotIn("redacted: ", self.ask(url, "b/none").text)
        exported = list(self.exports(session))
        # A daemon that dies leaves nothing behind, and the next one shows no more than it did.
        self.kill_daemon(signal.SIGKILL)
        self.assert_nothing_left_on_disk()
        self.serve()
        wait_until(lambda: fetch(url).status == 200, "it is served again")
        self.look_everywhere(url)
        self.panko("serve", "--restart")
        self.look_everywhere(url)
        self.said("shares")
        self.said("audit")
        self.said("logs", share["id"])
        database = sqlite3.connect(f"file:{self.state / 'state.db'}?mode=ro", uri=True)
        self.addCleanup(database.close)
        self.assertIn("[redacted: ", database.execute("SELECT session_name FROM shares").fetchone()[0])
        self.said("stop", share["id"])
        self.assertEqual(self.ask(url, "").status, 410)
        self.assert_nothing_left(exported)

    def assert_nothing_left_on_disk(self):
        secrets = [secret for secret in self.planted if not secret.is_personal]
        self.assertEqual(self.find_left(secrets, self.files_written()), [])

    def test_live(self):
        self.words_of_owner()
        session = self.make_session()
        share = self.share(session, "--live", "--download")
        url = share["public_url"]
        # A value that was shown as it was, because nothing told that it is a secret, is masked once something does.
        late = self.plant(self.mint.password("learnt late", 32))
        with Live((url, version_of(url))) as live:
            session.prompt(f"Now take {self.new('github')} and mail {self.email()}.")
            self.see(live, "Now take")
            session.tool("Bash", {"command": "cat .env"}, f"LATE_TOKEN={late.value}\nSTRIPE={self.new('stripe')}")
            session.answer(f"It was {late.value} all the time.")
            self.see(live, "all the time")
        side = session.path.parent / session.path.stem / "subagents" / "agent-abc12345.jsonl"
        with open(side, "a") as file:
            file.write(json.dumps({
                "isSidechain": True, "agentId": "abc12345", "cwd": session.cwd, "sessionId": session.id, "version": "2.1.0",
                "timestamp": "2026-10-16T10:01:00Z", "userType": "external", "type": "assistant",
                "parentUuid": "cccccccc-0000-4000-8000-000000000002", "uuid": "cccccccc-0000-4000-8000-000000000003",
                "message": {"id": "msg_sub2", "role": "assistant", "model": "claude-fable-5",
                            "content": [{"type": "text", "text": f"Also {self.new('gitlab')} was found late."}]}}) + "\n")  # fmt: skip
        wait_until(lambda: "was found late" in self.ask(url, "w?last").text + self.ask(url, "w").text, "the sub-agent's words")
        self.look_everywhere(url)
        # A crash in between, and words that were written while nobody looked.
        self.kill_daemon(signal.SIGKILL)
        session.prompt(f"While you were away: {self.new('npm')}")
        self.serve()
        wait_until(lambda: fetch(url).status == 200, "it is served again")
        wait_until(lambda: "While you were away" in self.ask(url, "w?last").text, "the new words")
        self.look_everywhere(url)
        self.said("edit", share["id"], "--freeze")
        session.prompt("After the end.")
        self.assertNotIn("After the end.", self.ask(url, "w?last").text)
        self.said("stop", share["id"])
        self.ask(url, "")
        self.assert_nothing_left()

    def see(self, live, text):
        for line in live.until(text):
            self.served[f"live {len(self.served)}"] = json.dumps(line, ensure_ascii=False).encode()

    def test_behind_a_gate(self):
        """Before anybody is let in there is nothing of the session at all."""
        self.words_of_owner()
        session = self.make_session()
        secret = self.plant(self.mint.password("password of the share"))
        process = self.start("share", session.path, "--provider", "local", "--password-stdin", "--json", stdin=-1)
        out, err = process.communicate(secret.value + "\n", timeout=60)
        self.assertEqual(process.returncode, 0, err)
        url = json.loads(out)["public_url"]
        page = self.ask(url, "")
        self.assertEqual(page.status, 401)
        self.assertNotIn("Rotate", page.text)
        for address in ("w", "w?last", "files", "find?q=a", "download?format=md"):
            self.assertEqual(self.ask(url, address).status, 401, address)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        opened = self.ask(url, "unlock", "POST", form, f"password={secret.value}".encode())
        self.assertEqual(opened.status, 303, opened.body)
        cookie = opened.headers["Set-Cookie"].partition(";")[0]
        self.look_everywhere(url, {"Cookie": cookie})
        self.panko("stop", json.loads(out)["id"])
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
