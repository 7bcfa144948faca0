"""Pages that follow their session: over raw HTTP, in Chromium, through a real ssh, and behind a proxy that holds answers
back."""

import contextlib
import json
import os
import re
import signal
import socket
import threading
import unittest
import urllib.parse

from browser import BrowserTest, By
from live_client import Live, version_of
from panko import PATIENCE, PankoTest, fetch, wait_until
from ports import free_port
from sshd import Sshd


class LiveShares(PankoTest):
    def setUp(self):
        super().setUp()
        self.ids = {}

    def share_live(self, session=None):
        session = session or self.session()
        share = self.share(session, "--live")
        self.ids[share["public_url"]] = share["id"]
        return session, share["public_url"]

    @staticmethod
    def call_tool(session):
        """A call whose result is not there yet; answers what writes it."""
        session.blocks([{"type": "tool_use", "id": "toolu_late", "name": "Bash", "input": {"command": "sleep 5"}}])
        result = {"type": "tool_result", "tool_use_id": "toolu_late", "content": "the late result"}
        return lambda: session.record("user", {"role": "user", "content": [result]})


class Raw(LiveShares):
    def test_lines_and_late_results_come(self):
        session, url = self.share_live()
        with Live((url, version_of(url))) as live:
            self.assertEqual(live.status, 200)
            self.assertIn("application/x-ndjson", live.head)
            self.assertEqual(live.line(), {"beat": True})
            anchor = session.answer("A new answer")
            line = live.until("A new answer")[-1]
            self.assertEqual([op["op"] for op in line["ops"]], ["insert"])
            self.assertIn(f'id="{anchor}"', line["ops"][0]["html"])
            self.assertEqual(line["version"], version_of(url))
            finish = self.call_tool(session)
            live.until("sleep 5")
            finish()
            line = live.until("the late result")[-1]
            self.assertEqual([op["op"] for op in line["ops"]], ["replace"])
            self.assertEqual(line["version"], version_of(url))

    def test_a_view_follows_too(self):
        session = self.session()
        self.serve()
        with self.ipc() as ipc:
            url = ipc.data("OpenView", {"session_path": str(session.path)})["url"]
            live = Live((url, version_of(url)))
            session.prompt("And the moss?")
            self.assertIn("prompt", [op["op"] for op in live.until("And the moss?")[-1]["ops"]])
        with live:
            self.assertEqual(live.news()["ended"], "stopped")
            self.assertIsNone(live.news())

    def test_a_poll_ends_behind_its_news(self):
        session, url = self.share_live()
        with Live((url, version_of(url)), mode="poll") as live:
            self.assertEqual(live.line(), {"beat": True})
            session.answer("A new answer")
            live.until("A new answer")
            self.assertIsNone(live.line())

    def test_a_snapshot_is_not_followed(self):
        session = self.session()
        url = self.share(session)["public_url"]
        with Live((url, "1")) as live:
            self.assertEqual(live.news()["ended"], "frozen")
            self.assertIsNone(live.news())

    def test_what_ends_is_said_at_once(self):
        session, url = self.share_live()
        other, other_url = self.share_live()
        with Live((other_url, version_of(other_url)), (url, version_of(url))) as live:
            self.panko("stop", self.ids[url])
            line = live.news()
            self.assertEqual((line["page"] in url, line["ended"]), (True, "stopped"))
            other.answer("The other goes on")
            live.until("The other goes on")
        with Live((url, "1")) as live:
            self.assertEqual(live.status, 410)
        with Live((other_url, version_of(other_url))) as live:
            self.assertEqual(live.line(), {"beat": True})
            self.panko("edit", self.ids[other_url], "--freeze")
            self.assertEqual(live.news()["ended"], "frozen")

    def test_fifty_streams_at_once(self):
        session, url = self.share_live()
        version = version_of(url)
        with contextlib.ExitStack() as stack:
            pages = [stack.enter_context(Live((url, version))) for _ in range(50)]
            for page in pages:
                self.assertEqual(page.line(), {"beat": True})
            for i in range(5):
                session.answer(f"Answer number {i}.")
                for page in pages:
                    page.until(f"Answer number {i}.")
            self.assertEqual(fetch(url).status, 200)

    def follow_through(self, end):
        """What every page must get, whatever happens to the daemon meanwhile: each answer, once or by looking again."""
        session, url = self.share_live()
        version = version_of(url)
        shown = set()
        said = []

        def say():
            said.append(f"Answer number {len(said)}.")
            session.answer(said[-1])

        def take(line):
            nonlocal version, shown
            if line.get("resync"):
                page = fetch(url).text
                shown = set(re.findall(r"Answer number \d+\.", page))
                version = re.search(r'data-version="([0-9a-f]+)"', page).group(1)
            elif line["version"] != version:  # else the page was answered behind it
                self.assertEqual(line["from"], version)
                version = line["version"]
                for op in line["ops"]:
                    new = set(re.findall(r"Answer number \d+\.", op.get("html", "")))
                    if op["op"] == "insert":
                        self.assertEqual(new & shown, set(), "twice")
                    shown |= new

        for _ in range(3):
            with Live((url, version)) as live:
                self.assertEqual(live.line(), {"beat": True})
                say()
                while said[-1] not in shown:
                    line = live.news()
                    self.assertIsNotNone(line, "the answer ended early")
                    take(line)
                end()
                while (line := live.news()) is not None:
                    take(line)
            say()
        with Live((url, version)) as live:
            while said[-1] not in shown:
                take(live.news())
        self.assertEqual(shown, set(said))

    def test_a_restart_in_place_loses_nothing(self):
        def restart():
            self.panko("serve", "--restart")

        self.follow_through(restart)

    def test_a_killed_daemon_loses_nothing(self):
        def kill():
            self.kill_daemon()
            self.panko("shares")

        self.follow_through(kill)


