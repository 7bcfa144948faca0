"""IPC protocol 1 over the raw socket: the compatibility promise, and input that no client of ours would send."""

import json
import re
import time
import unittest

from panko import PATIENCE, SANITIZED, TOP, PankoTest, fetch, look, wait_until

SHARE_KEYS = [
    "id", "share_id", "session_path", "session_name", "public_url", "provider_name", "local_port", "started_at", "status",
]  # fmt: skip


class Promise(PankoTest):
    def setUp(self):
        super().setUp()
        self.serve()

    def raw(self, line):
        with self.ipc() as ipc:
            ipc.send(line + b"\n")
            return ipc.read_line()

    def test_bytes_of_the_five_methods(self):
        self.assertEqual(self.raw(b'{"method":"Ping"}'), b'{"status":"Pong"}')
        self.assertEqual(self.raw(b'{"method":"ListShares"}'), b'{"status":"ShareList","data":[]}')

        path = str(self.session("7e0f7c6a-0000-4000-8000-000000000001").path)
        request = {"method": "StartShare", "params": {"session_path": path, "provider": "local"}}
        line = self.raw(json.dumps(request).encode())
        reply = json.loads(line)
        self.assertEqual(list(reply), ["status", "data"])
        self.assertEqual(reply["status"], "ShareStarted")
        share = reply["data"]
        self.assertEqual([key for key in share if key in SHARE_KEYS], SHARE_KEYS)
        self.assertTrue(line.startswith(b'{"status":"ShareStarted","data":{"id":"' + share["id"].encode() + b'",'), line)
        self.assertRegex(share["id"], r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        self.assertEqual(share["share_id"], share["id"])
        self.assertEqual(share["session_path"], path)
        self.assertEqual(share["session_name"], "Water the ferns")
        self.assertEqual(share["provider_name"], "local")
        self.assertEqual(share["status"], "active")
        self.assertRegex(share["public_url"], rf"^http://127\.0\.0\.1:{share['local_port']}/s/[A-Za-z0-9_-]{{22,}}/$")
        self.assertRegex(share["started_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")

        listed = json.loads(self.raw(b'{"method":"ListShares"}'))["data"]
        self.assertEqual(len(listed), 1)
        self.assertEqual([key for key in listed[0] if key in SHARE_KEYS], SHARE_KEYS)
        self.assertEqual({key: listed[0][key] for key in SHARE_KEYS}, {key: share[key] for key in SHARE_KEYS})

        stop = json.dumps({"method": "StopShare", "params": {"share_id": share["id"]}}).encode()
        stopped = self.raw(stop)
        self.assertTrue(stopped.startswith(b'{"status":"ShareStopped","data":{"share_id":"' + share["id"].encode() + b'"'), stopped)
        self.assertEqual(json.loads(self.raw(b'{"method":"ListShares"}'))["data"][0]["status"], "stopped")
        unknown = json.loads(self.raw(b'{"method":"StopShare","params":{"share_id":"no-such-share"}}'))
        self.assertEqual(unknown["status"], "Error")
        self.assertEqual(list(unknown["data"]), ["message"])

        pid = self.daemon_pid()
        self.assertEqual(self.raw(b'{"method":"Shutdown"}'), b'{"status":"ShuttingDown"}')
        wait_until(lambda: not (self.state / "daemon.sock").exists(), f"the end of {pid}")

    def test_examples_of_the_documentation_are_requests_and_replies(self):
        page = (TOP / "docs" / "protocol.md").read_text()
        for method in ("StartShare", "StopShare", "ListShares", "Ping", "Shutdown", "Hello", "Status", "GetShare",
                       "ListProviders", "OpenView", "Subscribe", "RestoreShare", "UpdateShare"):  # fmt: skip
            self.assertIn(method, page)

    def test_what_was_added(self):
        hello = self.call("Hello")
        self.assertEqual(hello["protocol"], 1)
        self.assertIsInstance(hello["build"], str)
        self.assertIsInstance(hello["capabilities"], list)

        status = self.call("Status")
        self.assertEqual(status["pid"], self.daemon_pid())
        self.assertGreater(status["open_descriptors"], 3)
        self.assertEqual(status.get("children", []), [])

        providers = {provider["name"]: provider for provider in self.call("ListProviders")}
        self.assertTrue(providers["local"]["available"])
        self.assertFalse(providers["cloudflare"]["available"])
        self.assertIn("cloudflared", providers["cloudflare"]["missing"])

        share = self.share(self.session())
        self.assertEqual(self.call("GetShare", {"share_id": share["id"]})["public_url"], share["public_url"])
        with self.ipc() as ipc:
            self.assertEqual(ipc.call("GetShare", {"share_id": "nope"})["status"], "Error")
            view = ipc.data("OpenView", {"session_path": share["session_path"]})
            self.assertEqual(fetch(view["url"]).status, 200)

    def test_events(self):
        with self.ipc() as events:
            first = events.call("Subscribe")
            self.assertNotEqual(first["status"], "Error")
            share = self.share(self.session())

            def next_of(status):
                while True:
                    event = events.reply()
                    self.assertEqual(event["status"], "Event")
                    if status in json.dumps(event["data"]):
                        return event["data"]

            self.assertIn(share["id"], json.dumps(next_of('"active"')))
            self.panko("stop", share["id"])
            self.assertIn(share["id"], json.dumps(next_of('"stopped"')))

    def test_a_stop_can_be_undone(self):
        share = self.share(self.session())
        with self.ipc() as ipc, self.ipc() as events:
            events.call("Subscribe")
            for _ in range(3):
                ipc.data("StopShare", {"share_id": share["id"]})
                self.assertEqual(events.reply()["data"]["share"]["status"], "stopped")
                self.assertEqual(fetch(share["public_url"]).status, 410)
                reply = ipc.call("RestoreShare", {"share_id": share["id"]})
                self.assertEqual(reply, {"status": "ShareRestored", "data": share})
                self.assertEqual(events.reply()["data"]["share"], share)
                self.assertEqual(fetch(share["public_url"]).status, 200)
                look(share["public_url"])
                while events.reply()["data"]["share"].get("views", 0) != share.get("views", 0) + 1:
                    pass
                share = ipc.data("GetShare", {"share_id": share["id"]})
                viewers = share.pop("viewers")  # the stop ends that
            self.assertEqual(ipc.data("RestoreShare", {"share_id": share["id"]}), {**share, "viewers": viewers})
            unknown = ipc.call("RestoreShare", {"share_id": "nope"})
            self.assertIn("There is no share nope", unknown["data"]["message"])
        # The row is what counts for the next daemon.
        self.kill_daemon()
        self.serve()
        self.assertEqual(fetch(share["public_url"]).status, 200)

    def test_a_stop_is_not_undone_by_another_daemon(self):
        share = self.share(self.session())
        self.call("StopShare", {"share_id": share["id"]})
        self.kill_daemon()
        self.serve()
        with self.ipc() as ipc:
            reply = ipc.call("RestoreShare", {"share_id": share["id"]})
        self.assertEqual(reply["status"], "Error")
        self.assertIn("share the session again", reply["data"]["message"])
        self.assertEqual(self.rows()[share["id"]]["status"], "stopped")
        self.share(self.session())  # brings the gateway up again
        self.assertEqual(fetch(share["public_url"]).status, 410)

    def test_requests_of_one_connection_are_answered_in_order(self):
        with self.ipc() as ipc:
            ipc.send(b'{"method":"Ping"}\n{"method":"ListShares"}\n{"method":"Nonsense"}\n{"method":"Ping"}\n')
            self.assertEqual(
                [ipc.reply()["status"] for _ in range(4)], ["Pong", "ShareList", "Error", "Pong"]
            )


class Hostile(PankoTest):
    def setUp(self):
        super().setUp()
        self.serve()

    def assert_still_fine(self):
        began = time.monotonic()
        with self.ipc() as ipc:
            self.assertEqual(ipc.call("Ping"), {"status": "Pong"})
        self.assertLess(time.monotonic() - began, 5 if SANITIZED else 1)

    def assert_error(self, line):
        with self.ipc() as ipc:
            ipc.send(line + b"\n")
            reply = ipc.reply()
            self.assertEqual(reply["status"], "Error", line[:100])
            self.assertRegex(reply["data"]["message"], r"^[^\n\x00-\x1f]+$")
        self.assert_still_fine()
        return reply["data"]["message"]

    def test_unknown_fields_are_ignored(self):
        with self.ipc() as ipc:
            ipc.send(b'{"method":"Ping","params":{"x":1},"id":7,"jsonrpc":"2.0"}\r\n')
            self.assertEqual(ipc.reply(), {"status": "Pong"})

    def test_malformed_lines(self):
        for line in (
            b"", b" ", b"{", b"}", b"null", b"1", b'"Ping"', b"[]", b"[{}]", b"{}", b'{"method":1}', b'{"method":null}',
            b'{"method":"ping"}', b'{"method":"Nonsense"}', b'{"method":"Ping"} trailing', b'{"method":"Ping"}{}',
            b'{"method":"StartShare"}', b'{"method":"StartShare","params":[]}', b'{"method":"StartShare","params":"x"}',
            b'{"method":"StartShare","params":{"session_path":7,"provider":"local"}}',
            b'{"method":"StopShare","params":{"share_id":["a"]}}', b'{"method":"StopShare","params":null}',
            b'{"method":"StopShare","params":{"share_id":"\\u0000"}}', b'{"method":"UpdateShare"}',
            b'{"method":"UpdateShare","params":{"share_id":"x","freeze":"yes"}}',
            b'{"method":"UpdateShare","params":{"share_id":"x"}}',
            b'{"method":"UpdateShare","params":{"share_id":"x","freeze":true}}',
            b'{"method":"Ping\xff"}', b"\xc3\x28", b"\x00\x01\x02\x03", bytes(range(256)).replace(b"\n", b""),
            b"GET / HTTP/1.1\r", b"[" * 100_000, b'{"a":' * 100_000, b'{"method":"' + b"A" * 500_000 + b'"}',
            b'{"method":"\x1b]0;gotcha\x07"}', b'{"method":"a\\u001b[2J\\nb"}',
        ):  # fmt: skip
            with self.subTest(line=line[:60]):
                self.assert_error(line)

    def test_an_over_long_line(self):
        with self.ipc() as ipc:
            try:
                for _ in range(64):
                    ipc.send(b"A" * (1 << 16))
                ipc.send(b"\n")
            except (BrokenPipeError, ConnectionResetError):
                pass
            line = ipc.read_line()
            if line is not None:  # what was still on its way may cost the connection, never the daemon
                self.assertEqual(json.loads(line)["status"], "Error")
        self.assert_still_fine()

    def test_a_line_as_long_as_allowed(self):
        with self.ipc() as ipc:
            ipc.send(b'{"method":"Ping","x":"' + b"y" * ((1 << 20) - 25) + b'"}\n')
            self.assertEqual(ipc.reply(), {"status": "Pong"})

    def test_a_line_byte_by_byte(self):
        with self.ipc() as ipc:
            for byte in b'{"method":"Ping"}\n':
                ipc.send(bytes([byte]))
            self.assertEqual(ipc.reply(), {"status": "Pong"})

    def test_a_line_that_never_ends_is_cut_off(self):
        with self.ipc() as ipc:
            ipc.send(b'{"method":')
            self.assert_still_fine()
            began = time.monotonic()
            while ipc.read_line() is not None:
                pass
            self.assertLess(time.monotonic() - began, 5 + PATIENCE)
        self.assert_still_fine()

    def test_a_client_that_never_reads(self):
        clients = [self.ipc(timeout=0.2) for _ in range(4)]
        for client in clients:
            try:
                for _ in range(2000):
                    client.send(b'{"method":"ListProviders"}\n' * 50)
            except (TimeoutError, BrokenPipeError, ConnectionResetError):
                pass
            self.assert_still_fine()
        for client in clients:
            client.close()
        self.assert_still_fine()

    def test_a_client_that_leaves_at_once(self):
        for _ in range(200):
            with self.ipc() as ipc:
                ipc.send(b'{"method":"ListShares"}\n{"meth')
        self.assert_still_fine()

    def test_more_clients_than_it_takes(self):
        idle = [self.ipc() for _ in range(400)]
        idle[0].request("Ping")
        self.assertEqual(idle[0].reply(), {"status": "Pong"})
        late = idle[-1]
        late.request("Ping")
        for ipc in idle[:-1]:
            ipc.close()
        self.assertEqual(late.reply(), {"status": "Pong"})
        late.close()
        self.assert_still_fine()
        wait_until(lambda: self.call("Status")["open_descriptors"] < 60, "closed descriptors")

    def test_nothing_of_it_reaches_the_log(self):
        self.assert_error(b'{"method":"Canary-7f3a","params":{"session_path":"Canary-7f3a"}}')
        self.assert_error(b"Canary-7f3a")
        self.assertNotIn("Canary-7f3a", self.log())
        self.assertFalse(re.search(r"[\x00-\x08\x0b-\x1f\x7f]", self.log()))


if __name__ == "__main__":
    unittest.main()
