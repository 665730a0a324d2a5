"""The invented viewers: their events hang together, and what was planted shows in them."""

import hashlib
import json
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from frontrow.simulation import Population, Service, invent_service, invent_viewers
from frontrow.simulation.appeal import plant_appeal
from frontrow.simulation.world import view_world

from .conftest import DAYS, N_VIEWERS, NOW, SEED

Event = dict[str, Any]
PLACED = ("page_id", "row_id", "position", "artwork_id")
WATCHING = ("play", "pause", "resume", "progress", "complete", "stop")


def by_profile(population: Population) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for event in population.events:
        found[event["profile_id"]].append(event)
    return found


def of_type(population: Population, kind: str) -> list[Event]:
    return [event for event in population.events if event["type"] == kind]


def work_titles(service: Service) -> dict[str, dict[str, Any]]:
    """The title on a tile for each title id; an episode's is its series."""
    titles = {title["title_id"]: title for title in service.titles}
    return {
        title_id: titles[title.get("series_id", title_id)] for title_id, title in titles.items()
    }


def is_open(title: dict[str, Any], country: str, moment: str) -> bool:
    return "availability" not in title or any(
        ("*" in w["countries"] or country in w["countries"])
        and w.get("from", "") <= moment < w.get("until", "9")
        for w in title["availability"]
    )


@pytest.mark.slow
def test_the_same_seed_invents_the_same_viewers_in_another_process(population: Population) -> None:
    script = (
        "import hashlib, json\n"
        "from datetime import UTC, datetime\n"
        "from frontrow.simulation import invent_service, invent_viewers\n"
        f"now = datetime.fromisoformat({NOW.isoformat()!r})\n"
        f"service = invent_service({SEED}, n_works=320, now=now)\n"
        f"p = invent_viewers(service, {SEED}, n_viewers={N_VIEWERS}, days={DAYS}, now=now)\n"
        "told = json.dumps([p.profiles, p.events, p.truth, p.worth_looking_at])\n"
        "print(hashlib.sha256(told.encode()).hexdigest())\n"
    )
    told = json.dumps(
        [population.profiles, population.events, population.truth, population.worth_looking_at]
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)},
    )
    assert other.stdout.strip() == hashlib.sha256(told.encode()).hexdigest()


def test_events_are_in_order_of_time_before_now_and_unique(population: Population) -> None:
    times = [event["time"] for event in population.events]
    assert times == sorted(times)
    assert times[0] >= (NOW - timedelta(days=DAYS + 1)).isoformat()
    assert datetime.fromisoformat(times[-1]) < NOW
    ids = [event["event_id"] for event in population.events]
    assert len(set(ids)) == len(ids)


def test_there_are_hundreds_of_events_for_a_viewer(population: Population) -> None:
    mean = len(population.events) / len(population.profiles)
    assert len(population.profiles) == N_VIEWERS
    assert 150 < mean * 45 / DAYS < 700


def test_progress_is_told_up_to_the_last_viewer(service: Service) -> None:
    told: list[tuple[int, int]] = []
    invent_viewers(
        service, 1, n_viewers=25, days=2, now=NOW, progress=lambda done, of: told.append((done, of))
    )
    assert told == [(20, 25), (25, 25)]


def test_a_sitting_begins_with_play_ends_with_stop_and_only_moves_forward(
    population: Population,
) -> None:
    for events in by_profile(population).values():
        playing: Event | None = None
        position = 0
        for event in events:
            if event["type"] not in WATCHING:
                continue
            if event["type"] == "play":
                assert playing is None
                playing, position = event, event["position_seconds"]
            assert playing is not None
            assert event["title_id"] == playing["title_id"]
            assert position <= event["position_seconds"] <= event["runtime_seconds"]
            position = event["position_seconds"]
            if event["type"] == "stop":
                assert event["seconds_watched"] == position - playing["position_seconds"]
                elapsed = datetime.fromisoformat(event["time"]) - datetime.fromisoformat(
                    playing["time"]
                )
                assert elapsed.total_seconds() >= event["seconds_watched"]
                playing = None
        assert playing is None


def test_a_play_without_autoplay_follows_a_click(population: Population) -> None:
    for events in by_profile(population).values():
        before: Event = {}
        for event in events:
            if event["type"] == "play" and not event["autoplay"]:
                assert before["type"] == "click"
                assert all(before.get(key) == event.get(key) for key in PLACED)
            before = event