class HoldingProxy:
    """Hands an answer on when it has ended, as some do. Streams through it never end, so nothing of them arrives."""

    def __init__(self, port):
        self.upstream = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.requests = []
        self.threads = []
        self.sockets = []
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A listener that is only closed leaves its accept() waiting.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
        for one in self.sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()
        for one in self.sockets:
            one.close()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.upstream))
            self.sockets += [client, server]
            self.threads.append(threading.Thread(target=self.serve, args=(client, server)))
            self.threads[-1].start()

    def serve(self, client, server):
        with contextlib.suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                got = client.recv(65536)
                if not got:
                    return
                request += got
            head, _, body = request.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            while length and len(body) < int(length.group(1)):
                body += client.recv(65536)
            self.requests.append((head.split(b" ", 2)[1].decode(), body.decode()))
            lines = [line for line in head.split(b"\r\n")
                     if not line.lower().startswith((b"host:", b"connection:", b"origin:"))]  # fmt: skip
            lines += [b"Host: 127.0.0.1:%d" % self.upstream, b"Connection: close"]
            server.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
            gone = threading.Thread(target=self.end_with, args=(client, server))
            self.threads.append(gone)
            gone.start()
            answer = b""
            while got := server.recv(65536):
                answer += got
            client.sendall(answer)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def end_with(client, server):
        """A client that leaves takes its request with it."""
        with contextlib.suppress(OSError):
            while client.recv(65536):
                pass
            server.shutdown(socket.SHUT_RDWR)


TEXTS = "[...document.querySelectorAll('#messages article')].map(a => a.innerText).join('\\n')"


