"""What stands at the head of a recording that is carried out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class About:
    name: str
    protocol: str
    started_at: datetime
    ended_at: datetime
