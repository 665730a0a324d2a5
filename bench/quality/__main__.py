"""Our ranking beside baselines and peers: `make bench-quality`, or `python -m bench.quality`.

Progress goes to stderr, the page to stdout and to `docs/quality.md`. Each run counts one look at the
test side of every split it judges. A run of some splits only prints, and writes no page.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections.abc import Callable
from typing import Any

from threadpoolctl import threadpool_limits

from bench.quality import peer_lists
from bench.quality.baselines import BASELINES, Baseline, fill_silent, lists_of
from bench.quality.judging import Lists, judge
from bench.quality.looks import count_look, read_looks
from bench.quality.machine import machine
from bench.quality.movielens import FOLDERS
from bench.quality.report import IMAGES, front, sections_of, write_report
from bench.quality.section import Section, markdown_of
from bench.quality.split_file import Split
from bench.quality.splits import CACHE, INNER, NAMES, load_split, prepare
from bench.quality.tables import Measured
from bench.quality.tuning import Choice, tune
from frontrow.base.time import format_time, system_clock

Ours = Callable[[Split], dict[str, Lists]]


def main() -> None:
    """Measure the splits asked for; write the page where it is all of them."""
    told = _arguments()
    hook = _ours()
    measured: dict[str, Measured] = {}
    with threadpool_limits(1):
        for name in told.only or NAMES:
            if not FOLDERS[name.rsplit("-", 1)[0]].is_dir():
                hear(f"{name} was left out: MovieLens is not there, and can't be shipped")
                continue
            measured[name] = measure(name, hook, peers=not told.skip_peers)
        further = _further()
    date = format_time(system_clock()())[:10]
    opening = front(date=date, machine=machine(), looks=read_looks())
    sections = sections_of(measured, further)
    print("\n\n".join([opening, *(markdown_of(section, IMAGES) for section in sections)]))
    if set(measured) == set(NAMES) and not told.skip_peers:
        hear(f"written: {write_report(opening, sections)}")


def measure(name: str, ours: Ours | None, *, peers: bool) -> Measured:
    """Every model's lists on one split, judged; this is the look that is counted."""
    prepare(name, hear)
    split = load_split(name)
    lists: dict[str, Lists] = {}
    made: dict[str, str] = {}
    for baseline in BASELINES:
        choice = _chosen(name, baseline)
        hear(f"{baseline.name} on {name}")
        (score,) = baseline.fits(split, [choice.dials])
        lists[baseline.name] = [lists_of(score, split)]
        if choice.dials:
            made[baseline.name] = _words(choice.dials, choice.at_edge)
    if peers and not peer_lists.is_there():
        hear("the peers are left out: `make peers` installs them")
    elif peers:
        for peer in _peers(name, split):
            lists[peer.name] = [fill_silent(one, split) for one in peer.lists]
            made[peer.name] = _peer_words(peer)
    if ours is not None:
        hear(f"ours on {name}")
        lists |= {model: [fill_silent(one, split) for one in found]
                  for model, found in ours(split).items()}  # fmt: skip
    count_look(name)
    return Measured(split, {model: judge(found, split) for model, found in lists.items()}, made)


def _chosen(name: str, baseline: Baseline) -> Choice:
    """Dials that an earlier run chose on the inner splits, or chosen now."""
    kept = CACHE / f"{name}-{baseline.name.replace(' ', '-')}.json"
    if not kept.exists():
        choice = tune(baseline, [load_split(name, i) for i in range(1, INNER + 1)], hear)
        kept.write_text(json.dumps(vars(choice)) + "\n")
    return Choice(**json.loads(kept.read_text()))


def _peers(name: str, split: Split) -> list[peer_lists.Peer]:
    found = [peer_lists.als(name, split, hear)]
    if name in peer_lists.SASREC_SPLITS:
        found.append(peer_lists.sasrec(name, split, hear))
    return found


def _peer_words(peer: peer_lists.Peer) -> str:
    tried = ", ".join(f"{kind} {value:.4f}" for kind, value in peer.tried.items())
    return (
        _words(peer.dials, peer.at_edge)
        + (f"; on the inner split: {tried}" if tried else "")
        + f"; {peer.minutes:.1f} CPU minutes, {peer.date}, {peer.machine}"
    )


def _words(dials: dict[str, Any], at_edge: bool) -> str:
    said = ", ".join(f"{key.replace('_', ' ')} {value:g}" if isinstance(value, float) else
                     f"{key.replace('_', ' ')} {value}" for key, value in dials.items())  # fmt: skip
    return said + (" (at the edge of what was tried)" if at_edge else "")


def _ours() -> Ours | None:
    """Our own ranking's lists, where `bench/quality/ours.py` gives them."""
    if importlib.util.find_spec("bench.quality.ours") is None:
        hear("our own ranking is left out: there is no bench/quality/ours.py")
        return None
    found: Ours = importlib.import_module("bench.quality.ours").ours
    return found


def _further() -> list[Section]:
    """Further sections (ablations, calibration, cost), where `bench/quality/further.py` gives them."""
    if importlib.util.find_spec("bench.quality.further") is None:
        return []
    found: list[Section] = importlib.import_module("bench.quality.further").sections(hear)
    return found


def hear(words: str) -> None:
    """Progress, for who waits."""
    print(words, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    ask = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    ask.add_argument("--only", nargs="+", choices=NAMES, help="these splits; no page is written")
    ask.add_argument("--skip-peers", action="store_true", help="without ALS and SASRec; no page")
    return ask.parse_args()


if __name__ == "__main__":
    main()
