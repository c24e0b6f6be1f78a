"""The official list of a 24 h race told and recorded as real ones are, with every trouble a recording can have.

`record` drives the race of the list through a venue's server. Only while a `Window` is open does anybody listen; the
recorder's clock may have stood still before it (`slept`), and it may open with a table or in the middle of the stream.
"""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from core.timing.recordings import RecordedFrame
from core.timing.simulate import Signals
from core.timing.simulate.server import lap_text, pit_clock, stint_clock
from tests.conformance.official_list import Entry, Moment, What, entries
from tests.conformance.official_plan import HOUR_MS, RACE_MS, STARTED_AT, Plan, Recorded, Told, ToldStop, Window
from tests.conformance.official_venue import FRAME_MS, Car, Table

_EARLY, _LATE, _TWICE = 0.04, 0.075, 0.09
"""Shares of passings whose time comes early, late, and of laps in which the transponder is read once more."""

_COUNTDOWN_MS, _NAMES_MS, _STINTS_MS = 30_050, 30_100, 60_000
_KEEP_ALIVE_MS = 60_100
_CORRECTION_MS = 137
_STALLS_MS = (0, 0, 0, 30, 150, 600, 900)
_EDGE_MS = 2500
"""What is told so close to an end of a window may be half told."""

_JUNK = (
    "GET / HTTP/1.1\nHost: 192.0.2.1:8310\nUser-Agent: Mozilla/5.0 zgrab/0.x",
    '{"jsonrpc":"2.0","method":"eth_chainId","params":[],"id":1}',
    "\x16\x03\x01\x00\x00",
    "MGLNDD_192.0.2.1_8310",
)


def record(plan: Plan) -> Recorded:
    teams = entries(plan.pit_laps)
    return _Recorder(plan, teams).run()


