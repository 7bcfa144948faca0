"""A client of `POST live` without a browser: the answer's lines as they come. Standard library only."""

import json
import re
import socket
import urllib.parse

from panko import PATIENCE, fetch, token_of


def version_of(url):
    """The version of the session as its page has it."""
    return re.search(r'data-version="([0-9a-f]+)"', fetch(url).text).group(1)


class Live:
    """One answer. `pages`: (URL, version) of the pages that it is for, the first of which is asked."""

    def __init__(self, *pages, mode="stream", timeout=PATIENCE):
        self.token = token_of(pages[0][0])
        parts = urllib.parse.urlsplit(pages[0][0])
        body = json.dumps(
            {"pages": [{"token": token_of(url), "version": version} for url, version in pages], "mode": mode}
        ).encode()
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=timeout)
        self.socket.sendall(
            f"POST {parts.path}live HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode() + body
        )
        self.unread = b""
        self.text = b""
        head = self._until(b"\r\n\r\n")
        self.head = head.decode()
        self.status = int(self.head.split(" ", 2)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def _more(self):
        try:
            got = self.socket.recv(1 << 16)
        except ConnectionResetError:
            got = b""
        if not got:
            raise EOFError
        self.unread += got

    def _until(self, end):
        while end not in self.unread:
            self._more()
        found, _, self.unread = self.unread.partition(end)
        return found

    def line(self):
        """The next line; None: the answer is over."""
        try:
            while b"\n" not in self.text:
                size = int(self._until(b"\r\n"), 16)
                while len(self.unread) < size + 2:
                    self._more()
                self.text += self.unread[:size]
                self.unread = self.unread[size + 2 :]
                if size == 0:
                    return None
        except EOFError:
            return None
        line, _, self.text = self.text.partition(b"\n")
        return json.loads(line)

    def news(self):
        """The next line that is no heartbeat; None: the answer is over."""
        while (line := self.line()) is not None:
            if "beat" not in line:
                return line
        return None

    def until(self, text):
        """Lines up to one with that text in it."""
        lines = []
        while (line := self.news()) is not None:
            lines.append(line)
            if text in json.dumps(line, ensure_ascii=False):
                return lines
        raise AssertionError(f"the answer ended without {text!r}: {lines}")