def test_episodes_are_watched_in_order(service: Service, population: Population) -> None:
    episode = {
        t["title_id"]: (t["series_id"], t["season"], t["episode"])
        for t in service.titles
        if t["kind"] == "episode"
    }
    for events in by_profile(population).values():
        latest: dict[str, tuple[int, int]] = {}
        for event in events:
            if event["type"] == "play" and event["title_id"] in episode:
                series, *place = episode[event["title_id"]]
                now_at = (place[0], place[1])
                previous = latest.get(series, (1, 0))
                assert now_at >= previous
                assert now_at in {previous, (previous[0], previous[1] + 1), (previous[0] + 1, 1)}
                latest[series] = now_at


def test_an_impression_is_eligible_for_its_profile_at_its_time(
    service: Service,
    population: Population,
) -> None:
    titles = {title["title_id"]: title for title in service.titles}
    profiles = {profile["profile_id"]: profile for profile in population.profiles}
    for event in population.events:
        if "title_id" not in event or event["type"] not in ("impression", "click", "play"):
            continue
        title, profile = titles[event["title_id"]], profiles[event["profile_id"]]
        assert title["maturity"] <= profile.get("maturity_limit", 18)
        assert title["kids"] or not profile.get("kids")
        assert event["type"] != "impression" or title["kind"] != "episode"
        # A page is judged when it is laid out; watching a binge may run past a window's end.
        if event["type"] == "impression":
            laid_out = datetime.fromisoformat(event["time"]) - timedelta(seconds=120)
            assert is_open(title, profile["country"], event["time"]) or is_open(
                title, profile["country"], laid_out.strftime("%Y-%m-%dT%H:%M:%SZ")
            )
        elif title["kind"] == "episode":
            assert event["time"] >= max(
                (
                    w["from"]
                    for w in title.get("availability", [])
                    if "*" in w["countries"] or profile["country"] in w["countries"]
                ),
                default="",
            )


def test_no_work_stands_twice_on_the_shelves_of_a_page(
    service: Service,
    population: Population,
) -> None:
    work = {title_id: title["work_id"] for title_id, title in work_titles(service).items()}
    pages: dict[str, list[str]] = defaultdict(list)
    for event in of_type(population, "impression"):
        if event["attributes"]["policy"] == "logging":
            pages[event["page_id"]].append(work[event["title_id"]])
    assert all(len(set(works)) == len(works) for works in pages.values())


def test_a_dismissed_title_is_never_shown_again(service: Service, population: Population) -> None:
    work = {title_id: title["work_id"] for title_id, title in work_titles(service).items()}
    for events in by_profile(population).values():
        gone: set[str] = set()
        for event in events:
            if event["type"] == "impression":
                assert work[event["title_id"]] not in gone
            elif event["type"] == "dismiss":
                gone.add(work[event["title_id"]])


def test_every_impression_has_a_probability_and_the_artwork_of_its_title(
    service: Service,
    population: Population,
) -> None:
    artwork = {
        t["title_id"]: {a["artwork_id"] for a in t.get("artwork", [])} for t in service.titles
    }
    for event in of_type(population, "impression"):
        assert event["artwork_id"] in artwork[event["title_id"]]
        assert 0 < event["attributes"]["probability"] <= 1
        assert (event["attributes"]["policy"] == "continue") == (event["row_id"] == "continue")


