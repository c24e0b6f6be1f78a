"""What the portal counts of itself, for `/metrics`. Labels are few and closed: no ids, no names."""

from prometheus_client import Counter, Gauge, Histogram

SOCKETS = Gauge("paddock_sockets", "Open WebSockets.", ["kind"])
BOARDS = Counter("paddock_boards", "Boards taken from the bus.")
MESSAGES = Counter("paddock_live_messages", "Messages made for live screens, each serialised once.", ["type"])
BEHIND = Counter("paddock_live_behind", "Times a screen was too slow and got a new snapshot.")
BELLS = Counter("paddock_bells", "Rings heard on the bus.", ["topic"])
REQUESTS = Counter("paddock_requests", "HTTP requests answered.", ["area", "status"])
SECONDS = Histogram(
    "paddock_request_seconds", "Time to answer an HTTP request of the API.", buckets=(0.01, 0.03, 0.06, 0.1, 0.3, 1, 3)
)
LOGS_BROKEN = Gauge("paddock_logs_broken", "Race sessions whose event log is not whole, by the last verification.")
BACKUPS_FAILED = Gauge("paddock_backups_failed", "Race sessions whose last backup failed.")
BACKUP_LATE = Gauge("paddock_backup_late", "1: no backup has succeeded for a day and a half.")
