"""Who must serve is counted on the page and over the API; officials record, accept, verify, or say it was not done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from core.accounts.model import Role
from core.io.clock import utc_now
from core.io.runtime import open_runtime
from core.penalties.commands import Command, Issue, Record, Serve, SetTrack
from core.penalties.log import WriteRequest
from core.penalties.model import Penalty, PenaltyState, TrackState
from core.sessions.model import RaceSession
from portal.running import set_runtime
from tests.conftest import Model, Servers
from tests.contract.pages.test_pages import bugs, opened, words
from tests.e2e.stage import Stage, furnish
from tests.feeds.passings import Passings, driving
from tests.portal_server import behind_the_gate, serving
from tests.quick_passwords import hurry

SG5 = "1/decision"
LATER = timedelta(microseconds=1)
LONG_AGO = timedelta(seconds=10)


@dataclass
class Track:
    """A session in which a kart has a stop & go of 5 s to serve, and the pen for its laps."""

    stage: Stage
    session: RaceSession
    line: Passings

    def do(self, command: Command) -> None:
        """Ten seconds ago the penalty was issued, so that two stops may lie apart behind it."""
        at = utc_now() - (LONG_AGO if isinstance(command, Record | Issue) else timedelta())
        request = WriteRequest(str(uuid4()), self.session.id, self.stage.clerk, at)
        self.stage.app.penalties(self.session.id).perform(command, request)

    def penalty(self) -> Penalty:
        return self.stage.app.penalties(self.session.id).state().penalties[SG5]


@pytest.fixture(scope="module")
def stage(servers: Servers, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One installation for the tests of this file; each has a session of its own in it."""
    with model.copy() as database:
        settings = servers.settings(tmp_path_factory.mktemp("serving"), database)
        with open_runtime(settings, owner=True) as owner, open_runtime(settings, owner=False) as app:
            hurry(app)
            set_runtime(app)
            yield furnish(owner, app)
            set_runtime(None)


@pytest.fixture(scope="module")
def lines(stage: Stage) -> Iterator[Passings]:
    """A kart of its own for each test, all in one feed session."""
    first = line_of(stage)
    return (replace(first, kart=str(n), source_id=f"r{n - 1}", at=[], stops=0) for n in range(4, 25))


@pytest.fixture
def track(stage: Stage, lines: Iterator[Passings]) -> Track:
    set_runtime(stage.app)  # the portal of another test has put it away
    return track_of(stage, next(lines))


def line_of(stage: Stage) -> Passings:
    """Kart 4 is `r3` on the board of the stage."""
    return driving(stage.owner, stage.circuit.id, "4", "r3")


def track_of(stage: Stage, line: Passings) -> Track:
    """A session of its own, in which the penalty of incident 1 is issued."""
    track = Track(stage, stage.open(stage.new_session(f"Race {uuid4().hex[:6]}", ruleset="dubai").id), line)
    track.do(Record((line.kart,), "CON", outcome="stop_go_5"))
    track.do(Issue(1, SG5))
    return track


def looked(track: Track) -> AppTest:
    return opened(track.stage.clerk, "serving")


def left(app: AppTest) -> tuple[str, str]:
    (metric,) = app.metric
    return metric.value, metric.label


