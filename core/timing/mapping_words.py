"""What fields are called: the words by which feeds name positions, numbers, laps and times, in several languages."""

import re

from core.timing.mapping import Meaning

_UNITS = frozenset(("ms", "millis", "milliseconds", "msec", "us", "micros", "microseconds", "sec", "secs", "seconds"))

_ROW_WORDS = {
    Meaning.ID: "id rowid competitorid entryid racerid driverid customerid uid guid key regno registration @key tid "
    "transponder transponderid",
    Meaning.POSITION: "position pos p rank rk place pl clt rnk cla classement posicion posizione platz rang overall "
    "positionoverall overallposition standing pos. posição",
    Meaning.NUMBER: "number no num nr kart kartno kartnum kartnumber kartnr k car carno carnum carnumber startnumber "
    "startnr racenumber racingnumber bib dossard startnummer competitornumber # n° nº numero numéro",
    Meaning.TEAM: "team teamname equipe équipe equipo squadra entry entrant teamnamn",
    Meaning.DRIVER: "driver drivername pilot pilote piloto pilota fahrer racer racername nickname nick name n fullname "
    "competitor competitorname displayname shortname förare piloot",
    Meaning.FIRST_NAME: "firstname first prenom prénom vorname forename",
    Meaning.LAST_NAME: "lastname surname nachname familyname",
    Meaning.CATEGORY: "class category cat classname klasse categorie catégorie categoria clase group",
    Meaning.NATION: "nation nationality country nat flagcode",
    Meaning.LAPS: "laps lap lapcount lapsdone lapscompleted lapnumber lapno lapnum numlaps nlaps totallaps currentlap "
    "tours giri vueltas voltas runden rondes varv l lapcounter",
    Meaning.LAST: "last lastlap lastlaptime lastlaptm lastlt laptime lasttime llp lap_time time t dernier derniertour "
    "ultimogiro ultimavuelta letzte letzterunde laplast",
    Meaning.BEST: "best bestlap bestlaptime bestlaptm besttime fastest fastestlap fastestlaptime blp b meilleur "
    "meilleurtour mejorvuelta bestzeit besterunde bestlt",
    Meaning.SECTOR_1: "s1 sector1 sec1 sectors0 sector1time sectortimes0 s1time i1",
    Meaning.SECTOR_2: "s2 sector2 sec2 sectors1 sector2time sectortimes1 s2time i2",
    Meaning.SECTOR_3: "s3 sector3 sec3 sectors2 sector3time sectortimes2 s3time i3",
    Meaning.TOTAL: "total totaltime racetime elapsed elapsedtime overalltime tottime gesamt",
    Meaning.GAP: "gap gaptoleader gaptofirst gapleader behind behindleader diff diffleader difftofirst g ecart écart "
    "leadergap distacco diferencia abstand rückstand",
    Meaning.INTERVAL: "interval int interv intervalahead gapahead gaptonext gaptoahead diffahead ahead behindahead "
    "intervallo diffprevious intervaltopositionahead",
    Meaning.PITS: "pits pitstops pitstop stops pitcount numpits numberofpitstops stands",
    Meaning.PENALTY: "penalty penalties pen péna pena",
    Meaning.STATUS: "status state inpit pitstatus carstatus onpit",
    Meaning.TEXT: "average avg avglap averagelap a speed kph kmh topspeed lapimprovement hour",
}

_SESSION_WORDS = {
    Meaning.TITLE: "title session sessionname heat heatname eventname event run runname racename name",
    Meaning.TRACK: "track trackname circuit circuitname venue",
    Meaning.FLAG: "flag flagstatus trackstatus trackflag racestatus flags",
    Meaning.REMAINING: "remaining timeleft timetogo timeremaining remain countdown timerremaining remainingtime togo",
    Meaning.ELAPSED: "elapsed elapsedtime racetime sessiontime timeelapsed runningtime clock",
}


def _dictionary(words: dict[Meaning, str]) -> dict[str, Meaning]:
    return {word: meaning for meaning, names in words.items() for word in names.split()}


_ROWS = _dictionary(_ROW_WORDS)
_SESSION = _dictionary(_SESSION_WORDS)


def words_of(name: str) -> list[str]:
    """The words in a name, whatever joins them: `lastLap_ms` is last, lap, ms."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[\s._\-/]+", spaced.lower()) if word]


def row_meaning(name: str) -> tuple[Meaning | None, float]:
    """What a field of a row is called, and how sure that is: by its whole name, else by the last part of its path."""
    return _look_up(name, _ROWS)


def session_meaning(name: str) -> tuple[Meaning | None, float]:
    return _look_up(name, _SESSION)


def _look_up(name: str, dictionary: dict[str, Meaning]) -> tuple[Meaning | None, float]:
    words = [word for word in words_of(name) if word not in _UNITS]
    for start in range(len(words)):
        found = dictionary.get("".join(words[start:]))
        if found is not None:
            return found, 1.0 if start == 0 else 0.8
    return None, 0.0
