"""Trying out a connection: raw frames, what they are and the table they make; nothing of it is stored."""

import threading
from pathlib import Path
from uuid import uuid4

from core.io.runtime import Runtime
from core.timing.probe import PROBED, QUESTION, Probed, Question
from core.tracks.model import ApexSocket, Recording, TcpSocket, Transport
from tests.apex_feed import race
from tests.contract.workers.conftest import until
from tests.fakes.apex import FakeApex
from workers.probe import Probe, Prober


def probed(transport: Transport, data: Path, protocol: str = "apex", listen_s: float = 2.0) -> list[Probed]:
    answers: list[Probed] = []
    Probe(Question(transport, protocol), answers.append, listen_s).run(data, threading.Event())
    return answers


def test_a_live_feed_shows_its_frames_its_format_and_its_table(tmp_path: Path) -> None:
    with FakeApex(race(karts=3, laps=2).frames) as fake:
        fake.stage.tell(5)

        *before, last = probed(fake.transport, tmp_path)

    assert before
    assert not any(answer.done for answer in before)
    assert (last.done, last.problem) == (True, None)
    assert last.state.startswith("Connected to")
    assert last.frames[0].startswith("init|r|")
    assert last.finding is not None
    assert last.finding.format == "apex"
    assert last.board is not None
    assert [car.number for car in last.board.cars] == ["1", "2", "3"]


def test_where_nobody_answers_the_reason_is_told(tmp_path: Path) -> None:
    last = probed(TcpSocket("127.0.0.1", 1), tmp_path, listen_s=5)[-1]

    assert last.done
    assert last.frames == ()
    assert "refuses connections" in str(last.problem)


def test_a_missing_recording_is_told_with_its_remedy(tmp_path: Path) -> None:
    last = probed(Recording("recordings/none.jsonl"), tmp_path)[-1]

    assert last.done
    assert "none.jsonl cannot be opened" in str(last.problem)


def test_a_protocol_nobody_reads_is_told(tmp_path: Path) -> None:
    assert "No parser reads" in str(probed(ApexSocket(None, "127.0.0.1", 1), tmp_path, "morse")[-1].problem)


def test_a_silent_feed_ends_with_the_time(tmp_path: Path) -> None:
    with FakeApex(()) as fake:
        fake.stage.freeze()

        last = probed(fake.transport, tmp_path, listen_s=1.0)[-1]

    assert (last.done, last.problem) == (True, "Nothing came in that time.")


def test_a_question_on_the_bus_is_answered_there(owner_runtime: Runtime) -> None:
    race(karts=2, laps=1).write(owner_runtime.settings.data / "heat.jsonl.gz")
    bus, probe_id = owner_runtime.bus, uuid4()
    prober = Prober(bus, owner_runtime.settings.data)
    thread = threading.Thread(target=prober.run)
    thread.start()
    bus.ask_probe(uuid4(), b"something else")
    bus.ask_probe(probe_id, QUESTION.dump_json(Question(Recording("heat.jsonl.gz", 100), "auto")))

    until(lambda: (body := bus.probe_answer(probe_id)) and PROBED.validate_json(body).done)
    prober.stop()
    thread.join(5)

    answer = PROBED.validate_json(bus.probe_answer(probe_id) or b"")
    assert not thread.is_alive()
    assert answer.board is not None
    assert [car.laps for car in answer.board.cars] == [1, 1]
