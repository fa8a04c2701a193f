"""An MQTT client that waits for nobody's delayed acknowledgement."""

import socket

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from .home import LOOPBACK


def connect(port: int) -> mqtt.Client:
    """Return a client that is connected, but whose loop does not run yet."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.max_inflight_messages_set(200)
    client.on_socket_open = _without_delay
    client.connect(LOOPBACK, port)
    return client


def _without_delay(_client: mqtt.Client, _data: object, sock: object) -> None:
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
