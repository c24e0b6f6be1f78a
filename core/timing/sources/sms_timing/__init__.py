"""SMS-Timing (BMI Leisure), rental karting: every frame is the whole state of a heat as one JSON object.

`feed.py` takes frames apart, `state.py` reads a state and keeps what is well-formed of it, `heat.py` tells what
changed since the one before. A state feed has no passings: a lap is told when a kart's count of laps grows.
"""

from core.timing.sources.sms_timing.feed import SmsTiming

__all__ = ["SmsTiming"]
