"""The analysis page's parts: the rules asked for, one car's strategy, the tables. The address carries every choice."""

from collections.abc import Callable, Mapping

import streamlit as st

from core.timing.analysis_debt import StopRules
from core.timing.analysis_ideal import field_ideal_ms
from core.timing.desk import KeptSession
from core.tracks.model import Circuit
from portal import analysis_tables as tables
from portal import race_analysis, session
from portal.components.list_table import list_table
from portal.format import lap_time, plain
from portal.forms import nothing
from portal.race_analysis import Judged

REFRESH_S = 15.0
"""An analysis is no live table: it is judged anew while a race is on, but not at every lap."""


def rules() -> StopRules:
    """What the regulations ask for, typed once and kept in the address."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        stops = _number("Stops required", "stops", "Without a number: as many as the car that has stopped most.")
        least_s = _number("Least stop, s", "min_stop_s", "What a stop takes at least, from pit in to pit out.")
        stint_min = _number("Longest stint, min", "max_stint_s", "The longest time a driver may stay out.", unit=60)
    return StopRules(stops, (least_s or 0) * 1000, None if stint_min is None else stint_min * 60_000)


def analysis(circuit: Circuit, chosen: KeptSession | None, asked: StopRules) -> None:
    """Everything below the rules. While the session is on it is judged anew every quarter of a minute, alone."""
    desk = session.desks().timing
    shown = chosen or race_analysis.chosen(desk, circuit.id, None)
    if shown is None:
        nothing("This circuit's feed has had no session yet.", "Start its source under Timing › Circuits.")
        return
    live = shown.ended_at is None
    st.fragment(_judged, run_every=REFRESH_S if live and not session.tv() else None)(circuit, chosen, asked)


def _judged(circuit: Circuit, chosen: KeptSession | None, asked: StopRules) -> None:
    desk = session.desks().timing
    session.identity()
    shown = chosen or race_analysis.chosen(desk, circuit.id, None)
    race = race_analysis.judged(desk, shown) if shown else None
    if race is None or not race.laps:
        nothing(
            "No lap has been completed in this session yet.", "Come back after a lap, or choose an earlier session."
        )
        return
    cars = {race.number(one.source_id): one.source_id for one in race.order}
    with st.container(horizontal=True, vertical_alignment="center"):
        view = _choice("view", {name: name for name in VIEWS}, "Order")
        number = _car(list(cars)) if race.board else None
    if number:
        _strategy(race, number, cars[number], asked)
    VIEWS[view](race, asked)


def _strategy(race: Judged, number: str, source_id: str, asked: StopRules) -> None:
    """When one car should stop, and where it would come out."""
    with st.container(border=True):
        plan = race_analysis.plan(race, source_id, asked, session.now())
        st.markdown(f"**Kart {plain(number)}, stop window.** {tables.plan_words(plan)}")
        loss = "not known yet" if race.loss_ms is None else f"{race.loss_ms / 1000:.1f} s"
        traffic = tables.traffic_words(race, race_analysis.traffic(race, source_id))
        st.markdown(f"**Coming out after a stop on this lap** (a stop costs {loss}). {plain(traffic)}")


def _order(race: Judged, asked: StopRules) -> None:
    st.caption("As the order will be when everybody has made the stops that are owed: each at the median stop's time.")
    order = race_analysis.classification(race, asked, session.now())
    list_table(tables.adjusted_rows(race, order), "Adjusted order", key="adjusted")


def _teams(race: Judged, _: StopRules) -> None:
    st.caption(_NORMAL.format(laps=race.analysis.laps))
    _rated(race, "Pace of the teams")


def _drivers(race: Judged, _: StopRules) -> None:
    if not race.analysis.drivers:
        nothing("This feed names no drivers.", "Teams and karts are judged all the same.")
        return
    st.caption(_NORMAL.format(laps=race.analysis.laps))
    _rated(race, "Pace of the drivers", drivers=True)


def _karts(race: Judged, _: StopRules) -> None:
    st.caption(
        "A kart apart from who sits in it; it takes drivers who drove several karts to tell. Negative is faster."
    )
    list_table(tables.kart_rows(race.analysis.karts), "Karts", key="karts")


def _ideal(race: Judged, _: StopRules) -> None:
    ideals = race.analysis.ideals
    if not ideals:
        nothing("This feed shows no sector times.", "An ideal lap is made of each car's best sectors.")
        return
    field_ms = field_ideal_ms(ideals)
    if field_ms is not None:
        st.caption(f"The best sectors of all cars together: {lap_time(field_ms)}.")
    list_table(tables.ideal_rows(race, ideals), "Ideal laps", key="ideal")


VIEWS: Mapping[str, Callable[[Judged, StopRules], None]] = {
    "Order": _order,
    "Teams": _teams,
    "Drivers": _drivers,
    "Karts": _karts,
    "Ideal laps": _ideal,
}

_NORMAL = (
    "Lap times as on a typical lap of the session: rain, night and a slow track cancel. {laps} clean laps count, "
    "without stops, flags and outliers. Spread is the consistency."
)


def _rated(race: Judged, label: str, *, drivers: bool = False) -> None:
    rated = race.analysis.drivers if drivers else race.analysis.teams
    if rated:
        list_table(tables.rated_rows(race, rated), label, key="drivers" if drivers else "teams")
    else:
        nothing(
            "No clean lap has been driven yet.", "The first lap, laps with a stop and laps under a flag do not count."
        )


def _car(numbers: list[str]) -> str | None:
    known = {"": "Strategy for …", **{number: f"Strategy for kart {number}" for number in numbers}}
    return _choice("car", known, "", box=True) or None


def _choice(name: str, options: Mapping[str, str], usual: str, *, box: bool = False) -> str:
    """One of the options, kept in the address under this name."""
    names = list(options)
    asked = st.query_params.get(name, usual)
    asked = asked if asked in options else usual
    if box:
        chosen = st.selectbox(
            "Strategy",
            names,
            names.index(asked),
            format_func=options.__getitem__,
            width=220,
            label_visibility="collapsed",
        )
    else:
        chosen = st.segmented_control("Table", names, default=asked, label_visibility="collapsed", required=True)
    _write(name, None if chosen in {None, usual} else str(chosen))
    return str(chosen or usual)


def _number(label: str, name: str, explained: str, *, unit: int = 1) -> int | None:
    """A whole number or nothing, kept in the address in its small unit: seconds for minutes where `unit` is 60."""
    text = st.query_params.get(name, "")
    value = int(text) // unit if text.isdecimal() else None
    typed = st.number_input(
        label, min_value=0, max_value=100_000, value=value, help=explained, width=170, key=f"rule-{name}"
    )
    _write(name, None if typed is None else str(int(typed) * unit))
    return None if typed is None else int(typed)


def _write(name: str, value: str | None) -> None:
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
