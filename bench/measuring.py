"""What the scripts that hold the whole program against its bars have in common: figures that are reported as they come
and as a table at the end, sessions made to measure, and the clock."""

import os
import pathlib
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tests" / "support"))

rows = []


def report(what, bar, measured, unit):
    rows.append((what, bar, measured, unit))
    print(f"{what}: {measured:.4g} {unit}", file=sys.stderr, flush=True)


def status_of(pid, field):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1])
    raise KeyError(field)


def megabytes(pid, field="VmRSS"):
    return status_of(pid, field) / 1024


def milliseconds(action):
    began = time.monotonic()
    action()
    return (time.monotonic() - began) * 1000


def first_byte(url):
    """Milliseconds from connecting to the first byte of the answer; the rest of it is read and dropped."""
    parts = urllib.parse.urlsplit(url)
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", parts.port)) as connection:
        request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        head = connection.recv(16)
        taken = (time.monotonic() - began) * 1000
        while connection.recv(1 << 16):
            pass
    if b" 200" not in head:
        raise AssertionError(f"{url} answered {head}")
    return taken


def large_session(directory, *options):
    path = pathlib.Path(directory) / "session.jsonl"
    subprocess.run([TOP / "scripts" / "make-session", "-o", path, *options], check=True)
    path.read_bytes()  # into the page cache
    return path


def cpu_of(command):
    before = os.times()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def cpu_against_wc(command, path, rounds=5):
    """How many times the CPU time of `wc -l` over the file the command takes."""
    taken = statistics.median(cpu_of(command) for _ in range(rounds))
    counting = 'for n in $(seq 20); do wc -l "$0"; done'  # one is shorter than a clock tick
    return taken / (statistics.median(cpu_of(["sh", "-c", counting, path]) for _ in range(3)) / 20)


def print_table():
    """Every figure that was reported, beside its bar."""
    print(f"{'what':60} {'bar':>8} {'measured':>14} {'of the bar':>11}")
    for what, bar, measured, unit in rows:
        ratio = f"{measured / bar:.2f}" if bar else ("kept" if measured == 0 else "missed")
        print(f"{what:60} {bar:>8} {measured:>9.4g} {unit:<4} {ratio:>11}")

