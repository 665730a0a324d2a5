"""True reasons: for each row what it claims, for each tile the strongest evidence that holds of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import UNSET
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy import sparse

from frontrow.base.texts import Parameter, say
from frontrow.catalog.catalogue import Terms
from frontrow.page.artwork import Taken
from frontrow.page.assembly import PlacedRow
from frontrow.page.evidence import ReasonChoice, ReasonChooser
from frontrow.page.page import RowReason, TileReason
from frontrow.page.stage import Stage, Works
from frontrow.ranking.ranker import SURELY
from frontrow.viewers.reactions import ROWS_OF_THEIR_OWN
from frontrow.viewers.resume import Resume
from frontrow.viewers.trends import HALF_LIVES_DAYS

ROW_CLAIMS = ("genres", "themes", "person", "title_ids", "days", "country", "minutes", "decade",
              "editorial")  # fmt: skip

UNPUSHED = frozenset({"continue_watching", "my_list", "top10", "watch_again"})
"""Kinds whose titles and order owe nothing to values, and so nothing to a boost."""

_ALL_TIME = HALF_LIVES_DAYS.index(float("inf"))

_LIKED_PEOPLE = 60
"""People of a taste who are looked for in a tile's credits: the most liked."""

_LIKED_OFTEN = 3
"""Good plays with a person from which the liking moves scores, and is no chance."""

_NEAR_PERSON = 0.4
"""Likeness to the liked titles with a person from which they moved this one's score up: taken away, it falls
in all but a few cases (`bench.pages.evidence`, on inner splits of MovieLens)."""

_NEAR_GENRE = 0.6
"""The same for the liked titles of a genre, which say less one by one."""

_MOST_OF_IT = 0.3
"""Share of what was liked from which a genre is no evidence: without it little history is left."""

_FEW_GENRES = 2
"""Genres of a title up to which one of them says why it is here."""

_POPULAR_STARTS = 20
"""Starts from which a title was watched by many."""


def row_reason(placed: PlacedRow, stage: Stage) -> RowReason:
    """What a row claims, in code and words."""
    proposal, language = placed.proposal, stage.request.language
    code = proposal.kind
    text_code = f"why.{code}"
    if proposal.name[0] == "row.for_everyone":
        text_code = "why.for_everyone"
    elif code == "genre" and stage.policy is None:
        text_code = "why.genre.everyone"
    elif code == "theme" and stage.policy is None:
        text_code = "why.theme.everyone"
    claims: dict[str, Any] = {name: proposal.claims.get(name, UNSET) for name in ROW_CLAIMS}
    return RowReason(code=code, text=say(language, text_code, proposal.name[1]), **claims)


