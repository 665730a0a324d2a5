"""Arguments that several commands take, and what may stand in them."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter, validators

Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON for machines.")]
Seed = Annotated[int, Parameter(validator=validators.Number(gte=0))]
Trials = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=10_000))]
Port = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=65_535))]
Workers = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=64))]
Map = Annotated[
    list[str],
    Parameter(
        name="--map",
        negative="",
        show_default=False,
        help="column=field: what a column holds, by your word.",
    ),
]
