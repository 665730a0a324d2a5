"""`frontrow ope` and the guide to it: what is printed, what is refused, and that the examples run."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from frontrow.base.duck import quote
from frontrow.base.home import Home, init_home
from frontrow.base.time import system_clock
from frontrow.cli import main
from frontrow.evaluation.decisions import COLUMNS, write_choices
from frontrow.evaluation.ope import Uniform, judge
from frontrow.evaluation.ope.reading import Columns, read_choices
from frontrow.server import Service
from frontrow.server.propensities import check_propensities
from tests.evaluation.ope.home import served_home

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "estimates.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
NAMED = ("--action", "arm", "--probability", "p", "--reward", "clicked", "--cluster", "user")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return served_home(tmp_path_factory.mktemp("served"))


def plain_log(path: Path, n: int = 3_000, *, spoilt: bool = False) -> Path:
    """A foreign log, CSV or Parquet by its name."""
    rng = np.random.default_rng(5)
    chance = np.array([0.4, 0.3, 0.2, 0.1])
    arm = rng.choice(4, n, p=chance)
    clicked = (rng.random(n) < 0.1 + 0.1 * arm).astype(int)
    p = chance[arm] * (rng.uniform(1.2, 1.6, n) if spoilt else 1.0)
    theirs = np.full(n, 0.25)
    with duckdb.connect() as duck:
        duck.execute("CREATE TABLE log (arm VARCHAR, p DOUBLE, clicked INTEGER, user VARCHAR,"
                     " theirs DOUBLE, half VARCHAR)")  # fmt: skip
        rows = zip(
            arm.tolist(), p.tolist(), clicked.tolist(), range(n), theirs.tolist(), strict=True
        )
        values = ", ".join(
            f"('a{a}', {q}, {c}, 'u{u // 2}', {t}, '{'odd' if u % 2 else 'even'}')"
            for a, q, c, u, t in rows
        )
        duck.execute(f"INSERT INTO log VALUES {values}")
        duck.execute(f"COPY log TO '{path}'")
    return path


def spoil(path: Path, **values: str) -> str:
    """A foreign log whose eighth choice holds these values."""
    lines = plain_log(path).read_text().splitlines()
    names, eighth = lines[0].split(","), lines[8].split(",")
    for name, value in values.items():
        eighth[names.index(name)] = value
    path.write_text("\n".join([*lines[:8], ",".join(eighth), *lines[9:], ""]))
    return str(path)


def ope(capsys: pytest.CaptureFixture[str], *arguments: str, home: Path | None = None) -> Any:
    """(exit code, what was printed, decoded where it is JSON)."""
    before = ["--home", str(home)] if home is not None else []
    with pytest.raises(SystemExit) as ended:
        main([*before, "ope", *arguments])
    said = capsys.readouterr()
    if "--json" in arguments and said.out:
        return ended.value.code, json.loads(said.out)
    return ended.value.code, said.out + said.err


@pytest.mark.parametrize("name", ["log.csv", "log.parquet"])
def test_a_foreign_log_is_read_by_the_names_of_its_columns(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = str(plain_log(tmp_path / name))
    code, told = ope(capsys, log, "--policy", "uniform", *NAMED, "--json")
    assert code == 0
    assert told["best"] == "dr"
    assert told["support"]["viewers"] == 1_500
    assert told["estimates"]["dr"]["low"] < 0.25 < told["estimates"]["dr"]["high"]
    code, column = ope(capsys, log, "--policy", "column:theirs", *NAMED, "--json")
    assert column["estimates"]["ips"] == told["estimates"]["ips"]
    code, said = ope(capsys, log, "--policy", "best-fixed", "--floor", "0.2", *NAMED)
    assert code == 0
    assert "doubly robust *" in said


def test_a_condition_leaves_choices_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = str(plain_log(tmp_path / "log.csv"))
    _, told = ope(capsys, log, "--policy", "logged", *NAMED, "--where", "half = 'odd'", "--json")
    assert told["support"]["choices"] == 1_500


def test_a_log_that_cannot_tell_ends_with_1_and_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = str(plain_log(tmp_path / "log.csv", spoilt=True))
    code, said = ope(capsys, spoilt, "--policy", "uniform", *NAMED)
    assert code == 1
    assert "standard errors from 1" in said
    assert "needed: true probabilities" in said
    code, told = ope(capsys, spoilt, "--policy", "uniform", *NAMED, "--json")
    assert (code, told["best"], told["estimates"]) == (1, None, {})
    assert {"code", "figure", "bound", "what", "needed"} <= set(told["refused"][0])


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("--policy", "clever"), 2, "clever"),
        (("--policy", "column:nothing", *NAMED), 1, "nothing"),
        (("--policy", "uniform", "--action", "hand"), 1, "hand"),
        (("--policy", "uniform", *NAMED, "--where", "half = 'no'"), 1, "no choices"),
        (
            ("--policy", "uniform", *NAMED, "--where", "half half"),
            1,
            "--where (half half): can't be asked of",
        ),
        (("--policy", "uniform", *NAMED, "--where", "none = 1"), 1, "arm, p, clicked, user"),
        (("--policy", "uniform", *NAMED, "--where", "arm = 1"), 1, "Could not convert string"),
    ],
)
def test_what_is_asked_wrongly_is_said(
    arguments: tuple[str, ...], code: int, word: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    found, said = ope(capsys, str(plain_log(tmp_path / "log.csv", 50)), *arguments)
    assert found == code
    assert word in said


def test_a_reward_that_is_no_number_is_refused_by_its_column_and_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for value in ("nan", "inf", ""):
        log = spoil(tmp_path / "log.csv", clicked=value)
        for options in ((), ("--json",)):
            code, said = ope(capsys, log, "--policy", "uniform", *NAMED, *options)
            assert code == 1
            assert "column 'clicked' holds no finite number in 1 of 3,000 choices" in said
            assert "number 8 of those read" in said
        kept = re.search(r"--where '(.*)'", said)
        assert kept is not None
        code, told = ope(capsys, log, "--policy", "uniform", *NAMED, "--where", kept[1], "--json")
        assert (code, told["support"]["choices"]) == (0, 2_999)


@pytest.mark.parametrize(
    ("value", "refused", "said"),
    [("1.5", "target_no_probability", "choice 8: 1.5"), ("-3", "target_no_probability", "choice 8: -3"),
     ("inf", "target_no_probability", "choice 8: inf"), ("nan", "target_missing", "is choice 8"),
     ("", "target_missing", "is choice 8")],
)  # fmt: skip
def test_a_policys_probability_that_is_none_is_refused_by_its_column(
    value: str, refused: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = spoil(tmp_path / "log.csv", theirs=value)
    code, told = ope(capsys, log, "--policy", "column:theirs", *NAMED, "--json")
    assert (code, told["best"], told["estimates"]) == (1, None, {})
    assert [one["code"] for one in told["refused"]] == [refused]
    assert "column:theirs" in told["refused"][0]["what"]
    assert "1 of 3,000 choices" in told["refused"][0]["what"]
    assert said in told["refused"][0]["what"]


@pytest.mark.parametrize(("column", "belongs"), [("p", "a number"), ("clicked", "a number")])
def test_text_in_a_column_of_numbers_is_told_with_its_row(
    column: str, belongs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = spoil(tmp_path / "log.csv", **{column: "oops"})
    code, said = ope(capsys, log, "--policy", "uniform", *NAMED)
    assert code == 1
    assert f"column '{column}' holds 'oops' in row 8 where {belongs} belongs" in said
    assert "Parquet" not in said


@pytest.mark.parametrize("candidates", ["[]", "[a, a, b]", "[a, NULL]"])
def test_a_list_that_is_none_of_different_candidates_is_told_with_its_row(
    candidates: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log.csv"
    rows = ['a,.5,1,u1,"[a, b]"', f'a,.5,0,u2,"{candidates}"']
    log.write_text("\n".join(["arm,p,clicked,user,from", *rows, ""]))
    code, said = ope(capsys, str(log), "--policy", "uniform", *NAMED, "--candidates", "from")
    assert code == 1
    assert "column 'from' is no list of different candidates in 1 of 2 choices" in said
    assert "number 2" in said


@pytest.mark.parametrize("policy", ["best-fixed", "greedy"])
@pytest.mark.parametrize("slates", [(), ("--slate", "page", "--slot", "place")])
def test_a_log_of_one_viewer_is_refused_for_a_policy_that_is_learned(
    policy: str, slates: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if slates and policy == "greedy":
        return
    log = tmp_path / "log.csv"
    rows = [f"{'ab'[i % 2]},.5,1,u1,page{i},1" for i in range(200)]
    log.write_text("\n".join(["arm,p,clicked,user,page,place", *rows, ""]))
    code, told = ope(capsys, str(log), "--policy", policy, *slates, *NAMED, "--json")
    assert code == 1
    assert "viewers" in {one["code"] for one in told["refused"]}


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [("clicked", "1e200", "beyond 1e+50"), ("p", "1e-200", "a probability of 0, next to it")],
)
def test_figures_whose_powers_are_none_are_refused(
    column: str, value: str, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = spoil(tmp_path / "log.csv", **{column: value})
    code, said = ope(capsys, log, "--policy", "uniform", *NAMED)
    assert code == 1
    assert word in said


def test_text_in_a_column_of_lists_is_told_with_its_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log.csv"
    log.write_text('arm,p,clicked,user,could\na,.5,1,u,"[a, b]"\nb,.5,0,v,a|b\n')
    code, said = ope(capsys, str(log), "--policy", "uniform", *NAMED, "--candidates", "could")
    assert code == 1
    assert "column 'could' holds 'a|b' in row 2 where a list" in said


def test_a_missing_file_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = ope(capsys, str(tmp_path / "none.csv"), "--policy", "uniform")
    assert code == 1
    assert "there is no such file" in said


def test_a_homes_own_choices_are_judged(served: Any, capsys: pytest.CaptureFixture[str]) -> None:
    home, _ = served
    code, told = ope(capsys, "--policy", "uniform", "--unfinished", "--json", home=home.path)
    assert code == 1  # two viewers are no sample
    assert "positives" in {one["code"] for one in told["refused"]}
    assert told["support"]["viewers"] == 2


def test_recorded_probabilities_are_those_of_a_replay(tmp_path: Path) -> None:
    home, pages = served_home(tmp_path)
    with contextlib.closing(Service(home, system_clock())) as service:
        assert check_propensities(service) == []
        page_id = pages["viewer-ann"][0]["page_id"]
        decision = service.decisions.read(page_id)
        row = next(row for row in decision["rows"] if "draw" in row)
        row["draw"]["drawn"][0]["propensity"] *= 1.01
        key = service.forget_key("viewer-ann")
        service.decisions.queue(decision, key=key, generation=service.log.generation())
        service.decisions.flush()
        against = check_propensities(service)
    assert [one.code for one in against] == ["propensities_not_reproducible"]
    assert against[0].figure == 1


def test_the_guide_has_every_column_with_its_type_and_meaning() -> None:
    for name, kind, meaning in COLUMNS:
        assert f"| `{name}` | {kind} | {meaning} |" in GUIDE


def test_the_guides_examples_run_on_an_export_and_agree(
    served: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--home", str(served[0].path), "export", "decisions", "--to",
              str(tmp_path / "choices.parquet")])  # fmt: skip
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    plain: dict[str, Any] = {}
    exec(EXAMPLES[0], plain)
    exec(EXAMPLES[1], {})
    choices = read_choices(
        Path("choices.parquet"), Columns(reward="quality", where="kind = 'slot' AND shown")
    )
    from frontrow.evaluation.ope.evaluate import terms_of
    from frontrow.evaluation.ope.weighing import weigh

    assert plain["terms"].mean() == pytest.approx(
        float(terms_of(weigh(choices, Uniform()))["ips"].each.mean())
    )
    assert judge(choices, Uniform()).refused


def test_where_no_choice_is_left_the_commands_say_why_and_what_helps(
    served: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = Home(tmp_path / "home")
    init_home(empty)
    ours = ("--policy", "uniform")
    for home, options, why, mend in [
        (empty, ours, "slot: none is on record", "docs/estimates.md"),
        (served[0], ours, "the attribution window of none is over", "--unfinished"),
        (served[0], (*ours, "--unfinished", "--where", "false"), "holds no choices", "--where"),
        (
            served[0],
            (*ours, "--unfinished", "--where", "no no"),
            "this home's choices (",
            "--where",
        ),
        (served[0], (*ours, "--unfinished", "--reward", "no"), "this home's choices: has no", "no"),
    ]:
        code, said = ope(capsys, *options, home=home.path)
        assert code == 1
        assert why in said
        assert mend in said
        assert tempfile.gettempdir() not in said
    for home, why, mend in [
        (empty, "slot: none is on record", "docs/estimates.md"),
        (served[0], "the attribution window of none is over", "--unfinished"),
    ]:
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(home.path), "choices", "slot"])
        said = capsys.readouterr().err
        assert ended.value.code == 1
        assert why in said
        assert mend in said
        assert tempfile.gettempdir() not in said


def test_the_guides_plain_example_says_where_there_is_nothing_to_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_choices([], tmp_path / "choices.parquet")
    monkeypatch.chdir(tmp_path)
    exec(EXAMPLES[0], {})
    assert capsys.readouterr().out == "no choices of slots that were shown\n"


@pytest.mark.parametrize("name", ['a "b"', "plain", "select"])
def test_a_columns_name_is_quoted_as_sql_takes_it(name: str) -> None:
    with duckdb.connect() as duck:
        duck.execute(f"CREATE TABLE t ({quote(name)} INTEGER)")
        assert duck.execute("DESCRIBE t").fetchall()[0][0] == name
