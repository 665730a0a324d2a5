"""The service over HTTP: the API, the viewer app, and the open home behind both.

What decides lives in the rooms before; here is what reads, writes, checks and answers. Without keys
the server binds to loopback only, says so, and takes only JSON bodies and loopback hosts.
"""

from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.profiles import Profiles
from frontrow.server.replays import Replays
from frontrow.server.rules import OperatorRules
from frontrow.server.service import Service

__all__ = ["Asked", "OperatorRules", "Pages", "Profiles", "Replays", "Service"]
