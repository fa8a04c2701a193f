"""Any bytes are events or an error; what was an event is read back."""

import asyncio
import json

from hypothesis import given, strategies as st
import pytest
from wyoming.event import Event, async_write_event

from alicia_bus.errors import DecodeError
from alicia_sidecar.framing import read_event
from alicia_sidecar.limits import Limits

LIMITS = Limits(line=1024, data=2048, payload=4096, idle=0.2, stalled=0.2)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


async def _read(data: bytes) -> list[Event]:
    reader = asyncio.StreamReader(limit=LIMITS.line)
    reader.feed_data(data)
    reader.feed_eof()
    events = []
    while (event := await read_event(reader, LIMITS)) is not None:
        events.append(event)
    return events


@given(st.binary(max_size=5000))
def test_any_bytes_are_events_or_an_error(data: bytes) -> None:
    try:
        events = asyncio.run(_read(data))
    except DecodeError:
        return
    assert all(isinstance(event.type, str) for event in events)


@given(st.lists(st.dictionaries(st.sampled_from(["type", "data", "data_length", "x"]), JSON)))
def test_any_objects_are_events_or_an_error(headers: list[dict]) -> None:
    data = b"".join(json.dumps(header).encode() + b"\n" for header in headers)
    try:
        events = asyncio.run(_read(data))
    except DecodeError:
        return
    assert all(isinstance(event.data, dict) for event in events)


@given(
    st.lists(
        st.builds(
            Event,
            st.text(min_size=1, max_size=20),
            st.dictionaries(st.text(max_size=8), JSON, max_size=4),
            st.none() | st.binary(min_size=1, max_size=64),
        ),
        max_size=3,
    )
)
def test_what_was_written_is_read(events: list[Event]) -> None:
    async def both_ends() -> list[Event]:
        received: list[Event] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while (event := await read_event(reader, LIMITS)) is not None:
                received.append(event)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for event in events:
            await async_write_event(event, writer)
        writer.write_eof()
        await reader.read()
        server.close()
        return received

    assert asyncio.run(both_ends()) == events


@pytest.mark.parametrize(
    "data", [b"", b'{"type": "x", "payload_length": 9}\n'], ids=["quiet", "stalled"]
)
async def test_silence_ends(data: bytes) -> None:
    reader = asyncio.StreamReader(limit=LIMITS.line)
    reader.feed_data(data)

    with pytest.raises(TimeoutError):
        await read_event(reader, LIMITS)
