"""`python -m workers`: one worker process. It ends cleanly on SIGTERM or SIGINT and loses nothing when it is killed."""

import logging
import signal
import threading
from datetime import timedelta

from core.io.bus import Bus, Topic
from core.io.clock import utc_now
from core.io.database.circuits import Circuits
from core.io.database.leases import Leases
from core.io.database.timing import TimingRows
from core.io.logs import log_to
from core.io.runtime import Runtime, open_runtime
from core.io.session_jobs import make_ready
from core.io.settings import Settings
from workers.follow import Ground
from workers.node import this_process
from workers.supervisor import Supervisor
from workers.timetable import Timetable

log = logging.getLogger("workers")

LEASE = timedelta(seconds=5)
"""How long a source stays with a worker that does not speak; it renews every second."""


def work(runtime: Runtime, stop: threading.Event, lease: timedelta = LEASE) -> None:
    """Follow sources and do the timetable's jobs until told to stop."""
    owner = this_process(runtime.settings.data)
    ground = Ground(runtime.settings.data, runtime.bus, TimingRows(runtime.control), utc_now)
    supervisor = Supervisor(Circuits(runtime.control).running, Leases(runtime.control, owner, lease), ground)
    timetable = Timetable(runtime)
    following = threading.Thread(target=supervisor.run, name="supervisor")
    listening = threading.Thread(target=_listen, args=[runtime.bus, supervisor, timetable, stop], daemon=True)
    timetable.start()
    following.start()
    listening.start()
    log.info("worker started", extra={"owner": str(owner)})
    stop.wait()
    supervisor.stop()
    timetable.stop()
    following.join()
    log.info("worker stopped", extra={"owner": str(owner)})


def _listen(bus: Bus, supervisor: Supervisor, timetable: Timetable, stop: threading.Event) -> None:
    """Turn bells into work that is due now; without the bus everything is found in its next round."""
    for bell in bus.bells(stop):
        if bell is None:
            continue
        if bell.topic is Topic.CIRCUIT:
            supervisor.look()
        elif bell.topic is Topic.REGISTRY:
            timetable.hurry(make_ready)


def main() -> None:
    settings = Settings()
    log_to(level=settings.log_level)
    stop = threading.Event()
    for how in (signal.SIGTERM, signal.SIGINT):
        signal.signal(how, lambda *_: stop.set())
    with open_runtime(settings, owner=True) as runtime:
        work(runtime, stop)


if __name__ == "__main__":
    main()