class InBrowser(LiveShares, BrowserTest):
    def check_browser(self):
        """A connection that breaks is what these tests are about; Chromium complains of each."""
        complaints = [
            entry["message"]
            for entry in self.browser.get_log("browser")
            if entry["level"] == "SEVERE" and not re.search(r"/(live|w)(\?\S*)? - Failed to load resource", entry["message"])
        ]
        self.assertEqual(complaints, [])
        self.assertEqual(self.foreign_requests(), [])

    def visit(self, url):
        self.browser.get(url)
        self.until("document.body.classList.contains('scripted')")

    def wait_for_text(self, text):
        self.until(f"{TEXTS}.includes(arguments[0])", text, what=text)

    def wait_for_state(self, state):
        self.until("document.querySelector('.status .live').textContent.startsWith(arguments[0])", state, what=state)

    def assert_each_once(self, texts):
        shown = self.js(TEXTS)
        self.assertEqual({text: shown.count(text) for text in texts}, dict.fromkeys(texts, 1))

    def test_the_page_follows(self):
        session, url = self.share_live()
        self.visit(url)
        self.js("window.sameDocument = true")
        session.prompt("And what about the moss?")
        self.wait_for_text("And what about the moss?")
        self.until("document.querySelector('.contents').textContent.includes('And what about the moss?')")
        finish = self.call_tool(session)
        self.until(f"{TEXTS}.includes('sleep 5')")
        finish()
        self.until("document.getElementById('messages').textContent.includes('the late result')")
        self.assertEqual(self.js("document.getElementById('messages').textContent.split('sleep 5').length > 1"), True)
        self.assertEqual(len(self.all("#messages article")), 4)
        session.answer("The moss is fine.")
        self.wait_for_text("The moss is fine.")
        self.assertTrue(self.js("window.sameDocument"))
        self.wait_for_state("live")

    def test_ten_tabs_do_not_starve_each_other(self):
        session, url = self.share_live()
        other, other_url = self.share_live(self.session(prompt="About the pots"))
        tabs = []
        for i in range(10):
            if tabs:
                self.browser.switch_to.new_window("tab")
            self.visit(other_url if i % 3 == 2 else url)
            tabs.append((self.browser.current_window_handle, i % 3 == 2))

        def all_get(text):
            session.answer(text)
            other.answer(text)
            for handle, _ in tabs:
                self.browser.switch_to.window(handle)
                self.wait_for_text(text)
                self.assert_each_once([text])

        all_get("For everybody.")
        # The first one leads: it goes, and another one takes over.
        self.browser.switch_to.window(tabs.pop(0)[0])
        self.browser.close()
        self.browser.switch_to.window(tabs[0][0])
        all_get("For all the others.")
        self.browser.switch_to.new_window("tab")
        self.visit(url)
        self.wait_for_text("For all the others.")

    def test_a_daemon_that_dies_and_is_back(self):
        session, url = self.share_live()
        self.visit(url)
        texts = ["First.", "Second.", "Third.", "Fourth."]
        session.answer(texts[0])
        self.wait_for_text(texts[0])
        self.kill_daemon()
        session.answer(texts[1])
        self.wait_for_state("reconnecting")
        self.panko("shares")
        self.wait_for_text(texts[1])
        self.wait_for_state("live")
        session.answer(texts[2])
        self.wait_for_text(texts[2])
        self.panko("serve", "--restart")
        session.answer(texts[3])
        self.wait_for_text(texts[3])
        self.assert_each_once(texts)

    def test_a_restart_is_not_seen(self):
        session, url = self.share_live()
        self.visit(url)
        session.answer("Before.")
        self.wait_for_text("Before.")
        self.js("""
            window.seen = [];
            const shown = document.querySelector('.status .live');
            new MutationObserver(() => window.seen.push(shown.textContent)).observe(shown, {childList: true});
            return 1;
        """)
        self.panko("serve", "--restart")
        session.answer("Behind.")
        self.wait_for_text("Behind.")
        self.assertEqual([state for state in self.js("window.seen") if state != "live"], [])
        self.assert_each_once(["Before.", "Behind."])

    def test_stopped_and_frozen(self):
        session, url = self.share_live()
        self.visit(url)
        session.answer("The last one.")
        self.wait_for_text("The last one.")
        self.panko("edit", self.ids[url], "--freeze")
        # The page is loaded anew: a script that waits in the old one would wait for ever.
        mode = "document.readyState === 'complete' && document.body.dataset.mode"
        wait_until(lambda: self.js(mode) == "snapshot", "the page as a snapshot")
        self.assertIn("as of", self.js("document.querySelector('.status').textContent"))
        self.assertIn("The last one.", self.js(TEXTS))

        session, url = self.share_live()
        self.visit(url)
        session.answer("It is live.")
        self.wait_for_text("It is live.")
        self.panko("stop", self.ids[url])
        self.until("document.body.classList.contains('ended')")
        self.assertIn("It is live.", self.js(TEXTS), "what is there can still be read")

    def test_a_file_that_is_gone_for_a_while(self):
        session, url = self.share_live()
        self.visit(url)
        session.answer("Before.")
        self.wait_for_text("Before.")
        away = session.path.with_suffix(".away")
        session.path.rename(away)
        self.until("document.body.innerText.includes('cannot be read at the moment')")
        away.rename(session.path)
        self.until("!document.body.innerText.includes('cannot be read at the moment')")
        session.answer("Behind.")
        self.wait_for_text("Behind.")
        self.assert_each_once(["Before.", "Behind."])

    def test_behind_a_proxy_that_holds_answers_back(self):
        session, url = self.share_live()
        parts = urllib.parse.urlsplit(url)
        with HoldingProxy(parts.port) as proxy:
            self.visit(f"http://127.0.0.1:{proxy.port}{parts.path}")
            texts = ["One.", "Two.", "Three."]
            for text in texts:
                session.answer(text)
                self.wait_for_text(text)
            self.wait_for_state("live")
            self.assert_each_once(texts)
            modes = [json.loads(body)["mode"] for path, body in proxy.requests if path.endswith("/live")]
            self.assertEqual(modes[0], "stream")
            self.assertEqual(set(modes[1:]), {"poll"})
            self.browser.get("about:blank")

    def test_through_ssh(self):
        with Sshd(self.root / "sshd") as sshd:
            self.config(f'[providers.ssh]\nconfig_file = {json.dumps(str(sshd.config))}\nhost = "server"\n'
                        f'url = "http://127.0.0.1:{{port}}"\nremote_port = {free_port()}\n')  # fmt: skip
            session = self.session()
            share = self.panko_json("share", session.path, "--provider", "ssh", "--live")
            self.visit(share["public_url"])
            for i in range(3):
                session.answer(f"Through the tunnel {i}.")
                self.wait_for_text(f"Through the tunnel {i}.")
            # The tunnel goes, and comes back by itself.
            tunnel = self.call("Status")["tunnels"][0]["pid"]
            os.kill(tunnel, signal.SIGKILL)
            session.answer("While it was gone.")
            self.wait_for_text("While it was gone.")
            self.wait_for_state("live")
            self.assert_each_once([f"Through the tunnel {i}." for i in range(3)] + ["While it was gone."])
            self.panko("serve-stop")


if __name__ == "__main__":
    unittest.main()
