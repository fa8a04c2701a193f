"""What the log of a server holds, and how often."""

import logging

import pytest

from alicia_sidecar import bus_client


def test_a_flood_of_dropped_messages_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """The MQTT library warns of each message that finds the queue full."""
    logger = logging.getLogger(f"{bus_client.__name__}.mqtt")
    caplog.set_level(logging.DEBUG, logger.name)
    for number in range(3):
        logger.warning("Message queue is full. Discarding message.")
        logger.warning("There are %d pending publish calls.", number)
        logger.debug("Received PUBLISH")

    told = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert told == [
        "Message queue is full. Discarding message.",
        "There are 0 pending publish calls.",
    ]
    assert len(caplog.records) == 5
