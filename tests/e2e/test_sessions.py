"""What panko reads and shows on the command line: list, show, check, view, config."""

import json
import os
import re
import signal
import time
import unittest

from panko import TOP, PankoTest, fetch, wait_until


def zstd(data):
    """The bytes in a zstd frame, stored as they are."""
    assert len(data) < 100_000
    block = (len(data) << 3 | 1).to_bytes(3, "little")  # the last one, raw
    return b"\x28\xb5\x2f\xfd" + b"\x00\x58" + block + data


class Rollouts(PankoTest):
    ID = "019f0000-1111-7222-8333-444444444444"

    def rollout(self, name, **meta):
        path = self.home / ".codex/sessions/2026/06/01" / f"rollout-2026-06-01T08-00-00-{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (TOP / "tests/golden/codex/conversation.jsonl").read_text().splitlines(keepends=True)
        first = json.loads(lines[0])
        first["payload"] |= {"id": name, **meta}
        path.write_text(json.dumps(first) + "\n" + "".join(lines[1:]))
        return path

    def test_a_rollout_is_listed_and_shown(self):
        self.rollout(self.ID)
        self.rollout("019f0000-1111-7222-8333-555555555555", source={"subagent": "review"})
        listed = self.panko_json("list")
        self.assertEqual([entry["id"] for entry in listed], [self.ID])
        self.assertEqual((listed[0]["agent"], listed[0]["title"]), ("codex", "One whistle is enough"))
        self.assertIn("It whistles once now.", self.panko("show", self.ID))

    def test_a_share_stays_up_when_its_rollout_is_compressed(self):
        path = self.rollout(self.ID)
        compressed = path.with_name(path.name + ".zst")
        share = self.share(path)
        compressed.write_bytes(zstd(path.read_bytes()))
        path.unlink()
        page = fetch(share["public_url"])
        self.assertEqual(page.status, 200)
        self.assertIn("It whistles once now.", page.text)
        self.assertEqual(self.panko_json("shares")[0]["status"], "active")
        self.assertEqual([entry["path"] for entry in self.panko_json("list")], [str(compressed)])


