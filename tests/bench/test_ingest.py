"""Many circuits at once: whether one worker keeps up with their sockets. Printed; asserted is that nothing is lost.

A process of its own sends RMonitor's lines to every circuit by the clock; the journal tells when each of them had been
read and recorded.
"""

import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from multiprocessing.connection import Connection

import pytest

from core.io.clock import utc_now
from core.io.recorder import Place, tail
from core.io.runtime import Runtime
from core.io.settings import Settings
from core.tracks.model import Circuit, CircuitPlan, TcpSocket
from tests.bench import figure
from tests.bench.test_worker import cpu_s, pss_mb
from tests.contract.workers.conftest import Paddock, until, worker_process

CIRCUITS = 20
EACH_S = 200
LASTS_S = 20
KARTS = 30


@pytest.fixture
def paddock(owner_runtime: Runtime) -> Paddock:
    return Paddock(owner_runtime)


def test_twenty_circuits_at_two_hundred_messages_a_second(paddock: Paddock, settings: Settings) -> None:
    ours, theirs = multiprocessing.Pipe()
    sender = multiprocessing.get_context("spawn").Process(target=send, args=[theirs], daemon=True)
    sender.start()
    ports: list[int] = ours.recv()
    circuits = [follow(paddock, port, place) for place, port in enumerate(ports)]
    with worker_process(settings, lease_s=5) as worker:
        assert ours.poll(60)
        began: datetime = ours.recv()
        before, since = cpu_s(worker.pid), time.monotonic()
        assert ours.poll(LASTS_S * 3)
        sent: list[datetime] = ours.recv()
        used = (cpu_s(worker.pid) - before) / (time.monotonic() - since)
        until(lambda: all(lines(paddock, circuit) >= len(sent) for circuit in circuits), timeout_s=60)
        memory_mb = pss_mb(worker.pid)
    sender.join()

    late_ms = sorted(late for circuit in circuits for late in lateness(paddock, circuit, sent))
    p50, p99, worst = late_ms[len(late_ms) // 2], late_ms[int(len(late_ms) * 0.99)], late_ms[-1]
    behind_s = (max(sent) - began) / timedelta(seconds=1) - LASTS_S
    figure(
        f"ingest of {CIRCUITS} circuits × {EACH_S} msg/s for {LASTS_S} s into the journal: late p50 {p50:.0f} ms, "
        f"p99 {p99:.0f} ms, worst {worst:.0f} ms; {used:.0%} of a core, {memory_mb:.0f} MB; sender {behind_s:+.1f} s"
    )
    assert len(late_ms) == CIRCUITS * EACH_S * LASTS_S


def follow(paddock: Paddock, port: int, place: int) -> Circuit:
    slug = f"ring-{place}"
    circuit = paddock.circuits.add(CircuitPlan(slug, slug, "rmonitor", TcpSocket("127.0.0.1", port)), None, utc_now())
    assert circuit is not None
    paddock.circuits.set_running(circuit.id, None, utc_now(), running=True)
    return circuit


def lines(paddock: Paddock, circuit: Circuit) -> int:
    return sum(1 for _ in received(paddock, circuit))


def received(paddock: Paddock, circuit: Circuit) -> Iterator[datetime]:
    """When each line was recorded, the refresh left out."""
    for recorded in tail(paddock.spool(circuit), Place(0, -1)):
        for line in recorded.frame.text.split("\n"):
            if line.startswith(("$J", "$G", "$H", "$F")):
                yield recorded.received_at


def lateness(paddock: Paddock, circuit: Circuit, sent: list[datetime]) -> Iterator[float]:
    for at, came_at in zip(sent, received(paddock, circuit), strict=True):
        yield (came_at - at) / timedelta(milliseconds=1)


def send(told: Connection) -> None:
    """The other end: a port a circuit, the same lines to all of them, each at its time."""
    with ExitStack() as opened:
        doors = [opened.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(CIRCUITS)]
        told.send([door.getsockname()[1] for door in doors])
        plugs: list[socket.socket] = []
        for door in doors:
            plugs.append(opened.enter_context(door.accept()[0]))
            plugs[-1].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for plug in plugs:  # those who came first must not take us for dead
                plug.sendall("".join(refresh()).encode())
        time.sleep(1)
        told.send(utc_now())
        told.send(list(_play(plugs)))
        threading.Event().wait(30)


def _play(plugs: list[socket.socket]) -> Iterator[datetime]:
    began = time.monotonic()
    for place in range(EACH_S * LASTS_S):
        wait_s = began + place / EACH_S - time.monotonic()
        if wait_s > 0:
            time.sleep(wait_s)
        line = message(place).encode()
        yield utc_now()
        for plug in plugs:
            plug.sendall(line)


def refresh() -> Iterator[str]:
    yield '$B,1,"Race"\r\n'
    for kart in range(KARTS):
        yield f'$A,"{kart}","{kart}",{kart},"Driver","{kart}","",1\r\n'


def message(place: int) -> str:
    turn, kart = divmod(place // 4, KARTS)
    match place % 4:
        case 0:
            return f'$J,"{kart}","00:00:{20 + kart % 30:02}.{turn % 1000:03}","00:{turn % 60:02}:00.000"\r\n'
        case 1:
            return f'$G,{kart + 1},"{kart}",{turn + 1},"00:{turn % 60:02}:00.000"\r\n'
        case 2:
            return f'$H,{kart + 1},"{kart}",{turn + 1},"00:00:{20 + kart % 30:02}.000"\r\n'
        case _:
            return f'$F,9999,"00:{turn % 60:02}:00","12:00:00","00:{turn % 60:02}:00","Green "\r\n'
