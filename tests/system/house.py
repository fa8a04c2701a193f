"""The demo's house, running in a folder of its own for the tests."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
import os
from pathlib import Path
import subprocess
import sys

from demo.check.mouth import Mouth
from demo.home_assistant import Rest, open_session
from demo.places import Places
from demo.runner import Runner

ROOT = Path(__file__).resolve().parents[2]
COMMANDS, OTHERS, SEED = 10, 6, 3


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the demo's command, as scripts/demo does once everything is set up."""
    path = f"{ROOT}:{ROOT / 'wyoming_services' / 'src'}"
    return subprocess.run(
        (sys.executable, "-m", "demo", *arguments),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
    )


@dataclass(frozen=True, slots=True)
class House:
    """The running house, and what its check printed."""

    places: Places
    checked: subprocess.CompletedProcess[str]

    @property
    def summary(self) -> Mapping[str, Mapping[str, object]]:
        """What demo.json says."""
        found: Mapping[str, Mapping[str, object]] = json.loads(self.places.summary.read_text())
        return found

    def runner(self) -> Runner:
        """The runner of the servers that run already."""
        runner = Runner(self.places)
        runner.start()
        assert runner.found
        return runner

    @asynccontextmanager
    async def mouth(self) -> AsyncIterator[Mouth]:
        """Somebody who speaks to the house."""
        server = self.summary["home_assistant"]
        async with open_session() as session:
            rest = Rest(session, str(server["url"]), str(server["token"]))
            async with Mouth.open(rest, self.places, self.runner().ports) as mouth:
                yield mouth