class Reading(PankoTest):
    def test_list_is_newest_first(self):
        sessions = [self.session(prompt=f"Prompt {n}") for n in range(5)]
        for age, session in enumerate(sessions):
            at = time.time() - 3600 * age
            os.utime(session.path, (at, at))
        self.session("agent-abc", prompt="A sub-agent's file is no session")
        listed = self.panko_json("list")
        self.assertEqual([entry["id"] for entry in listed], [session.id for session in sessions])
        self.assertEqual(listed[0]["title"], "Prompt 0")
        self.assertEqual(listed[0]["path"], str(sessions[0].path))
        text = self.panko("list")
        self.assertLess(text.index("Prompt 0"), text.index("Prompt 4"))
        self.assertEqual(text, self.panko())  # not on a terminal, panko alone is the list

    def test_list_is_narrowed_down(self):
        fern = self.session(prompt="Water the fern every other day")
        fern.answer("Done.")
        moss = self.session(prompt="Rake the moss")
        old = self.session(prompt="An old one about ferns")
        at = time.time() - 10 * 86400
        os.utime(old.path, (at, at))

        def listed(*args):
            return [entry["id"] for entry in self.panko_json("list", *args)]

        self.assertEqual(set(listed()), {fern.id, moss.id, old.id})
        self.assertEqual(listed("wtfern"), [fern.id])
        self.assertEqual(set(listed("fern")), {fern.id, old.id})
        self.assertEqual(listed("fern", "--since", "7d"), [fern.id])
        self.assertEqual(set(listed("--since", time.strftime("%Y-%m-%d", time.gmtime(at - 86400)))), {fern.id, moss.id, old.id})
        self.assertEqual(listed("--sort", "oldest")[0], old.id)
        self.assertEqual(listed("--sort", "messages")[0], fern.id)
        self.assertEqual(listed("--sort", "size", "-n", "1"), [fern.id])
        self.assertEqual(len(listed("--project", "garden")), 3)
        self.assertEqual(listed("--project", "elsewhere"), [])
        self.assertEqual(len(listed("--agent", "claude")), 3)
        self.assertEqual(listed("--agent", "codex"), [])
        self.assertEqual(listed(moss.id[:8]), [moss.id])
        for args, meant in ((("--sort", "newst"), "newest"), (("--agent", "cluade"), "claude"), (("--since", "soon"), "7d")):
            status, out, err = self.run_panko("list", *args)
            self.assertNotEqual(status, 0)
            self.assertEqual(out, "")
            self.assertIn(meant, err)

    def test_list_is_the_same_with_and_without_its_index(self):
        sessions = [self.session(prompt=f"Prompt {n}") for n in range(20)]
        first = self.panko_json("list")
        index = self.state / "index.db"
        self.assertEqual(index.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.panko_json("list"), first)
        index.unlink()
        self.assertEqual(self.panko_json("list"), first)
        index.write_bytes(b"no database " * 1000)
        self.assertEqual(self.panko_json("list"), first)
        sessions[3].answer("One more.")
        entry = next(entry for entry in self.panko_json("list") if entry["id"] == sessions[3].id)
        self.assertEqual(entry["last_answer"], "One more.")
        grown = self.panko_json("list")
        index.unlink()
        self.assertEqual(self.panko_json("list"), grown)  # reading on gives what reading all gives
        index.unlink()
        index.mkdir()
        self.assertEqual(self.panko_json("list"), grown)

    def test_list_beside_another_list(self):
        for n in range(50):
            self.session(prompt=f"Prompt {n}")
        for _ in range(5):
            lists = [self.start("list", "--json") for _ in range(4)]
            for process in lists:
                out, _ = process.communicate()
                self.assertEqual(process.returncode, 0)
                self.assertEqual(len(json.loads(out)), 50)
            (self.state / "index.db").unlink()

    def test_list_says_what_it_cannot_read(self):
        good = self.session(prompt="Readable")
        torn = self.home / ".codex/sessions/2026/01/02/rollout-2026-01-02T03-04-05-019c2f3a-0000-7000-8000-000000000001.jsonl.zst"
        torn.parent.mkdir(parents=True)
        torn.write_bytes(b"\x28\xb5\x2f\xfd and then no such thing")
        for _ in range(2):
            status, out, err = self.run_panko("list", "--json")
            self.assertEqual(status, 0)
            self.assertEqual([entry["id"] for entry in json.loads(out)], [good.id])
            self.assertIn(torn.name, err)

    def test_list_of_nothing(self):
        self.assertEqual(self.panko_json("list"), [])
        self.panko("list")

    def test_list_follows_claude_config_dir(self):
        self.session(prompt="In the usual place")
        os.rename(self.home / ".claude", self.home / "elsewhere")
        self.assertEqual(self.panko_json("list"), [])
        listed = self.panko_json("list", env={"CLAUDE_CONFIG_DIR": str(self.home / "elsewhere")})
        self.assertEqual([entry["title"] for entry in listed], ["In the usual place"])

    def test_show(self):
        session = self.session(prompt="Water the ferns")
        session.tool("Bash", {"command": "echo drip"}, "drip drip")
        session.tool("Read", {"file_path": "/x"}, "<tool_use_error>No such file</tool_use_error>", is_error=True)
        session.write("this is no JSON\n")
        shown = json.loads(self.panko("show", session.path, "--format", "json"))
        self.assertEqual(shown["id"], session.id)
        self.assertEqual(shown["agent"], "claude")
        self.assertEqual(shown["title"], "Water the ferns")
        self.assertEqual(shown["cwd"], "/home/mira/src/garden")
        self.assertEqual(shown["git_branch"], "main")
        self.assertEqual(shown["models"], ["claude-fable-5"])
        self.assertEqual(shown["unreadable_lines"], 1)
        self.assertEqual(shown["usage"]["output_tokens"], 60)
        self.assertEqual([block["kind"] for block in shown["blocks"]], ["user", "assistant", "tool", "tool"])
        bash, read = shown["blocks"][2]["tool"], shown["blocks"][3]["tool"]
        self.assertEqual((bash["name"], bash["input"], bash["result"]), ("Bash", {"command": "echo drip"}, "drip drip"))
        self.assertTrue(read["is_error"])
        for form in ("text", "md"):
            page = self.panko("show", session.id[:8], "--format", form)
            for text in ("Water the ferns", "They are watered.", "echo drip", "drip drip"):
                self.assertIn(text, page, form)

    def test_show_keeps_the_terminal_safe(self):
        session = self.session(prompt="Title \x1b]0;owned\x07 \x9b31m \u202egnp.exe")
        session.answer("\x1b[2J\x1b]52;c;aGk=\x07 text")
        session.tool("Bash", {"command": "\x1b[31mred"}, "\x1bP+q544e\x1b\\")
        for args in (("show", session.path), ("show", session.path, "--format", "md"), ("list",), ("check", session.path)):
            self.assertNotRegex(self.panko(*args), r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", args)

    def test_check(self):
        good = self.session()
        torn = self.session(prompt="Torn")
        torn.write('{"type":"user","mess')
        other = self.root / "notes.txt"
        other.write_text("These are notes.\n")
        self.assertIn(good.id, self.panko("check", good.path))
        status, out, err = self.run_panko("check", good.path, torn.path)
        self.assertEqual(status, 0, err)  # damaged lines alone are no failure
        self.assertEqual(len(out.splitlines()), 2)
        status, out, err = self.run_panko("check", good.path, other, self.root / "missing")
        self.assertEqual(status, 1)
        self.assertIn("notes.txt", out + err)
        status, out, err = self.run_panko("check", "-q", good.path, other)
        self.assertEqual(status, 1)
        self.assertNotIn(good.id, out + err)
        lines = [json.loads(line) for line in self.panko("check", "--json", good.path, torn.path).splitlines()]
        self.assertEqual([line.get("unreadable_lines", 0) for line in lines], [0, 1])
        self.assertEqual(lines[0]["id"], good.id)

    def test_sessions_that_are_none(self):
        (self.root / "empty.jsonl").touch()
        (self.root / "notes.jsonl").write_text('{"a":1}\n{"b":2}\n')
        for command in (("show",), ("share", "--provider", "local"), ("view", "--no-browser")):
            for what in (self.root / "missing.jsonl", self.root, self.root / "empty.jsonl", self.root / "notes.jsonl",
                         "no-such-id", "latest"):  # fmt: skip
                with self.subTest(command=command, what=what):
                    self.refused(*command, what)
        self.assertEqual(self.panko_json("shares", "--all"), [])

    def test_usage(self):
        for args in (("no-such-command",), ("share",), ("show", "--format", "docx", "x"), ("list", "--nonsense")):
            status, out, err = self.run_panko(*args)
            self.assertEqual((status, out), (2, ""), args)
            self.assertTrue(err)
        for args in (("--help",), ("share", "--help"), ("serve", "--help")):
            self.assertIn("panko", self.panko(*args))
        self.assertRegex(self.panko("--version"), r"^panko \d+\.\d+\.\d+")
        for shell in ("bash", "zsh", "fish"):
            self.assertIn("serve-status", self.panko("completions", shell))


class Viewing(PankoTest):
    def test_view_until_interrupted(self):
        session = self.session()
        process = self.start("view", session.path, "--no-browser")
        url = process.stdout.readline().strip()
        self.assertEqual(fetch(url).status, 200)
        self.assertEqual(self.panko_json("shares", "--all"), [])  # a view is no share
        session.answer("A view shows what is there now.")
        wait_until(lambda: "there now" in fetch(url).text, "the new text")
        process.send_signal(signal.SIGINT)
        process.communicate()
        self.assertIn(process.returncode, (0, 130))
        wait_until(lambda: self.view_is_gone(url), "the end of the view")

    def view_is_gone(self, url):
        try:
            return fetch(url).status in (404, 410)
        except ConnectionError:
            return True

    def test_a_view_ends_with_who_asked_for_it(self):
        process = self.start("view", self.session().path, "--no-browser")
        url = process.stdout.readline().strip()
        process.kill()
        process.communicate()
        wait_until(lambda: self.view_is_gone(url), "the end of the view")

    def test_no_share_is_reached_through_it(self):
        share = self.share(self.session(prompt="Shared"))
        process = self.start("view", self.session(prompt="Viewed").path, "--no-browser")
        url = process.stdout.readline().strip()
        port = int(re.search(r":(\d+)/", url).group(1))
        self.assertNotEqual(port, share["local_port"])
        path = re.sub(r"^http://[^/]+", "", share["public_url"])
        self.assertEqual(fetch(f"http://127.0.0.1:{port}{path}").status, 404)
        process.send_signal(signal.SIGINT)
        process.communicate()


class Configuration(PankoTest):
    def test_set_get_unset(self):
        self.assertEqual(self.panko("config", "path").strip(), str(self.state / "config.toml"))
        self.panko("config", "set", "default_provider", "local")
        self.panko("config", "set", "default_expiry", "3d")
        self.panko("config", "set", "max_shares", "7")
        self.assertEqual(self.panko("config", "get", "default_provider").strip(), "local")
        self.assertEqual(self.panko("config", "get", "max_shares").strip(), "7")
        shown = self.panko("config", "show")
        for text in ("default_provider", "local", "3d", "7"):
            self.assertIn(text, shown)
        share = self.panko_json("share", self.session().path)
        expires = time.mktime(time.strptime(share["expires_at"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
        self.assertAlmostEqual(expires, time.time() + 3 * 86400, delta=3600)
        self.panko("config", "unset", "default_provider")
        self.assertNotIn('default_provider = "local"', (self.state / "config.toml").read_text())

    def test_comments_stay(self):
        self.config("# mine\nmax_shares = 5  # few\n")
        self.panko("config", "set", "default_expiry", "never")
        text = (self.state / "config.toml").read_text()
        self.assertIn("# mine\nmax_shares = 5  # few\n", text)

    def test_mistakes(self):
        self.assertIn("default_provider", self.refused("config", "set", "default_providr", "local"))
        self.refused("config", "set", "max_shares", "many")
        self.refused("config", "set", "default_expiry", "soon")
        self.refused("config", "get", "nonsense")
        self.config("max_sharez = 5\n")
        for args in (("config", "show"), ("serve",), ("share", self.session().path)):
            self.assertIn("max_shares", self.refused(*args))
        self.config("max_shares = = 5\n")
        self.assertIn("config.toml", self.refused("serve"))


class Documentation(PankoTest):
    def test_json_fields_are_on_their_page(self):
        page = (TOP / "docs" / "json.md").read_text()
        session = self.session()
        for value in (self.share(session), self.panko_json("list")[0], self.panko_json("providers")[0],
                      self.panko_json("serve-status"), json.loads(self.panko("check", "--json", session.path))):  # fmt: skip
            for key in value:
                self.assertIn(f"`{key}`", page)


if __name__ == "__main__":
    unittest.main()
