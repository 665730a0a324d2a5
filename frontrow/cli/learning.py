"""`frontrow learn`: refit now or again and again, publishing only what the launch gate lets through."""

from __future__ import annotations

import re
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from frontrow.cli.app import WrongUsage
from frontrow.cli.arguments import Json, Seed
from frontrow.cli.commands import opened
from frontrow.cli.show import print_json, progress_bar

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_MOST_SECONDS = 366 * 86_400


def learn(
    *, every: str | None = None, history: bool = False, seed: Seed = 0, json: Json = False
) -> None:
    """Refit, judge the candidate beside the live bundle on the newest slice of time, publish if it is not
    worse beyond noise. Each decision is kept with its figures.

    Parameters
    ----------
    every
        Again and again, as 6h or 30m; else once.
    history
        Show the decisions so far instead.
    """
    from frontrow.base.errors import FrontrowError
    from frontrow.server.learning import Learner, decisions_file

    seconds = None if every is None else _seconds(every)
    with opened() as service:
        if history:
            _show(decisions_file(service), json)
            return
        learner, stop = Learner(service, seed=seed), threading.Event()
        while True:
            try:
                with progress_bar(quiet=json) as tell:
                    decision = learner.round(tell)
            except (FrontrowError, OSError) as error:  # a full disk, a database that is away
                if seconds is None:
                    raise
                _failed(error, json)  # the next may do better
            else:
                if json:
                    print_json(asdict(decision))
                else:
                    print(_line(asdict(decision)), flush=True)
            if seconds is None or stop.wait(seconds):
                return


def _show(path: Path, json: bool) -> None:
    from frontrow.server.learning import remembered

    told, unreadable = remembered(path)
    if json:
        print_json({"decisions": told, "unreadable_lines": unreadable})
        return
    print("\n".join([_line(one) for one in told] or ["nothing was decided yet"]))
    if unreadable:
        print(f"{unreadable} lines of {path} can't be read: cut or damaged")


def _failed(error: Exception, json: bool) -> None:
    what = (
        f"{error.filename or 'the system'}: {error.strerror}"
        if isinstance(error, OSError)
        else error
    )
    if json:
        print_json({"outcome": "failed", "reasons": [str(what)]})
    else:
        print(f"this round failed: {what}", flush=True)


def _seconds(text: str) -> int:
    found = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if found is None or int(found[1]) == 0:
        raise WrongUsage("is no span of time", where="--every", mend="write it as 6h, 30m or 1d")
    seconds = int(found[1]) * _UNITS[found[2]]
    if seconds > _MOST_SECONDS:
        raise WrongUsage("is longer than a year", where="--every", mend="write 366d at most")
    return seconds


def _line(decision: dict[str, Any]) -> str:
    told = f"{decision['at']} {decision['outcome']}"
    if decision["bundle"]:
        told += f" {decision['bundle'][:12]}"
    if decision["viewers"]:
        told += f", {decision['viewers']} viewers asked"
    for name, of in decision["figures"].items():
        told += f"\n  {name:<15} {of['live']:10.4f} -> {of['candidate']:10.4f}"
        if "low" in of:
            told += f"  difference {of['difference']:+.4f} [{of['low']:+.4f}, {of['high']:+.4f}]"
    return "\n  ".join([told, *decision["reasons"]])
