"""A client that sends back what it hears: what a round trip costs without anything done."""

import sys

import paho.mqtt.client as mqtt

from .client import connect

HEARD = "bench/echo"
ANSWER = "bench/echo/answer"


def _on_message(client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
    client.publish(ANSWER, message.payload, qos=1)


def main() -> None:
    """Echo until killed."""
    client = connect(int(sys.argv[1]))
    client.on_message = _on_message
    client.subscribe(HEARD, qos=1)
    client.loop_forever()


if __name__ == "__main__":
    main()
