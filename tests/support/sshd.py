#!/usr/bin/python3
"""A real sshd on loopback for tests: its own keys and configuration, no privileges, a port that was free.

As a program (for the C++ tests): sshd.py DIRECTORY [NAME=VALUE...] starts one, prints a line of JSON (port, user, config:
a configuration file for ssh that knows it as "server"), and ends it when its standard input ends. Sending it a line of
sshd_config starts it anew with that line, and answers with the same line of JSON.
"""

import getpass
import json
import os
import pathlib
import select
import shlex
import signal
import subprocess
import sys
import time

from ports import free_port

SSHD = "/usr/sbin/sshd"  # it insists on an absolute path
PATIENCE = 60

# What a session of a public service does: it prints lines, among them later ones, until the client hangs up. What it was
# asked for, and by whom, is written down.
_SESSION = """#!/usr/bin/python3
import os, select, sys
directory = sys.argv[1]
with open(directory + "/asked", "w") as file:
    file.write(os.environ.get("SSH_ORIGINAL_COMMAND", ""))
sys.stdout.write(open(directory + "/says").read())
sys.stdout.flush()
later = os.open(directory + "/later", os.O_RDWR)
while True:
    for ready in select.select([0, later], [], [])[0]:
        data = os.read(ready, 65536)
        if ready == 0 and not data:
            sys.exit(0)
        if ready == later:
            os.write(1, data)
"""


def keygen(path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "panko test", "-f", path], check=True)
    return pathlib.Path(f"{path}.pub").read_text().strip()


class Sshd:
    """Runs from start() to stop(); `config` is a file for ssh -F."""

    def __init__(self, directory, **options):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.options = {
            "PermitListen": "127.0.0.1:* localhost:*", "AllowTcpForwarding": "remote", "GatewayPorts": "clientspecified",
            "ClientAliveInterval": "1", "ClientAliveCountMax": "2", **options,
        }  # fmt: skip
        self.user = getpass.getuser()
        self.config = self.directory / "ssh_config"
        self.known_hosts = self.directory / "known_hosts"
        self.identity = self.directory / "id"
        self.log = self.directory / "sshd.log"
        self.process = None
        self.port = None
        self.host_key = keygen(self.directory / "host_key")
        (self.directory / "authorized_keys").write_text(keygen(self.identity) + "\n")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def speak(self, text):
        """Sessions print this from now on, and what say() is given later: the server is a service with a banner."""
        script = self.directory / "session"
        script.write_text(_SESSION)
        script.chmod(0o700)
        (self.directory / "says").write_text(text)
        if not (self.directory / "later").exists():
            os.mkfifo(self.directory / "later", 0o600)
        self.options["ForceCommand"] = shlex.join(["/usr/bin/python3", str(script), str(self.directory)])

    def say(self, text):
        """More output of the session that runs."""
        with open(self.directory / "later", "r+b", buffering=0) as fifo:
            fifo.write(text.encode())

    def asked(self):
        """The command that the last session was asked for."""
        path = self.directory / "asked"
        return path.read_text() if path.exists() else None

    def start(self):
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)  # as its service does; only root's needs it
        deadline = time.monotonic() + PATIENCE
        port = self.port
        while time.monotonic() < deadline:  # once more where somebody was faster with that port
            self.port = port or free_port()
            self._write_configuration()
            with open(self.log, "ab") as log:
                logged = log.tell()
                self.process = subprocess.Popen(
                    [SSHD, "-D", "-e", "-f", self.directory / "sshd_config"],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
            # Its own word: what answers on the port may be the last breath of the one before.
            while self.process.poll() is None and time.monotonic() < deadline:
                if b"Server listening on " in self.log.read_bytes()[logged:]:
                    return self
                time.sleep(0.01)
        self.stop()
        raise AssertionError(f"sshd does not start: {self.log.read_text(errors='replace')}")

    def stop(self):
        """The listener and every connection."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGSTOP)  # there will be no further one
        ending = []
        for pid in self.connections():
            try:
                ending.append(os.pidfd_open(pid))
                signal.pidfd_send_signal(ending[-1], signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.kill()
        self.process.wait()
        for pidfd in ending:  # it listens for its client until it is gone
            select.select([pidfd], [], [], PATIENCE)
            os.close(pidfd)
        self.process = None

    def connections(self):
        """Pids of what serves the connections: sessions and the like."""
        found, unseen = [], [self.process.pid]
        while unseen:
            pid = unseen.pop()
            try:
                for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                    children = [int(child) for child in (task / "children").read_text().split()]
                    found += children
                    unseen += children
            except OSError:
                continue
        return found

    def trust(self, host_key=None):
        """The client knows this host key and no other; "" for none at all."""
        key = self.host_key if host_key is None else host_key
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {key}\n" if key else "")

    def _write_configuration(self):
        lines = {
            "Port": self.port, "ListenAddress": "127.0.0.1", "HostKey": self.directory / "host_key",
            "PidFile": "none", "AuthorizedKeysFile": self.directory / "authorized_keys", "PasswordAuthentication": "no",
            "KbdInteractiveAuthentication": "no", "UsePAM": "no", "StrictModes": "no", "PermitOpen": "none",
            "MaxStartups": "100:30:200", "LogLevel": "VERBOSE", **self.options,
        }  # fmt: skip
        (self.directory / "sshd_config").write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
        self.config.write_text(
            f"Host server\n  HostName 127.0.0.1\n  Port {self.port}\n  User {self.user}\n"
            f"Host *\n  IdentityFile {self.identity}\n  IdentitiesOnly yes\n"
            f"  UserKnownHostsFile {self.known_hosts}\n  GlobalKnownHostsFile /dev/null\n"
        )
        self.trust()


def main():
    sshd = Sshd(sys.argv[1], **dict(option.split("=", 1) for option in sys.argv[2:]))
    while True:
        with sshd:
            print(json.dumps({"port": sshd.port, "user": sshd.user, "config": str(sshd.config)}), flush=True)
            line = sys.stdin.readline()
        if not line:
            return
        name, _, value = line.strip().partition(" ")
        sshd.options[name] = value


if __name__ == "__main__":
    main()
