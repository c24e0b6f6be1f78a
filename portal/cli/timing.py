"""`paddock timing`: what recordings of timing feeds hold, folded by the same code that follows a live feed.

The shape of `--json` is `config/schemas/timing-replay.schema.json`; an example stands beside it.
"""

import json
import math
from pathlib import Path
from typing import Annotated

import typer

from core.errors import UnreadableFile
from core.timing.detect import detect_streams
from core.timing.model import Board, Car, Lap, Stop
from core.timing.recordings import Recording, read_recording, spoken
from core.timing.replay import Replayed, ReplayedSession, replay
from core.timing.sources import SOURCES, protocol_of
from portal.cli.detect import detect_file

app = typer.Typer(help="Recordings of timing feeds.", no_args_is_help=True)

_UNREADABLE = 2
"""Exit code for a file that nobody here can read."""


@app.callback()
def timing() -> None:
    """Recordings of timing feeds."""


app.command("detect")(detect_file)


@app.command("replay")
def replay_file(
    file: Annotated[Path, typer.Argument(help="A recording of a timing feed, compressed or not.")],
    at: Annotated[float | None, typer.Option(help="Stop after this many seconds of the recording.", min=0)] = None,
    laps: Annotated[bool, typer.Option("--laps", help="With every lap and every stop.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Fold a whole recording and print what became of it."""
    try:
        recording = read_recording(file)
        protocol = _protocol_of(recording)
    except UnreadableFile as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(_UNREADABLE) from error
    found = replay(spoken(recording, protocol), SOURCES[protocol](), until_s=at)
    if as_json:
        typer.echo(json.dumps(_told(found, protocol, with_laps=laps), ensure_ascii=False))
    else:
        typer.echo("\n".join(_lines(found, recording, protocol, with_laps=laps)))


def _protocol_of(recording: Recording) -> str:
    protocol = protocol_of(detect_streams((frame.stream, frame.text) for frame in recording).format)
    if protocol is None:
        raise UnreadableFile(
            f"{recording.path} is a recording ({recording.container}), but its protocol is unknown.",
            f"Protocols we read: {', '.join(sorted(SOURCES))}.",
        )
    return protocol


def _told(found: Replayed, protocol: str, *, with_laps: bool) -> dict[str, object]:
    return {
        "format": protocol,
        "frames": found.frames,
        "lines": found.lines,
        "unread": found.unread,
        "junk": found.junk,
        "grids": found.grids,
        "layouts": len(found.layouts),
        "unmapped_columns": list(found.unmapped),
        "sessions": [_told_session(session, with_laps=with_laps) for session in found.sessions],
    }


def _told_session(replayed: ReplayedSession, *, with_laps: bool) -> dict[str, object]:
    told: dict[str, object] = {
        "name": replayed.session.name,
        "kind": replayed.session.kind.value,
        "cars": [_told_car(car) for car in _by_position(replayed.board)],
    }
    if with_laps:
        told["laps"] = [_told_lap(lap) for lap in replayed.laps]
        told["stops"] = [_told_stop(stop) for stop in replayed.stops]
    return told


def _by_position(board: Board) -> list[Car]:
    """Cars without a position come last, in the feed's order."""
    return sorted(board.cars, key=lambda car: math.inf if car.position is None else car.position)


def _told_car(car: Car) -> dict[str, object]:
    return {
        "source_id": car.source_id,
        "number": car.number,
        "name": car.team or car.driver,
        "driver": car.driver,
        "position": car.position,
        "laps": car.laps,
        "last_ms": car.last.ms if car.last else None,
        "best_ms": car.best.ms if car.best else None,
        "gap_ms": car.gap.ms if car.gap else None,
        "gap_laps": car.gap.laps if car.gap else None,
        "pits": car.pits,
        "status": car.status.value,
    }


def _told_lap(lap: Lap) -> dict[str, object]:
    return {
        "source_id": lap.source_id,
        "number": lap.number,
        "lap": lap.lap,
        "lap_ms": lap.lap_ms,
        "kind": lap.kind.value,
        "at": lap.at.isoformat(),
        "driver": lap.driver,
        "position": lap.position,
        "flag": lap.flag.value if lap.flag else None,
        "sectors_ms": list(lap.sectors_ms),
        "provenance": lap.provenance.value,
    }


def _told_stop(stop: Stop) -> dict[str, object]:
    return {
        "source_id": stop.source_id,
        "in_at": stop.in_at.isoformat() if stop.in_at else None,
        "out_at": stop.out_at.isoformat() if stop.out_at else None,
        "duration_ms": stop.duration_ms,
        "lap": stop.lap,
        "provenance": stop.provenance.value,
    }


def _lines(found: Replayed, recording: Recording, protocol: str, *, with_laps: bool) -> list[str]:
    """A summary for people: the recording, then every session as a table."""
    clock = "" if recording.has_clock else ", without a clock: one frame a second is assumed"
    lines = [
        f"{recording.path.name}: {protocol} in {recording.container}{clock}",
        f"{found.frames} frames, {found.lines} lines, {found.unread} unread, {found.junk} junk",
        f"{found.grids} tables in {len(found.layouts)} layouts",
    ]
    for session in found.sessions:
        lines += ["", *_session_lines(session)]
        if with_laps:
            lines += [_lap_line(lap) for lap in session.laps] + [_stop_line(stop) for stop in session.stops]
    return lines


def _session_lines(replayed: ReplayedSession) -> list[str]:
    session = replayed.session
    head = f"{session.name or 'A session without a name'} ({session.kind.value}): {len(replayed.laps)} laps, "
    return [head + f"{len(replayed.stops)} stops", *(_car_line(car) for car in _by_position(replayed.board))]


def _car_line(car: Car) -> str:
    position, laps = car.position or "", "" if car.laps is None else car.laps
    name = f"{car.team or car.driver or '':<32.32}"
    last, best = (_time(time.ms if time else None) for time in (car.last, car.best))
    return f"{position:>4} {car.number:>5} {name} {laps:>5} {last} {best} {car.status.value}"


def _lap_line(lap: Lap) -> str:
    return f"     lap  {lap.number:>5} {lap.lap:>5} {_time(lap.lap_ms)} {lap.kind.value:<4} {lap.at.isoformat()}"


def _stop_line(stop: Stop) -> str:
    began = stop.in_at.isoformat() if stop.in_at else "unseen"
    ended = stop.out_at.isoformat() if stop.out_at else "still in"
    return f"     stop {stop.source_id:>10} {_time(stop.duration_ms)} {began} … {ended}"


def _time(ms: int | None) -> str:
    """A time as people read it, ten columns wide."""
    if ms is None:
        return " " * 10
    minutes, rest = divmod(ms, 60_000)
    return f"{f'{minutes}:{rest / 1000:06.3f}' if minutes else f'{rest / 1000:.3f}':>10}"


if __name__ == "__main__":
    app()
