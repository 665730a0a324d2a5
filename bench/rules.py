"""The fuzz at scale: random services, viewers and requests, every page held to the contract.

`python -m bench.rules --pages 2000` prints how many pages were built and that none broke a rule, or the
smallest world found that breaks one. The same seed gives the same pages. Ctrl-C ends it with what it has
looked through, and from where `--first` goes on.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context

from rich.progress import Progress

from frontrow.base.randomness import rng_for
from tests.page.oracle import violations
from tests.strategies import Ask, SeededDice, World, make_ask, make_world
from tests.worlds import asked_of, built_of

CHUNK = 100
"""Pages that a process looks through at once."""

SIZES = (0, 1, 3, 8, 20, 50, 120, 250)


def case_of(seed: int, number: int) -> tuple[World, Ask]:
    """The `number`th world of a seed, and what is asked of it."""
    dice = SeededDice(rng_for(seed, "rules", str(number)))
    world = make_world(dice, dice.below(SIZES[number % len(SIZES)] + 1))
    return world, make_ask(dice, world)


def broken(world: World, ask: Ask) -> list[str]:
    """The rules that the page of a world breaks; a crash is one too."""
    try:
        asked = asked_of(world, ask)
        return violations(world, ask, asked, built_of(asked))
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]


def smallest(world: World, ask: Ask, breaks: Callable[[World, Ask], bool]) -> World:
    """A world that breaks the rule still, with every title, event and start gone that may go."""
    for part in ("starts", "events", "titles"):
        step = max(len(getattr(world, part)) // 2, 1)
        while True:
            at = 0
            while at < len(getattr(world, part)):
                whole = getattr(world, part)
                less = replace(world, **{part: (*whole[:at], *whole[at + step :])})
                if breaks(less, ask):
                    world = less
                else:
                    at += step
            if step == 1:
                break
            step //= 2
    return world


def tell(number: int, world: World, ask: Ask, said: list[str]) -> None:
    rule = said[0].split(":")[0]
    world = smallest(world, ask, lambda w, a: any(one.startswith(rule) for one in broken(w, a)))
    print(f"page {number} breaks a rule:", *broken(world, ask), sep="\n  ")
    print(ask)
    print("profile", json.dumps(world.profile, ensure_ascii=False))
    for part in ("titles", "events", "starts"):
        for one in getattr(world, part):
            print(" ", part[:-1], json.dumps(one, ensure_ascii=False))
    print("rules", json.dumps(world.rules, ensure_ascii=False))
    print(world.settings, "policy", world.policy, "now_us", world.now_us)


def look_through(seed: int, numbers: range) -> tuple[int, int | None]:
    """(tiles of some pages, the first page that breaks a rule, or None)."""
    tiles = 0
    for number in numbers:
        world, ask = case_of(seed, number)
        if broken(world, ask):
            return tiles, number
        tiles += sum(len(row.tiles) for row in built_of(asked_of(world, ask)).page.rows)
    return tiles, None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first page")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    first, end = chosen.first, chosen.first + chosen.pages
    chunks = [range(start, min(start + CHUNK, end)) for start in range(first, end, CHUNK)]
    tiles = done = 0
    with (
        ProcessPoolExecutor(
            chosen.processes, get_context("spawn"), initializer=signal.signal,
            initargs=(signal.SIGINT, signal.SIG_IGN),
        ) as pool,
        Progress(transient=True) as bar,
    ):  # fmt: skip
        task = bar.add_task("pages", total=chosen.pages)
        found = pool.map(partial(look_through, chosen.seed), chunks)
        try:
            for chunk, (some, number) in zip(chunks, found, strict=True):
                if number is not None:
                    bar.stop()
                    pool.shutdown(wait=False, cancel_futures=True)
                    world, ask = case_of(chosen.seed, number)
                    tell(number, world, ask, broken(world, ask))
                    return 1
                tiles, done = tiles + some, done + len(chunk)
                bar.advance(task, len(chunk))
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
    print(f"{done:,} pages from {first:,} on, 0 violations ({tiles:,} tiles, seed {chosen.seed})")
    if done < chosen.pages:
        print(f"ended early; --first {first + done} --pages {chosen.pages - done} goes on")
    return 0


if __name__ == "__main__":
    sys.exit(main())
