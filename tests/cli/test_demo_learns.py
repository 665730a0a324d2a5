"""The demo learns: its viewers' planted tastes in images, read by this test alone, are met by their pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest

from frontrow.base.home import Home, init_home
from frontrow.cli.demo import invent_into
from frontrow.server.making import Asked
from frontrow.server.pages import Pages
from frontrow.server.service import Service

NOW = datetime(2026, 11, 2, 18, tzinfo=UTC)  # another day is another world
VIEWERS = 400  # the demo has more, and its images are met the surer


@pytest.mark.slow
def test_images_meet_planted_tastes_above_chance_and_differ_between_viewers(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    init_home(home)
    now = [NOW]
    service = Service(home, lambda: now[0])
    truth_file = tmp_path / "truth.json"
    invent_into(service, truth_file, lambda share, what: None, VIEWERS)
    service.refold_snapshots()
    now[0] += timedelta(days=1)  # what is known of a viewer is as of the morning
    truth = msgspec.json.decode(truth_file.read_bytes())["profiles"]
    pages = Pages(service)
    tags = {
        art.artwork_id: art.tags[0] for work in service.catalogue().works for art in work.artwork
    }
    gained, shown = [], {}
    for profile_id in sorted(truth):
        built = pages.build(pages.maker.make(profile_id, Asked(rows=8, columns=20)))
        if not built.taken.context.good:  # children, and who never watched anything
            continue
        liking = truth[profile_id]["artwork"]
        for title_id, choice in built.artwork.items():
            likes = [liking[tags[one]] for one in choice.candidates]
            gained.append((profile_id, liking[tags[choice.shown.artwork_id]] - np.mean(likes)))
            shown.setdefault(title_id, set()).add(choice.shown.artwork_id)
    service.close()
    by_viewer: dict[str, list[float]] = {}
    for profile_id, value in gained:
        by_viewer.setdefault(profile_id, []).append(float(value))
    means = np.array([np.mean(values) for values in by_viewer.values()])
    error = means.std() / np.sqrt(len(means))
    assert len(means) > VIEWERS / 2
    assert means.mean() > 3 * error  # chance: 0
    assert sum(len(images) > 1 for images in shown.values()) > len(shown) / 2
    print(f"liking gained per image {means.mean():.3f} +- {error:.3f}, {len(means)} viewers")
