#!.venv/bin/python
"""A command to Home Assistant: Alicia's bridge beside an automation with an MQTT trigger.

Both run in one Home Assistant on one broker, and take turns. The automation looks at no
exposure, since it can't; it answers with the state, as the bridge does.
"""

import argparse
import asyncio
from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import queue
import statistics
import sys
import tempfile
import time
from typing import Any, Final

from benchmarks.crowd import echo
from benchmarks.crowd.client import connect
from benchmarks.crowd.home import broker, furnish, home
from benchmarks.machine import details
from benchmarks.report import Row, report

PATIENCE: Final = 10.0  # s
WARM_UP: Final = 20
AUTOMATIONS: Final = """
input_boolean:
  bench:
  other:
template:
  - switch:
      - name: Bench
        state: "{{ is_state('input_boolean.bench', 'on') }}"
        turn_on:
          - action: input_boolean.turn_on
            target: {entity_id: input_boolean.bench}
        turn_off:
          - action: input_boolean.turn_off
            target: {entity_id: input_boolean.bench}
automation:
  - id: bench
    alias: Bench
    mode: queued
    triggers:
      - trigger: mqtt
        topic: bench/command
        qos: 1
    actions:
      - action: "{{ trigger.payload_json.service }}"
        target: {entity_id: "{{ trigger.payload_json.entity_id }}"}
      - action: mqtt.publish
        data:
          topic: bench/command/answer
          qos: 1
          payload: >-
            {{ {'request_id': trigger.payload_json.request_id,
                'states': [{'entity_id': trigger.payload_json.entity_id,
                            'state': states(trigger.payload_json.entity_id)}]} | to_json }}
"""
#: Where each is asked, and where it answers.
WAYS: Final[Mapping[str, tuple[str, str]]] = {
    "ours": ("alicia/integration/ha/command", "alicia/integration/ha/response"),
    "peer": ("bench/command", "bench/command/answer"),
    "echo": (echo.HEARD, echo.ANSWER),
}


class Asker:
    """Sends a command and waits for its answer."""

    def __init__(self, port: int) -> None:
        self._answers: queue.SimpleQueue[tuple[float, dict[str, Any]]] = queue.SimpleQueue()
        self._client = connect(port)
        self._client.on_message = lambda _client, _data, message: self._answers.put(
            (time.perf_counter(), json.loads(message.payload))
        )
        self._client.subscribe([(answer, 1) for _, answer in WAYS.values()])
        self._client.loop_start()
        self._number = 0

    def ask(self, way: str) -> float:
        """Return the seconds from a command to its answer."""
        self._number += 1
        request_id = f"{way}-{self._number}"
        command = {
            "service": f"switch.turn_{'on' if self._number % 2 else 'off'}",
            "entity_id": "switch.bench",
            "request_id": request_id,
        }
        started = time.perf_counter()
        self._client.publish(WAYS[way][0], json.dumps(command), qos=1)
        while True:
            came, answer = self._answers.get(timeout=PATIENCE)
            if answer["request_id"] == request_id:
                if "error" in answer:
                    raise ValueError(f"refused: {answer['error']}")
                return came - started

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()


def ask_in_turns(port: int, times: int) -> dict[str, list[float]]:
    """Return the seconds of each way's commands."""
    asker = Asker(port)
    try:
        taken: dict[str, list[float]] = {way: [] for way in WAYS}
        for turn in range(times + WARM_UP):
            for way, found in taken.items():
                seconds = asker.ask(way)
                if turn >= WARM_UP:
                    found.append(seconds)
        return taken
    finally:
        asker.close()


def rows(taken: Mapping[str, list[float]]) -> Iterator[Row]:
    """What both add to a bare echo."""
    median = {way: statistics.median(each) * 1000 for way, each in taken.items()}
    worst = {way: statistics.quantiles(each, n=100)[-1] * 1000 for way, each in taken.items()}
    yield Row(what="bare echo, median", ours=median["echo"], unit="ms")
    yield Row(what="bare echo, 99th percentile", ours=worst["echo"], unit="ms")
    yield Row(what="ha/command, median", ours=median["ours"], peer=median["peer"], unit="ms")
    yield Row(
        what="ha/command, median less that of the echo",
        ours=median["ours"] - median["echo"],
        peer=median["peer"] - median["echo"],
        unit="ms",
        goal=1.0,
        goal_is_ratio=True,
    )
    yield Row(
        what="ha/command, 99th percentile",
        ours=worst["ours"],
        peer=worst["peer"],
        unit="ms",
        goal=1.0,
        goal_is_ratio=True,
    )


async def measure(times: int) -> Iterator[Row]:
    """Run a house, and ask it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with broker(folder) as port:
            echoing = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "benchmarks.crowd.echo", str(port)
            )
            try:
                config = furnish(folder, port, ours=True, automations=AUTOMATIONS)
                async with home(config) as house:
                    await house.until("running", 1)
                    await asyncio.sleep(5)
                    loop = asyncio.get_running_loop()
                    return rows(await loop.run_in_executor(None, ask_in_turns, port, times))
            finally:
                echoing.terminate()
                await echoing.wait()


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1_000, help="commands a way (1000)")
    times = parser.parse_args().times
    print(*details(), sep="\n", file=sys.stderr)
    report("bridge", asyncio.run(measure(times)))


if __name__ == "__main__":
    main()
