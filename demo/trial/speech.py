"""Speech from espeak-ng: the same bytes for the same words on every machine."""

from collections.abc import Mapping
import io
import subprocess
import wave

from alicia_bus.audio import Pcm, to_speech

RATE = 16000
SAMPLE_BYTES = 2

#: espeak-ng's arguments for each of the trial's speakers; the first is the usual one.
VOICES: Mapping[str, tuple[str, ...]] = {
    "klatt4": ("-v", "en-us+klatt4", "-s", "140"),
    "plain": ("-v", "en-us"),
    "m3": ("-v", "en-us+m3", "-s", "150"),
    "f2": ("-v", "en-us+f2", "-s", "140"),
    "klatt2": ("-v", "en-us+klatt2", "-s", "150"),
}


def say(text: str, voice: str = "klatt4", *, silence: float = 0.4) -> bytes:
    """Return 16 kHz 16-bit mono samples of the text with silence around it."""
    command = ["espeak-ng", "--stdout", *VOICES[voice], "--", text]
    spoken = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(spoken)) as wav:
        heard = Pcm(wav.readframes(wav.getnframes()), wav.getframerate(), wav.getnchannels())
    around = bytes(int(silence * RATE) * SAMPLE_BYTES)
    return around + to_speech(heard).data + around
