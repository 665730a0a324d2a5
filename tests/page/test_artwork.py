"""Images: kept for a window, varied in a row, true of their title, and drawn as the record says."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest

from frontrow.catalog import Catalogue, StoredTitle, Title, build_catalogue
from frontrow.catalog.candidates import images_of
from frontrow.events import Position
from frontrow.page.artwork import ArtworkChoice, ArtworkChooser, Taken
from frontrow.page.choice_values import values_of
from frontrow.viewers.choices import NONE, SUMS, Choices
from frontrow.viewers.reactions import Context

LOOKS = ("face", "scene", "action", "title-led")


def catalogue_of(*titles: dict[str, Any]) -> Catalogue:
    stored = [
        StoredTitle(msgspec.convert({"kind": "movie", "name": "x", **told}, Title), i, 0)
        for i, told in enumerate(titles)
    ]
    return build_catalogue(1, stored)


def with_images(works: int, images: int, **more: Any) -> Catalogue:
    return catalogue_of(
        *(
            {
                "title_id": f"t{i:03d}",
                "artwork": [
                    {"artwork_id": f"t{i:03d}.{j}", "url": f"/{j}.svg", "tags": [LOOKS[j % 4]]}
                    for j in range(images)
                ],
                **more,
            }
            for i in range(works)
        )
    )


def recorded(cells: dict[tuple[str, str], tuple[float, float]], genre: str = "") -> Choices:
    """A record: (work, artwork id) -> times shown, times good, for everyone or viewers of a genre."""
    columns = ("", "+", genre) if genre else ("", "+")
    shown, good = np.zeros((2, len(cells), len(columns)))
    for row, (n, s) in enumerate(cells.values()):
        shown[row, [0, -1]], good[row, [0, -1]] = n, s
        if not genre:
            shown[row, 1] = good[row, 1] = 0
    rows = tuple(("artwork", work, image) for work, image in cells)
    return Choices(
        1,
        0,
        0,
        Position(),
        rows,
        columns,
        shown,
        good,
        good,
        np.zeros(SUMS),
        np.zeros(len(rows), dtype=np.int64),
    )


def chosen(
    catalogue: Catalogue,
    key: str = "anna",
    window: int = 0,
    choices: Choices | None = None,
    context: Context | None = None,
    works: list[int] | None = None,
    alike: int = 100,
    free: bool = False,
    places: range | None = None,
) -> list[ArtworkChoice | None]:
    values = None if choices is None else values_of(choices, catalogue)
    taken = Taken(key, window, values) if context is None else Taken(key, window, values, context)
    row = np.array(works if works is not None else range(catalogue.n), dtype=np.int32)
    at = np.array(range(len(row)) if places is None else places, dtype=np.intp)
    return ArtworkChooser(catalogue, taken, alike).choose([(row, free)], [at])[0]


def shown(found: list[ArtworkChoice | None]) -> list[str]:
    return [one.shown.artwork_id for one in found if one is not None]


def test_before_anything_is_known_images_are_drawn_evenly_and_say_so() -> None:
    catalogue = with_images(40, 4)
    counts = dict.fromkeys(range(4), 0)
    for viewer in range(100):
        for image in shown(chosen(catalogue, f"viewer {viewer}")):
            counts[int(image.split(".")[1])] += 1
    assert sum((count - 1000) ** 2 / 1000 for count in counts.values()) < 16.3  # 99.9 %, 3 dof
    one = chosen(catalogue, works=[0])[0]
    assert one is not None
    assert one.propensity == 0.25
    assert one.candidates == ("t000.0", "t000.1", "t000.2", "t000.3")


def test_an_image_stays_for_its_window_and_is_drawn_anew_after() -> None:
    catalogue = with_images(40, 4)
    assert shown(chosen(catalogue, window=3)) == shown(chosen(catalogue, window=3))
    assert shown(chosen(catalogue, window=3)) != shown(chosen(catalogue, window=4))
    assert shown(chosen(catalogue, "anna")) != shown(chosen(catalogue, "ben"))


def test_a_title_shows_the_same_image_whatever_else_is_on_the_page() -> None:
    catalogue = with_images(40, 4)
    whole = shown(chosen(catalogue))
    assert shown(chosen(catalogue, works=[7, 3])) == [whole[7], whole[3]]


def test_a_new_image_changes_only_the_choices_that_it_wins() -> None:
    before, after = shown(chosen(with_images(200, 3))), shown(chosen(with_images(200, 4)))
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert all(image.endswith(".3") for image in changed)
    assert 25 <= len(changed) <= 80  # about a quarter: its share of trials


def test_a_title_without_images_shows_none_and_one_image_is_no_choice() -> None:
    assert chosen(with_images(1, 0)) == [None]
    one = chosen(with_images(1, 1))[0]
    assert one is not None
    assert (one.propensity, one.candidates) == (1.0, ("t000.0",))


@pytest.mark.slow
def test_what_was_good_with_others_is_shown_more_and_what_was_only_begun_is_not() -> None:
    catalogue = with_images(1, 4)
    record = recorded(
        {
            ("t000", "t000.0"): (400, 20),
            ("t000", "t000.1"): (400, 60),
            ("t000", "t000.2"): (400, 20),
            ("t000", "t000.3"): (400, 1),  # however often it was begun: a start is no label
        }
    )
    counts = dict.fromkeys(range(4), 0)
    for viewer in range(1_000):
        (image,) = shown(chosen(catalogue, f"v{viewer}", choices=record))
        counts[int(image[-1])] += 1
    assert counts[1] > 850
    assert counts[3] < 50


def test_viewers_of_a_genre_get_the_image_that_was_good_with_their_like() -> None:
    catalogue = catalogue_of(
        {
            "title_id": "t",
            "genres": ["Comedy", "Drama"],
            "artwork": [
                {"artwork_id": "kiss", "url": "/k.svg"},
                {"artwork_id": "clown", "url": "/c.svg"},
            ],
        }
    )
    base = recorded({("t", "kiss"): (400, 30), ("t", "clown"): (400, 30)}, "comedy")
    of_genre_shown = np.array([[400, 0, 200], [400, 0, 200]], dtype=float)
    of_genre_good = np.array([[30, 0, 2], [30, 0, 28]], dtype=float)
    record = Choices(
        1,
        0,
        0,
        Position(),
        base.rows,
        base.columns,
        of_genre_shown,
        of_genre_good,
        of_genre_good,
        base.matches,
        base.last_us,
    )
    laughs = Context(genres={"comedy": 1.0}, begun=20)
    for_all = [shown(chosen(catalogue, f"v{i}", choices=record))[0] for i in range(300)]
    for_fans = [
        shown(chosen(catalogue, f"v{i}", choices=record, context=laughs))[0] for i in range(300)
    ]
    assert 0.3 < for_all.count("clown") / 300 < 0.7
    assert for_fans.count("clown") / 300 > 0.85


def test_ones_own_reactions_to_a_kind_of_image_count() -> None:
    catalogue = with_images(100, 4)
    moved = Context(tags={LOOKS[2]: 0.8}, begun=10, good=10)
    own = shown(chosen(catalogue, choices=NONE, context=moved))
    assert sum(image.endswith(".2") for image in own) > 30
    plain = shown(chosen(catalogue, choices=NONE))
    assert 10 < sum(image.endswith(".2") for image in plain) < 40


def looks(catalogue: Catalogue, found: list[ArtworkChoice | None]) -> list[str]:
    look = {
        art.artwork_id: art.tags[0] for work in catalogue.works for art in work.artwork if art.tags
    }
    return [look[one.shown.artwork_id] for one in found if one is not None]


def longest_run(values: list[str]) -> int:
    most = run = 0
    last = None
    for value in values:
        run = run + 1 if value == last else 1
        most, last = max(most, run), value
    return most


FACES = Context(tags={"face": 3.0}, begun=10, good=10)


def known(catalogue: Catalogue) -> Choices:
    return recorded(
        {(w.work_id, a.artwork_id): (300, 30) for w in catalogue.works for a in w.artwork}
    )


def test_there_are_no_six_faces_in_a_row() -> None:
    catalogue = with_images(75, 4)
    for viewer in range(20):
        key = f"v{viewer}"
        found = chosen(catalogue, key, choices=known(catalogue), context=FACES, alike=5)
        seen = looks(catalogue, found)
        assert seen.count("face") > 45  # most of what may be
        assert longest_run(seen) <= 5
        free = chosen(catalogue, key, choices=known(catalogue), context=FACES, alike=5, free=True)
        assert longest_run(looks(catalogue, free)) > 5


def test_variety_goes_by_the_whole_row_whichever_part_is_asked_for() -> None:
    catalogue = with_images(75, 4)
    record = known(catalogue)
    whole = chosen(catalogue, choices=record, context=FACES, alike=3)
    for start in (0, 1, 17, 60):
        part = chosen(
            catalogue, choices=record, context=FACES, alike=3, places=range(start, start + 15)
        )
        assert part == whole[start : start + 15]


def test_what_variety_leaves_out_is_no_candidate_and_the_others_are_drawn_by_their_shares() -> None:
    catalogue = with_images(12, 4)
    found = chosen(catalogue, choices=known(catalogue), context=FACES, alike=1)
    cut = [one for one in found if one is not None and len(one.candidates) == 3]
    assert cut
    assert all(one.shown.artwork_id in one.candidates for one in cut)
    two = catalogue_of(
        *(
            {
                "title_id": f"t{i}",
                "artwork": [
                    {"artwork_id": f"t{i}.{look}", "url": "/x.svg", "tags": [look]}
                    for look in ("face", "scene")
                ],
            }
            for i in range(12)
        )
    )
    found = chosen(two, choices=known(two), context=FACES, alike=1)
    alternating = looks(two, found)
    assert all(a != b for a, b in pairwise(alternating))
    assert [one.propensity for one in found if one is not None][1:] == [1.0] * 11


@pytest.mark.parametrize(
    ("tags", "people", "fits"),
    [
        (["face", "comedy"], [], True),
        (["face", "Horror"], [], False),  # a genre that the title hasn't
        (["heist"], [], True),
        (["Space"], [], False),  # a theme that it hasn't
        (["moody", "red"], [], True),  # no word of the catalogue's
        ([], ["Anna Actor"], True),
        ([], ["Other Person"], False),
        (["Other Person"], [], False),
        (["action"], [], True),  # a look, though another title has a genre of that name
    ],
)
def test_an_image_of_what_the_title_has_not_is_no_candidate(
    tags: list[str], people: list[str], fits: bool
) -> None:
    catalogue = catalogue_of(
        {
            "title_id": "a",
            "genres": ["Comedy"],
            "themes": ["Heist"],
            "people": [{"name": "Anna Actor", "role": "actor"}],
            "artwork": [{"artwork_id": "x", "url": "/x.svg", "tags": tags, "people": people}],
        },
        {
            "title_id": "b",
            "genres": ["Horror", "Action"],
            "themes": ["Space"],
            "people": [{"name": "Other Person", "role": "director"}],
        },
    )
    assert (chosen(catalogue, works=[0]) != [None]) == fits
    assert (not images_of(catalogue).untrue) == fits
