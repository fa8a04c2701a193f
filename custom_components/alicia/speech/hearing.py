"""Speech to text by whichever server is there, and by the next one when it fails."""

import asyncio
from collections.abc import AsyncIterable
from typing import Final

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop

from .abilities import Service, match
from .attempts import Attempt, Attempts
from .pool import Member, Pool
from .tape import CHANNELS, RATE, WIDTH, Tape
from .wire import Connection, Fault, ServerError

_START: Final = AudioStart(rate=RATE, width=WIDTH, channels=CHANNELS)


async def async_hear(
    pool: Pool, stream: AsyncIterable[bytes], language: str, key: str | None = None
) -> str:
    """Return what is said; raises NoServerError, TooLongError, and what the stream raises."""
    tape = Tape()
    recording = asyncio.create_task(tape.record(stream))
    hearing = asyncio.create_task(_hear(pool, tape, language, key))
    try:
        await asyncio.wait((recording, hearing), return_when=asyncio.FIRST_COMPLETED)
        if recording.done():
            recording.result()
        return await hearing
    finally:
        recording.cancel()
        hearing.cancel()
        await asyncio.gather(recording, hearing, return_exceptions=True)


async def _hear(pool: Pool, tape: Tape, language: str, key: str | None) -> str:
    attempts = Attempts(pool, Service.STT, lambda each: _tag(each, language) is not None, key)
    while True:
        try:
            async with attempts.attempt() as attempt:
                return await _ask(attempt, tape, language)
        except ServerError:
            continue  # it was counted; the next server hears it from the beginning


async def _ask(attempt: Attempt, tape: Tape, language: str) -> str:
    sending = asyncio.create_task(_send(attempt, tape, language))
    try:
        while not Transcript.is_type((event := await attempt.connection.receive()).type):
            pass
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    now = asyncio.get_running_loop().time()
    # One that finds the end of speech itself may answer before that.
    attempt.took = now - max(tape.ended_at or now, attempt.began)
    return str(event.data.get("text", "")).strip()


async def _send(attempt: Attempt, tape: Tape, language: str) -> None:
    connection = attempt.connection
    try:
        tag = _tag(attempt.member, language)
        await connection.send(Transcribe(language=tag).event(), _START.event())
        async for piece in tape.play():
            await _send_piece(connection, piece)
        await connection.send(AudioStop().event())
    except ServerError as err:
        # What the server said before it hung up is still to be read, and says more.
        if err.fault is not Fault.CLOSED:
            connection.fail(err)
        return
    connection.expect()


async def _send_piece(connection: Connection, piece: bytes) -> None:
    chunk = AudioChunk(rate=RATE, width=WIDTH, channels=CHANNELS, audio=piece)
    await connection.send(chunk.event())


def _tag(member: Member, language: str) -> str | None:
    return match(language, member.abilities.languages) if member.abilities else None
