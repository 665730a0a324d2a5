"""Continuous learning: what came since is learned, judged on a slice that nobody has seen, and decided."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from frontrow.base.home import Home
from frontrow.base.randomness import rng_for
from frontrow.base.time import system_clock
from frontrow.bundles import BundleStore
from frontrow.cli import main
from frontrow.events import Event
from frontrow.server import Service, learning
from frontrow.server.learning import Decision, Learner, decisions_file, remembered
from tests.server.small_world import titles

NOW = system_clock()()
VIEWERS = 60


def silent(share: float, what: str) -> None:
    """Nobody watches."""


def tastes(since: datetime, days: int, per_viewer: int, name: str) -> list[Event]:
    """Viewers who like titles of two genres each, evenly over some days."""
    rng = rng_for(3, name)
    found = []
    for v in range(VIEWERS):
        liked = [i for i in range(60) if i % 5 == v % 5 or (i // 5) % 5 == v % 5]
        for k, i in enumerate(rng.permutation(liked)[:per_viewer].tolist()):
            at = since + timedelta(days=days * (k + float(rng.random())) / per_viewer)
            found.append(
                Event(event_id=f"{name}{v}-{k}", type="rate", profile_id=f"v{v}",
                      title_id=f"f{i:03d}", value=2.0, time=at)
            )  # fmt: skip
    return found


@pytest.fixture
def service(home: Home, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setattr(learning, "LEAST_PLAYS", 50)
    opened = Service(home, lambda: NOW - timedelta(days=20))
    opened.titles.upsert(titles(), now=NOW - timedelta(days=400))
    early = NOW - timedelta(days=80)
    opened.log.append(tastes(early, 58, 8, "early"), now=early)
    yield opened
    opened.close()


@pytest.mark.slow
def test_a_home_without_a_bundle_gets_its_first_and_then_waits_for_news(service: Service) -> None:
    first = Learner(service).round(silent)
    assert (first.outcome, first.live) == ("published", None)
    assert service.bundles.live() == first.bundle
    second = Learner(service).round(silent)
    assert second.outcome == "waits"
    assert service.bundles.live() == first.bundle
    told, _ = remembered(decisions_file(service))
    assert [one["outcome"] for one in told] == ["published", "waits"]


@pytest.fixture
def grown(service: Service) -> Service:
    """The same, with a live bundle, twenty days later."""
    Learner(service).round(silent)
    service.clock = lambda: NOW
    service.log.append(tastes(NOW - timedelta(days=19), 18, 6, "late"), now=NOW)
    return service


@pytest.mark.slow
def test_what_came_since_is_judged_on_the_newest_slice_and_published(grown: Service) -> None:
    live = grown.bundles.live()
    decision = Learner(grown).round(silent)
    assert decision.outcome == "published", decision.reasons
    assert decision.live == live != decision.bundle == grown.bundles.live()
    assert decision.viewers >= 30
    assert {"ndcg@20", "log_loss", "diversity", "milliseconds"} <= decision.figures.keys()
    assert decision.slice["from"] > "2"


@pytest.mark.slow
def test_a_candidate_that_finds_less_is_refused_and_the_live_one_stays(
    grown: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = grown.bundles.live()
    good = learning.fit_ranker

    def worse(*arguments: Any, **named: Any) -> Any:
        from dataclasses import replace

        ranker = good(*arguments, **named)
        upside_down = replace(ranker.fusion, out=-ranker.fusion.out)
        return replace(ranker, fusion=upside_down)

    monkeypatch.setattr(learning, "fit_ranker", worse)
    decision = Learner(grown).round(silent)
    assert decision.outcome == "refused"
    assert any("beyond noise" in reason for reason in decision.reasons)
    assert grown.bundles.live() == live


def test_a_bundle_that_can_not_be_removed_costs_no_round(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays = ([], {"0123456789abcdef": "Permission denied"})
    monkeypatch.setattr(BundleStore, "prune", lambda *_, **__: stays)
    decision = Learner(service).round(silent)
    assert decision.outcome == "published"
    assert decision.reasons[-1].startswith(
        "bundle 0123456789ab can't be removed (Permission denied)"
    )
    told, _ = remembered(decisions_file(service))
    assert told[-1]["reasons"] == decision.reasons


def test_one_process_learns_at_a_time(service: Service) -> None:
    from frontrow.base.errors import Unavailable
    from frontrow.base.files import try_lock

    with try_lock(service.home.run / "learn.lock") as mine:
        assert mine
        with pytest.raises(Unavailable, match="learning"):
            Learner(service).round(silent)


def test_decisions_are_shown_by_the_command(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = {
        "ndcg@20": {"candidate": 0.2, "live": 0.1, "difference": 0.1, "low": 0.0, "high": 0.2}
    }
    decision = Decision(
        "2026-01-01T00:00:00Z", "refused", "a", reasons=["too slow"], figures=figures
    )
    learning.remember(decisions_file(service), decision)
    for arguments, said in ((["--history"], "too slow"), (["--history", "--json"], '"refused"')):
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(service.home.path), "learn", *arguments])
        assert ended.value.code == 0
        assert said in capsys.readouterr().out
    for span in ("soon", "0h", "999999d"):
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(service.home.path), "learn", "--every", span])
        assert ended.value.code == 2, span


def test_a_decision_that_was_cut_costs_no_other(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    path = decisions_file(service)
    for number in (1, 2):
        learning.remember(path, Decision(f"2026-01-0{number}T00:00:00Z", "waits", "a"))
        with path.open("ab") as file:
            file.write(b'{"at":"2026-01-')  # the disk was full
    learning.remember(path, Decision("2026-01-03T00:00:00Z", "refused", "a"))
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(service.home.path), "learn", "--history"])
    out = capsys.readouterr().out
    assert ended.value.code == 0
    assert [line.split()[1] for line in out.splitlines()[:3]] == ["waits", "waits", "refused"]
    assert f"2 lines of {path} can't be read" in out


def test_a_round_that_fails_is_told_and_the_next_one_comes(
    service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = [OSError(28, "No space left on device", "bundles"), KeyboardInterrupt()]

    def fail(*_: Any) -> None:
        raise rounds.pop(0)

    monkeypatch.setattr(Learner, "round", fail)
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(service.home.path), "learn", "--every", "1s", "--json"])
    assert ended.value.code == 130
    told = json.loads(capsys.readouterr().out)
    assert told == {"outcome": "failed", "reasons": ["bundles: No space left on device"]}


@pytest.mark.slow
def test_bundles_are_listed_also_where_the_live_one_can_not_be_told(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    first = Learner(service).round(silent).bundle
    (service.home.bundles / "live.json").write_bytes(b"{")

    def run(*arguments: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(service.home.path), "bundles", *arguments])
        return int(ended.value.code or 0)

    assert run("rollback") == 1
    assert "the pointer can't be read" in capsys.readouterr().err
    assert run("list") == 0
    assert str(first)[:12] in capsys.readouterr().out
    assert run("publish", str(first)[:12]) == 0
    assert service.bundles.live() == first


@pytest.mark.slow
def test_a_bundle_is_published_by_its_first_characters_and_rolled_back(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> tuple[int, Any]:
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(service.home.path), "bundles", *arguments, "--json"])
        out = capsys.readouterr().out
        return int(ended.value.code or 0), json.loads(out) if out else None

    assert run("rollback")[0] == 1
    first = Learner(service).round(silent).bundle
    assert run("rollback")[0] == 1  # none was before
    service.log.append(tastes(NOW - timedelta(days=30), 5, 2, "more"), now=NOW)
    second = Learner(service)._refit(silent)[0]
    assert first != second == service.bundles.live()
    assert run("rollback") == (0, {"live": first})
    assert run("rollback")[0] == 1
    assert run("publish", str(second)[:10]) == (0, {"live": second})
    assert run("rollback") == (0, {"live": first})
    (service.home.bundles / str(second) / "model.safetensors").write_bytes(b"")
    assert run("publish", str(second)[:10])[0] == 1
    assert run("publish", "f00d")[0] == 1
    told = {one["bundle"]: one for one in run("list")[1]["bundles"]}
    assert told[first]["live"]
    assert "changed or cut" in told[second]["trouble"]
