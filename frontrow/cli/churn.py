"""`frontrow churn`: who may cancel and why that seems so; whom an approach keeps, from a trial."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter, validators
from rich.table import Table

from frontrow.base.errors import BadInput
from frontrow.base.time import parse_time, to_us
from frontrow.cli.arguments import Json, Seed
from frontrow.cli.show import print_json, terminal

if TYPE_CHECKING:
    from frontrow.server.churning import Assigned

churn = App(name="churn", help="Who may cancel, and whom an approach keeps: for people to decide.")

Most = Annotated[int, Parameter(validator=validators.Number(gte=0, lte=1_000_000))]
Chance = Annotated[float, Parameter(validator=validators.Number(gt=0, lt=1))]


@churn.command
def report(
    *, most: Most = 20, language: str | None = None, seed: Seed = 0, json: Json = False
) -> None:
    """Subscribers at most risk now, with reasons, and how well cancelling is foreseen here.

    Parameters
    ----------
    most
        Viewers listed.
    language
        Of the reasons.
    """
    from frontrow.cli.commands import opened
    from frontrow.server.churning import REVIEW, foresee

    with opened() as service:
        figures, at_risk = foresee(service, seed=seed, most=most)
    if json:
        viewers = [one.to_json(language) for one in at_risk]
        print_json({"figures": figures.to_json(), "viewers": viewers})
        return
    low, high = figures.auc_interval
    print(
        f"judged on {figures.looks:,} looks at {figures.profiles:,} profiles, {figures.ended:,} of which"
        " cancelled within four weeks"
    )
    print(f"AUC {figures.auc:.3f} ({low:.3f} to {high:.3f}),"
          f" expected calibration error {figures.calibration_error:.3f}")  # fmt: skip
    for days, brier in figures.brier.items():
        base = figures.brier_of_base[days]
        print(f"Brier score at {days} days {brier:.4f}, of everyone's mean chance {base:.4f}")
    table = Table("profile", "in four weeks", "what stands out")
    for one in at_risk:
        reasons = "\n".join(driver.words(language) for driver in one.drivers)
        table.add_row(one.profile_id, f"{one.chance:.0%}", reasons)
    terminal().print(table)
    print(
        f"Each of them is {REVIEW}. What would keep somebody, only a trial can say: `churn uplift`."
    )


@churn.command
def uplift(
    file: Path,
    /,
    *,
    chance: Chance | None = None,
    most: Most = 20,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Whom an approach keeps, from a trial in which chance decided who was approached.

    Parameters
    ----------
    file
        CSV or Parquet: profile_id, treated (0 or 1), at (RFC 3339), and chance where it differs.
    chance
        Of each viewer to be approached, where the file has no such column.
    most
        Viewers listed.
    """
    from frontrow.cli.commands import opened
    from frontrow.server.churning import REVIEW, judge_trial

    assigned = read_trial(file, chance)
    with opened() as service:
        found, listed, counted = judge_trial(service, assigned, seed=seed, most=most)
    told: dict[str, Any] = {
        "qini": {
            "uplift": {"value": found.by_uplift.qini, "interval": list(found.by_uplift.interval)},
            "risk": {"value": found.by_risk.qini, "interval": list(found.by_risk.interval)},
            "difference": {"value": found.difference, "interval": list(found.difference_interval)},
        },
        "rows": {"read": len(assigned), **asdict(counted)},
        "viewers": [{"profile_id": p, "keeps": k, "review": REVIEW} for p, k in listed],
    }
    if json:
        print_json(told)
        return
    print(f"judged on {counted.counted:,} of {len(assigned):,} rows")
    if fewer := counted.why_fewer():
        print(fewer)
    for name, part in told["qini"].items():
        low, high = part["interval"]
        print(
            f"Qini of {name:<10} {part['value']:+.5f} ({low:+.5f} to {high:+.5f}) kept of each viewer"
        )
    if not listed:
        print("Whom the approach keeps can't be told from chance: nobody is named.")
        return
    table = Table("profile", "chance to leave falls by")
    for profile_id, keeps in listed:
        table.add_row(profile_id, f"{keeps:.1%}")
    terminal().print(table)
    print(f"Each of them is {REVIEW}.")


def read_trial(file: Path, chance: float | None) -> list[Assigned]:
    """The rows of a trial. Raises `BadInput`."""
    from frontrow.importers.tables import whole_rows
    from frontrow.server.churning import Assigned

    assigned: dict[str, Assigned] = {}
    for number, row in whole_rows(file, "profile_id", "treated", "at"):
        own = chance if row.get("chance") in (None, "") else row["chance"]
        if own is None:
            raise BadInput(
                f"row {number} does not say with which chance the viewer was approached",
                where=str(file),
                mend="add a column `chance`, or say --chance; without a holdout drawn by chance nothing"
                " can be recommended",
            )
        profile_id = str(row["profile_id"] or "").strip()
        if not profile_id or profile_id in assigned:
            raise BadInput(
                f"row {number} names {f'{profile_id} again' if profile_id else 'no profile'}",
                where=str(file),
                mend="give one row for each viewer of the trial",
            )
        try:
            us = _instant_us(row["at"])
            assigned[profile_id] = Assigned(profile_id, us, _treated(row["treated"]), _chance(own))
        except (BadInput, ValueError) as error:
            raise BadInput(
                f"row {number} can't be read ({getattr(error, 'what', error)})",
                where=str(file),
                mend="treated is 0 or 1, at as 2026-01-31T20:15:00Z, chance between 0 and 1",
            ) from None
    return list(assigned.values())


def _treated(value: Any) -> bool:
    """0 or 1, also as tables write them: 1.0, True."""
    text = str(value).strip().casefold()
    if text not in ("0", "1", "0.0", "1.0", "true", "false"):
        raise ValueError(f"treated is {value}")
    return text in ("1", "1.0", "true")


def _chance(value: Any) -> float:
    try:
        chance = float(value)
    except (TypeError, ValueError):
        chance = float("nan")
    if not 0 < chance < 1:
        raise ValueError(f"chance is {value}")
    return chance


def _instant_us(value: Any) -> int:
    """A moment as tables have it: RFC 3339, a timestamp (UTC where it names no zone), or us since 1970."""
    if isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return to_us(value if value.tzinfo else value.replace(tzinfo=UTC))
    return to_us(parse_time(str(value)))
