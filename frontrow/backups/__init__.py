"""Whether a home still holds what was written, and copies of it that can be trusted.

In: a home. Out: what is damaged and how far it reaches (`verify`), one file that holds a home
(`backup`), and a home from such a file (`restore`). Everything here works beside a running server;
nothing here decides what a page shows, and nothing repairs by guessing: what is damaged is named, with
what to put in its place.
"""

from frontrow.backups.backup import backup_home
from frontrow.backups.damage import Damage, Verified
from frontrow.backups.forgotten import forget_key, keep_forgotten, read_forgotten
from frontrow.backups.restore import Restored, restore_home
from frontrow.backups.verify import verify_home

__all__ = [
    "Damage",
    "Restored",
    "Verified",
    "backup_home",
    "forget_key",
    "keep_forgotten",
    "read_forgotten",
    "restore_home",
    "verify_home",
]
