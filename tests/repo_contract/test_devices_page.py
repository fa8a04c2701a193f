"""What docs/devices.md tells those who make devices is what the code does."""

import json
import re

import pytest

from alicia_bus.capabilities import COMMON_PARAMETERS
from alicia_bus.capability_types import TYPES
from alicia_bus.codec import decode
from alicia_bus.errors import ErrorCode
from alicia_bus.messages import DeviceStatus
from alicia_bus.topics import Kind, Topics

from .capability_table import table
from .source import ROOT

PAGE = (ROOT / "docs" / "devices.md").read_text()
BUS = (ROOT / "docs" / "bus.md").read_text()
TOPICS = Topics()
#: Each message on the page: its topic and its JSON.
MESSAGES = re.findall(r"mosquitto_pub (?:-r )?-t (alicia/\S+) -m '(\{.*?\})'", PAGE, re.DOTALL)


def test_table_of_types_is_that_of_the_code() -> None:
    shown = PAGE.partition("capability_table -->\n")[2].partition("<!-- end -->")[0]
    assert shown == table()


def test_every_common_parameter_is_explained() -> None:
    assert {name for name in COMMON_PARAMETERS if f"`{name}`" not in PAGE} == set()


def test_every_error_code_is_explained() -> None:
    assert {code for code in ErrorCode if f"`{code}`" not in BUS} == set()


@pytest.mark.parametrize(("topic", "payload"), MESSAGES)
def test_message_on_the_page_is_understood(topic: str, payload: str) -> None:
    message = decode(TOPICS, topic, payload.encode())
    assert message is not None
    assert not message.meta.extra or isinstance(message, DeviceStatus)


def test_capabilities_on_the_page_are_known() -> None:
    payloads = [json.loads(payload) for topic, payload in MESSAGES if Kind.REGISTER.value in topic]
    listed = [each for payload in payloads for each in payload["capabilities"]]
    named = [each if isinstance(each, dict) else {"name": each} for each in listed]
    assert named
    for capability in named:
        kind = TYPES[capability.get("type", capability["name"])]
        assert set(capability) - {"name"} <= COMMON_PARAMETERS | kind.parameters
