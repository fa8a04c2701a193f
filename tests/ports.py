"""Ports for servers that tests start."""

from contextlib import suppress
import random
import socket

#: Below the ports that Linux and the others choose from by themselves: who looks there for a server
#: that is away may be given the very port as its own, and be connected to itself.
PORTS = range(20_000, 30_000)


def free_port() -> int:
    """Return a port on which nobody listens."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
