"""The house's names from a file, as the bus carries them."""

from pathlib import Path

from alicia_bus.codec import decode_as
from alicia_bus.errors import BusError, CommandError, ErrorCode
from alicia_bus.messages import Message, Vocabulary


def read_vocabulary(path: Path) -> Vocabulary:
    """Return the vocabulary in a JSON file; raises CommandError."""
    try:
        message: Message = decode_as(Vocabulary, {}, path.read_bytes())
    except (OSError, BusError) as err:
        raise CommandError(
            ErrorCode.UNAVAILABLE, f"the vocabulary in {path} can't be used: {err}"
        ) from err
    if not isinstance(message, Vocabulary):
        raise TypeError(message)
    return message
