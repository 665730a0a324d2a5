"""Frontrow: for every profile its own homepage.

`page = build(catalogue@t, bundle, snapshot, viewer, request, seed)`: the event log is the
truth, and a homepage is a pure function of it. The rooms of this package, in the order in
which data passes through them, are drawn in docs/architecture.md.
"""

__version__ = "0.1.0"
