"""Ports for tests that have to name one before something listens there."""

import random
import socket

RANGE = range(30000, 32768)  # above those of gateways, below the ephemeral ones


def free_port():
    """One that nobody has, and that neither a connection of another test nor a gateway is given meanwhile."""
    for port in random.sample(RANGE, 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise AssertionError("no port is free")
