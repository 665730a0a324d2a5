"""The choices of one page as rows of the export: what could be drawn, what was, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from frontrow.base.tile_tokens import page_tag
from frontrow.evaluation.decisions.joined import (
    Answer,
    Decision,
    JoinedProfile,
    answers_of,
    choice_at,
    generated_us,
)
from frontrow.evaluation.decisions.schema import KINDS
from frontrow.viewers.attribution import Key, Outcome

Row = dict[str, Any]
Place = tuple[int, int]
"""Row and column of a page."""


@dataclass(frozen=True)
class _Page:
    """What all choices of a page share, and what came of its tiles."""

    decision: Decision
    answers: tuple[Answer, ...]  # the first, and those that went on with it
    rows: dict[int, Row]  # by place, as recorded
    titles: dict[Place, str]
    shared: Row
    outcomes: dict[Key, Outcome]
    rewards: dict[Key, float]

    def place(self, row: int, column: int | None) -> Row:
        told = self.rows[row]
        title_id = None if column is None else self.titles.get((row, column))
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
        if not is_within(us, since_us, until_us):
            continue
        answers = tuple(answers_of(decision))
        rows, titles = _places_of(answers)
        page = _Page(
            decision, answers, rows, titles, _shared(decision, name, us + window_us > now_us),
            joined.outcomes, joined.rewards,
        )  # fmt: skip
        for kind in kinds:
            yield from _CHOICES[kind](page)


def is_within(us: int, since_us: int | None, until_us: int | None) -> bool:
    """Whether a moment lies between two; None: unbounded there."""
    return (since_us is None or us >= since_us) and (until_us is None or us < until_us)


def _places_of(answers: Iterable[Answer]) -> tuple[dict[int, Row], dict[Place, str]]:
    """The rows of a page by place, and its titles; where two answers showed a place, as the first did."""
    rows: dict[int, Row] = {}
    titles: dict[Place, str] = {}
    for answer in answers:
        for row in answer.rows:
            rows.setdefault(row.row, dict(row.told))
            if "draw" in row.told:
                rows[row.row].setdefault("draw", row.told["draw"])
            for column, title_id in row.titles.items():
                titles.setdefault((row.row, column), title_id)
    return rows, titles


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
    for row, told in sorted(page.rows.items()):
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
    """One choice for each title with several images, with the places that show it in any answer."""
    found: dict[tuple[Any, ...], tuple[Row, list[Place]]] = {}
    told_of: set[Place] = set()  # by the first answer that showed it
    order = 0
    for answer in page.answers:
        told, artwork = answer.told.get("choices") or {}, answer.told.get("artwork", {})
        where: dict[str, list[Place]] = {}
        for row in answer.rows:
            for column, title_id in row.titles.items():
                if (row.row, column) not in told_of:
                    name = choice_at(artwork, title_id, row.told["row_id"])
                    where.setdefault(name, []).append((row.row, column))
        for name, choice in artwork.items():
            candidates, places = choice["candidates"], where.get(name, [])
            told_of.update(places)
            drawn = _drawn(told, choice, order)
            order += 1
            if candidates == 1 or not places:
                continue
            action = choice["artwork_id"]
            known = candidates if isinstance(candidates, list) else None
            same = (page.titles[places[0]], action, choice["propensity"], drawn["policy"],
                    tuple(known or ()))  # fmt: skip
            of = {**drawn, "kind": "artwork", "candidates": known, "action": action}
            found.setdefault(same, (of, []))[1].extend(places)
    for of, places in found.values():
        yield {**page.shared, **page.place(*places[0]), **of, **page.came_of(places)}


def _evidence(page: _Page) -> Iterator[Row]:
    told_of: set[Place] = set()
    order = 0
    for answer in page.answers:
        told = answer.told.get("choices") or {}
        number = {row.told["row_id"]: row.row for row in answer.rows}
        for choice in answer.told.get("evidence", []):
            drawn = _drawn(told, choice, order)
            order += 1
            place = number.get(choice["row_id"], -1), choice["column"]
            if place[0] < 0 or place in told_of:
                continue
            told_of.add(place)
            yield {
                **page.shared,
                **page.place(*place),
                **drawn,
                "kind": "evidence",
                "candidates": choice["candidates"],
                "action": choice["code"],
                **page.came_of([place]),
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
    told_of: set[tuple[int, int | None]] = set()
    for answer in page.answers:
        told = answer.told.get("swaps")
        if told is None:
            continue
        for row, column, drawn in _pairs(told):
            if (
                row not in page.rows or (row, column) in told_of
            ):  # or it is beyond what was asked for
                continue
            whole = [place for place in page.titles if place[0] == row]
            yield {
                **page.shared,
                **page.place(row, column),
                "kind": "swap",
                "candidates": ["kept", "swapped"],
                "action": "swapped" if drawn == "1" else "kept",
                "draw": len(told_of),
                "probability": told["chance"] if drawn == "1" else 1.0 - told["chance"],
                "probabilities": [1.0 - told["chance"], told["chance"]],
                "policy": told["policy"],
                "arm": "swap",
                **page.came_of(whole if column is None else [(row, column)]),
            }
            told_of.add((row, column))


def _pairs(told: Row) -> Iterator[tuple[int, int | None, str]]:
    """(row, column, whether it was swapped) of each pair's first; without a column: of whole rows."""
    for first, drawn in zip(told["rows"]["first"], told["rows"]["swapped"], strict=True):
        yield first, None, drawn
    for row, columns in told["columns"].items():
        for i, drawn in enumerate(columns["swapped"]):
            yield int(row), columns["first"] + 2 * i, drawn


_CHOICES: dict[str, Callable[[_Page], Iterator[Row]]] = {
    "slot": _slots,
    "artwork": _artwork,
    "evidence": _evidence,
    "swap": _swaps,
}
