"""A worker process for tests, with a short lease: `python -m tests.contract.workers.worker_process SECONDS`."""

import sys
from datetime import timedelta

from core.io.logs import log_to
from core.io.runtime import open_runtime
from core.io.settings import Settings
from workers.__main__ import work

if __name__ == "__main__":
    log_to()
    with open_runtime(Settings(), owner=True) as runtime:
        sys.exit(work(runtime, lease=timedelta(seconds=float(sys.argv[1]))))
