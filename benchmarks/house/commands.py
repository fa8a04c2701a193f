"""What is said to the house, and what it should do."""

import array
import asyncio
import audioop
from dataclasses import dataclass
import io
import wave

RATE = 16_000
_VOICE = ("-v", "en-us+klatt4", "-s", "140")
_BLINDS = "cover.living_room_blinds"
_LIGHT = "light.kitchen_light"
_LEAD = 0.4  # s between the wake word and the command
_SPEECH = 300  # the least loudness that counts as speech: one hundredth of full scale


@dataclass(frozen=True, slots=True)
class Command:
    """A sentence, the entity it changes, to which state, and the action that undoes it."""

    text: str
    entity_id: str
    state: str
    undo: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence as 16-bit mono samples at 16 kHz, and when its last sound ends."""

    samples: bytes
    speech_seconds: float


#: The demo's own and some more; each changes one entity's state.
COMMANDS = (
    Command("turn on the desk lamp", "light.desk_lamp", "on", "light.turn_off"),
    Command(
        "set the kitchen light to fifty percent", "light.kitchen_light", "on", "light.turn_off"
    ),
    Command("unlock the front door", "lock.front_door", "unlocked", "lock.lock"),
    Command("close the living room blinds", _BLINDS, "closed", "cover.open_cover"),
    Command("lock the front door", "lock.front_door", "locked", "lock.unlock"),
    Command("turn off the bedroom light", "light.bedroom_light", "off", "light.turn_on"),
    Command("turn on the coffee machine", "switch.coffee_machine", "on", "switch.turn_off"),
    Command("turn on the ceiling fan", "fan.ceiling_fan", "on", "fan.turn_off"),
    Command("open the garage door", "cover.garage_door", "open", "cover.close_cover"),
    Command("turn off the floor lamp", "light.floor_lamp", "off", "light.turn_on"),
)


async def speak(text: str) -> Utterance:
    """Return a sentence, spoken by espeak-ng."""
    process = await asyncio.create_subprocess_exec(
        "espeak-ng", *_VOICE, "--stdout", text, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    return utterance(output)


def utterance(content: bytes) -> Utterance:
    """Return a WAV's samples and the end of its speech."""
    with wave.open(io.BytesIO(content)) as file:
        rate, samples = file.getframerate(), file.readframes(file.getnframes())
    samples, _ = audioop.ratecv(samples, 2, 1, rate, RATE, None)
    samples = bytes(2 * round(_LEAD * RATE)) + samples
    values = array.array("h", samples)
    last = max(index for index, value in enumerate(values) if abs(value) >= _SPEECH)
    return Utterance(samples, last / RATE)
