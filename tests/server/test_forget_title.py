"""`forget_title`: the page is what it would be had the title never been watched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.server.test_pages import Opened, lived_in, open_home, without_stamps

__all__ = ["lived_in", "open_home"]  # fixtures


@pytest.mark.slow
def test_a_page_after_a_forget_is_that_of_a_viewer_who_never_watched_it(lived_in: Opened) -> None:
    lived_in.train()
    make = lived_in.make
    lived_in.tell(make.one("rate", "ann", "f007", value=2), make.one("play", "ann", "f012"))
    queries = ("rows=40&columns=100", "device=tv&seed=7", "personalised=false")
    before = [without_stamps(lived_in.page("ann", query)) for query in queries]
    taste = lived_in.get("/v1/profiles/ann/taste")

    long_ago = (lived_in.clock.now - timedelta(days=20)).strftime("%Y-%m-%dT%H:%M:%S+09:00")
    watched: list[dict[str, Any]] = [
        {**make.one(kind, "ann", "f020", artwork_id="f020-1"), "time": long_ago}
        for kind in ("impression", "play", "complete")
    ]
    answer = lived_in.api.post("/v1/events", json={"events": watched}).json()
    assert answer["accepted"] == len(watched)
    assert without_stamps(lived_in.page("ann", queries[0])) != before[0]

    lived_in.tell(make.one("forget_title", "ann", "f020"))
    after = [without_stamps(lived_in.page("ann", query)) for query in queries]
    assert after == before
    assert lived_in.get("/v1/profiles/ann/taste") == taste
