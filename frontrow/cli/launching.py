"""`frontrow launch-check`: titles about to launch, before anyone could miss them."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter, validators

from frontrow.cli.arguments import Json, Seed
from frontrow.cli.commands import opened
from frontrow.cli.show import print_json, progress_bar

Days = Annotated[float, Parameter(validator=validators.Number(gt=0, lte=366))]
Viewers = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=100_000))]

WARNINGS = {
    "no_genres": "has no genres: no genre row can hold it, and taste says little of it",
    "no_people": "names no people",
    "no_synopsis": "has no synopsis: a new title is known by its texts alone",
    "no_runtime": "has no running time",
    "no_maturity": "has no age rating: profiles with a limit may not see it",
    "no_artwork": "has no artwork",
    "untrue_artwork": "has an image whose tags or people it hasn't: that one is not shown",
    "no_episodes": "is a series without episodes",
    "window_ended": "all its windows have ended",
    "window_short": "has a window of less than a day",
    "added_later": "its `added_at` lies after the launch: it is not new until then",
    "added_long_before": "its `added_at` lies so long before the launch that it is never new",
    "nobody_may_see_it": "none of the viewers may see it",
    "nobody_sees_it": "stands on nobody's first rows",
    "few_see_it": "stands on the first rows of fewer than one in a hundred who may see it",
}
"""Code of a warning -> what it says."""

STEPS = {
    "window": "its window is not open in their country",
    "maturity": "it is above their age limit",
    "kids": "it is not made for children",
    "language": "it is in no language that they understand",
    "edition": "no single edition passes every rule",
    "dismissed": "they dismissed it",
    "muted_title": "they muted it",
    "muted_genre": "they muted its genre",
    "done": "they watched or rated it already",
    "further_down": "it stands further down the page",
    "further_along": "it stands beyond the first forty titles of its row",
    "rule_cap": "a cap of yours keeps it out of a row that could hold it",
    "rule_floor": "a floor of yours keeps it out of a row that could hold it",
    "row_length": "a row that could hold it ends before it",
    "row_order": "an editor's row ends before it",
    "left_out": "a row left it to another that could lead with it",
    "not_drawn": "it was not drawn",
    "cap": "rows of its kind had their share",
    "too_short": "its row has too few titles left",
    "row_value": "its row is worth less than those shown",
    "hidden": "they hid rows of its kind",
    "rank": "no row comes so far down the ranking",
    "dedupe": "another row holds it",
}
"""Code of a step -> why it stops a title."""


def launch_check(
    *, days: Days = 14.0, viewers: Viewers = 200, seed: Seed = 0, json: Json = False
) -> None:
    """Titles that open within the next days, or came lately and were never shown: who may see each at
    its launch, on how many pages it stands, and what is missing or wrong.

    Parameters
    ----------
    days
        How far to look ahead, and back for what came and was never shown.
    viewers
        How many viewers' pages to build for each day of a launch, drawn by `--seed`.
    """
    from frontrow.server.launch_check import check_launches

    with opened() as service, progress_bar(quiet=json) as tell:
        told = check_launches(service, days=days, viewers=viewers, seed=seed, tell=tell)
    if json:
        print_json(told)
        return
    if not told["launches"]:
        print(f"nothing opens within {days:g} days, and nothing that came lately was never shown")
        return
    print(
        f"{len(told['launches'])} launches within {days:g} days, {told['viewers']} viewers of each"
    )
    if not told["viewers"]:
        print("there is no viewer yet: only what the titles say is checked")
    if told["bundle"] is None:
        print("no bundle is published: ranks are those of everyone (`frontrow train`)")
    for launch in told["launches"]:
        _print(launch)


def _print(launch: dict[str, Any]) -> None:
    opens = "came and was never shown" if launch["never_shown"] else f"opens {launch['launch_at']}"
    where = "" if launch["countries"] == ["*"] else f" in {', '.join(launch['countries'])}"
    print(f"\n{launch['name']} ({launch['title_id']}) {opens}{where}")
    if launch["viewers"]:
        rank = "none" if launch["median_rank"] is None else f"{launch['median_rank']:,.0f}"
        print(
            f"  {launch['share_eligible']:.0%} may see it, it stands on the first rows of"
            f" {launch['share_shown']:.1%}, median rank {rank}"
        )
    for code in launch["warnings"]:
        print(f"  ! {WARNINGS[code]}")
    if launch["stopped_by"] and {"nobody_may_see_it", "nobody_sees_it", "few_see_it"} & set(
        launch["warnings"]
    ):
        most = next(iter(launch["stopped_by"]))
        print(f"    what stops it most: {STEPS[most]}")
