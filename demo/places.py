"""Where the demo keeps its things."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Places:
    """The folder of one demo; everything it makes lies in it."""

    folder: Path

    @property
    def broker(self) -> Path:
        """Configuration and data of the broker, as the generator writes them."""
        return self.folder / "broker"

    @property
    def config(self) -> Path:
        """Home Assistant's configuration folder."""
        return self.folder / "config"

    @property
    def storage(self) -> Path:
        """Where Home Assistant stores what is set up in its UI."""
        return self.config / ".storage"

    @property
    def logs(self) -> Path:
        """A log for each process."""
        return self.folder / "logs"

    @property
    def run(self) -> Path:
        """A file for each running process."""
        return self.folder / "run"

    @property
    def audio(self) -> Path:
        """What was said, and the answers."""
        return self.folder / "audio"

    @property
    def summary(self) -> Path:
        """How to reach the running demo, for people and programs."""
        return self.folder / "demo.json"

    def secret(self, account: str) -> str:
        """Return the password of an account at the broker."""
        return (self.broker / "secrets" / account).read_text().strip()
