"""From the fold to the database: laps, stops and sessions in batches of 200 ms or 200 rows.

While the database does not answer, rows wait here and their frames in the spool: nothing is dropped and the board goes
on. `settled` tells whether every row so far is stored; only then a checkpoint may be taken, so that a restart folds
again whatever had not been stored.
"""

import logging
import threading
from collections.abc import Callable

from core.errors import Unavailable
from core.io.database.timing import Batch

log = logging.getLogger(__name__)

BATCH_S = 0.2
BATCH_ROWS = 200
PATIENCE_S = 2.0
"""Between attempts while the database does not answer."""


class Ingest:
    """Collects rows and writes them; `run` is a thread's whole work.

    Args:
        write: stores a batch, whole or not at all.
        meanwhile: called after every successful round, five times a second.
    """

    def __init__(self, write: Callable[[Batch], None], meanwhile: Callable[[], None]) -> None:
        self._write = write
        self._meanwhile = meanwhile
        self._waiting = Batch()
        self._writing = Batch()
        self._guard = threading.Lock()
        self._wake = threading.Event()
        self._stop = threading.Event()

    def put(self, rows: Batch) -> None:
        with self._guard:
            self._waiting.extend(rows)
            full = len(self._waiting) >= BATCH_ROWS
        if full:
            self._wake.set()

    def settled(self) -> bool:
        with self._guard:
            return not len(self._waiting) and not len(self._writing)

    def stop(self) -> None:
        """End `run` after one more attempt to write what waits."""
        self._stop.set()
        self._wake.set()

    def run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(BATCH_S)
            self._wake.clear()
            self._round()
        self._round()

    def _round(self) -> None:
        try:
            self._flush()
        except Unavailable as error:
            log.warning("database does not take laps", extra={"rows": len(self._writing), "cause": error.what})
            self._stop.wait(PATIENCE_S)
            return
        self._meanwhile()

    def _flush(self) -> None:
        """Write what waits. What could not be written stays first in the queue."""
        with self._guard:
            if not len(self._writing):
                self._writing, self._waiting = self._waiting, Batch()
        if len(self._writing):
            self._write(self._writing)
        with self._guard:
            self._writing = Batch()
