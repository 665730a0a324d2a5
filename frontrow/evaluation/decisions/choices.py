"""The choices of one decision as rows of the export: what could be drawn, what was, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from frontrow.base.tile_tokens import page_tag
from frontrow.evaluation.decisions.joined import Decision, JoinedProfile, choice_at, generated_us
from frontrow.evaluation.decisions.schema import KINDS
from frontrow.viewers.attribution import Key, Outcome

Row = dict[str, Any]


@dataclass(frozen=True)
class _Page:
    """What all choices of a page share, and what came of its tiles."""

    decision: Decision
    shared: Row
    outcomes: dict[Key, Outcome]
    rewards: dict[Key, float]

    def place(self, row: int, column: int | None) -> Row:
        told = self.decision["rows"][row]
        shown = told["shown"]
        title_id = None if column is None or column >= len(shown) else shown[column]
        return {"row": row, "column": column, "row_id": told["row_id"], "row_kind": told["kind"],
                "title_id": title_id}  # fmt: skip

    def came_of(self, places: Iterable[tuple[int, int]]) -> Row:
        """The outcome of some places together."""
        page_id = self.decision["page_id"]
        keys = [(page_id, row, column) for row, column in places]
        found = [self.outcomes[key] for key in keys if key in self.outcomes]
        rewards = [self.rewards[key] for key in keys if key in self.rewards]
        return {
            "shown": any(one.shown for one in found),
            "opened": any(one.opened for one in found),
            "started": any(one.started for one in found),
            "quality": any(one.quality for one in found),
            "reward": max(rewards, key=abs) if rewards else 0.0,
        }


def choices_of(
    joined: JoinedProfile,
    *,
    name_of: Callable[[str], str],
    window_us: int,
    now_us: int,
    since_us: int | None = None,
    until_us: int | None = None,
    kinds: Collection[str] = KINDS,
) -> Iterator[Row]:
    """Every choice of a profile's pages made from `since_us` on and before `until_us`.

    name_of: what stands for the profile
    kinds:   which choices
    """
    name = name_of(joined.profile_id)
    for decision in joined.decisions:
        us = generated_us(decision)
        if (since_us is not None and us < since_us) or (until_us is not None and us >= until_us):
            continue
        page = _Page(
            decision, _shared(decision, name, us + window_us > now_us), joined.outcomes,
            joined.rewards,
        )  # fmt: skip
        for kind in kinds:
            yield from _CHOICES[kind](page)


def _shared(decision: Decision, name: str, censored: bool) -> Row:
    request = decision["request"]
    return {
        "page": page_tag(decision["page_id"]).hex(),
        "profile": name,
        "time": decision["generated_at"],
        "device": request["device"],
        "country": request["country"],
        "language": request["language"],
        "mode": decision["mode"],
        "bundle": decision["bundle"],
        "snapshot": decision["snapshot"],
        "censored": censored,
        "context": None,
        "probabilities": None,
        "drawn_before": [],
    }


def _slots(page: _Page) -> Iterator[Row]:
    for row, told in enumerate(page.decision["rows"]):
        draw = told.get("draw")
        if draw is None:
            continue
        before: list[str] = []
        policy = f"{draw['policy']}, temperature {draw['temperature']}"
        for order, drawn in enumerate(draw["drawn"]):
            column = drawn["position"]
            gone = set(before)
            yield {
                **page.shared,
                **page.place(row, column),
                "kind": "slot",
                "candidates": [one for one in draw["candidates"] if one not in gone],
                "action": drawn["work_id"],
                "draw": order,
                "drawn_before": list(before),
                "probability": drawn["propensity"],
                "policy": policy,
                "arm": "explore",
                **page.came_of([] if column is None else [(row, column)]),
            }
            before.append(drawn["work_id"])


def _artwork(page: _Page) -> Iterator[Row]:
    """One choice for each title with several images, with the places that show it."""
    told = page.decision.get("choices") or {}
    where: dict[str, list[tuple[int, int]]] = {}
    artwork = page.decision.get("artwork", {})
    for row, one in enumerate(page.decision["rows"]):
        for column, title_id in enumerate(one["shown"]):
            where.setdefault(choice_at(artwork, title_id, one["row_id"]), []).append((row, column))
    for order, (name, choice) in enumerate(artwork.items()):
        candidates, places = choice["candidates"], where.get(name, [])
        if candidates == 1 or not places:
            continue
        yield {
            **page.shared,
            **page.place(*places[0]),
            **_drawn(told, choice, order),
            "kind": "artwork",
            "candidates": candidates if isinstance(candidates, list) else None,
            "action": choice["artwork_id"],
            **page.came_of(places),
        }


def _evidence(page: _Page) -> Iterator[Row]:
    told = page.decision.get("choices") or {}
    number = {one["row_id"]: row for row, one in enumerate(page.decision["rows"])}
    for order, choice in enumerate(page.decision.get("evidence", [])):
        row = number.get(choice["row_id"])
        if row is None:
            continue
        yield {
            **page.shared,
            **page.place(row, choice["column"]),
            **_drawn(told, choice, order),
            "kind": "evidence",
            "candidates": choice["candidates"],
            "action": choice["code"],
            **page.came_of([(row, choice["column"])]),
        }


def _drawn(told: Row, choice: Row, order: int) -> Row:
    """What artwork and evidence record alike."""
    learned = (told.get("posterior") or {}).get("at_us", 0)
    context = told.get("context")
    return {
        "draw": order,
        "probability": choice["propensity"],
        "policy": f"{told['policy']}@{learned}" if told else "uniform",
        "arm": choice.get("arm", "floor"),
        "context": context or None,
    }


def _swaps(page: _Page) -> Iterator[Row]:
    """Pairs of neighbours that changed places or didn't; what came is of the first of the two."""
    told = page.decision.get("swaps")
    if told is None:
        return
    rows = page.decision["rows"]
    order = 0
    pairs: list[tuple[int, int | None, str]] = [
        (first, None, drawn)
        for first, drawn in zip(told["rows"]["first"], told["rows"]["swapped"], strict=True)
    ]
    for row, columns in told["columns"].items():
        pairs += [
            (int(row), columns["first"] + 2 * i, drawn)
            for i, drawn in enumerate(columns["swapped"])
        ]
    for row, column, drawn in pairs:
        if row >= len(rows):  # a pair beyond what was asked for
            continue
        whole = [(row, place) for place in range(len(rows[row]["shown"]))]
        yield {
            **page.shared,
            **page.place(row, column),
            "kind": "swap",
            "candidates": ["kept", "swapped"],
            "action": "swapped" if drawn == "1" else "kept",
            "draw": order,
            "probability": told["chance"] if drawn == "1" else 1.0 - told["chance"],
            "probabilities": [1.0 - told["chance"], told["chance"]],
            "policy": told["policy"],
            "arm": "swap",
            **page.came_of(whole if column is None else [(row, column)]),
        }
        order += 1


_CHOICES: dict[str, Callable[[_Page], Iterator[Row]]] = {
    "slot": _slots,
    "artwork": _artwork,
    "evidence": _evidence,
    "swap": _swaps,
}