class _Recorder:
    def __init__(self, plan: Plan, teams: tuple[Entry, ...]) -> None:
        self._plan = plan
        self._rng = Random(plan.seed)  # noqa: S311 - a recording is invented, not guarded
        self._cars = {team.source_id: _car(team) for team in teams}
        self._table = Table(plan.venue, self._cars, self._rng)
        self._moments = sorted(moment for team in teams for moment in team.moments)
        self._next = 0
        self._agenda: list[tuple[int, int, Callable[[int], None]]] = []
        self._window = plan.windows[0]
        self._offset_ms = 0
        self._frames: list[RecordedFrame] = []
        self._laps: list[Told] = []
        self._stops: list[ToldStop] = []
        self._allowed: dict[str, list[tuple[int, int]]] = {source_id: [] for source_id in self._cars}
        self._unseen: dict[str, tuple[int, int]] = {}
        if plan.late_entry_ms is not None:
            self._table.absent.add(teams[-1].source_id)
        self._corrected = self._given = 0

    def run(self) -> Recorded:
        for window in self._plan.windows:
            self._run_until(window.since_ms)
            self._listen(window)
            self._run_until(window.until_ms)
            self._flush()
        lines = sum(frame.text.count("\n") for frame in self._frames)
        return Recorded(tuple(self._frames), tuple(self._laps), tuple(self._stops), self._allowed, lines)

    def _run_until(self, until_ms: int) -> None:
        """Everything that happens until then, in order."""
        while True:
            moment_ms = self._moments[self._next].at_ms if self._next < len(self._moments) else until_ms
            agenda_ms = self._agenda[0][0] if self._agenda else until_ms
            if min(moment_ms, agenda_ms) >= until_ms:
                return
            if agenda_ms <= moment_ms:
                at_ms, _, action = heapq.heappop(self._agenda)
                action(at_ms)
            else:
                self._happen(self._moments[self._next])
                self._next += 1

    def _listen(self, window: Window) -> None:
        previous, self._window = self._window, window
        if window.slept:
            self._offset_ms += window.since_ms - previous.until_ms - 1000
        at_ms, table = window.since_ms, self._table
        table.show_all_gaps(at_ms)
        table.show_positions(at_ms)
        for source_id, lap in self._unseen.items():
            self._allowed[source_id].append(lap)
        self._unseen.clear()
        table.is_heard = True
        self._agenda.clear()
        if window.has_table:
            self._send_table(at_ms)
        self._plan_window(window)

    def _plan_window(self, window: Window) -> None:
        since_ms = window.since_ms
        self._later(since_ms + self._rng.randrange(_COUNTDOWN_MS), self._say_clock)
        self._later(since_ms + 9000, self._show_drivers)
        self._later(since_ms + 17_000, self._show_stints)
        self._later(since_ms + 21 * 60_000, self._scan)
        self._later(since_ms + 13 * 60_000, self._comment)
        for car in self._cars.values():
            if car.in_ms is not None:
                seconds = (since_ms - car.in_ms) // 1000 + 1
                self._later(car.in_ms + seconds * 1000, self._ticker(car))
        every_ms = self._plan.reconnect_every_ms
        for at_ms in range(since_ms + (every_ms or 0), window.until_ms, every_ms) if every_ms else ():
            self._later(at_ms, self._send_table)
        for planned_ms, action in (
            (self._plan.layout_changes_ms, self._change_layout),
            (self._plan.late_entry_ms, self._enter),
            (self._plan.hidden_ms, self._hide),
        ):
            if planned_ms is not None and since_ms <= planned_ms < window.until_ms:
                self._later(planned_ms, action)

    def _later(self, at_ms: int, action: Callable[[int], None]) -> None:
        heapq.heappush(self._agenda, (at_ms, len(self._agenda) + self._rng.randint(0, 10**9), action))

    def _flush(self) -> None:
        table, told_ms = self._table, self._window.since_ms
        table.is_heard = False
        for frame in sorted(table.frames):
            at_ms = (frame + 1) * FRAME_MS
            while at_ms - told_ms > _KEEP_ALIVE_MS:
                told_ms += _KEEP_ALIVE_MS
                self._frames.append(RecordedFrame(self._at(told_ms), "\n"))
            told_ms = at_ms
            late_ms = self._rng.choice(_STALLS_MS) if self._plan.stalls else 0
            at = max(self._at(at_ms + late_ms), self._frames[-1].at if self._frames else STARTED_AT)
            self._frames.append(RecordedFrame(at, "\n".join(table.frames[frame]) + "\n"))
        table.frames.clear()

    def _at(self, race_ms: int) -> datetime:
        return STARTED_AT + timedelta(milliseconds=race_ms - self._offset_ms)

    def _happen(self, moment: Moment) -> None:
        car = self._cars[moment.source_id]
        match moment.what:
            case What.FIRST:
                car.pass_line(moment.at_ms)
                self._table.show(moment.at_ms, moment.source_id, "tlp", "in", "1")
                self._table.tell(moment.at_ms, moment.source_id, "*", "|")
                self._tell_standing(moment.at_ms, car)
            case What.LAP:
                self._lap(moment, car)
            case What.IN:
                self._come_in(moment.at_ms, car)
            case What.OUT:
                self._go_out(moment, car)

    def _lap(self, moment: Moment, car: Car) -> None:
        at_ms, row = moment.at_ms, moment.source_id
        car.pass_line(at_ms)
        self._note_lap(moment, car)
        shown_ms = passed_ms = at_ms
        chance = self._rng.random()
        if not self._is_edge(at_ms) and chance < _LATE:
            passed_ms += FRAME_MS if chance < _EARLY else 0
            shown_ms += 0 if chance < _EARLY else FRAME_MS * self._rng.randint(1, 4)
        self._table.show(at_ms, row, "sta", "sf" if moment.is_last else self._rng.choice(("sr", "sr", "su", "sd")), "")
        self._show_time(shown_ms, car, moment.ms)
        self._table.show(passed_ms, row, "tlp", "in", str(car.laps))
        if car.out_ms > (car.passings.get(car.laps - 1) or 0):
            self._show_stint(passed_ms, car)
        self._tell_standing(passed_ms, car)
        self._table.tell(passed_ms, row, "*", f"{self._predict(car, moment.ms)}|")
        if _LATE <= chance < _TWICE:
            again_ms = at_ms + self._rng.randrange(9000, 60_000)
            self._later(again_ms, lambda at_ms: self._table.tell(at_ms, row, "*", "|"))

    def _note_lap(self, moment: Moment, car: Car) -> None:
        if self._corrected < self._plan.corrected and self._laps and len(self._laps) % 1000 == 0:
            moment = self._correct(moment)
        if self._given < self._plan.given and self._laps and len(self._laps) % 700 == 0:
            self._later(moment.at_ms + 20_000, lambda at_ms: self._give_lap(at_ms, car))
            self._given += 1
        is_pit = moment.what is What.OUT or car.out_ms > (car.passings.get(car.laps - 1) or 0)
        told = Told(moment.source_id, car.laps, moment.ms, car.driver, is_pit)
        if not self._table.is_heard or moment.source_id in self._table.absent:
            self._unseen[moment.source_id] = (car.laps, moment.ms)
            return
        self._allowed[moment.source_id].append((car.laps, moment.ms))
        if not self._is_edge(moment.at_ms):
            self._laps.append(told)

    def _correct(self, moment: Moment) -> Moment:
        self._corrected += 1
        right = moment._replace(ms=moment.ms + _CORRECTION_MS)
        self._later(
            moment.at_ms + 12_000,
            lambda at_ms: self._table.show(at_ms, moment.source_id, "llp", "tn", lap_text(right.ms)),
        )
        return right

    def _give_lap(self, at_ms: int, car: Car) -> None:
        car.laps += 1
        self._table.show(at_ms, car.entry.source_id, "tlp", "in", str(car.laps))
        self._table.show_all_gaps(at_ms)
        self._table.show_positions(at_ms)

    def _is_edge(self, at_ms: int) -> bool:
        return at_ms - self._window.since_ms < _EDGE_MS or self._window.until_ms - at_ms < _EDGE_MS

    def _show_time(self, at_ms: int, car: Car, ms: int) -> None:
        row = car.entry.source_id
        overall_ms = min((other.best_ms for other in self._cars.values() if other.best_ms), default=ms + 1)
        css = "tb" if ms < overall_ms else "ti" if ms < (car.best_ms or ms + 1) else "tn"
        if css == "tb":
            self._table.fade_bests(at_ms, row)
        self._table.show(at_ms, row, "llp", css, lap_text(ms))
        if css != "tn":
            car.best_ms = ms
            self._table.show(at_ms, row, "blp", "in", lap_text(ms))

    def _tell_standing(self, at_ms: int, car: Car) -> None:
        if self._table.is_heard:
            self._table.show_gaps(at_ms, car)
            self._table.show_positions(at_ms)

    def _predict(self, car: Car, ms: int) -> int:
        car.recent = [*car.recent[-3:], ms]
        return min(ms, sum(car.recent) // len(car.recent))

    def _come_in(self, at_ms: int, car: Car) -> None:
        row, venue = car.entry.source_id, self._plan.venue
        car.in_ms = at_ms
        car.stops += 1
        if venue.tells(Signals.ICONS):
            self._table.show(at_ms, row, "sta", "si", "")
        if venue.tells(Signals.CLOCK):
            self._table.show(at_ms, row, "otr", "to", pit_clock(0))
            self._later(at_ms + 1000, self._ticker(car))
        self._table.show(at_ms, row, "pit", "in", str(car.stops))
        if venue.tells(Signals.IN):
            self._table.tell(at_ms, row, "*in", "0")

    def _go_out(self, moment: Moment, car: Car) -> None:
        at_ms, row, venue = moment.at_ms, moment.source_id, self._plan.venue
        self._note_stop(at_ms, car)
        car.in_ms, car.out_ms = None, at_ms
        car.driver = _driver_behind(car)
        if venue.tells(Signals.ICONS):
            self._table.show(at_ms, row, "sta", "so", "")
        if moment.ms:
            car.pass_line(at_ms)
            self._note_lap(moment, car)
            self._table.show(at_ms, row, "llp", "tn", lap_text(moment.ms))
            self._show_stint(at_ms, car)
            self._table.show(at_ms, row, "tlp", "in", str(car.laps))
        if venue.tells(Signals.OUT):
            self._table.tell(at_ms, row, "*out", "0")

    def _note_stop(self, at_ms: int, car: Car) -> None:
        if not self._table.is_heard or car.entry.source_id in self._table.absent:
            return
        in_ms = car.in_ms or 0
        is_whole = in_ms >= self._window.since_ms + _EDGE_MS and not self._is_edge(at_ms)
        self._stops.append(ToldStop(car.entry.source_id, self._at(at_ms), at_ms - in_ms, is_whole))

    def _ticker(self, car: Car) -> Callable[[int], None]:
        def tick(at_ms: int) -> None:
            if car.in_ms is None or not self._plan.venue.tells(Signals.CLOCK):
                return
            self._table.show(at_ms, car.entry.source_id, "otr", "to", pit_clock(at_ms - car.in_ms))
            self._later(at_ms + 1000, tick)

        return tick

    def _show_stint(self, at_ms: int, car: Car) -> None:
        if car.in_ms is None:
            stint = stint_clock(timedelta(milliseconds=max(0, at_ms - car.out_ms)))
            self._table.show(at_ms, car.entry.source_id, "otr", "in", stint)

    def _show_stints(self, at_ms: int) -> None:
        for car in self._cars.values():
            if car.in_ms is None and car.out_ms <= (car.passings.get(car.laps) or 0):
                self._show_stint(at_ms, car)
        self._later(at_ms + _STINTS_MS, self._show_stints)

    def _show_drivers(self, at_ms: int) -> None:
        for car in self._cars.values():
            stint = stint_clock(timedelta(milliseconds=at_ms - car.out_ms))
            self._table.show(at_ms, car.entry.source_id, "dr", "drteam", f"{car.driver} [{stint}]")
        self._later(at_ms + 10_000, self._show_teams)

    def _show_teams(self, at_ms: int) -> None:
        for car in self._cars.values():
            self._table.show(at_ms, car.entry.source_id, "dr", "dr", f"Team {car.entry.number}")
        self._later(at_ms + _NAMES_MS - 10_000, self._show_drivers)

    def _say_clock(self, at_ms: int) -> None:
        self._table.say(at_ms, f"dyn1|countdown|{max(0, RACE_MS - at_ms)}")
        self._later(at_ms + _COUNTDOWN_MS, self._say_clock)

    def _scan(self, at_ms: int) -> None:
        self._table.say(at_ms, self._rng.choice(_JUNK))
        self._later(at_ms + 33 * 60_000, self._scan)

    def _comment(self, at_ms: int) -> None:
        self._table.say(at_ms, f"com||{_comments(at_ms)}")
        self._later(at_ms + 29 * 60_000, self._comment)

    def _change_layout(self, at_ms: int) -> None:
        columns = [column for column in self._table.columns if column != "int"]
        self._table.columns = (*columns[:3], "", *columns[3:])
        self._send_table(at_ms)

    def _enter(self, at_ms: int) -> None:
        self._table.absent.clear()
        self._send_table(at_ms)

    def _hide(self, at_ms: int) -> None:
        self._table.say(at_ms, "init|n|\nbest|hide|\ntrack||")
        self._later(at_ms + FRAME_MS, self._send_table)

    def _send_table(self, at_ms: int) -> None:
        lines = ["init|r|", "best|hide|", "css|no1|border-bottom-color:#FF8000 !important;", "effects||Effets"]
        lines += [
            "comments||Commentaires",
            "title1||24H",
            "title2||Course",
            f"dyn1|countdown|{max(0, RACE_MS - at_ms)}",
        ]
        lines += ["light|lg|", "wth1||", "track||-LOCATION- (1366m)", f"com||{_comments(at_ms)}"]
        self._table.say(at_ms, "\n".join([*lines, self._table.grid(), "msg||"]))


def _car(team: Entry) -> Car:
    car = Car(team, driver=(team.stops[0].driver if team.stops else team.last_driver))
    car.cells |= {"no": ("no1", team.number), "dr": ("dr", f"Team {team.number}")}
    return car


def _driver_behind(car: Car) -> str:
    """Who drives behind the stop that ends: the list names drivers by the stop that ends their stint."""
    stops = car.entry.stops
    return stops[car.stops].driver if car.stops < len(stops) else car.entry.last_driver


def _comments(at_ms: int) -> str:
    paragraphs = (
        f'<p><b>{hour + 13:02}:05</b><span data-flag="warning"></span>Conduite {hour}</p>'
        for hour in range(at_ms // HOUR_MS, -1, -1)
    )
    return "".join(paragraphs)
