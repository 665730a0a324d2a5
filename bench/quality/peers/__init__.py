"""Peers: other people's models, run by the interpreter of `.peers/` on the split files.

In: a split file and dials. Out: lists of works, judged elsewhere as everybody's are. Nothing of
Frontrow is imported here, and of the bench only the reading of splits.
"""
