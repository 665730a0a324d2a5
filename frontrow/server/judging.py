"""A candidate and the live ranking asked the same, at one past moment, and judged by what came since.

Lists are of the viewers who then played something well, among what they were shown where that is known;
pages are of them and of as many others as make them telling. All are of viewers who get pages of their own:
of no child, and of none without profiling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.randomness import rng_for
from frontrow.base.time import monotonic
from frontrow.catalog import Catalogue
from frontrow.evaluation.guards import suppliers_of, taken_of
from frontrow.evaluation.launch_gate import Answers, K, Verdict, judge_launch
from frontrow.evaluation.pages import Ground, Page, ground_of
from frontrow.evaluation.split import Split, split_between
from frontrow.models.histories import GOOD, Floats, Histories, Ints, histories_of
from frontrow.page import BuiltPage, ViewerView, view_of
from frontrow.ranking.closed import Closed
from frontrow.ranking.list_metrics import top
from frontrow.ranking.ranker import BoundRanker
from frontrow.ranking.reward import fatigue_of, rewards
from frontrow.server.scenes import Scene
from frontrow.server.service import Service
from frontrow.viewers import Dataset, fold

VIEWERS_WITH_PAGES = 800
"""With so many a supplier that loses a fifth is told from one that loses the seventh that is allowed; 300
were not always enough (`bench.gate`)."""

LEAST_GOOD = 1
"""Good plays before the moment that make a viewer one to ask: pages are made for the occasional ones too,
and a young service has hardly any others."""

_VIEWERS_PER_BLOCK = 128
_ROWS, _COLUMNS = 6, 10


class Ranking(Protocol):
    """What can be judged: a ranker, or anything that ranks as one."""

    def bind(self, catalogue: Catalogue) -> BoundRanker: ...


@dataclass(frozen=True)
class Court:
    """The moment at which rankings are asked, and what is known of it now."""

    service: Service
    catalogue: Catalogue
    before: Dataset  # at the moment
    whole: Dataset  # now
    seed: int

    def judge(self, candidate: Ranking, live: Ranking) -> Verdict:
        """The verdict, by the bounds of `[launch]`."""
        ours, theirs = self._answers([candidate, live])
        return judge_launch(
            ours,
            theirs,
            self._split.asked.relevant,
            self._split.asked.seen,
            self._ground,
            seed=self.seed,
            suppliers=suppliers_of(self.catalogue),
            taken=taken_of(self.whole),
            bounds=self.service.settings.launch,
        )

    def pages(self, ranking: Ranking, most: int) -> list[Page]:
        """A ranking's pages of some of the viewers that have pages here."""
        scene = self._scene(ranking.bind(self.catalogue))
        return [_works_of(_page(scene, self._view(v))) for v in self._viewers[:most].tolist()]

    @cached_property
    def _reward(self) -> NDArray[np.float32]:
        return rewards(self.before, self.catalogue)

    @cached_property
    def _split(self) -> Split:
        closed = Closed(self.catalogue, self.service.settings.service)
        after = rewards(self.whole, self.catalogue)
        split = split_between(
            self.before, self._reward, self.whole, after, closed, min_good=LEAST_GOOD
        )
        return replace(split, asked=split.asked.among_shown())

    @cached_property
    def _viewers(self) -> NDArray[np.int64]:
        """Whose pages are built: of those asked first, then of others who played something well."""
        before, asked = self.before, self._split.asked.viewers
        played = np.zeros(before.b, dtype=bool)
        played[before.viewer[self._reward >= GOOD]] = True
        own = np.array([self._is_profiled(viewer) for viewer in range(before.b)], dtype=bool)
        others = np.setdiff1d(np.flatnonzero(played & own), asked)
        others = rng_for(self.seed, "pages").permutation(others)
        return np.concatenate([asked[own[asked]], others])[:VIEWERS_WITH_PAGES]

    @cached_property
    def _ground(self) -> Ground:
        """What pages are measured against; of those who were not asked nothing is known to be right."""
        asked, relevant = self._split.asked, self._split.asked.relevant
        place = {viewer: i for i, viewer in enumerate(asked.viewers.tolist())}
        known = [place[v] for v in self._viewers.tolist() if v in place]  # they stand first
        rest = len(self._viewers) - len(known)
        nothing = sparse.csr_array((rest, self.before.n), dtype=relevant.dtype)
        right = sparse.csr_array(sparse.vstack([relevant[known], nothing], format="csr"))
        return ground_of(self.before, self._reward, self._viewers, right, self.catalogue)

    def _is_profiled(self, viewer: int) -> bool:
        profile = self.before.profiles[viewer] if self.before.profiles else None
        if profile is None:
            return True
        if profile.kids and not self.service.settings.service.profile_kids:
            return False
        return profile.preferences.personalised

    def _view(self, viewer: int) -> ViewerView:
        profile_id = self.before.profile_ids[viewer]
        events = self.service.log.read(profile_id).events
        return view_of(fold(profile_id, events, until_us=self.before.at_us), self.catalogue)

    def _scene(self, bound: BoundRanker) -> Scene:
        before = self.before
        return Scene(self.catalogue, bound, before.trends, self.service.settings, before.at_us)

    def _answers(self, rankings: Sequence[Ranking]) -> list[Answers]:
        """What each ranking says; pages are built in turns, so that both meet the same machine."""
        bound = [ranking.bind(self.catalogue) for ranking in rankings]
        scenes = [self._scene(one) for one in bound]
        pages: list[list[Page]] = [[] for _ in rankings]
        broken: list[list[str]] = [[] for _ in rankings]
        seconds: list[list[float]] = [[] for _ in rankings]
        for viewer in self._viewers.tolist():
            view = self._view(viewer)
            for i, scene in enumerate(scenes):
                began = monotonic()
                built = _page(scene, view)
                seconds[i].append(monotonic() - began)
                pages[i].append(_works_of(built))  # a stage is large: none is kept
                broken[i] += broken_rules(built)
        tired = fatigue_of(self.before.records)
        asked = histories_of(self.before, self._reward, tired).take(self._split.asked.viewers)
        return [
            Answers(
                *_lists(one, asked, self.before, self._split),
                pages=pages[i],
                seconds=np.array(seconds[i]),
                broken=broken[i],
            )
            for i, one in enumerate(bound)
        ]


