"""`frontrow ope`: what another policy would have earned by a log of choices, or why that can't be said."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter, validators

from frontrow.base.errors import BadInput
from frontrow.cli.app import WrongUsage
from frontrow.cli.arguments import Json, Seed
from frontrow.cli.commands import opened
from frontrow.cli.show import print_json, progress_bar, terminal

if TYPE_CHECKING:
    from frontrow.evaluation.ope import Judged, Refused
    from frontrow.evaluation.ope.reading import Columns

Kind = Literal["slot", "artwork", "evidence", "swap"]
Share = Annotated[float, Parameter(validator=validators.Number(gte=0, lte=1))]
Count = Annotated[int | None, Parameter(validator=validators.Number(gte=1))]
Names = Annotated[list[str], Parameter(negative="", show_default=False)]

_POLICIES = ("uniform", "logged", "best-fixed", "greedy")
_COLUMN = "column:"
_OURS = "this home's choices"
_OUR_CONTEXT = ("device", "row_kind")
_WORDS = {
    "ips": "inverse propensity",
    "snips": "self-normalised",
    "dr": "doubly robust",
    "switch": "switch doubly robust",
    "shrunk": "shrunk doubly robust",
    "pseudo_inverse": "pseudo-inverse",
    "cascade_dr": "cascade doubly robust",
    "whole_page": "whole slate",
}


def ope(
    log: Path | None = None,
    *,
    policy: str,
    kind: Kind = "slot",
    action: str | None = None,
    probability: str | None = None,
    reward: str | None = None,
    cluster: str | None = None,
    context: Names = [],  # noqa: B006  # the word of the command line; cyclopts reads it
    candidates: str | None = None,
    probabilities: str | None = None,
    where: str | None = None,
    actions: Count = None,
    floor: Share = 0.0,
    unfinished: Annotated[bool, Parameter(negative="")] = False,
    slate: str | None = None,
    slot: str | None = None,
    assume: Literal["additive", "cascade"] = "cascade",
    seed: Seed = 0,
    json: Json = False,
) -> int:
    """Estimate what a policy would have earned; exit 1, with the reasons, where the log can't tell.

    Parameters
    ----------
    log
        Parquet or CSV, one row a choice: `frontrow export decisions` wrote it, or any other (name its
        columns below). Without one: this home's own decisions, a sample of which is replayed.
    policy
        uniform; logged; best-fixed and greedy (learned on half of the viewers, judged on the others); or
        column:NAME, a column with the policy's probability of what was drawn.
    kind
        Of our own decisions: which choices.
    action
        Column with what was drawn.
    probability
        Column with the probability of what was drawn.
    reward
        Column with what came of it (of our own decisions: quality, started, opened or reward).
    cluster
        Column that says whose choice it was; none: each its own.
    context
        Columns that a reward model may look at; repeat it for several.
    candidates
        Column with the list of what could be drawn; none: every action at every choice.
    probabilities
        Column with the list of their probabilities.
    where
        A condition in SQL on the file's columns.
    actions
        How many actions there are, where none are listed and some were never drawn.
    floor
        Share that best-fixed and greedy draw uniformly.
    unfinished
        Of our own decisions: those too whose attribution window is not over.
    slate
        Column that says which slate a row is a slot of: whole slates are judged, uniform or best-fixed.
    slot
        Column with the slot.
    assume
        Of slates: additive (slots are drawn independently, the reward is a sum over slots) or cascade (what
        a slot brings depends on those above it).
    """
    if policy not in _POLICIES and not policy.startswith(_COLUMN):
        raise WrongUsage(f"{policy!r} is no policy", where="--policy",
                         mend=f"choose one of {', '.join(_POLICIES)} or column:NAME")  # fmt: skip
    asked = _Asked(
        policy, kind, action, probability, reward, cluster, tuple(context), candidates,
        probabilities, where, actions, floor, unfinished, seed,
    )  # fmt: skip
    if slate is not None or slot is not None:
        judged = _of_slates(log, asked, slate, slot, assume)
    else:
        judged = _of_file(log, asked) if log is not None else _of_home(asked, quiet=json)
    if json:
        print_json(told_of(judged))
    else:
        _print(judged)
    return 1 if judged.refused else 0


@dataclass(frozen=True)
class _Asked:
    """The options, as they were given."""

    policy: str
    kind: str
    action: str | None
    probability: str | None
    reward: str | None
    cluster: str | None
    context: tuple[str, ...]
    candidates: str | None
    probabilities: str | None
    where: str | None
    actions: int | None
    floor: float
    unfinished: bool
    seed: int

    def columns(self, ours: bool) -> Columns:
        """Which column holds what; of our own export what isn't said is known."""
        from frontrow.evaluation.ope.reading import Columns

        wanted = [f"({self.where})"] if self.where else []
        if ours:
            wanted += [f"kind = '{self.kind}'", "shown"]
            wanted += [] if self.unfinished else ["NOT censored"]
        default = Columns()
        cluster = self.cluster or default.cluster
        target = self.policy.removeprefix(_COLUMN) if self.policy.startswith(_COLUMN) else None
        return Columns(
            action=self.action or default.action,
            probability=self.probability or default.probability,
            reward=self.reward or ("quality" if ours else default.reward),
            cluster=None if cluster == "none" else cluster,
            context=self.context or (_OUR_CONTEXT if ours else ()),
            candidates=self.candidates or default.candidates,
            probabilities=self.probabilities or default.probabilities,
            target=target,
            where=" AND ".join(wanted) or None,
        )


