"""The command line: `frontrow --home DIR COMMAND`.

Every command opens a home, calls a room, and says what came of it: for people by default, as one
JSON document with `--json`. Heavy imports stand inside the commands, so help comes at once.
"""

from frontrow.cli.app import main

__all__ = ["main"]
