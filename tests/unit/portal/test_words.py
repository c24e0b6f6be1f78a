"""How values read, and that the look can be read: words, tables, menus, contrast."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.model import Account, Identity, Right, Role, Token, Via
from core.accounts.policy import rights_of
from core.penalties.fold import EMPTY, Fold
from core.penalties.judged import Judged
from core.penalties.model import Act, Decision, Incident, IncidentState, Penalty, PenaltyState, PenaltyType, Void
from core.sessions.model import RaceSession, SessionState, Step
from core.tracks.model import (
    ApexSocket,
    Circuit,
    RaceMonitor,
    Recording,
    SmsTiming,
    TcpSocket,
    Transport,
    WebSocketFeed,
)
from portal import tables
from portal.format import UNKNOWN, ago, day_and_time, plain, time_of_day, words
from portal.incidents import ALL, filtered
from portal.menu import MENU, PAGES, allowed, front

NOON = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"
ACT = Act(NOON, "0190")
INCIDENT = Incident(1, NOON, "7", "WL", "White line", ACT, version=3, turn=4, text="twice")
CONFIG = tomllib.loads((Path(__file__).parents[3] / ".streamlit/config.toml").read_text())


def test_times_of_day_are_the_circuit_s() -> None:
    assert time_of_day(NOON, BERLIN) == "13:00:00"
    assert day_and_time(NOON, BERLIN) == "7 Mar 2026, 13:00"
    assert (time_of_day(None, BERLIN), day_and_time(None, BERLIN)) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7_200, "2 h"), (200_000, "2 days"), (-5, "0 s")]
)
def test_an_age_is_one_short_word(seconds: int, text: str) -> None:
    assert ago(NOON, NOON + timedelta(seconds=seconds)) == text


def test_names_become_words() -> None:
    assert (words("race_control"), words("nfa")) == ("Race control", "Nfa")


@given(st.text())
def test_typed_text_never_becomes_markdown(text: str) -> None:
    shown = plain(text)

    assert shown.replace("\\\\", "").count("\\") >= sum(text.count(sign) for sign in "*_[]<`")
    assert [sign for at, sign in enumerate(shown) if sign in "*_[]<`" and shown[at - 1] != "\\"] == []


def penalty(state: PenaltyState) -> Penalty:
    return Penalty("1/decision", 1, "7", "t5", PenaltyType.TIME, "5 s", state, ACT, seconds=5)


def decision_of(incident: Incident, fold: Fold = EMPTY) -> object:
    return tables.incident_rows([incident], fold, BERLIN)[0]["Outcome"]


def test_an_incident_s_row_says_what_became_of_it() -> None:
    issued = replace(
        EMPTY,
        judged=Judged(
            penalties={"1/decision": penalty(PenaltyState.ISSUED)}, pids=MappingProxyType({1: ("1/decision",)})
        ),
    )
    decided = replace(INCIDENT, state=IncidentState.DECIDED, decision=Decision("t5", ACT))
    void = replace(decided, state=IncidentState.VOIDED, void=Void("wrong kart", ACT))

    assert decision_of(INCIDENT) == "Noted"
    assert decision_of(decided, issued) == "5 s (issued)"
    assert decision_of(void, issued) == "Void: wrong kart"


def test_incidents_are_listed_newest_first_with_the_circuit_s_time() -> None:
    second = replace(INCIDENT, id=2, second_kart="9")

    rows = tables.incident_rows([INCIDENT, second], EMPTY, BERLIN)

    assert [(row["#"], row["Time"], row["Kart"]) for row in rows] == [(2, "13:00:00", "7 ↔ 9"), (1, "13:00:00", "7")]


def test_incidents_are_found_by_either_kart_and_by_state() -> None:
    both = {1: INCIDENT, 2: replace(INCIDENT, id=2, kart="8", second_kart="7", state=IncidentState.DECIDED)}

    assert [one.id for one in filtered(both, "7", ALL)] == [1, 2]
    assert [one.id for one in filtered(both, "8", ALL)] == [2]
    assert [one.id for one in filtered(both, "", IncidentState.NOTED)] == [1]


def test_incidents_are_found_by_code_and_by_any_word() -> None:
    both = {1: INCIDENT, 2: replace(INCIDENT, id=2, code="CON", label="Contact", text="from behind")}

    assert [one.id for one in filtered(both, "", code="CON")] == [2]
    assert [one.id for one in filtered(both, "", text="BEHIND")] == [2]
    assert [one.id for one in filtered(both, "", text="white")] == [1]


SESSION = RaceSession(
    UUID(int=1),
    3,
    UUID(int=2),
    "Race",
    "session_1",
    "endurance",
    SessionState.READY,
    active=False,
    created=Step(NOON, None),
    season="2026",
)


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (SESSION, "Ready"),
        (replace(SESSION, active=True), "Active"),
        (replace(SESSION, state=SessionState.FAILED, problem="the disk is full"), "Failed: the disk is full"),
        *((replace(SESSION, state=state), None) for state in SessionState),
    ],
)
def test_every_state_of_a_session_has_words(one: RaceSession, text: str | None) -> None:
    assert tables.state_of(one) == text if text else tables.state_of(one)


def test_a_session_s_row_says_who_and_when() -> None:
    opened = replace(SESSION, opened=Step(NOON, UUID(int=9)))

    row = tables.session_rows([opened], lambda who: "Clerk" if who else "Paddock", BERLIN)[0]

    assert (row["Created"], row["Opened"]) == ("7 Mar 2026, 13:00 · Paddock", "7 Mar 2026, 13:00 · Clerk")
    assert (row["Closed"], row["Archived"]) == ("", "")


def test_a_circuit_s_row_says_where_frames_come_from_and_how_old_the_last_is() -> None:
    circuit = Circuit(
        UUID(int=2),
        "a",
        "A",
        "UTC",
        "apex",
        Recording("r.gz", 2.0, loop=True),
        running=True,
        active_session_id=None,
        pointer_epoch=0,
    )

    row = tables.circuit_rows([circuit], {circuit.id: NOON}, NOON + timedelta(seconds=4))[0]

    assert (row["Source"], row["Last data"], row["From"]) == ("Running", "4 s ago", "r.gz, ×2, in a loop")
    assert tables.circuit_rows([circuit], {}, NOON)[0]["Last data"] == UNKNOWN


@pytest.mark.parametrize(
    ("transport", "shown"),
    [
        (ApexSocket("https://example.org/north/index.html"), "https://example.org/north/index.html"),
        (ApexSocket(host="live.example.org", port=7010), "Apex live.example.org, port 7010"),
        (TcpSocket("10.0.0.7"), "10.0.0.7, port 50000"),
        (RaceMonitor(77), "Race Monitor, race 77"),
        (SmsTiming("wss://example.org:10015/", "START 8@north"), "wss://example.org:10015/"),
        (WebSocketFeed("ws://example.org/feed", "hello"), "ws://example.org/feed"),
    ],
)
def test_a_live_circuit_s_row_says_its_address(transport: Transport, shown: str) -> None:
    circuit = Circuit(UUID(int=2), "a", "A", "UTC", "apex", transport, True, None, 0)  # noqa: FBT003 - `running`

    assert tables.circuit_rows([circuit], {}, NOON)[0]["From"] == shown


def test_tokens_and_accounts_say_their_state() -> None:
    token = Token(UUID(int=3), UUID(int=4), "wall", Role.VIEWER, NOON, NOON + timedelta(days=1), None, None)
    account = Account(UUID(int=4), "anna", "Anna", Role.STEWARD, None, active=True, created_at=NOON)
    later = NOON + timedelta(days=2)

    states = [
        tables.token_rows([token], NOON, "UTC")[0]["State"],
        tables.token_rows([token], later, "UTC")[0]["State"],
        tables.token_rows([replace(token, revoked_at=NOON)], NOON, "UTC")[0]["State"],
        tables.account_rows([account], NOON)[0]["State"],
        tables.account_rows([replace(account, locked_until=later)], NOON)[0]["State"],
        tables.account_rows([replace(account, active=False)], NOON)[0]["State"],
    ]

    assert states == ["Valid", "Expired", "Revoked", "Active", "Locked", "Not active"]


def somebody(*rights: Right) -> Identity:
    return Identity(UUID(int=1), "a", "A", Role.VIEWER, frozenset(rights), None, UUID(int=2), Via.COOKIE)


@pytest.mark.parametrize("role", Role)
def test_a_menu_has_exactly_what_the_role_may_use(role: Role) -> None:
    reader = replace(somebody(), role=role, rights=rights_of(role))

    assert {item.name for item in allowed(reader)} == {item.name for item in MENU if item.right in rights_of(role)}
    assert front(reader) in {item.name for item in allowed(reader)}


def test_officials_begin_at_the_desk_and_everybody_else_at_the_timing() -> None:
    assert front(somebody(Right.RECORD, Right.READ_RACE_CONTROL, Right.READ_TIMING)) == "desk"
    assert front(somebody(Right.READ_TIMING, Right.OWN_TOKENS)) == "live"
    assert front(somebody(Right.READ_TIMING, Right.REPORT, Right.AMEND_OWN_REPORT)) == "post"
    assert front(somebody(Right.OWN_TOKENS)) == "account"
    assert front(somebody()) is None


def test_every_page_is_in_the_menu_and_every_line_of_the_menu_has_its_page() -> None:
    assert {item.name for item in MENU} == {page.stem for page in PAGES.glob("*.py")} - {"__init__"}


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
def test_every_text_can_be_read_on_every_ground(scheme: str, ground: str) -> None:
    theme: dict[str, str] = CONFIG["theme"][scheme]
    texts = {name: colour for name, colour in theme.items() if name.endswith("TextColor") or name == "textColor"}

    weak = {name: round(contrast(colour, theme[ground]), 2) for name, colour in texts.items()}

    assert {name: ratio for name, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_coloured_text_can_be_read_on_its_own_ground(scheme: str) -> None:
    theme: dict[str, str] = CONFIG["theme"][scheme]
    hues = [name.removesuffix("TextColor") for name in theme if name.endswith("TextColor")]

    weak = {hue: contrast(theme[f"{hue}TextColor"], theme[f"{hue}BackgroundColor"]) for hue in hues}

    assert {hue: ratio for hue, ratio in weak.items() if ratio < 4.5} == {}


def contrast(one: str, other: str) -> float:
    """WCAG 2: the ratio of relative luminances."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (channel(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def channel(value: float) -> float:
    linear: float = value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
    return linear
