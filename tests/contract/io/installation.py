"""A small installation to be killed: both servers and two programs that do nothing, kept as `paddock up` keeps them.

Run as `python -m tests.contract.io.installation FOLDER`; says `up` when everything runs, then what the supervisor says.
"""

import sys
import time
from pathlib import Path

from core.io.claim import claim
from core.io.clock import utc_now
from core.io.embedded import Embedded
from core.io.programs import Program
from core.io.supervisor import Supervisor, until_told_to_stop

ADDRESS = "http://127.0.0.1:1"
IDLE = "import logging, time; from core.io.logs import log_to; log_to(); logging.warning('idle'); time.sleep(600)"


def keep(folder: Path) -> None:
    supervisor = Supervisor(folder / "logs", say)
    with claim(folder, "paddock up", utc_now(), ADDRESS):
        try:
            with until_told_to_stop():
                supervisor.keep_servers(Embedded(folder, durable=False))
                for name in ("one", "two"):
                    supervisor.keep(Program(name, (sys.executable, "-c", IDLE), {}))
                say("up")
                while True:
                    supervisor.look()
                    time.sleep(0.05)
        finally:
            supervisor.stop()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
