"""Secrets that nobody ever had, made up anew for each run and never written down, and a search for what is left of them
in any bytes, however encoded. Standard library only."""

import base64
import gzip
import html
import json
import random
import re
import string
import urllib.parse
import zlib
from dataclasses import dataclass, field

DIGITS = string.digits
LETTERS = string.ascii_letters
ALNUM = LETTERS + DIGITS
LOWER = string.ascii_lowercase + DIGITS
HEX = "0123456789abcdef"
BASE64 = ALNUM + "+/"
URL64 = ALNUM + "-_"
BASE62 = DIGITS + string.ascii_uppercase + string.ascii_lowercase


@dataclass
class Planted:
    """`value` as it is used, `core` what nobody may read of it (a prefix that tells the kind is none of that)."""

    name: str
    value: str
    core: str = ""
    is_personal: bool = False
    windows: list = field(default_factory=list)

    def __post_init__(self):
        core = (self.core or self.value).encode()
        # Every run of 2 w - 1 bytes of the core has one of these in it, whole.
        w = max(5, min(8, len(core) // 2))
        self.windows = [core[at : at + w] for at in range(0, len(core) - w + 1, w)] if len(core) > 2 * w else [core]


def _crc62(text):
    number, out = zlib.crc32(text.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        out = BASE62[digit] + out
    return out.rjust(6, "0")


class Mint:
    """Makes values that look like the real ones."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def of(self, alphabet, length):
        while True:
            text = "".join(self.random.choice(alphabet) for _ in range(length))
            if len(set(text)) > min(length, len(alphabet)) // 3:
                return text

    def _with_prefix(self, name, prefix, body, tail=""):
        return Planted(name, prefix + body + tail, body)

    def github(self, prefix="ghp_"):
        body = self.of(ALNUM, 30)
        return self._with_prefix("github", prefix, body, _crc62(body))

    def anthropic(self):
        return self._with_prefix("anthropic", "sk-ant-api03-", self.of(URL64, 93), "AA")

    def aws_key_id(self):
        return self._with_prefix("aws key id", "AKIA", self.of(string.ascii_uppercase + "234567", 16))

    def aws_secret(self):
        return Planted("aws secret", self.of(BASE64, 40))

    def stripe(self):
        return self._with_prefix("stripe", "sk_" + "live_", self.of(ALNUM, 24))

    def slack(self):
        return self._with_prefix("slack", "xox" + "b-", f"{self.of(DIGITS, 12)}-{self.of(DIGITS, 12)}-{self.of(ALNUM, 24)}")

    def gitlab(self):
        return self._with_prefix("gitlab", "gl" + "pat-", self.of(ALNUM, 20))

    def google(self):
        return self._with_prefix("google", "AI" + "za", self.of(ALNUM, 35))

    def npm(self):
        body = self.of(ALNUM, 30)
        return self._with_prefix("npm", "npm" + "_", body, _crc62(body))

    def sendgrid(self):
        return self._with_prefix("sendgrid", "SG" + ".", f"{self.of(ALNUM, 22)}.{self.of(ALNUM, 43)}")

    def hugging_face(self):
        return self._with_prefix("hugging face", "hf" + "_", self.of(LETTERS, 34))

    def jwt(self):
        part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")  # noqa: E731
        body = part({"sub": self.of(DIGITS, 10), "jti": self.of(LOWER, 20)}) + "." + self.of(URL64, 43)
        return Planted("jwt", part({"alg": "HS256", "typ": "JWT"}) + "." + body, body)

    def private_key(self):
        lines = "\n".join(self.of(BASE64, 64) for _ in range(6))
        begin, end = ("-----" + word + " RSA PRIVATE " + "KEY-----" for word in ("BEGIN", "END"))
        return Planted("private key", f"{begin}\n{lines}\n{end}", lines.replace("\n", "")[:64])

    def password(self, name="password", length=18):
        return Planted(name, self.of(ALNUM, length))

    def word(self, name="word"):
        return Planted(name, self.of(string.ascii_lowercase, 12).capitalize(), is_personal=True)


def _views(data):
    """The bytes, and what a reader could make of them."""
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError):
            pass
    yield data
    text = data.decode("utf-8", errors="replace")
    if "\\" in text:
        plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)
        once = plain.replace("\\/", "/").replace('\\"', '"').replace("\\n", "").replace("\\\\", "\\")
        yield once.encode("utf-8", errors="replace")
    if "%" in text:
        yield urllib.parse.unquote_to_bytes(text.encode())
    if "<" in text or "&" in text:
        yield html.unescape(re.sub(r"<[^<>]{0,4000}>", "", text)).encode()
    yield re.sub(rb"\s+", b"", data)


def _runs(data):
    """What stands in it in base64, decoded and unpacked."""
    for run in re.findall(rb"[A-Za-z0-9+/_-]{16,}={0,2}", data):
        run = run.replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
        for shift in range(4):
            part = run[shift:]
            part = part[: len(part) - (1 if len(part) % 4 == 1 else 0)]
            decoded = base64.b64decode(part + b"=" * (-len(part) % 4))
            yield decoded
            if shift == 0 and decoded[:2] == b"\x1f\x8b":
                try:
                    yield gzip.decompress(decoded)
                except (OSError, EOFError):
                    pass


def readable(data, planted):
    """Names of those of which something can be read in the bytes, each with the view it was read in."""
    found = {}
    views = list(dict.fromkeys(_views(data)))
    views.append(b"\n".join(_runs(data)))
    for view in views:
        for secret in planted:
            if secret.name in found:
                continue
            for window in secret.windows:
                at = view.find(window)
                if at >= 0:
                    found[secret.name] = view[max(0, at - 40) : at + len(window) + 20]
                    break
    return found