def _of_file(log: Path, asked: _Asked, not_ours: list[Refused] | None = None) -> Judged:
    from frontrow.evaluation.decisions import refuse_none
    from frontrow.evaluation.ope import LEARNED, Given, Logged, Target, Uniform, judge
    from frontrow.evaluation.ope import learn_and_judge as learn
    from frontrow.evaluation.ope.reading import EXPORTED, columns_of, read_choices

    ours = set(EXPORTED) <= set(columns_of(log))
    if ours:
        refuse_none(log, asked.kind, unfinished=asked.unfinished)
    choices = read_choices(log, asked.columns(ours), actions=asked.actions)
    against = not_ours or []
    if asked.policy in LEARNED:
        return learn(choices, asked.policy, floor=asked.floor, seed=asked.seed, not_ours=against)
    known: dict[str, Target] = {"uniform": Uniform(), "logged": Logged()}
    target = known.get(asked.policy) or Given(asked.policy)
    return judge(choices, target, seed=asked.seed, not_ours=against)


def _of_slates(
    log: Path | None, asked: _Asked, slate: str | None, slot: str | None,
    assume: Literal["additive", "cascade"],
) -> Judged:  # fmt: skip
    from frontrow.evaluation.ope.slate_judging import judge_slates
    from frontrow.evaluation.ope.slate_reading import SLATE_POLICIES, read_slates

    if log is None or slate is None or slot is None or asked.policy not in SLATE_POLICIES:
        raise WrongUsage(
            "slates need a file, --slate, --slot, and a policy of these two:"
            f" {', '.join(SLATE_POLICIES)}",
            where="ope",
        )
    slates = read_slates(log, asked.columns(ours=False), slate, slot, asked.policy,
                         floor=asked.floor, seed=asked.seed)  # fmt: skip
    return judge_slates(slates, assume, policy=asked.policy, seed=asked.seed)


def _of_home(asked: _Asked, *, quiet: bool) -> Judged:
    """By this home's own decisions: exported to a file that is gone when this returns."""
    from frontrow.cli.exporting import choices_of_home
    from frontrow.evaluation.decisions import write_choices
    from frontrow.server.propensities import check_propensities

    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "decisions.parquet"
        with opened() as service, progress_bar(quiet=quiet) as tell:
            rows, _ = choices_of_home(service, kind=asked.kind, tell=tell)
            write_choices(rows, log)
            against = check_propensities(service, seed=asked.seed)
        try:
            return _of_file(log, asked, against)
        except BadInput as error:  # of a file that nobody can look into: it is gone in a moment
            what, where = (said.replace(str(log), _OURS) for said in (error.what, error.where))
            raise BadInput(what, where=where, mend=error.mend) from None


def told_of(judged: Judged) -> dict[str, Any]:
    """What was judged, as JSON."""
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(judged)
    return {**told, "best": judged.best}


def _print(judged: Judged) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    support, logged = judged.support, judged.logged
    if support is not None:
        print(
            f"{support.choices:,} choices of {support.viewers:,} viewers; effective sample"
            f" {support.effective:,.0f}; {support.positives:,} with weight brought something"
        )
    print(f"earned by the log's own policy: {_figure(logged)}")
    if judged.refused:
        print(f"\nwhat {judged.policy} would have earned can't be said from this log:")
        for one in judged.refused:
            print(f"- {one.what} (bound: {one.bound:g})\n  needed: {one.needed}")
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column(f"{judged.policy} would have earned")
    for head in ("estimate (95%)", "difference (95%)"):
        table.add_column(head, justify="right")
    for name, estimate in judged.estimates.items():
        mark = " *" if name == judged.best else ""
        gain = judged.gains[name]
        difference = f"{gain.value:+z.5f} ({gain.low:+z.5f} to {gain.high:+z.5f})"
        table.add_row(_WORDS[name] + mark, _figure(estimate), difference)
    terminal().print(table)
    print("* the one to go by")
    for warning in judged.warnings:
        print(f"warning: {warning}")


def _figure(interval: Any) -> str:
    if interval.error == float("inf"):
        return f"{interval.value:z.5f} (one viewer only: no interval)"
    return f"{interval.value:z.5f} ({interval.low:z.5f} to {interval.high:z.5f})"
