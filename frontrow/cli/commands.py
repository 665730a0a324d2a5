"""The commands of every day: init, train, evaluate, page, why, serve, forget; and where the others stand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from frontrow.base.home import find_home, init_home, open_home
from frontrow.base.time import format_time, frozen_now, system_clock
from frontrow.cli.app import WrongUsage, app, chosen_home
from frontrow.cli.arguments import Json, Port, Seed, Trials, Workers, checked_id, wished_database
from frontrow.cli.show import print_json, print_page, print_why, progress_bar, terminal

if TYPE_CHECKING:
    from frontrow.server import Asked, Service

app.command(
    "frontrow.cli.importing:import_",
    name="import",
    help="Titles, ratings, events, images and viewing histories in.",
)

app.command(
    "frontrow.cli.demo:demo",
    name="demo",
    help="An invented service with invented viewers, trained and served.",
)
app.command(
    "frontrow.cli.replaying:replay",
    name="replay",
    help="A served page again to the byte, or the pages of a past moment, as they were and changed.",
)
app.command(
    "frontrow.cli.launching:launch_check",
    name="launch-check",
    help="Titles about to launch: who may see each, on how many pages it stands, what is wrong.",
)

app.command(
    "frontrow.cli.bundles:bundles",
    name="bundles",
    help="The fitted rankings: kept, live, and back.",
)
app.command(
    "frontrow.cli.churn:churn",
    name="churn",
    help="Who may cancel, and whom an approach keeps: for people to decide.",
)
app.command(
    "frontrow.cli.auditing:audit",
    name="audit",
    help="What pages do to viewers, titles and suppliers; exit 1 where a figure is out of its bound.",
)
app.command(
    "frontrow.cli.modelcard:modelcard",
    name="modelcard",
    help="What each kind of row is for, what it reads, how it was judged, its rules and limits.",
)
app.command(
    "frontrow.cli.keys:keys",
    name="keys",
    help="Keys of the programs that may call the service.",
)
app.command(
    "frontrow.cli.exporting:export",
    name="export",
    help="Take out what the home holds: choices, or one profile's data.",
)
app.command(
    "frontrow.cli.choices:choices",
    name="choices",
    help="How images, reasons and drawn titles did: takes by arm and day, gain, regret.",
)
app.command(
    "frontrow.cli.estimating:ope",
    name="ope",
    help="What another policy would have earned by our log, or why that can't be said.",
)
app.command(
    "frontrow.cli.positions:positions",
    name="positions",
    help="How much each place of a page is looked at, by device, with intervals.",
)
app.command(
    "frontrow.cli.rewards:rewards",
    name="rewards",
    help="What interactions earn, and which reward tells what keeps viewers.",
)
app.command(
    "frontrow.cli.rules:rules",
    name="rules",
    help="The operator's rules: editorial rows, boosts, floors, caps, pins.",
)
app.command(
    "frontrow.cli.learning:learn",
    name="learn",
    help="Refit, judge beside the live bundle, publish if it is not worse.",
)
app.command(
    "frontrow.cli.simulating:simulate",
    name="simulate",
    help="Invented viewers live with a service through its public API: what it was worth to them.",
)
app.command(
    "frontrow.cli.backing_up:verify",
    name="verify",
    help="Is everything in the home as it was written? Names what is damaged and what to do.",
)
app.command(
    "frontrow.cli.backing_up:backup",
    name="backup",
    help="One file that holds the home: log, titles, rules, keys, live bundle, settings, secret.",
)
app.command(
    "frontrow.cli.backing_up:restore",
    name="restore",
    help="A home from a backup: verified, and never half there.",
)


@contextmanager
def opened() -> Iterator[Service]:
    """The chosen home, open in this process."""
    from frontrow.server.service import Service

    service = Service(open_home(chosen_home()), system_clock())
    try:
        yield service
    finally:
        service.close()


@app.command
def init(*, database: str | None = None, json: Json = False) -> None:
    """Make a home: settings, secret, empty database. An existing home is left as it is.

    Parameters
    ----------
    database
        postgresql://USER@HOST:5432/DATABASE: keep titles, events, rules and decisions there. The home
        keeps the address without its password.
    """
    from frontrow.base.database import open_database
    from frontrow.base.postgres import checked_address, without_password

    database = wished_database(database)
    home = find_home(chosen_home())
    made = not home.settings_path.exists()
    if database is not None:  # before anything is made: an address that is wrong makes no home
        open_database(checked_address(database)).close()
    init_home(home, database)
    if made:
        open_database(database or home.database).close()
    told = {"home": str(home.path.resolve()), "made": made}
    if database is not None:
        told["database"] = without_password(database)
    if json:
        print_json(told)
        return
    print(f"{'made a home' if made else 'there is a home already'} at {home.path}")
    if database is not None:
        print(f"titles and events are kept in {told['database']}")
        if without_password(database) != database:
            print(
                "its password is not kept: give it in FRONTROW_DATABASE_URL, PGPASSWORD or ~/.pgpass"
            )
    if made:
        print("import something, then `frontrow train` and `frontrow serve`")


@app.command
def train(
    *,
    publish: Literal["gate", "never"] = "gate",
    tune: bool = False,
    trials: Trials = 30,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Fit the ranking on the log, gate it, and publish it as a bundle.

    Parameters
    ----------
    publish
        gate: if it passes the launch gate; never: keep it aside.
    tune
        Search each scorer's dials on earlier slices of the log first; what is best stands in the bundle.
    trials
        Fits that the search may make.
    seed
        Seed of whatever is drawn in fitting.
    """
    from frontrow.server.refitting import refit
    from frontrow.training.train import what_stays

    with opened() as service, progress_bar(quiet=json) as tell:
        result = refit(
            service,
            seed=seed,
            publish=publish == "gate",
            trials=trials if tune else 0,
            progress=lambda share, what: tell(0.97 * share, what),
        )
        tell(0.98, "leaving no trace of what was deleted")
        service.leave_no_trace()
        tell(1.0, "done")
        might_read = service.settings.models.text == "auto"
    if json:
        print_json(result)
        return
    print(
        f"fitted on {result.viewers:,} viewers, {result.works:,} works,"
        f" {result.interactions:,} interactions"
    )
    if result.sentences is not None:
        print(f"  texts: TF-IDF, and a sentence model read {result.sentences:,}")
    elif might_read:
        print("  texts: TF-IDF; `make text` adds a sentence model")
    for part, why in result.left_out.items():
        print(f"  without {part}: {why}")
    for told in what_stays(result):
        print(f"  {told}")
    if "trouble_of_live" in result.gate:
        print(f"  not compared with the live bundle: {result.gate['trouble_of_live']}")
    if result.published:
        print(f"published bundle {result.bundle_id[:12]}")
    elif not result.gate["passed"]:
        print(f"bundle {result.bundle_id[:12]} was refused at the gate and is kept aside:")
        for reason in result.gate["reasons"]:
            print(f"  {reason}")
    else:
        print(f"bundle {result.bundle_id[:12]} is kept aside, as asked")


