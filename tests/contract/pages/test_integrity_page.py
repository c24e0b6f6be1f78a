"""Race control › Integrity and Admin › Backups: one glance says whether logs and backups are good; acts of both."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.accounts.model import Identity, Role
from core.io.clock import utc_now
from core.io.rehearsing import rehearse
from core.io.runtime import Runtime
from core.io.session_jobs import make_ready
from core.penalties.events import Anchor
from core.penalties.integrity import Why, written
from core.sessions.model import RaceSession
from portal.running import set_runtime
from tests.contract.pages.test_pages import bugs, opened, words
from tests.contract.race_control.conftest import House
from tests.contract.race_control.test_event_log import superuser
from tests.e2e.stage import Stage, furnish
from tests.fakes.smtp import MailServer, mail_server
from tests.quick_passwords import hurry


@pytest.fixture
def portal(app_runtime: Runtime) -> Iterator[Runtime]:
    hurry(app_runtime)
    set_runtime(app_runtime)
    yield app_runtime
    set_runtime(None)


@pytest.fixture
def stage(owner_runtime: Runtime, portal: Runtime) -> Stage:
    return furnish(owner_runtime, portal)


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def head(stage: Stage) -> Anchor:
    return stage.app.integrity.head(stage.session.id)


def pressed(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def checked(app: AppTest, anchor: Anchor) -> str:
    app.text_input(key="pasted-anchor").input(written(anchor))
    pressed(app, "Check it")
    return " ".join(str(one.value) for one in (*app.success, *app.error))


def test_the_page_says_in_one_glance_whether_the_log_is_whole(stage: Stage) -> None:
    app = opened(stage.clerk, "integrity")
    assert "not verified yet" in words(app)

    pressed(app, "Verify now")

    assert app.success[0].value.startswith(f"**Whole** · {head(stage).seq} events · no anchor yet · verified")
    assert head(stage).hash[:8] in words(app)
    assert written(head(stage)) in app.code[0].value
    assert bugs(app) == []


def test_anchors_are_kept_and_one_from_paper_is_checked(stage: Stage) -> None:
    app = opened(stage.clerk, "integrity")

    pressed(app, "Keep an anchor")

    [kept] = stage.app.integrity.anchors(stage.session.id)
    assert (kept.anchor, kept.why, kept.by) == (head(stage), Why.ASKED, stage.clerk.account_id)
    assert "with this hash, and the log is whole" in checked(app, head(stage))
    assert "another event stands there" in checked(app, Anchor(head(stage).seq, "0" * 64))
    assert f"the log ends at event {head(stage).seq}" in checked(app, Anchor(999, "0" * 64))


def test_a_broken_log_is_red_and_names_the_event(stage: Stage) -> None:
    tampered(stage)
    app = opened(stage.clerk, "integrity")

    pressed(app, "Verify now")

    assert app.error[0].value.startswith("**Broken at event 3.**")


def test_a_broken_log_of_another_session_is_not_missed(stage: Stage) -> None:
    tampered(stage)
    stage.app.integrity.verify(stage.session.id, utc_now())
    stage.open(stage.new_session("Race 2").id)

    app = opened(stage.clerk, "integrity")

    assert app.error[0].value.startswith(f"**Session {stage.session.number} “Race 1”: Broken at event 3.")


def test_an_anchor_is_mailed_where_a_server_is_set(stage: Stage, mails: MailServer) -> None:
    stage.app.settings = stage.app.settings.model_copy(
        update={"smtp_url": mails.url, "anchor_mail_to": "safe@example.org"}
    )
    app = opened(stage.clerk, "integrity")

    next(one for one in app.button if one.label.startswith("Send to")).click().run()

    assert [letter["To"] for letter in mails.letters] == ["safe@example.org"]
    assert stage.app.integrity.anchors(stage.session.id)[0].why is Why.MAILED


def test_dropping_a_session_for_good_takes_two_people_and_thirty_days(stage: Stage) -> None:
    first, second = stage.entered("first", Role.ADMIN), stage.entered("second", Role.ADMIN)
    archived = put_away(stage, first)

    app = pressed(opened(first, "backups"), f"Ask to drop “{archived.name}”")
    assert "waits for another admin" in words(app)
    assert not any(one.label.startswith("Confirm") for one in app.button)
    app = pressed(opened(second, "backups"), f"Confirm dropping “{archived.name}”")

    purge = stage.app.purges.all()[archived.id]
    assert (purge.asked.by, purge.confirmed and purge.confirmed.by) == (first.account_id, second.account_id)
    assert purge.due_at - purge.asked.at == timedelta(days=30)
    assert "will be dropped" in words(app)
    pressed(app, "Take it back")
    assert stage.app.purges.all() == {}


def test_the_backups_page_lists_what_was_rehearsed_and_what_failed(stage: Stage) -> None:
    admin = stage.entered("admin", Role.ADMIN)
    assert "No backup was rehearsed yet" in words(opened(admin, "backups"))

    rehearse(stage.owner, stage.session, utc_now())

    app = opened(admin, "backups")
    assert "The last good backup" in " ".join(str(one.value) for one in app.success)
    assert bugs(app) == []


def put_away(stage: Stage, by: Identity) -> RaceSession:
    stage.app.race_sessions.close(stage.session.id, stage.clerk, utc_now())
    stage.app.race_sessions.archive(stage.session.id, by, utc_now())
    make_ready(stage.owner)
    return stage.app.race_sessions.get(stage.session.id)


def tampered(stage: Stage) -> None:
    house = House(stage.app, stage.owner, stage.circuit.id, stage.clerk, stage.clerk)
    with superuser(house, stage.session.database_name) as connection:
        connection.execute("ALTER TABLE event DISABLE TRIGGER append_only")
        connection.execute("UPDATE event SET actor = 'x' WHERE seq = 3")
