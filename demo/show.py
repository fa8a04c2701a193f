"""The demonstration: a few commands, each spoken in one of the ways, with its table."""

from pathlib import Path
from typing import Final

from alicia_bus.audio import SAMPLE_RATE, SAMPLE_WIDTH, Pcm, encode_wav

from .check.effects import effect_of
from .check.mouth import Mouth, Way
from .check.states import Snapshot, prepare, snapshot
from .places import Places
from .progress import say
from .table import Spoken, differences, show
from .trial import speech
from .trial.meaning import understand
from .trial.names import HOUSE
from .waiting import until
from .ways.reply import Reply

_SCRIPT: Final = (
    ("turn on the desk lamp", Way.ROUTE),
    ("set the kitchen light to 50 percent", Way.STREAM),
    ("unlock the front door", Way.SATELLITE),
    ("what is the temperature in the living room", Way.ROUTE),
    ("set the ceiling fan to 40 percent", Way.STREAM),
    ("lock the front door", Way.SATELLITE),
)
_SETTLE_SECONDS: Final = 1.0


async def demonstrate(mouth: Mouth, places: Places) -> None:
    """Speak the commands one after the other."""
    say("\nA simulated room device speaks:")
    for number, (text, way) in enumerate(_SCRIPT, 1):
        samples = speech.say(text)
        _write(places.audio / f"{number}-said.wav", samples)
        # So that the command has something to change, also when it is spoken a second time.
        effect = effect_of(meaning) if (meaning := understand(text, HOUSE)) else None
        before = await prepare(mouth.socket, effect.before if effect else ())
        reply = await mouth.say(samples, way)
        states = await _after(mouth, before)
        audio = await _keep(mouth, reply, places, number)
        seconds = len(samples) / SAMPLE_RATE / SAMPLE_WIDTH
        show(Spoken(text, seconds, way, reply, states, audio))
    say("Where the audio is streamed, the time of stt counts from the first sound.")


async def _after(mouth: Mouth, before: Snapshot) -> list[str]:
    """Return what has changed, once it has, or when nothing will."""
    states: list[str] = []

    async def seen() -> bool:
        states[:] = differences(before, await snapshot(mouth.socket))
        return bool(states)

    await until(seen, _SETTLE_SECONDS)
    return states


async def _keep(mouth: Mouth, reply: Reply, places: Places, number: int) -> list[str]:
    """Write the answer's audio to a file; return where it lies."""
    if not (samples := await mouth.listen(reply)):
        return []
    path = places.audio / f"{number}-answered.wav"
    _write(path, samples)
    return [str(path), *([mouth.rest.full(reply.audio_url)] if reply.audio_url else [])]


def _write(path: Path, samples: bytes) -> None:
    path.write_bytes(encode_wav(Pcm(samples, SAMPLE_RATE)))
