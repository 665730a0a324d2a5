"""`frontrow bundles`: what is kept, which one is live, and back to the one before by one command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts import App

from frontrow.base.errors import BadBundle, NotFound
from frontrow.base.home import open_home
from frontrow.base.time import format_time, from_us, system_clock
from frontrow.cli.app import chosen_home
from frontrow.cli.arguments import Json
from frontrow.cli.show import print_json

if TYPE_CHECKING:
    from frontrow.bundles import BundleStore

bundles = App(name="bundles", help="The fitted rankings: kept, live, and back.")


def _store() -> BundleStore:
    from frontrow.bundles import BundleStore

    return BundleStore(open_home(chosen_home()).bundles)


@bundles.command(name="list")
def list_bundles(*, json: Json = False) -> None:
    """The bundles that are kept, oldest first; what is wrong with one is said."""
    store = _store()
    live, trouble = None, None
    try:
        live = store.live()
    except BadBundle as error:  # what is kept must be told, so that one can be published
        trouble = str(error)
    told = []
    for bundle_id in store.all():
        one: dict[str, object] = {"bundle": bundle_id, "live": bundle_id == live}
        try:
            manifest = store.load(bundle_id).manifest
            one |= {
                "fitted_at": format_time(from_us(manifest.fitted_at_us)),
                "events": manifest.events,
                "left_out": manifest.left_out,
                "reward": {
                    "version": manifest.config["reward_version"],
                    "hash": manifest.config.get("reward_hash"),  # none in those of before
                },
            }
        except BadBundle as error:
            one["trouble"] = str(error)
        told.append(one)
    if json:
        print_json({"live": live, **({"trouble": trouble} if trouble else {}), "bundles": told})
        return
    if trouble:
        print(f"which one is live can't be told: {trouble}")
    for one in told:
        mark = "live" if one["live"] else "    "
        what = one.get("trouble") or f"fitted at {one['fitted_at']} on {one['events']:,} events"
        print(f"{mark} {str(one['bundle'])[:12]} {what}")
    if not told:
        print("no bundle was fitted yet: `frontrow train`")


@bundles.command
def publish(bundle: str, /, *, json: Json = False) -> None:
    """Put a bundle in force, named by the first characters of its id; every server follows within seconds."""
    store = _store()
    found = store.find(bundle)
    if found is None:
        raise NotFound(
            "no one bundle begins so", where=bundle, mend="`frontrow bundles list` shows them"
        )
    store.load(found)  # a damaged one is refused here, and the one before stays
    store.publish(found, published_at=format_time(system_clock()()))
    _told(found, json)


@bundles.command
def rollback(*, json: Json = False) -> None:
    """Put the bundle in force that was before; again, the one before that."""
    store = _store()
    found = store.rollback(published_at=format_time(system_clock()()))
    _told(found, json)


def _told(bundle_id: str, json: bool) -> None:
    if json:
        print_json({"live": bundle_id})
    else:
        print(f"{bundle_id[:12]} is in force")
