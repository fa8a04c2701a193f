"""Logging to standard error, as text or as JSON, and its latest lines for who asks."""

from collections import deque
from collections.abc import Mapping
import json
import logging
from typing import Final

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LEVELS: Final = ("debug", "info", "warning", "error")
MAX_LINES: Final = 500
_MAX_LINE: Final = 500  # characters
_OURS: Final = ("alicia_bus", "alicia_sidecar", "alicia_stt", "alicia_tts")


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        entry = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)


class LoggedOnce(logging.Filter):
    """Lets each kind of warning through once: a flood is told of, but is none in the log."""

    def __init__(self) -> None:
        super().__init__()
        self._told: set[object] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is to be logged."""
        if record.levelno < logging.WARNING:
            return True
        is_new = record.msg not in self._told
        self._told.add(record.msg)
        return is_new


class LatestLines(logging.Handler):
    """Keeps the latest lines.

    Libraries tell at level debug what was said; what they say there stays in the log.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: deque[tuple[int, Mapping[str, object]]] = deque(maxlen=MAX_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as one line."""
        if record.levelno < logging.INFO and not _is_ours(record.name):
            return
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            self.handleError(record)
            return
        if record.exc_info and record.exc_info[0]:
            message = f"{message} ({record.exc_info[0].__name__})"
        line = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": "".join(c if c.isprintable() else " " for c in message)[:_MAX_LINE],
        }
        self._lines.append((record.levelno, line))

    def latest(self, limit: int, least: int) -> tuple[Mapping[str, object], ...]:
        """Return the latest lines of at least a level, the oldest of them first."""
        self.acquire()  # engines log from their threads
        try:
            lines = [line for level, line in self._lines if level >= least]
        finally:
            self.release()
        return tuple(lines[-limit:])


class Log:
    """The log of this process: how much it tells, and what it has told of late."""

    def __init__(self, level: str, lines: LatestLines) -> None:
        self._level = level
        self._lines = lines

    def set_level(self, level: str) -> None:
        """Tell more, or less, until it is reset; of libraries not what was said."""
        value = _value(level)
        logging.getLogger().setLevel(max(value, logging.INFO))
        for name in _OURS:
            logging.getLogger(name).setLevel(value)

    def reset(self) -> None:
        """Tell as much as is configured."""
        logging.getLogger().setLevel(_value(self._level))
        for name in _OURS:
            logging.getLogger(name).setLevel(logging.NOTSET)

    def latest(self, limit: int, least: str) -> tuple[Mapping[str, object], ...]:
        """Return the latest lines of at least a level, the oldest of them first."""
        return self._lines.latest(limit, _value(least))


def set_up_logging(level: str, *, as_json: bool) -> Log:
    """Send every logger's records to standard error."""
    handler, lines = logging.StreamHandler(), LatestLines()
    handler.setFormatter(JsonFormatter() if as_json else logging.Formatter(_FORMAT))
    logging.basicConfig(level=_value(level), handlers=[handler, lines])
    return Log(level, lines)


def _is_ours(logger: str) -> bool:
    return logger.partition(".")[0] in _OURS


def _value(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]
