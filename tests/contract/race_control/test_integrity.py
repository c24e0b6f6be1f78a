"""Test 6 of the crash tests, end to end: a tail that was cut, a row that was edited, a log that was written anew.

And what keeps them visible: anchors that nobody can change, verification by clock, command and API, and mail.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from typer.testing import CliRunner, Result

from core.accounts.model import Role
from core.errors import Unavailable
from core.io.clock import utc_now
from core.io.health import kept
from core.io.mail import Mail
from core.io.runtime import Runtime
from core.io.settings import Settings
from core.penalties.events import Anchor
from core.penalties.integrity import Missed, Why, read_anchor, written
from core.penalties.log import WriteRequest
from core.sessions.model import RaceSession
from portal.cli import app
from tests.contract.race_control.conftest import Asking, House
from tests.contract.race_control.test_documents_api import Caller
from tests.contract.race_control.test_event_log import superuser
from tests.fakes.smtp import MailServer, mail_server
from tests.portal_server import Portal, behind_the_gate, serving
from workers.integrity import anchor_logs, verify_logs

UNGUARDED = "ALTER TABLE event DISABLE TRIGGER append_only"
WRITTEN_ANEW = """
  DO $$ DECLARE e event; before bytea := '\\x00'; BEGIN
    FOR e IN SELECT * FROM event ORDER BY seq LOOP
      e.prev_hash := before; e.hash := event_digest(e); before := e.hash;
      UPDATE event SET prev_hash = e.prev_hash, hash = e.hash WHERE seq = e.seq;
    END LOOP; END $$"""


@pytest.fixture
def session(house: House, ask: Asking) -> RaceSession:
    """A session with ten events."""
    session = house.session("Race")
    for _ in range(8):
        house.desk(session).submit("42 w", ask(session, house.anna))
    return session


@pytest.fixture
def portal(house: House) -> Iterator[Portal]:
    with serving(behind_the_gate(), house.portal) as served:
        yield served


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def _environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PADDOCK_DATA", str(settings.data))
    monkeypatch.setenv("PADDOCK_DATABASE_URL", settings.database_url or "")
    monkeypatch.setenv("PADDOCK_REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("PADDOCK_BUS_PREFIX", settings.bus_prefix)


def tampered(house: House, session: RaceSession, *edits: str) -> None:
    with superuser(house, session.database_name) as connection:
        for statement in (UNGUARDED, *edits):
            connection.execute(statement)


def test_a_cut_tail_is_a_valid_chain_and_misses_its_anchor(house: House, session: RaceSession) -> None:
    desk = house.portal.integrity
    anchor = desk.keep(session.id, Why.ASKED, house.anna, utc_now()).anchor
    assert desk.verify(session.id, utc_now()).whole

    tampered(house, session, "DELETE FROM event WHERE seq > 7")
    found = desk.verify(session.id, utc_now())

    assert house.desk(session).verify() is None
    assert found.missed == (Missed(anchor, None),)
    assert (found.whole, found.head.seq, found.first_broken) == (False, 7, 8)


def test_a_tail_cut_behind_an_anchor_is_named_by_its_first_event(house: House, session: RaceSession) -> None:
    desk = house.portal.integrity
    desk.keep(session.id, Why.ASKED, house.anna, utc_now())
    house.desk(session).submit("42 w", _asked(house, session))
    desk.keep(session.id, Why.ASKED, house.anna, utc_now())

    tampered(house, session, "DELETE FROM event WHERE seq > 10")

    found = desk.verify(session.id, utc_now())
    assert (found.first_broken, found.vouched) == (11, 10)


def test_an_edited_row_is_named_even_if_its_session_database_lies_about_digests(
    house: House, session: RaceSession
) -> None:
    tampered(
        house,
        session,
        "UPDATE event SET actor = 'x' WHERE seq = 4",
        "CREATE OR REPLACE FUNCTION event_digest(e event) RETURNS bytea LANGUAGE sql STABLE RETURN e.hash",
    )

    found = house.portal.integrity.verify(session.id, utc_now())

    assert (found.whole, found.first_broken) == (False, 4)


def test_a_log_written_anew_from_an_edited_row_on_misses_its_anchors(house: House, session: RaceSession) -> None:
    desk = house.portal.integrity
    kept_anchor = desk.keep(session.id, Why.ASKED, house.anna, utc_now()).anchor
    paper = Anchor(4, house.desk(session).history(3)[0].hash)

    tampered(house, session, "UPDATE event SET actor = 'x' WHERE seq = 3", WRITTEN_ANEW)
    found = desk.verify(session.id, utc_now(), [paper])

    assert house.desk(session).verify() is None
    assert [each.anchor for each in found.missed] == [paper, kept_anchor]
    assert all(each.found is not None for each in found.missed)


def test_a_log_whose_table_is_gone_is_not_called_whole(house: House, session: RaceSession) -> None:
    tampered(house, session, "DROP TABLE event CASCADE")

    with pytest.raises(Unavailable, match=f"The log of session {session.number} cannot be read"):
        house.portal.integrity.verify(session.id, utc_now())


@pytest.mark.parametrize("statement", ["UPDATE anchor SET seq = 1", "DELETE FROM anchor", "TRUNCATE anchor"])
def test_no_role_changes_or_deletes_an_anchor(
    house: House, owner_runtime: Runtime, session: RaceSession, statement: str
) -> None:
    house.portal.integrity.keep(session.id, Why.ASKED, house.anna, utc_now())

    for runtime in (house.portal, owner_runtime):
        refused = pytest.raises(ProgrammingError, match=r"kept as they are|permission denied")
        with refused, runtime.control.begin() as connection:
            connection.execute(text(statement))
    refusal = pytest.raises(psycopg.errors.InsufficientPrivilege, match="kept as they are")
    with superuser(house, str(house.portal.control.url.database)) as connection, refusal:
        connection.execute(statement)


def test_the_clock_anchors_a_log_that_has_moved_once(house: House, session: RaceSession) -> None:
    anchor_logs(house.worker)
    anchor_logs(house.worker)
    house.desk(session).submit("42 w", _asked(house, session))
    anchor_logs(house.worker)

    anchors = house.portal.integrity.anchors(session.id)

    assert [(one.anchor.seq, one.why, one.by) for one in anchors] == [
        (10, Why.SCHEDULE, None),
        (11, Why.SCHEDULE, None),
    ]
    assert anchors[1].anchor == house.desk(session).state().head


def test_a_closing_is_anchored_verified_and_mailed(house: House, session: RaceSession, mails: MailServer) -> None:
    house.worker.settings = house.worker.settings.model_copy(
        update={"smtp_url": mails.url, "anchor_mail_to": "safe@example.org, club@example.org"}
    )
    house.portal.race_sessions.close(session.id, house.anna, utc_now())

    anchor_logs(house.worker)
    anchor_logs(house.worker)

    head = house.desk(session).state().head
    [letter] = mails.letters
    assert letter["To"] == "safe@example.org, club@example.org"
    assert f"Anchor: {written(head)}" in str(letter.get_payload())
    assert [(one.anchor, one.why) for one in house.portal.integrity.anchors(session.id)] == [
        (head, Why.CLOSED),
        (head, Why.MAILED),
    ]
    assert house.portal.integrity.verdicts()[session.id].whole


def test_a_mail_server_that_refuses_is_quoted_and_no_anchor_is_noted_as_mailed(
    house: House, session: RaceSession, mails: MailServer
) -> None:
    mails.refuses = "552 mailbox full"
    house.portal.settings = house.portal.settings.model_copy(
        update={"smtp_url": mails.url, "anchor_mail_to": "safe@example.org"}
    )

    with pytest.raises(Unavailable, match="mailbox full"):
        house.portal.integrity.mail(session.id, house.anna, utc_now())

    assert house.portal.integrity.anchors(session.id) == ()


def test_without_a_mail_server_it_is_said_which_settings_are_missing() -> None:
    for mail in (Mail(None, "a@example.org"), Mail("smtp://127.0.0.1:9", "")):
        with pytest.raises(Unavailable, match="PADDOCK_SMTP_URL and PADDOCK_ANCHOR_MAIL_TO"):
            mail.send("subject", "text")


def test_a_mail_server_that_is_away_is_no_bug(mails: MailServer) -> None:
    mail = Mail(mails.url.replace(str(mails.port), "9"), "a@example.org")

    with pytest.raises(Unavailable, match="The mail was not sent"):
        mail.send("subject", "text")


def test_a_password_is_not_sent_without_tls(mails: MailServer) -> None:
    with pytest.raises(Unavailable, match="offers no TLS"):
        Mail(f"smtp://me:secret@127.0.0.1:{mails.port}", "a@example.org").send("subject", "text")


def test_a_broken_log_is_loud_and_visible_to_who_watches(
    house: House, session: RaceSession, portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    other = house.session("Other")
    verify_logs(house.worker)
    assert kept(house.portal, utc_now()).logs_broken == 0

    tampered(house, session, "UPDATE event SET actor = 'x' WHERE seq = 4")
    verify_logs(house.worker)

    told = kept(house.portal, utc_now())
    assert (told.logs_verified, told.logs_broken) == (2, 1)
    assert house.portal.integrity.verdicts()[other.id].whole
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["log is broken"]
    assert portal


def test_a_backup_that_is_missing_for_days_is_late(house: House, session: RaceSession) -> None:
    assert session
    assert not kept(house.portal, utc_now()).backup_late
    assert kept(house.portal, utc_now() + timedelta(days=2)).backup_late


def test_verify_over_the_api_names_what_is_missed_also_from_paper(
    house: House, session: RaceSession, portal: Portal
) -> None:
    control = Caller(portal, "control", Role.RACE_CONTROL)
    path = f"/race-sessions/{session.id}"
    made = _posted(control, f"{path}/anchors", {"why": "printed"})
    paper = written(Anchor(4, house.desk(session).history(3)[0].hash))

    whole = control.get(f"{path}/verify?anchor={paper}")
    forged = control.get(f"{path}/verify?anchor=4:{'0' * 64}")
    listed = control.get(f"{path}/anchors")

    head = {"seq": 10, "hash": house.desk(session).state().head.hash}
    assert whole == {"head": head, "first_broken": None, "whole": True, "anchors": 2, "missed": [], "vouched": 10}
    assert (forged["whole"], forged["first_broken"], len(forged["missed"])) == (False, 4, 1)
    assert listed == [made]
    assert (made["anchor"], made["why"]) == (head, "printed")
    assert control.get(f"{path}/verify?anchor=nonsense", expect=422)["detail"] == "That is no anchor."
    assert _posted(control, f"{path}/anchors", {"why": "schedule"}, expect=422)
    assert "No mail server" in _posted(control, f"{path}/anchors", {"why": "mailed"}, expect=503)["detail"]


@pytest.mark.usefixtures("_environment")
def test_the_command_exits_with_0_for_whole_1_for_broken_and_2_where_it_could_not_look(
    house: House, session: RaceSession
) -> None:
    head = house.desk(session).state().head
    number = str(session.number)

    whole = verified("--session", number, "--anchor", written(head))
    assert (whole.exit_code, "whole  head 10" in whole.output) == (0, True)
    assert verified("--session", "all").exit_code == 0
    assert verified("--session", str(session.number + 1)).exit_code == 2
    assert verified("--session", "x").exit_code == 2
    assert verified("--anchor", "nonsense", "--session", number).exit_code == 2
    tampered(house, session, "DELETE FROM event WHERE seq > 7")
    assert verified().exit_code == 0, "a shorter valid chain is valid"

    cut = verified("--session", number, "--anchor", written(head), "--json")

    assert cut.exit_code == 1
    [said] = json.loads(cut.stdout)
    assert (said["session"], said["whole"], said["first_broken"]) == (session.number, False, 8)
    assert said["missed"] == [{"anchor": {"seq": 10, "hash": head.hash}, "found": None}]
    assert "BROKEN AT EVENT 8" in verified("--session", number, "--anchor", written(head)).output


@pytest.mark.usefixtures("_environment")
def test_an_anchor_without_its_session_is_refused(house: House, session: RaceSession) -> None:
    house.session("Other")
    head = house.desk(session).state().head

    refused = verified("--anchor", written(head))

    assert (refused.exit_code, "belongs to one race session" in refused.output) == (2, True)


def test_a_head_that_is_printed_is_the_head_that_is_kept(house: House, session: RaceSession) -> None:
    one = house.portal.integrity.keep(session.id, Why.PRINTED, house.anna, utc_now())

    assert read_anchor(written(one.anchor)) == house.portal.integrity.head(session.id)


def verified(*words: str) -> Result:
    return CliRunner().invoke(app, ["verify", *words])


def _asked(house: House, session: RaceSession) -> WriteRequest:
    return WriteRequest(f"request {utc_now().timestamp()}", session.id, house.anna, utc_now())


def _posted(caller: Caller, path: str, body: dict[str, object], expect: int = 201) -> Any:
    answer = httpx.post(caller._root + path, json=body, headers=caller._headers, timeout=10)
    assert answer.status_code == expect, answer.text
    return answer.json()
