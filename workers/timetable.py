"""What is done when. APScheduler runs finite jobs only: ten that never return would stop it altogether.

A job that is still running is not started again, and one that was missed is run once. What a job raises is logged by
the scheduler with its traceback, and the job comes again at its next time.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # has no types

from core.errors import Unavailable
from core.io.clock import utc_now
from core.io.purging import drop_purged
from core.io.rehearsing import rehearse_restores
from core.io.runtime import Runtime
from core.io.season import keep_ledgers
from core.io.session_jobs import make_ready
from workers.integrity import anchor_logs, verify_logs
from workers.jobs import drop_old_recordings, keep_key_frames, seal_recordings, sweep_sign_ins, thin_links

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    run: Callable[[Runtime], None]
    every_s: int

    @property
    def name(self) -> str:
        return self.run.__name__


TIMETABLE = (
    Job(make_ready, every_s=2),
    Job(keep_ledgers, every_s=10),
    Job(seal_recordings, every_s=30),
    Job(keep_key_frames, every_s=60),
    Job(anchor_logs, every_s=60),
    Job(verify_logs, every_s=3600),
    Job(rehearse_restores, every_s=600),
    Job(drop_purged, every_s=3600),
    Job(sweep_sign_ins, every_s=3600),
    Job(thin_links, every_s=3600),
    Job(drop_old_recordings, every_s=3600),
)
"""To add a job, a function in `workers.jobs` and one line here."""


class Timetable:
    """Runs the jobs in threads of its own from `start` to `stop`."""

    def __init__(self, runtime: Runtime, jobs: tuple[Job, ...] = TIMETABLE) -> None:
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it announces every run, and each it leaves out
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )
        for job in jobs:
            self._scheduler.add_job(
                _run, "interval", [job, runtime], seconds=job.every_s, id=job.name, next_run_time=utc_now()
            )

    def start(self) -> None:
        self._scheduler.start()

    def hurry(self, job: Callable[[Runtime], None]) -> None:
        """Run it now instead of at its next time."""
        self._scheduler.modify_job(job.__name__, next_run_time=utc_now())

    def stop(self) -> None:
        """Waits for jobs that are running."""
        self._scheduler.shutdown()


def _run(job: Job, runtime: Runtime) -> None:
    """A job that finds the database away says so in one line, without a traceback: it comes again."""
    try:
        job.run(runtime)
    except Unavailable as error:
        log.warning("job put off", extra={"job": job.name, "cause": error.what})
