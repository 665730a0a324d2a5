"""Search inside the rules of a page: over generated worlds, nothing is found that a page could not show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontrow.base.texts import say
from frontrow.base.tile_tokens import read_token
from frontrow.catalog.names import names_of
from frontrow.catalog.names.folding import fold
from frontrow.page import Dresser, Tile, set_stage
from frontrow.page.assembly import PlacedRow
from frontrow.page.search import Found, search
from frontrow.page.stage import Proposal, Stage
from tests.page.truth import Truth
from tests.page.truth_titles import CHOOSABLE
from tests.strategies import GENRES, HOSTILE, PEOPLE, Ask, World, worlds_and_asks
from tests.worlds import SECRET, asked_of

MOST = 200


def searched(world: World, ask: Ask, query: str) -> tuple[Stage, Found, list[Tile]]:
    """What a search finds in a world, and its tiles as they are answered."""
    asked = asked_of(world, ask)
    stage = set_stage(replace(asked.inputs, rules=None), asked.request)
    found = search(stage, names_of(stage.catalogue), query, MOST)
    proposal = Proposal("search", "", found.works, ("tile.name.own", {}), why=found.why)
    dresser = Dresser(stage, asked.page_id, SECRET)
    tiles, _ = dresser.tiles(PlacedRow(253, proposal, found.works, None), 0, MOST)
    return stage, found, tiles


NAMES = st.sampled_from((*HOSTILE, *PEOPLE, *GENRES, "Season"))
QUERIES = st.one_of(
    NAMES,
    st.tuples(NAMES, st.integers(1, 8)).map(lambda cut: cut[0][: cut[1]]),
    st.text(min_size=1, max_size=6),
).filter(lambda query: bool(fold(query)))


@pytest.mark.slow
@given(worlds_and_asks(), QUERIES)
@settings(max_examples=250)
def test_what_is_found_keeps_the_rules_of_a_page_and_its_reason_is_true(
    case: tuple[World, Ask], query: str
) -> None:
    world, ask = case
    truth = Truth(world, ask)
    _, found, tiles = searched(world, ask, query)
    works = [truth.work_of[tile.title_id] for tile in tiles]
    assert len(set(works)) == len(works)
    assert len({tile.token for tile in tiles}) == len(tiles)
    for column, (tile, work) in enumerate(zip(tiles, works, strict=True)):
        assert truth.by_id[tile.title_id].kind in CHOOSABLE
        assert truth.is_eligible(work)
        assert tile.title_id == truth.edition_shown(work)
        signed = read_token(tile.token, SECRET)
        assert signed is not None
        assert signed[1:] == (253, column)
        assert tile.reason.text
        assert not tile.explore
        assert is_true(truth, tile, work)
        if not ask.personalised:
            assert tile.resume is None
    eligible = [work for work in truth.works if truth.is_eligible(work)]
    shown = {work: truth.by_id[truth.edition_shown(work)] for work in eligible}
    for person in found.people:
        name = person.name.casefold()
        own = [t for t in shown.values() if any(p.name.casefold() == name for p in t.people)]
        assert len(own) == person.titles > 0
        roles = {p.role for t in own for p in t.people if p.name.casefold() == name}
        assert set(person.roles) == roles
    for genre in found.genres:
        folded = genre.genre.casefold()
        own = [t for t in shown.values() if any(g.casefold() == folded for g in t.genres)]
        assert len(own) == genre.titles > 0


def is_true(truth: Truth, tile: Tile, work: str) -> bool:
    """Whether what a reason claims can be read in the titles."""
    evidence, shown = tile.reason.evidence, truth.by_id[tile.title_id]
    if tile.reason.code == "name":
        allowed = [edition for edition in truth.works[work] if truth.is_allowed(edition)]
        return any(evidence["name"] in (t.name, *t.names.values()) for t in allowed)
    if tile.reason.code == "episode":
        episode = truth.by_id[evidence["title_id"]]
        series = truth.works[work][0]
        may_be_played = truth.is_open(episode) and truth.is_allowed(episode, series)
        known = any(episode in group for group in truth.episodes(work))
        return (
            known and may_be_played and evidence["name"] in (episode.name, *episode.names.values())
        )
    if tile.reason.code == "genre":
        return evidence["genre"] in shown.genres
    return any((p.role, p.name) == (tile.reason.code, evidence["person"]) for p in shown.people)


@pytest.mark.slow
@given(worlds_and_asks(), st.data())
@settings(max_examples=150)
def test_whatever_a_page_could_show_is_found_by_its_own_name_first_of_all_kinds(
    case: tuple[World, Ask], data: st.DataObject
) -> None:
    world, ask = case
    truth = Truth(world, ask)
    eligible = sorted(work for work in truth.works if truth.is_eligible(work))
    if not eligible:
        return
    work = data.draw(st.sampled_from(eligible))
    title = truth.by_id[truth.edition_shown(work)]
    name = data.draw(st.sampled_from((title.name, *title.names.values())))
    if not fold(name):
        return
    _, _, tiles = searched(world, ask, name)
    reasons = {truth.work_of[tile.title_id]: tile.reason for tile in tiles}
    assert reasons[work].code == "name"
    assert reasons[work].evidence["match"] == "typed"
    codes = [tile.reason.code for tile in tiles if tile.reason.evidence.get("match") != "close"]
    assert codes[0] == "name"


@pytest.mark.slow
@given(worlds_and_asks(), QUERIES)
@settings(max_examples=80)
def test_the_same_is_found_again_in_the_same_order(case: tuple[World, Ask], query: str) -> None:
    one, other = (searched(*case, query)[2] for _ in range(2))
    assert one == other


# -- named cases


def film(title_id: str, name: str, **more: Any) -> dict[str, Any]:
    return {"title_id": title_id, "kind": "movie", "name": name, "maturity": 0, **more}


def world_of(*titles: dict[str, Any], **more: Any) -> World:
    profile = {"profile_id": "ann", "country": "DE", "language": "en", **more.pop("profile", {})}
    return World(tuple((title, 0) for title in titles), profile, (), **more)


def ids(world: World, query: str, ask: Ask | None = None) -> list[str]:
    return [tile.title_id for tile in searched(world, ask or Ask(), query)[2]]


def test_names_come_before_people_and_people_before_genres() -> None:
    world = world_of(
        film("a", "Another", genres=["Crime"]),
        film("b", "Before", people=[{"name": "Cri Zonde", "role": "actor"}]),
        film("c", "The Crimson Pirate"),
        film("d", "A Fine Crime"),
    )
    _, found, tiles = searched(world, Ask(), "crim")
    assert [t.title_id for t in tiles][:3] == ["c", "d", "a"]
    assert ids(world, "cri") == ["c", "d", "b", "a"]
    assert [(g.genre, g.titles) for g in found.genres] == [("Crime", 1)]
    assert [t.reason.code for t in tiles] == ["name", "name", "genre", "actor"], "a slip is last"


def test_what_is_only_close_stands_behind_everything_that_is_as_it_was_typed() -> None:
    world = world_of(
        film("a", "Thanks"), film("b", "Forrest", people=[{"name": "Tom Hanks", "role": "actor"}])
    )
    assert ids(world, "hanks") == ["b", "a"]


def test_of_equal_matches_the_more_valuable_comes_first_also_without_a_bundle() -> None:
    titles = [film(f"f{i}", f"Night {'abcdefgh'[i]}", release_year=1950 + 9 * i) for i in range(8)]
    for world in (world_of(*titles), world_of(*titles, policy=3)):
        stage, found, _ = searched(world, Ask(), "night")
        value = stage.value[found.works]
        assert (np.diff(value) <= 0).all()
        assert len(value) == 8


def test_the_tile_is_the_edition_of_the_viewers_language_whichever_name_was_typed() -> None:
    world = world_of(
        film("en", "The Wave", work_id="w", audio_languages=["en"]),
        film("de", "Die Welle", work_id="w", audio_languages=["de"]),
    )
    for query in ("welle", "wave"):
        assert ids(world, query) == ["en"]
        assert ids(world, query, Ask(language="de")) == ["de"]
    (tile,) = searched(world, Ask(language="de"), "wave")[2]
    assert tile.name == "Die Welle"
    assert tile.reason.text == say("de", "tile.name.other", {"name": "The Wave"})


def test_a_name_in_any_language_finds_its_title() -> None:
    world = world_of(film("a", "Jaws", names={"de": "Der weiße Hai", "ja": "ジョーズ"}))
    for query in ("weisse", "der weiße h", "ジョー", "jaws", "hai"):
        assert ids(world, query) == ["a"]


def test_an_episodes_name_finds_its_series_and_says_so() -> None:
    world = world_of(
        {"title_id": "s", "kind": "series", "name": "Far Away", "maturity": 0},
        {"title_id": "s1", "kind": "season", "name": "Volume", "series_id": "s", "season": 1},
        *(
            {"title_id": f"e{i}", "kind": "episode", "name": name, "series_id": "s", "season": 1,
             "episode": i, **more}
            for i, name, more in (
                (1, "Ozymandias", {}), (2, "Felina", {}), (3, "Gliding", {"maturity": 18}))
        ),
        profile={"maturity_limit": 12},
    )  # fmt: skip
    (tile,) = searched(world, Ask(), "ozymand")[2]
    assert (tile.title_id, tile.reason.code) == ("s", "episode")
    assert tile.reason.evidence == {"name": "Ozymandias", "match": "typed", "title_id": "e1"}
    assert ids(world, "felina") == ["s"]
    assert ids(world, "gliding") == [], "an episode that may not be seen gives nothing away"
    assert ids(world, "ozymandias", Ask(language="de")) == ["s"]


def test_people_are_told_of_once_in_all_their_roles_and_all_their_spellings() -> None:
    def credit(name: str, role: str) -> list[dict[str, str]]:
        return [{"name": name, "role": role}]

    world = world_of(
        film("a", "One", people=credit("Agnès Varda", "director")),
        film("b", "Two", people=credit("Agnès Varda", "actor")),
        film("c", "Three", people=credit("agnès varda", "director")),
        film("d", "Four", people=credit("Agnes Vardas", "actor")),
    )
    _, found, tiles = searched(world, Ask(), "agnes varda")
    first, second = found.people
    assert (first.name, first.roles, first.titles) == ("Agnès Varda", ["director", "actor"], 3)
    assert (second.name, second.titles) == ("Agnes Vardas", 1)
    by_id = {tile.title_id: tile.reason for tile in tiles}
    assert by_id["a"].text == "Directed by Agnès Varda"
    assert by_id["b"].text == "With Agnès Varda"
    assert by_id["c"].evidence == {"person": "agnès varda"}
    assert [t.title_id for t in tiles][-1] == "d"


def test_a_sensitive_genre_is_found_by_whoever_asks_for_it_by_name() -> None:
    world = world_of(film("a", "One", genres=["Religion"]), film("b", "Two", genres=["Drama"]))
    assert ids(world, "relig") == ["a"]


def test_a_title_that_was_withdrawn_is_found_by_no_name_of_its_own() -> None:
    world = world_of(
        film("a", "Gone", work_id="w"), film("b", "Still Here", work_id="w"), film("c", "Gone Too")
    )
    gone = replace(world, withdrawn=frozenset({"a", "c"}))
    assert ids(world, "gone") == ["a", "c"]
    assert ids(gone, "gone") == []
    assert ids(gone, "still") == ["b"]
