"""A population lives with a service over HTTP as it does in process: pages are asked `at` a moment."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest
from msgspec.structs import replace

from frontrow.base.errors import BadInput, Unavailable
from frontrow.base.home import Home
from frontrow.base.time import system_clock
from frontrow.simulation.loop import POPULATIONS, OverHttp, live
from tests.server.conftest import start_server, stop_server


@pytest.mark.slow
def test_a_population_lives_with_a_server_elsewhere(home: Home) -> None:
    server = start_server(home)
    try:
        midnight = system_clock()().replace(hour=0, minute=0, second=0, microsecond=0)
        with closing(OverHttp(server.url)) as caller:
            run = live(
                replace(POPULATIONS["everyday"], works=120),
                caller,
                viewers=15,
                days=3,
                seed=2,
                first=midnight - timedelta(days=3),
            )
        known = server.get(f"/v1/profiles/{run.minds.ids[run.visits[0].viewer]}/data")
    finally:
        stop_server(server)
    assert run.visits
    assert sum(seen.looked for seen in run.visits) > 20
    assert any(event["type"] == "impression" for event in known["events"])


def test_what_is_no_address_and_who_does_not_answer_are_said() -> None:
    with pytest.raises(BadInput, match="no address"):
        OverHttp("127.0.0.1:8000")
    with pytest.raises(Unavailable, match="does not answer"):
        OverHttp("http://127.0.0.1:9").call("GET", "/healthz", None)
