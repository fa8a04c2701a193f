"""Logging to standard error, as text or as JSON."""

import json
import logging
from typing import Final

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


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


def set_up_logging(level: str, *, as_json: bool) -> None:
    """Send every logger's records to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if as_json else logging.Formatter(_FORMAT))
    logging.basicConfig(level=level.upper(), handlers=[handler])
