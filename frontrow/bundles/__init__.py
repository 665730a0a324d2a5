"""Bundles: a fitted ranking as files, verified by hash, published by moving one pointer.

In: a `Ranker` and what it was fitted on. Out: a folder named by its content, and later the `Policy`
that pages are built with. No code in the files, never pickle; a damaged bundle is refused and the
one before stays.
"""

from frontrow.bundles.store import BundlePolicy, BundleStore, Manifest

__all__ = ["BundlePolicy", "BundleStore", "Manifest"]