def _asked(
    device: str, country: str | None, language: str | None, rows: int | None, columns: int | None,
    personalised: bool, at: str | None, seed: int | None,
) -> Asked:  # fmt: skip
    from frontrow.server.api import PageQuery
    from frontrow.server.endpoints import check_query
    from frontrow.server.problems import HttpProblem

    given = {
        "device": device, "country": country, "language": language, "rows": rows,
        "columns": columns, "personalised": str(personalised).lower(), "at": at, "seed": seed,
    }  # fmt: skip
    texts = {name: str(value) for name, value in given.items() if value is not None}
    try:
        return check_query(texts, PageQuery).asked()
    except HttpProblem as error:
        first = error.errors[0]
        raise WrongUsage(first.detail, where=f"--{first.pointer[1:]}") from None


@app.command
def page(
    profile: str,
    /,
    *,
    device: str = "web",
    country: str | None = None,
    language: str | None = None,
    rows: int | None = None,
    columns: int | None = None,
    personalised: bool = True,
    at: str | None = None,
    seed: int | None = None,
    json: Json = False,
) -> None:
    """A homepage in the terminal; `--json` prints what the API would.

    Parameters
    ----------
    device
        tv, web, phone or tablet.
    at
        Move the clock (RFC 3339): windows, decay, and which events count.
    """
    from frontrow.server import Pages

    asked = _asked(device, country, language, rows, columns, personalised, at, seed)
    checked_id(profile)
    with opened() as service:
        built = Pages(service).page(profile, asked, record=False)
    if json:
        print_json(built)
    else:
        print_page(built)


