"""Sessions over the compatible API: started, loaded, closed, deleted; whose writes are taken and whose are not."""

from urllib.parse import quote

from core.io.clock import utc_now
from core.sessions.model import SessionState
from tests.contract.compat.racelith.conftest import STOP_GO, WHITE_LINE, Tower

BODY = {"kart_number": 7, "description": WHITE_LINE}


def names(tower: Tower) -> dict[str, str]:
    return {one["name"]: one["status"] for one in tower.read("/session/")["sessions"]}


def test_a_session_is_started_closed_loaded_and_deleted(unstarted: Tower) -> None:
    tower = unstarted
    before = tower.ask("POST", "/infringements/", BODY)
    started = tower.ask("POST", "/session/start?name=Race 1").json()
    first = tower.post(7)
    tower.start("Race 2")
    in_second = tower.rows()

    assert (before.status_code, in_second) == (400, [])
    assert started == {"status": "started", "session": {"name": "Race 1"}}
    assert names(tower) == {"Race 2": "active", "Race 1": "closed"}
    assert tower.sessions()[1].state is SessionState.CLOSED
    assert tower.ask("POST", "/session/load?name=Race 1").json()["status"] == "loaded"
    assert tower.rows() == [first]
    assert tower.ask("POST", "/session/close").status_code == 200
    assert [tower.ask(*ask).status_code for ask in (("POST", "/session/close"), ("GET", "/infringements/"))] == [
        400,
        400,
    ]
    assert tower.ask("POST", "/infringements/", BODY).status_code == 400
    assert tower.ask("DELETE", "/session/delete?name=Race 2").json()["status"] == "deleted"
    assert names(tower) == {"Race 1": "closed"}
    assert tower.ask("POST", "/session/start?name=Race 2").status_code == 200, "its name is free again"
    assert len(tower.sessions()) == 3, "nothing is dropped"


def test_a_sessions_name_has_its_rules(unstarted: Tower) -> None:
    bad = ["", "1 race", " Race", "Race ", "Race  2", "Race/2", "a" * 60]

    answers = {name: unstarted.ask("POST", f"/session/start?name={quote(name)}").status_code for name in bad}

    assert answers == dict.fromkeys(bad, 400)
    assert unstarted.ask("POST", "/session/start").status_code == 422
    assert unstarted.ask("POST", f"/session/start?name={'a' * 59}").status_code == 200


def test_names_are_exact_and_looked_at_first(tower: Tower) -> None:
    asks = [
        ("POST", "/session/start?name=Race 1"),
        ("POST", "/session/load?name=race 1"),
        ("DELETE", "/session/delete?name=RACE 1"),
        ("GET", "/session/export?name=race 1&format=odt"),
        ("GET", "/session/export?name=Race 1&format=odt"),
        ("GET", "/api/session-config/race 1"),
    ]

    assert [tower.ask(*ask).status_code for ask in asks] == [400, 404, 404, 404, 400, 404]
    assert names(tower) == {"Race 1": "active"}


def test_a_write_that_means_another_session_is_refused(tower: Tower) -> None:
    due = tower.post(5, "Contact", penalty_description=STOP_GO)
    tower.start("Größe 2")
    tower.ask("POST", "/session/load?name=Race 1")
    stale = {"X-Session-Name": quote("Größe 2")}
    number = due["id"]
    writes: list[tuple[str, str, dict[str, object]]] = [
        ("POST", "/infringements/", {**BODY}),
        ("PUT", f"/infringements/{number}", {"kart_number": 8}),
        ("DELETE", f"/infringements/{number}", {}),
        ("POST", f"/penalties/apply_individual/{number}", {}),
        ("POST", "/penalties/apply/5", {}),
    ]

    by_header = [tower.ask(*write, headers=stale).status_code for write in writes]
    by_body = [
        tower.ask(method, path, {**body, "session_name": "Größe 2"}).status_code for method, path, body in writes
    ]

    assert by_header == [409] * 5
    assert by_body == [409] * 5
    assert tower.rows() == [due]
    right = {"X-Session-Name": quote("Race 1")}
    assert tower.ask("POST", "/infringements/", {**BODY, "session_name": "Race 1"}, headers=right).status_code == 200


