"""What each command does and prints: words for people, one JSON document for machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from frontrow.base.home import Home
from frontrow.base.time import format_time, system_clock
from frontrow.bundles import BundleStore
from frontrow.models.text import store as text_store
from frontrow.server import Service
from frontrow.server.web import make_app
from frontrow.training import train as training
from tests.cli.conftest import NOW, Frontrow, lines
from tests.postgres import USER, Postgres
from tests.server.small_world import Events, lives, titles


def store_of(here: Path) -> BundleStore:
    return BundleStore(Home(here).bundles)


def without_stamps(page: Any) -> Any:
    """A page without what two answers may differ in."""
    if isinstance(page, dict):
        return {k: without_stamps(v) for k, v in page.items() if k not in ("page_id", "token")}
    return [without_stamps(one) for one in page] if isinstance(page, list) else page


def test_the_page_of_an_empty_home_is_valid_and_empty(frontrow: Frontrow) -> None:
    assert frontrow("init").code == 0
    page = frontrow("page", "ann", "--json").json()
    assert (page["rows"], page["more"], page["mode"]) == ([], False, "static")
    assert page["generated_at"] == format_time(NOW)
    assert "No rows" in frontrow("page", "ann").out


def test_page_prints_what_the_api_answers(lived_in: Frontrow, here: Path) -> None:
    query = "device=tv&country=DE&language=de&rows=4&columns=7&seed=5"
    with TestClient(
        make_app(Service(Home(here), system_clock())), base_url="http://127.0.0.1"
    ) as api:
        answer = api.get(f"/v1/profiles/viewer3/page?{query}").json()
    words = query.replace("&", " ").replace("=", " ").split()
    words = [f"--{word}" if i % 2 == 0 else word for i, word in enumerate(words)]

    printed = lived_in("page", "viewer3", *words, "--json")

    assert printed.err == ""
    assert without_stamps(printed.json()) == without_stamps(answer)
    shown = lived_in("page", "viewer3", *words).out
    assert all(row["title"] in shown for row in answer["rows"])


@pytest.mark.slow
def test_every_command_with_json_prints_one_document_and_nothing_else(lived_in: Frontrow) -> None:
    trained = lived_in("train", "--json")
    assert trained.err == ""
    assert trained.json()["published"] is True
    for words in (["page", "viewer1"], ["why", "viewer1", "f001"], ["evaluate"],
                  ["forget", "viewer1"]):  # fmt: skip
        ran = lived_in(*words, "--json")
        assert (ran.code, ran.err) == (0, ""), words
        assert isinstance(ran.json(), dict)


@pytest.mark.slow
def test_train_says_which_texts_were_read_and_how_to_have_them_read(
    lived_in: Frontrow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_store, "is_installed", lambda: False)
    assert "`make text` adds a sentence model" in lived_in("train").out
    monkeypatch.setenv("FRONTROW_MODELS_TEXT", "off")
    assert "texts" not in lived_in("train").out
    monkeypatch.setenv("FRONTROW_MODELS_TEXT", "on")
    for command in ("train", "serve"):
        refused = lived_in(command)
        assert refused.code == 1
        assert "models.text" in refused.err
        assert "make text" in refused.err
    monkeypatch.setattr(text_store, "is_installed", lambda: True)
    assert "a sentence model read 0" in lived_in("train").out  # no title has a synopsis


@pytest.mark.slow
def test_a_search_for_dials_trains_as_ever_and_says_how_far_it_is(lived_in: Frontrow) -> None:
    tuned = lived_in("train", "--tune", "--trials", "3", "--json")
    assert (tuned.code, tuned.err) == (0, "")
    assert tuned.json()["published"] is True
    assert lived_in("train", "--tune", "--trials", "0").code == 2


def test_training_on_little_succeeds_and_names_what_is_left_out(
    frontrow: Frontrow, tmp_path: Path
) -> None:
    assert frontrow("init").code == 0
    empty = frontrow("train", "--json")
    assert (empty.code, empty.json()["published"]) == (0, True)
    assert {"ease", "ials", "fusion"} <= empty.json()["left_out"].keys()
    assert frontrow("page", "ann", "--json").json()["rows"] == []

    frontrow("import", "titles", lines(tmp_path / "t.jsonl", titles(1)))
    one_title = frontrow("train")
    assert one_title.code == 0
    assert "without ease:" in one_title.out

    event = Events(NOW).one("rate", "ann", "f000", value=2)
    frontrow("import", "events", lines(tmp_path / "e.jsonl", [event]))
    one_event = frontrow("train", "--json")
    assert (one_event.code, one_event.json()["interactions"]) == (0, 1)
    page = frontrow("page", "bob", "--json").json()
    assert page["mode"] == "personalised"
    assert page["bundle"] == one_event.json()["bundle_id"]


def test_a_bundle_that_is_not_to_be_published_is_kept_aside(lived_in: Frontrow, here: Path) -> None:
    aside = lived_in("train", "--publish", "never")
    assert aside.code == 0
    assert "kept aside" in aside.out
    assert store_of(here).live() is None
    assert len(store_of(here).all()) == 1
    assert lived_in("page", "viewer1", "--json").json()["mode"] == "unpersonalised"


@pytest.mark.slow
def test_a_refused_candidate_is_no_failure_says_why_and_the_live_bundle_stays(
    lived_in: Frontrow, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lived_in("train").code == 0
    live = store_of(here).live()
    more = [Events(NOW).one("rate", "zoe", "f003", value=2)]
    lived_in("import", "events", lines(tmp_path / "more.jsonl", more))
    monkeypatch.setattr(training, "LEAST_VARIETY", 2.0)  # no candidate is so varied

    refused = lived_in("train")

    assert refused.code == 0
    assert "refused at the gate" in refused.out
    assert "the live bundle's hold" in refused.out
    assert store_of(here).live() == live
    assert len(store_of(here).all()) == 2


@pytest.mark.slow
def test_training_mends_a_home_whose_live_bundle_is_damaged(lived_in: Frontrow, here: Path) -> None:
    assert lived_in("train").code == 0
    live = store_of(here).live()
    assert live is not None
    arrays = here / "bundles" / live / "model.safetensors"
    arrays.write_bytes(arrays.read_bytes()[:-1])
    assert lived_in("page", "viewer1", "--json").json()["mode"] == "unpersonalised"

    again = lived_in("train")  # the same log and seed: the same bundle, made whole

    assert again.code == 0
    assert "not compared with the live bundle" in again.out
    assert lived_in("page", "viewer1", "--json").json()["mode"] == "personalised"
    (here / "bundles" / "live.json").write_text("{")
    assert lived_in("train").code == 0
    assert lived_in("page", "viewer1", "--json").json()["mode"] == "personalised"


@pytest.mark.slow
def test_training_that_is_interrupted_leaves_the_live_bundle_and_nothing_half_written(
    lived_in: Frontrow, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lived_in("train").code == 0
    before = sorted(p.name for p in (here / "bundles").iterdir())
    more = [Events(NOW).one("rate", "zoe", "f003", value=2)]
    lived_in("import", "events", lines(tmp_path / "more.jsonl", more))

    def interrupted(path: Path, content: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("frontrow.bundles.store.write_whole", interrupted)
    stopped = lived_in("train")

    assert stopped.code == 130
    assert "stopped" in stopped.err
    assert sorted(p.name for p in (here / "bundles").iterdir()) == before
    assert lived_in("page", "viewer1", "--json").json()["mode"] == "personalised"


def test_why_says_where_a_title_stands_and_what_would_change_that(lived_in: Frontrow) -> None:
    assert lived_in("train").code == 0
    page = lived_in("page", "viewer1", "--json").json()
    shown = page["rows"][0]["tiles"][0]["title_id"]
    told = lived_in("why", "viewer1", shown, "--json").json()
    assert told["shown"][0]["row_id"] == page["rows"][0]["row_id"]
    assert told["eligible"] is True
    unknown = lived_in("why", "viewer1", "nothing", "--json").json()
    assert (unknown["eligible"], unknown["stopped_by"]["code"]) == (False, "unknown")
    assert "shown in" in lived_in("why", "viewer1", shown).out


def test_why_is_told_in_one_language(lived_in: Frontrow) -> None:
    there = lived_in("page", "viewer1", "--json").json()["rows"][0]["tiles"][0]["title_id"]
    told = {
        (language, title): lived_in("why", "viewer1", title, "--language", language).out
        for language in ("en", "de-AT", "tlh")
        for title in (there, "nothing")
    }
    assert told["en", "nothing"] == "not shown: The catalogue has no such title\n"
    assert told["de-AT", "nothing"] == "nicht gezeigt: Der Katalog kennt diesen Titel nicht\n"
    assert told["tlh", "nothing"] == told["en", "nothing"]
    assert told["en", there].startswith("shown in ")
    assert "\nvalue " in told["en", there]
    assert told["de-AT", there].startswith("gezeigt in ")
    assert "\nWert " in told["de-AT", there]


def test_what_is_left_of_a_row_is_marked_without_words(lived_in: Frontrow) -> None:
    page = lived_in("page", "viewer1", "--columns", "9", "--language", "de", "--json").json()
    more = [row["more"] for row in page["rows"]]
    assert any(more)
    shown = lived_in("page", "viewer1", "--columns", "9", "--language", "de").out.splitlines()
    marks = [line.strip() for line in shown if line.strip() in ("+3", "+1", "+3 …", "+1 …", "…")]
    assert sum("…" in mark for mark in marks) == sum(more)
    short = lived_in("page", "viewer1", "--columns", "5", "--language", "de").out.splitlines()
    assert "  …" in [line.rstrip() for line in short]
    assert not [line for line in shown + short if " more" in line or "goes on" in line]


def test_a_served_page_is_replayed_to_the_byte(lived_in: Frontrow, here: Path) -> None:
    with TestClient(
        make_app(Service(Home(here), system_clock())), base_url="http://127.0.0.1"
    ) as api:
        page = api.get("/v1/profiles/viewer3/page").json()
    assert lived_in("train").code == 0
    # `train` folds the snapshots anew and drops those before: the trends come from the log again.
    assert lived_in("replay", page["page_id"], "--json").json()["rebuilt_to_the_byte"]
    with TestClient(
        make_app(Service(Home(here), system_clock())), base_url="http://127.0.0.1"
    ) as api:
        page = api.get("/v1/profiles/viewer3/page").json()
        api.post("/v1/events", json={"events": [Events(NOW).one("dismiss", "viewer3", "f050")]})
    told = lived_in("replay", page["page_id"], "--json")
    assert (told.code, told.err) == (0, "")
    assert told.json()["page"] == page
    assert "the same bytes as served" in lived_in("replay", page["page_id"]).out


@pytest.mark.slow
def test_forget_says_what_was_removed_and_what_still_holds_its_influence(
    lived_in: Frontrow, here: Path
) -> None:
    assert lived_in("train").code == 0
    told = lived_in("forget", "viewer1", "--json").json()
    assert told["removed"]["events"] == len([e for e in lives(NOW) if e["profile_id"] == "viewer1"])
    assert [b["bundle"] for b in told["influence"]["bundles"]] == store_of(here).all()
    again = lived_in("forget", "viewer1")
    assert again.code == 0
    assert "removed 0 events" in again.out

    assert lived_in("train").code == 0

    assert store_of(here).all() == [store_of(here).live()]  # fitted without it


@pytest.mark.slow
def test_the_frozen_clock_is_the_clock_of_every_command(
    lived_in: Frontrow, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = "2027-05-01T00:00:00Z"
    monkeypatch.setenv("FRONTROW_NOW", later)
    assert lived_in("train").code == 0
    store = store_of(here)
    live = store.live()
    assert live is not None
    assert json.loads((here / "bundles" / "live.json").read_text())["published_at"] == later
    assert store.load(live).manifest.fitted_at_us == 1_809_129_600_000_000
    assert lived_in("page", "viewer1", "--json").json()["generated_at"] == later
    until = lived_in("evaluate", "--json").json()["split"]
    assert "2026" not in str(until.get("until", later))


def test_a_movielens_folder_is_enriched_by_a_table_or_the_table_refused_with_what_to_do(
    frontrow: Frontrow, tmp_path: Path
) -> None:
    folder, table = tmp_path / "ml", tmp_path / "more.csv"
    folder.mkdir()
    (folder / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,10,5.0,978300760\n")
    (folder / "movies.csv").write_text("movieId,title,genres\n10,Sea (1990),War\n")
    table.write_text("item_id,cast\n10,Ann Vale\n")
    words = ["import", "movielens", str(folder), "--enrich", str(table)]
    assert frontrow("init").code == 0

    ran = frontrow(*words, "--json")

    assert (ran.code, ran.json()["rows"]["movies"]["kept"]) == (0, 1)
    assert any("films enriched: 1 of 1 (people 1)" in note for note in ran.json()["notes"])

    table.write_text("name,cast\nSea,Ann Vale\n")
    refused = frontrow(*words)

    assert (refused.code, refused.out) == (1, "")
    assert f"{table}: has no column item_id" in refused.err


@pytest.mark.needs_data
@pytest.mark.slow
def test_an_untrained_home_with_a_catalogue_never_seen_gives_at_least_six_rows(
    frontrow: Frontrow,
) -> None:
    catalogue = Path(__file__).parents[3] / "shared/data/streaming-titles/titles.parquet"
    if not catalogue.exists():
        pytest.skip(f"{catalogue} is not there")
    assert frontrow("init").code == 0
    assert frontrow("import", "titles", str(catalogue)).code == 0
    page = frontrow("page", "ann", "--json").json()
    assert page["mode"] == "static"
    assert len(page["rows"]) >= 6


@pytest.mark.slow
def test_a_home_on_postgresql_keeps_its_address_without_the_password(
    frontrow: Frontrow,
    here: Path,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_password = postgres_url.replace(
        "frontrow@", "frontrow:s3cret@"
    )  # this server asks for none
    made = frontrow("init", "--database", with_password)
    assert made.code == 0
    assert "FRONTROW_DATABASE_URL" in made.out
    assert not any(b"s3cret" in path.read_bytes() for path in here.rglob("*") if path.is_file())
    assert frontrow("import", "titles", lines(tmp_path / "t.jsonl", titles())).code == 0
    assert frontrow("import", "events", lines(tmp_path / "e.jsonl", lives(NOW))).code == 0
    trained = frontrow("train", "--json").json()
    assert (trained["published"], trained["viewers"]) == (True, 40)
    assert frontrow("page", "viewer3", "--json").json()["mode"] == "personalised"
    assert not Home(here).database_path.exists()

    assert frontrow("init", "--database", with_password).code == 0  # left as it is
    other = frontrow("init", "--database", "postgresql://ann@127.0.0.1:1/shop")
    assert other.code == 1
    told = Home(here).settings_path.read_text("utf-8")
    assert "s3cret" not in other.err + told
    Home(here).settings_path.write_text(told.replace("frontrow@", "frontrow:s3cret@"), "utf-8")
    refused = frontrow("page", "viewer3")
    assert refused.code == 1
    assert "holds a password" in refused.err
    assert "s3cret" not in refused.err
    monkeypatch.setenv("FRONTROW_DATABASE_URL", "not an address s3cret")
    assert "s3cret" not in frontrow("page", "viewer3").err


def test_an_address_of_another_database_is_refused_and_not_taken_for_a_file(
    frontrow: Frontrow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert frontrow("init").code == 0
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRONTROW_DATABASE_URL", "mysql:shop")
    for command in (("keys", "list"), ("page", "anna")):
        refused = frontrow(*command)
        assert refused.code == 1
        assert "is no address of a PostgreSQL database" in refused.err
    assert not list(tmp_path.glob("mysql*"))


def test_a_backup_is_restored_where_every_later_command_looks(
    frontrow: Frontrow,
    here: Path,
    postgres: Postgres,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert frontrow("init").code == 0
    assert frontrow("import", "titles", lines(tmp_path / "t.jsonl", titles())).code == 0
    backup = str(tmp_path / "b.backup")
    assert frontrow("backup", backup).code == 0
    here.rename(tmp_path / "before")
    monkeypatch.setenv("FRONTROW_DATABASE_URL", postgres.new_database())

    for command in (("restore", backup), ("init",)):
        differs = frontrow(*command, "--database", postgres.bare_database())
        assert differs.code == 2
        assert "FRONTROW_DATABASE_URL names another database" in differs.err
        assert not here.exists()

    assert frontrow("restore", backup).code == 0
    assert frontrow("page", "anna", "--json").json()["rows"]
    assert not Home(here).database_path.exists()


def test_a_home_on_a_socket_of_this_machine_needs_no_user_in_its_address(
    frontrow: Frontrow, here: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGUSER", USER)
    made = frontrow("init", "--database", postgres_url.replace(f"{USER}@", ""))
    assert made.code == 0
    assert 'url = "postgresql:///' in Home(here).settings_path.read_text("utf-8")
    assert frontrow("keys", "list").code == 0
