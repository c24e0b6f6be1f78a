"""A worker process for tests, with a short lease: `python -m tests.contract.workers.worker_process SECONDS`."""

import signal
import sys
import threading
from datetime import timedelta

from core.io.logs import log_to
from core.io.runtime import open_runtime
from core.io.settings import Settings
from workers.__main__ import work

if __name__ == "__main__":
    log_to()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with open_runtime(Settings(), owner=True) as runtime:
        work(runtime, stop, lease=timedelta(seconds=float(sys.argv[1])))
