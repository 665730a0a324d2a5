"""The invented service: what its titles promise."""

import json
import re
from collections import Counter
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from frontrow.simulation import Service, invent_service

from .conftest import N_WORKS, NOW, SEED

KINDS = {"movie", "series", "episode", "special", "live"}
ID = re.compile(r"[A-Za-z0-9._:@-]{1,128}")
MINOR_WORDS = {"the", "a", "an", "of", "and", "for", "in", "to", "by", "from"}


def chosen_titles(service: Service) -> list[dict[str, Any]]:
    return [title for title in service.titles if title["kind"] != "episode"]


def test_the_same_seed_invents_the_same_service(service: Service) -> None:
    again = invent_service(SEED, n_works=N_WORKS, now=NOW)
    assert json.dumps(again.titles) == json.dumps(service.titles)
    assert again.artwork == service.artwork


def test_another_seed_invents_another_service(service: Service) -> None:
    other = invent_service(SEED + 1, n_works=N_WORKS, now=NOW)
    names = {title["name"] for title in chosen_titles(service)}
    assert len(names & {title["name"] for title in chosen_titles(other)}) < 0.1 * len(names)


def test_titles_are_plain_json_with_valid_and_unique_ids(service: Service) -> None:
    assert json.loads(json.dumps(service.titles)) == service.titles
    ids = [title["title_id"] for title in service.titles]
    assert len(set(ids)) == len(ids)
    assert all(ID.fullmatch(title_id) for title_id in ids)
    assert {title["kind"] for title in service.titles} <= KINDS


def test_there_are_as_many_works_as_asked_and_mostly_films(service: Service) -> None:
    works = {title["work_id"]: title["kind"] for title in chosen_titles(service)}
    shares = Counter(works.values())
    assert len(works) == N_WORKS
    assert 0.55 < shares["movie"] / N_WORKS < 0.65
    assert 0.24 < shares["series"] / N_WORKS < 0.32
    assert shares["live"] >= 1


def test_episodes_belong_to_a_series_and_count_from_one(service: Service) -> None:
    kinds = {title["title_id"]: title["kind"] for title in service.titles}
    numbers: dict[tuple[str, int], list[int]] = {}
    for title in service.titles:
        if title["kind"] == "episode":
            assert kinds[title["series_id"]] == "series"
            numbers.setdefault((title["series_id"], title["season"]), []).append(title["episode"])
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert all(6 <= len(found) <= 10 for (_, season), found in numbers.items() if season > 0)
    assert any(season == 0 for _, season in numbers)


def test_no_two_names_are_near_duplicates(service: Service) -> None:
    first_names = {title["work_id"]: title["name"] for title in reversed(chosen_titles(service))}
    names = list(first_names.values())
    assert len(set(names)) == len(names)
    content = [frozenset(re.findall(r"[\w']+", name.lower())) - MINOR_WORDS for name in names]
    close = [(a, b) for a, b in combinations(content, 2) if len(a & b) >= 2 and len(a ^ b) <= 1]
    assert not close


def test_a_title_for_children_has_a_low_age_and_a_fitting_genre(service: Service) -> None:
    kids = [title for title in chosen_titles(service) if title["kids"]]
    assert 0.04 < len(kids) / N_WORKS < 0.13
    assert all(title["maturity"] <= 6 for title in kids)
    assert all({"Animation", "Family"} & set(title["genres"]) for title in kids)


def test_a_synopsis_has_two_sentences_that_differ_between_works(service: Service) -> None:
    synopses = {title["work_id"]: title["synopsis"] for title in chosen_titles(service)}
    assert all(len(re.findall(r"[.!?](?: |$)", text)) == 2 for text in synopses.values())
    assert len(set(synopses.values())) == len(synopses)


def test_a_few_people_recur_and_most_do_not(service: Service) -> None:
    works_of = Counter(
        person["name"] for title in chosen_titles(service) for person in title["people"]
    )
    counts = sorted(works_of.values(), reverse=True)
    assert sum(counts[: len(counts) // 10]) > 0.25 * sum(counts)
    assert sum(count == 1 for count in counts) > 0.2 * len(counts)


def test_something_leaves_soon_something_expired_and_something_is_new(service: Service) -> None:
    ends = [
        datetime.fromisoformat(window["until"])
        for title in chosen_titles(service)
        if title["kind"] != "live"
        for window in title.get("availability", [])
        if "until" in window
    ]
    added = [datetime.fromisoformat(title["added_at"]) for title in chosen_titles(service)]
    assert any(NOW < end <= NOW + timedelta(days=14) for end in ends)
    assert any(end <= NOW for end in ends)
    recent = sum(NOW - timedelta(days=45) <= moment <= NOW for moment in added)
    assert 0.03 < recent / len(added) < 0.2


def test_some_titles_are_licensed_in_one_country_only(service: Service) -> None:
    groups = [
        {country for window in title["availability"] for country in window["countries"]}
        for title in chosen_titles(service)
        if "availability" in title
    ]
    assert any(len(group) == 1 and group <= {"DE", "FR", "GB"} for group in groups)
    assert sum(group in ({"*"}, {"DE", "FR", "GB"}) for group in groups) > 0.6 * len(groups)


def test_a_live_event_is_on_air_now(service: Service) -> None:
    windows = [title["availability"][0] for title in service.titles if title["kind"] == "live"]
    spans = [
        (datetime.fromisoformat(w["from"]), datetime.fromisoformat(w["until"])) for w in windows
    ]
    assert any(start <= NOW < end for start, end in spans)
    assert all(end - start <= timedelta(hours=4) for start, end in spans)


def test_editions_share_one_work_and_differ_in_language_or_length(service: Service) -> None:
    twins = [title for title in service.titles if title["title_id"].endswith("-b")]
    first = {title["title_id"]: title for title in service.titles}
    for twin in twins:
        main = first[twin["work_id"]]
        assert (twin["audio_languages"], twin["runtime_minutes"]) != (
            main["audio_languages"],
            main["runtime_minutes"],
        )