@app.command
def why(
    profile: str,
    title: str,
    /,
    *,
    device: str = "web",
    country: str | None = None,
    language: str | None = None,
    at: str | None = None,
    json: Json = False,
) -> None:
    """Title X-ray: where a title stands for a viewer, what stopped it, what would change that.

    Parameters
    ----------
    language
        It is told in this one; else as the page is, in the profile's.
    """
    from frontrow.server import Pages

    asked = _asked(device, country, language, None, None, True, at, None)
    checked_id(profile)
    checked_id(title)
    with opened() as service:
        told = Pages(service).why(profile, title, asked)
    if json:
        print_json(told)
        return
    print_why(told)


@app.command
def serve(
    *, host: str = "127.0.0.1", port: Port = 8000, workers: Workers = 1, json: Json = False
) -> None:
    """API, viewer app and metrics over this home. Without keys: loopback only."""
    from frontrow.models.text import open_texts
    from frontrow.server.run import LOOPBACK, keys_in_force
    from frontrow.server.run import serve as run

    home = open_home(chosen_home())
    keys = keys_in_force(home, system_clock()())
    if keys is None and host not in LOOPBACK:
        raise WrongUsage(
            f"without keys the server binds to loopback only, not to {host}",
            where="--host",
            mend="leave it at 127.0.0.1, or make a key: `frontrow keys create --scope admin`",
        )
    # What is wrong in them is told here, not by every worker.
    open_texts(home.settings().models.text, home.texts)
    frozen = frozen_now()
    still = None if frozen is None else format_time(frozen)

    def announce(url: str) -> None:
        if json:
            print_json(
                {"url": url, "home": str(home.path), "keys": keys is not None, "frozen_now": still}
            )
            return
        print(f"Frontrow at {url} over {home.path}", flush=True)
        if keys is None:
            told = "No keys are configured: loopback only, everything is allowed."
        elif keys == 0:
            told = "Every key is revoked or expired, so nobody may call: `frontrow keys create`."
        else:
            told = f"Calls need a key; {keys} in force."
        print(told, flush=True)
        if still is not None:
            print(f"The clock stands still at {still} (FRONTROW_NOW).", flush=True)

    run(home, host=host, port=port, workers=workers, announce=announce)


@app.command
def forget(profile: str, /, *, json: Json = False) -> None:
    """Remove a profile from everywhere; after the next `train` no byte of it is left."""
    from frontrow.server import Profiles

    checked_id(profile)
    with opened() as service:
        told = Profiles(service).forget(profile)
    if json:
        print_json(told)
        return
    removed = told["removed"]
    print(
        f"removed {removed['events']:,} events, {removed['decisions']:,} decisions and"
        f" {removed['rejected_lines']:,} rejected lines of {profile}"
    )
    held = told["influence"]
    if held["bundles"] or held["snapshots"]:
        print(
            f"its influence, never its name, may be in bundles ({len(held['bundles'])}) and"
            f" snapshots ({len(held['snapshots'])}) until the next `frontrow train`"
        )


@app.command
def evaluate(*, seed: Seed = 0, json: Json = False) -> None:
    """Honest time split, list and page metrics of every scorer and the full system; a report."""
    from frontrow.cli.evaluating import evaluate_home

    with opened() as service, progress_bar(quiet=json) as tell:
        evaluation, report = evaluate_home(service, seed=seed, progress=tell)
    if json:
        print_json(evaluation.to_json())
        return
    from frontrow.evaluation import table_of

    terminal().print(table_of(evaluation))
    print(f"report: {report}")
