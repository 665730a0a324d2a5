"""Whether a home still holds what was written, and copies of it that can be trusted.

In: a home. Out: what is damaged and how far it reaches (`verify`), one file that holds a home
(`backup`), and a home from such a file (`restore`). Everything here works beside a running server;
nothing here decides what a page shows, and nothing repairs by guessing: what is damaged is named, with
what to put in its place.
"""

from frontrow.backups.damage import Damage, Verified
from frontrow.backups.verify import verify_home

__all__ = ["Damage", "Verified", "verify_home"]