def test_attention_falls_with_the_column(population: Population) -> None:
    columns = Counter(
        event["position"]
        for event in of_type(population, "impression")
        if event["row_id"] != "continue"
    )
    counts = [columns[column] for column in range(8)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 2 * counts[7]


def test_planted_genres_show_in_what_is_played(service: Service, population: Population) -> None:
    titles = work_titles(service)
    own, anyone = [], []
    for profile_id, events in by_profile(population).items():
        tastes = population.truth["profiles"][profile_id]["genres"]
        chosen = {e["title_id"] for e in events if e["type"] == "click"}
        shown = [e["title_id"] for e in events if e["type"] == "impression"]
        own += [np.mean([tastes[g] for g in titles[t]["genres"]]) for t in sorted(chosen)]
        anyone += [np.mean([tastes[g] for g in titles[t]["genres"]]) for t in shown]
    assert np.mean(own) > np.mean(anyone) + 0.3


def test_planted_liking_of_artwork_shows_in_clicks(
    service: Service, population: Population
) -> None:
    kind = {a["artwork_id"]: a["tags"][0] for t in service.titles for a in t.get("artwork", [])}
    liking: dict[str, list[float]] = {"click": [], "impression": []}
    for event in population.events:
        if event["type"] in liking and "artwork_id" in event and event["row_id"] != "continue":
            planted = population.truth["profiles"][event["profile_id"]]["artwork"]
            liking[event["type"]].append(planted[kind[event["artwork_id"]]])
    assert np.mean(liking["click"]) > np.mean(liking["impression"]) + 0.05


def test_a_rising_title_is_started_more_often_in_the_last_days(
    service: Service,
    population: Population,
) -> None:
    rising = {(country, t) for country, those in population.truth["rising"].items() for t in those}
    country = {profile["profile_id"]: profile["country"] for profile in population.profiles}
    turn = (NOW - timedelta(days=5)).isoformat()
    share: dict[bool, list[bool]] = {False: [], True: []}
    for event in of_type(population, "impression"):
        share[event["time"] >= turn].append(
            (country[event["profile_id"]], event["title_id"]) in rising
        )
    assert np.mean(share[True]) > 3 * np.mean(share[False])


def test_some_titles_rise_and_fall_before_the_last_ones_rise(service: Service) -> None:
    world = view_world(service.titles)
    first = int(NOW.timestamp()) - DAYS * 86_400
    popularity = plant_appeal(world, SEED, first_day=first, days=DAYS).popularity
    # Launches lift what is new: only what was there long before tells of a rise.
    there = world.added < first - 90 * 86_400
    lifted = popularity[:, :, there] / np.median(popularity[:, :, there], axis=0)
    peak = lifted.argmax(axis=0)
    fell = (lifted.max(axis=0) > 5) & (lifted[-1] < lifted.max(axis=0) / 2) & (peak < DAYS - 8)
    assert fell.sum() >= 3


def test_what_is_opened_in_one_visit_is_more_alike_than_from_visit_to_visit(
    service: Service,
    population: Population,
) -> None:
    genres = {id_: set(title["genres"]) for id_, title in work_titles(service).items()}
    alike: dict[bool, list[float]] = {False: [], True: []}
    for events in by_profile(population).values():
        opened = [e for e in events if e["type"] == "click"]
        for one, two in pairwise(opened):
            if one["title_id"] != two["title_id"]:
                a, b = genres[one["title_id"]], genres[two["title_id"]]
                alike[one["session_id"] == two["session_id"]].append(len(a & b) / len(a | b))
    assert np.mean(alike[True]) > 1.15 * np.mean(alike[False])


def test_a_child_watches_by_day_and_only_what_is_for_children(
    service: Service,
    population: Population,
) -> None:
    kids = {profile["profile_id"] for profile in population.profiles if profile.get("kids")}
    titles = {title["title_id"]: title for title in service.titles}
    plays = [event for event in of_type(population, "play") if event["profile_id"] in kids]
    assert plays
    assert all(titles[event["title_id"]]["kids"] for event in plays)


def test_those_worth_looking_at_differ_and_one_goes_across_dayparts(
    service: Service,
    population: Population,
) -> None:
    shown = population.worth_looking_at
    assert len(set(shown)) == 3
    truths = [population.truth["profiles"][profile_id] for profile_id in shown]
    assert any(truth["cross_daypart"] for truth in truths)
    loved = [tuple(sorted(t["genres"], key=t["genres"].__getitem__)[-2:]) for t in truths]
    assert len(set(loved)) == 3
    series = {t["title_id"] for t in service.titles if t["kind"] == "episode"}
    played = by_profile(population)
    assert all(sum(e["type"] == "play" for e in played[profile_id]) >= 10 for profile_id in shown)
    assert any(e["title_id"] in series for p in shown for e in played[p] if e["type"] == "play")


def test_a_viewer_does_the_same_whoever_else_is_invented(service: Service) -> None:
    few = invent_viewers(service, SEED, n_viewers=3, days=5, now=NOW)
    more = invent_viewers(service, SEED, n_viewers=6, days=5, now=NOW)
    first = few.profiles[0]["profile_id"]
    assert by_profile(few).get(first) == by_profile(more).get(first)


@pytest.mark.parametrize("field", ["profiles", "events", "truth"])
def test_a_population_is_plain_json(population: Population, field: str) -> None:
    told = getattr(population, field)
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize(("n_works", "n_viewers"), [(1, 1), (6, 4), (30, 2)])
def test_a_tiny_world_can_be_invented(n_works: int, n_viewers: int) -> None:
    service = invent_service(2, n_works=n_works, now=NOW)
    population = invent_viewers(service, 2, n_viewers=n_viewers, days=3, now=NOW)
    assert len(population.profiles) == n_viewers
    assert len(population.worth_looking_at) == min(3, n_viewers)
