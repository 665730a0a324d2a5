"""`frontrow modelcard`: a card for each kind of row, of the live bundle and the settings in force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from frontrow.cli.app import WrongUsage
from frontrow.cli.arguments import Json
from frontrow.cli.show import print_json

if TYPE_CHECKING:
    from frontrow.audit.cards import Fitted
    from frontrow.server import Service

_OF_A_ROUND = ("at", "slice", "viewers", "figures")


def modelcard(
    kind: str | None = None,
    /,
    *,
    html: Path | None = None,
    folder: Path | None = None,
    json: Json = False,
) -> None:
    """What each kind of row is for, what it reads, how it was fitted and judged, its rules and limits.

    Parameters
    ----------
    kind
        One kind of row; none: all.
    html
        Where the page with the cards goes; none: reports/modelcards.html in the home.
    folder
        Where a Markdown file for each card goes too.
    """
    from frontrow.audit.cards import KINDS, cards_of, html_of, markdown_of
    from frontrow.base.files import write_whole
    from frontrow.cli.commands import opened

    if kind is not None and kind not in KINDS:
        raise WrongUsage(f"{kind!r} is no kind of row", mend=f"one of {', '.join(KINDS)}")
    with opened() as service:
        cards = [
            card
            for card in cards_of(service.settings, fitted_of(service))
            if kind is None or card.kind == kind
        ]
        to = html or service.home.reports / "modelcards.html"
    to.parent.mkdir(parents=True, exist_ok=True)
    write_whole(to, html_of(cards).encode())
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for card in cards:
            write_whole(folder / f"{card.kind}.md", markdown_of(card).encode())
    if json:
        print_json({"cards": [card.to_json() for card in cards], "report": str(to)})
        return
    if kind is not None:
        print(markdown_of(cards[0]))
    else:
        for card in cards:
            print(f"{card.kind:<20} {card.version}  {card.purpose}")
    print(f"report: {to}")


def fitted_of(service: Service) -> Fitted | None:
    """What the live bundle says of itself, and the round of learning that published it, if one did."""
    from frontrow.audit.cards import Fitted
    from frontrow.base.time import format_time, from_us
    from frontrow.server.learning import decisions_file, remembered

    policy = service.policy()
    if policy is None:
        return None
    manifest, config = policy.manifest, policy.manifest.config
    rounds, _ = remembered(decisions_file(service))
    mine = [one for one in rounds if one["bundle"] == policy.bundle_id]
    figures: dict[str, Any] = {"gate": manifest.gate}
    if mine:
        figures["launch"] = {name: mine[-1][name] for name in _OF_A_ROUND}
    return Fitted(
        bundle=policy.bundle_id,
        fitted_at=format_time(from_us(manifest.fitted_at_us)),
        events=manifest.events,
        titles=len(config["work_ids"]),
        catalogue_revision=manifest.catalogue_revision,
        seed=manifest.seed,
        reward_version=config["reward_version"],
        reward_hash=config.get("reward_hash"),
        left_out=manifest.left_out,
        figures=figures,
    )
