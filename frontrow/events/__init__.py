"""Events: their types, their validation, and the log that never loses one.

In: events as `api.md` spells them. Out: acknowledged events, by profile or in the order in which
they became final. Nothing here knows what an event means; the fold does (`frontrow.viewers`).
"""

from frontrow.events.event import EVENT_TYPES, TYPE_ORDER, Event, check_event, order_key
from frontrow.events.log import Ack, Log, Position, Removed, Slice
from frontrow.events.opening import open_log
from frontrow.events.sqlite_log import SqliteLog

__all__ = [
    "EVENT_TYPES",
    "TYPE_ORDER",
    "Ack",
    "Event",
    "Log",
    "Position",
    "Removed",
    "Slice",
    "SqliteLog",
    "check_event",
    "open_log",
    "order_key",
]