class TileReasons:
    """Finds reasons for the tiles of one page; what is shared between tiles is looked up once."""

    def __init__(self, stage: Stage, taken: Taken) -> None:
        self._stage = stage
        self._chooser = ReasonChooser(stage.catalogue, taken)
        self._told: dict[int, ReasonChoice] = {}  # work -> of its several reasons beside an anchor
        self._told_beside: dict[int, ReasonChoice] = {}  # the same where an anchor is one of them
        self.choices: dict[tuple[int, int], ReasonChoice] = {}  # (row, column) -> what was chosen
        self._language = stage.request.language
        self._said: dict[tuple[object, ...], TileReason] = {}
        self._evidence: dict[int, tuple[int, int]] = {}  # work -> (person, genre), -1: none
        self._surely: dict[int, frozenset[int]] = {}  # row -> see `_moved_by`
        self._by_evidence: dict[tuple[int, int], TileReason] = {}
        self._people = np.zeros_like(stage.taste.people)
        self._genres = np.zeros_like(stage.taste.genres)
        if stage.policy is not None:
            liking = stage.taste.people
            liked = np.flatnonzero(liking > 0)
            liked = liked[np.argsort(-liking[liked], kind="stable")][:_LIKED_PEOPLE]
            liked = liked[_counts(stage, stage.catalogue.people)[liked] >= _LIKED_OFTEN]
            self._people[liked] = liking[liked]
            plays = _counts(stage, stage.catalogue.genres)
            rare = plays <= _MOST_OF_IT * max(int((stage.reward > 0).sum()), 1)
            self._genres = np.where(rare, stage.taste.genres, np.float32(0))
        self._starts = stage.trends.of_country(None)[_ALL_TIME]
        self._plain = {
            code: self._reason(code)
            for code in ("continue", "next_episode", "my_list", "trending", "new", "leaving_soon",
                         "watch_again", "editorial", "explore", "popular", "ranked", "catalogue", "starter")
        }  # fmt: skip

    def of(
        self, placed: PlacedRow, work: int, column: int, drawn: bool, resume: Resume | None
    ) -> TileReason:
        """The reason of one tile. A boost is no reason: what it pushed says so in its evidence."""
        reason = self._of(placed, work, column, drawn, resume)
        chosen = self._choices_in(placed).get(work)
        if chosen is not None and chosen.code == reason.code and not drawn:
            self.choices[placed.row, column] = chosen
        push = self._stage.push
        boost = None if push is None or placed.proposal.kind in UNPUSHED else push.of(work)
        if boost is None:
            return reason
        return replace(reason, evidence={**reason.evidence, "boost": boost.key})

    def _of(
        self, placed: PlacedRow, work: int, column: int, drawn: bool, resume: Resume | None
    ) -> TileReason:
        proposal = placed.proposal
        kind = proposal.kind
        known = proposal.why.get(work)
        if known is not None:
            return self._reason(known.code, known.parameters, known.evidence, known.text)
        if kind == "continue_watching":
            begun = resume is None or resume.begun
            return self._plain["continue" if begun else "next_episode"]
        if drawn:
            return self._plain["explore"]
        if kind in ("my_list", "trending", "new", "leaving_soon", "watch_again", "editorial"):
            return self._plain[kind]
        if kind == "starter":
            return self._plain["starter" if self._starts[work] > 0 else "catalogue"]
        if kind == "top10":
            return self._reason("top10", {"rank": column + 1}, {"rank": column + 1})
        # What stands beside a title goes with it, whoever asks; a row says it of what it surely moved.
        moved = kind == "because_you_watched" and work in self._moved_by(placed)
        chosen = self._told_beside.get(work) if moved else None
        if kind == "similar" or (moved and (chosen is None or chosen.place == 0)):
            anchor = proposal.claims["title_ids"][0]
            return self._reason("because_you_watched", proposal.name[1], {"title_id": anchor})
        if kind == "person":
            role, name = proposal.key.split(":", 1)
            return self._reason(role, {"person": name}, {"person": name})
        return self._of_ranking(work, chosen or self._told.get(work))

    def _choices_in(self, placed: PlacedRow) -> dict[int, ReasonChoice]:
        """The choices that tiles of a row tell: not of rows that have a reason of their own."""
        kind = placed.proposal.kind
        if kind == "because_you_watched":
            moved = self._moved_by(placed)
            return {
                **{work: one for work, one in self._told.items() if work not in moved},
                **{work: one for work, one in self._told_beside.items() if work in moved},
            }
        return {} if kind in ROWS_OF_THEIR_OWN else self._told

    def _moved_by(self, placed: PlacedRow) -> frozenset[int]:
        """Works of an anchor's row whose scores the anchor surely moved; the others have other reasons."""
        found = self._surely.get(placed.row)
        if found is None:
            policy, catalogue = self._stage.policy, self._stage.catalogue
            assert policy is not None, "such a row comes from a policy"
            anchor = catalogue.work_of_title[placed.proposal.claims["title_ids"][0]]
            moved = policy.moved_among(np.array([anchor], dtype=np.int32), placed.works)[0]
            found = frozenset(placed.works[moved > SURELY].tolist())
            self._surely[placed.row] = found
        return found

    def look_at(self, works: Works) -> None:
        """Find the evidence of some works at once: the person and the genre that are liked most."""
        if self._stage.policy is None:
            return
        catalogue = self._stage.catalogue
        people = _most_liked(catalogue.people, works, self._people)
        genres = _most_liked(catalogue.genres, works, self._genres)
        many = np.diff(catalogue.genres.has.indptr)[works] > _FEW_GENRES
        genres = np.where(many, -1, genres).tolist()
        people = self._where_near(catalogue.people, people, works, _NEAR_PERSON)
        genres = self._where_near(catalogue.genres, genres, works, _NEAR_GENRE)
        self._evidence.update(zip(works.tolist(), zip(people, genres, strict=True), strict=True))
        names = catalogue.people.names
        roles = [names[one].split(":", 1)[0] if one >= 0 else None for one in people]
        for told, anchored in ((self._told, False), (self._told_beside, True)):
            chosen = self._chooser.choose(works, roles, [g >= 0 for g in genres], anchored=anchored)
            told |= {
                w: one for w, one in zip(works.tolist(), chosen, strict=True) if one is not None
            }

    def _where_near(self, terms: Terms, found: list[int], works: Works, least: float) -> list[int]:
        """The term of each work, -1 where the work is not like what this viewer liked with it: such a
        liking is true, and yet not why the title is here."""
        stage, policy = self._stage, self._stage.policy
        named = np.array(found, dtype=np.int64)
        asked = np.unique(named[named >= 0])
        if policy is None or not len(asked):
            return found
        liked = stage.reward > 0
        history, weight = stage.view.records.work[liked], stage.reward[liked]
        owner, term = terms.of(history)
        slot = np.full(len(terms.names), -1, dtype=np.int64)
        slot[asked] = np.arange(len(asked))
        mine = slot[term] >= 0
        entries = weight[owner[mine]], (slot[term[mine]], history[owner[mine]])
        groups = sparse.csr_array(entries, shape=(len(asked), stage.catalogue.n))
        near = policy.near(groups, works)
        far = near[slot[named], np.arange(len(works))] < least
        named[far] = -1
        kept: list[int] = named.tolist()
        return kept

    def _of_ranking(self, work: int, chosen: ReasonChoice | None) -> TileReason:
        """What this title shares with the viewer's good plays: a person or a genre that is liked."""
        evidence = self._evidence.get(work, (-1, -1))
        if chosen is not None and chosen.place == 2:
            evidence = -1, evidence[1]
        found = self._by_evidence.get(evidence)
        if found is None and evidence != (-1, -1):
            found = self._by_evidence[evidence] = self._of_evidence(*evidence)
        if found is not None:
            return found
        if self._stage.policy is not None:
            return self._plain["ranked"]
        if self._starts[work] >= _POPULAR_STARTS:
            return self._plain["popular"]
        return self._plain["catalogue"]

    def _of_evidence(self, person: int, genre: int) -> TileReason:
        if person >= 0:
            role, name = self._stage.catalogue.people.names[person].split(":", 1)
            return self._reason(role, {"person": name}, {"person": name})
        name = self._stage.catalogue.genres.names[genre]
        return self._reason("genre", {"genre": name}, {"genre": name})

    def _reason(
        self,
        code: str,
        parameters: Mapping[str, Parameter] | None = None,
        evidence: Mapping[str, Any] | None = None,
        text_code: str | None = None,
    ) -> TileReason:
        text_code = text_code or f"tile.{code}"
        key = (code, text_code, *(parameters or {}).values(), *(evidence or {}).values())
        found = self._said.get(key)
        if found is None:
            text = say(self._language, text_code, parameters)
            found = self._said[key] = TileReason(code, text, dict(evidence or {}))
        return found


def _counts(stage: Stage, terms: Terms) -> NDArray[np.int64]:
    """int64[terms]: titles with each term among what this viewer liked."""
    _, found = terms.of(stage.view.records.work[stage.reward > 0])
    return np.bincount(found, minlength=len(terms.names))


def _most_liked(terms: Terms, works: Works, liking: NDArray[np.float32]) -> list[int]:
    """The term of each work that is liked most, the first of equals; -1 where none is liked.

    liking: float32[terms], above 0: liked
    """
    owner, found = terms.of(works)
    affinity = liking[found]
    best = np.zeros(len(works), dtype=np.float32)
    np.maximum.at(best, owner, affinity)
    hits = np.flatnonzero((affinity > 0) & (affinity == best[owner]))[::-1]
    result = np.full(len(works), -1, dtype=np.int64)
    result[owner[hits]] = found[hits]  # from the back, so that the first of equals stays
    return result.tolist()