REFUSED = [
    ("POST", "/infringements/", {**BODY, "kart_number": 0}, 422),
    ("POST", "/infringements/", {**BODY, "kart_number": 2**31}, 422),
    ("POST", "/infringements/", {**BODY, "description": " "}, 422),
    ("POST", "/infringements/", {**BODY, "timestamp": "2099-01-01T00:00:00Z"}, 422),
    ("GET", "/infringements/?page=0", None, 422),
    ("GET", "/infringements/?limit=1001", None, 422),
    ("GET", "/infringements/?limit=0", None, 422),
    ("GET", "/infringements/?kart_number=0", None, 422),
    ("PUT", "/infringements/99", {"turn_number": 3}, 404),
    ("DELETE", "/infringements/99", None, 404),
    ("POST", "/penalties/apply_individual/99", None, 404),
    ("POST", "/penalties/apply/99", None, 400),
    ("PUT", "/api/config", {"warning_expiry_minutes": 1441}, 422),
    ("PUT", "/api/config", {"warning_expiry_minutes": 0}, 422),
    ("GET", "/nothing", None, 404),
]


def test_what_cannot_be_is_refused_by_its_status(tower: Tower) -> None:
    answers = [tower.ask(method, path, body) for method, path, body, _ in REFUSED]

    assert [answer.status_code for answer in answers] == [status for *_, status in REFUSED]
    assert {frozenset(answer.json()) for answer in answers} == {frozenset({"detail"})}
    assert tower.post(2**31 - 1)["kart_number"] == 2**31 - 1


def test_a_warning_counts_as_long_as_the_configuration_says_from_then_on(tower: Tower) -> None:
    now = tower.read("/infringements/")["server_time_utc"]
    before = tower.read("/api/config")
    old = [tower.post(7)["warning_count"] for _ in range(2)]
    changed = tower.ask("PUT", "/api/config", {"warning_expiry_minutes": 30}).json()
    of_session = tower.read("/api/session-config/Race 1")
    tower.start("Race 2")

    assert now.endswith("Z")
    assert (before, changed) == ({"warning_expiry_minutes": 180}, {"warning_expiry_minutes": 30})
    assert old == [1, 2]
    assert (of_session["session_name"], of_session["warning_expiry_minutes"]) == ("Race 1", 30)
    assert tower.read("/api/config") == changed, "the next session takes it over"
    assert tower.ask("PUT", "/api/session-config/Race 1", {"warning_expiry_minutes": 60}).status_code == 400


def test_without_a_credential_or_the_right_nobody_passes(tower: Tower) -> None:
    viewer, ask = tower.viewer(), tower.house.portal.ask
    paths = ("/infringements/", "/penalties/pending", "/session/", "/api/config", "/infringement_log/")

    for path in paths:
        assert ask("GET", f"/compat/racelith{path}").status_code == 401
        assert ask("GET", f"/compat/racelith{path}", viewer).status_code == 403
    assert ask("GET", "/compat/racelith/c/nowhere/session/", viewer).status_code == 403


def test_an_address_without_a_circuit_means_the_first_running_one(tower: Tower) -> None:
    circuits, token = tower.house.app.circuits, f"/compat/racelith/t/{tower.house.token}"
    circuits.start(tower.circuit.id, by=None, now=utc_now())

    answers = [
        tower.house.portal.ask("GET", f"{token}{rest}") for rest in ("/session/", "/session", "/c/nowhere/session/")
    ]
    circuits.stop(tower.circuit.id, by=None, now=utc_now())

    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert answers[0].json() == answers[1].json() == tower.read("/session/")