def _page(scene: Scene, view: ViewerView) -> BuiltPage:
    return scene.page(view, rows=_ROWS, columns=_COLUMNS)


def _works_of(built: BuiltPage) -> Page:
    return [placed.works[:_COLUMNS].tolist() for placed in built.placed]


def _lists(
    bound: BoundRanker, asked: Histories, before: Dataset, split: Split
) -> tuple[Ints, Floats]:
    """(int32[b, K] lists, float32[b, n] probabilities of a good play)."""
    lists, probability = [], []
    for start in range(0, asked.b, _VIEWERS_PER_BLOCK):
        block = np.arange(start, min(start + _VIEWERS_PER_BLOCK, asked.b))
        some = asked.take(block)
        now_us = before.at_us
        lists.append(
            top(bound.values(some, before.trends, now_us=now_us), split.asked.seen[block], K)
        )
        probability.append(bound.probabilities(some, before.trends, now_us=now_us)[0])
    if not lists:
        n = before.n
        return np.zeros((0, K), dtype=np.int32), np.zeros((0, n), dtype=np.float32)
    return np.concatenate(lists), np.concatenate(probability)


def broken_rules(built: BuiltPage) -> list[str]:
    """What of the contract a page breaks, in words: the gate's own look, apart from the builder's."""
    stage, broken = built.stage, []
    value = stage.scored.value
    if not (np.isfinite(value).all() and (value >= 0).all() and (value <= 1).all()):
        broken.append("a value is no probability between 0 and 1")
    held: set[int] = set()
    for placed in built.placed:
        works = placed.works.tolist()
        if not stage.eligibility.mask[placed.works].all():
            broken.append(f"a {placed.proposal.kind} row holds what may not be shown")
        if placed.proposal.whole:
            continue
        if held.intersection(works) or len(set(works)) < len(works):
            broken.append(f"a {placed.proposal.kind} row repeats a work")
        held.update(works)
    return broken
