"""`python -m workers`: one worker process. It ends cleanly on SIGTERM or SIGINT and loses nothing when it is killed."""

import logging
import sys
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
from core.io.supervisor import until_told_to_stop
from core.io.transports import LinkLimits
from workers.follow import Ground
from workers.node import this_process
from workers.probe import Prober
from workers.proposing import Proposer
from workers.supervisor import Supervisor
from workers.timetable import TIMETABLE, Job, Timetable

log = logging.getLogger("workers")

PROPOSE_EVERY_S = 3
LEASE = timedelta(seconds=5)
"""How long a source stays with a worker that does not speak; it renews every second."""


def work(runtime: Runtime, lease: timedelta = LEASE) -> int:
    """Follow sources and do the timetable's jobs until told to stop; takes the main thread.

    Returns the exit status: 1 when a bug of ours ended the supervisor; whoever started the worker then starts another.
    """
    owner, settings = this_process(runtime.settings.data), runtime.settings
    limits = LinkLimits(attempts=settings.ws_max_reconnect_attempts)
    ground = Ground(settings.data, runtime.bus, TimingRows(runtime.control), utc_now, limits, runtime.maps.maps)
    leases = Leases(runtime.control, owner, lease)
    supervisor = Supervisor(Circuits(runtime.control).running, leases, ground)
    proposer = Proposer(runtime, leases)
    timetable = Timetable(runtime, (*TIMETABLE, Job(proposer.propose, every_s=PROPOSE_EVERY_S)))
    prober = Prober(runtime.bus, settings.data)
    stop, over = threading.Event(), threading.Event()
    following = threading.Thread(target=_follow, args=[supervisor, over], name="supervisor")
    listening = threading.Thread(target=_listen, args=[runtime.bus, supervisor, timetable, stop], daemon=True)
    probing = threading.Thread(target=prober.run, name="probes", daemon=True)
    log.info("worker started", extra={"owner": str(owner)})
    timetable.start()
    for thread in (following, listening, probing):
        thread.start()
    with until_told_to_stop():
        over.wait()  # not `join`: Python 3.11 takes a thread whose join was interrupted for ended
    stop.set()
    supervisor.stop()
    prober.stop()
    timetable.stop()
    following.join()
    probing.join()
    log.info("worker stopped", extra={"owner": str(owner)})
    return 0 if supervisor.ended_well else 1


def _follow(supervisor: Supervisor, over: threading.Event) -> None:
    try:
        supervisor.run()
    finally:
        over.set()


def _listen(bus: Bus, supervisor: Supervisor, timetable: Timetable, stop: threading.Event) -> None:
    """Turn bells into work that is due now; without the bus everything is found in its next round."""
    for bell in bus.bells(stop):
        if bell is None:
            continue
        if bell.topic is Topic.CIRCUIT:
            supervisor.look()
        elif bell.topic is Topic.REGISTRY:
            timetable.hurry(make_ready)


def _log_bug(bug: threading.ExceptHookArgs) -> None:
    if bug.exc_value is not None:
        log.critical("thread ended", exc_info=bug.exc_value, extra={"name_of_thread": bug.thread and bug.thread.name})


def main() -> int:
    settings = Settings()
    log_to(level=settings.log_level)
    threading.excepthook = _log_bug
    with open_runtime(settings, owner=True) as runtime:
        return work(runtime)


if __name__ == "__main__":
    sys.exit(main())
