"""Where divided work runs: this process or local processes; a cluster joins behind the same Protocol.

Work is a function over ranges of shards of profiles. Results come in the order of the shards and
are added in a tree fixed by leaf number, so every engine gives the same bits.
"""

from frontrow.engine.engine import Engine, LocalProcesses, ThisProcess, engine_for, leaf_ranges

__all__ = ["Engine", "LocalProcesses", "ThisProcess", "engine_for", "leaf_ranges"]
