"""Logs: one JSON object a line on standard error, facts beside the message; no secret gets in.

`{"time": …, "level": …, "logger": …, "message": …, …the facts of `extra`…, "trace": …}`
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
"""Not facts of a message; the last is uvicorn's message once more, with colours."""
_SECRET_NAME = re.compile(r"password|passwd|secret|token|cookie|authorization|api_?key", re.IGNORECASE)
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]*:[^/\s@]*(?=@)")
_HIDDEN = "***"


class JsonLines(logging.Formatter):
    """A record as one line of JSON. Values that JSON does not know become their text."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name, value in _facts(record).items():
            line[f"{name}_" if name in line else name] = value
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return _CREDENTIALS.sub(_HIDDEN, json.dumps(line, default=str, ensure_ascii=False))


def log_to(stream: TextIO | None = None, level: str = "INFO") -> None:
    """Send everything that is logged in this process to the stream (standard error), and nowhere else."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    given = {name: value for name, value in vars(record).items() if name not in _OWN}
    return {name: _HIDDEN if _SECRET_NAME.search(name) else value for name, value in given.items()}