def pressed(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_crossings_left_follow_the_line_and_stand_still_under_the_safety_car(track: Track) -> None:
    app = looked(track)
    assert (bugs(app), left(app)) == ([], ("3", "of 3 left"))

    track.line.cross()
    assert left(app.run()) == ("2", "of 3 left")
    track.do(SetTrack(TrackState.SC))
    track.line.cross()

    assert left(app.run()) == ("2", "of 3 left")
    assert "Paused by SC" in words(app)


def test_a_stop_of_four_seconds_is_shown_short_and_accepted_with_a_reason(track: Track) -> None:
    track.line.stop(4_012)
    app = looked(track)
    assert "4.012 s of 5 s — **short**" in words(app)

    app.text_input(key=f"accept-reason-{SG5}").set_value("held up by another kart")
    pressed(app, "Accept")

    penalty = track.penalty()
    assert (bugs(app), penalty.state) == ([], PenaltyState.SERVED)
    assert penalty.serving is not None
    assert ("in the pit lane", "4.012 s (feed)") in penalty.serving.evidence
    assert penalty.serving.reason == "held up by another kart"


def test_a_short_stop_is_recorded_and_another_one_serves(track: Track) -> None:
    track.line.stop(4_012, utc_now() - LONG_AGO / 2)  # what is within two seconds is taken for one visit
    app = looked(track)
    assert "Not served" not in [button.label for button in app.button]

    pressed(app, "Record")
    assert track.penalty().state is PenaltyState.SHORT
    track.line.stop(5_000)
    app.run()
    assert [button.label for button in app.button] == ["Served"]
    pressed(app, "Served")

    assert (bugs(app), track.penalty().state) == ([], PenaltyState.SERVED)


def test_a_good_stop_is_recorded_with_its_evidence_and_verified(track: Track) -> None:
    track.line.cross()
    track.line.stop(5_300)
    app = looked(track)

    pressed(app, "Served")
    served = track.penalty()
    pressed(app, "Verify")

    assert bugs(app) == []
    assert served.state is PenaltyState.SERVED
    assert served.serving is not None
    assert (str(served.serving.seconds), served.serving.evidence[1][0]) == ("5.3", "pit out")
    assert track.penalty().state is PenaltyState.VERIFIED
    assert "Nobody has a penalty to serve." in words(app)


def test_who_crosses_once_too_often_is_said_not_to_have_served(track: Track) -> None:
    track.line.cross(4)
    app = looked(track)
    assert "Not served: crossed at" in words(app)

    pressed(app, "Not served")

    assert (bugs(app), track.penalty().state) == ([], PenaltyState.UNSERVED)
    follower = track.stage.app.penalties(track.session.id).state().penalties[f"{SG5}/unserved"]
    assert (follower.follows, follower.state.in_force) == (SG5, False)


def test_a_late_stop_is_accepted_in_one_act(track: Track) -> None:
    track.line.cross(4)
    track.line.stop(6_000, utc_now() + LATER)
    app = looked(track)
    assert "after the last permitted crossing" in words(app)

    app.text_input(key=f"accept-reason-{SG5}").set_value("the board was shown late")
    pressed(app, "Accept")

    assert (bugs(app), track.penalty().state) == ([], PenaltyState.SERVED)


def test_a_late_serving_recorded_elsewhere_is_accepted_here(track: Track) -> None:
    track.line.cross(4)
    track.do(Serve(SG5))
    app = looked(track)
    labels = [button.label for button in app.button]
    assert ("not served until accepted" in words(app), "Served" in labels, "Not served" in labels) == (
        True,
        False,
        True,
    )

    app.text_input(key=f"accept-reason-{SG5}").set_value("the board was shown late")
    pressed(app, "Accept")

    assert (bugs(app), track.penalty().state) == ([], PenaltyState.SERVED)


def test_the_api_tells_the_clocks_with_their_evidence(track: Track) -> None:
    track.line.cross(4)

    with serving(behind_the_gate(), track.stage.app) as portal:
        headers = portal.token(portal.account("control", Role.RACE_CONTROL), Role.RACE_CONTROL)
        path = f"{portal.origin}/api/v1/race-sessions/{track.session.id}/serving"
        told = httpx.get(path, headers=headers, timeout=10).json()

    (clock,) = told["clocks"]
    assert (told["track"], clock["penalty"]["id"], clock["used"], clock["left"]) == ("GREEN", SG5, 4, -1)
    assert [name for name, _ in clock["deciding"]][-1] == "crossing 4 of 3"
    assert clock["decided_at"] is not None
