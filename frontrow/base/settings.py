"""Every dial of the service: one frozen struct for each part, from `frontrow.toml` and `FRONTROW_…`.

The file, the environment, the reference page and the defaults all come from these structs, so
they can't disagree. `[page] columns = 40` in the file is `FRONTROW_PAGE_COLUMNS=40` outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec
from msgspec import Meta

from frontrow.base.allowed import must_be
from frontrow.base.bounds import AuditSettings, LaunchSettings
from frontrow.base.part import Part
from frontrow.base.sensitive import DEFAULT as SENSITIVE_TAGS


class ServiceSettings(Part, frozen=True):
    country: Annotated[
        Annotated[
            str,
            Meta(
                pattern=r"^[A-Z]{2}$",
                extra=must_be("two capital letters, as DE (ISO 3166-1 alpha-2)"),
            ),
        ]
        | None,
        Meta(description="Country of a request that names none."),
    ] = None
    language: Annotated[
        Annotated[
            str,
            Meta(
                pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*\Z",
                extra=must_be("the tag of a language, as de or pt-BR (BCP 47)"),
            ),
        ],
        Meta(description="Language (BCP 47) of a request that names none."),
    ] = "en"
    unrated_is_adult: Annotated[
        bool,
        Meta(description="A title without `maturity` is beyond every limit that a profile has."),
    ] = True
    first_import_minutes: Annotated[
        int,
        Meta(
            ge=0,
            description="Titles without `added_at` that come within this many minutes of the"
            " catalogue's very first title belong to the first import and are never `new`.",
        ),
    ] = 60
    sensitive_tags: Annotated[
        str,
        Meta(
            max_length=20_000,
            description="Words between commas: a genre, a theme or an image's tag with one of them is used"
            " for nothing personal, no model, row, reason or taste; a new fit follows a change.",
        ),
    ] = SENSITIVE_TAGS
    painted_artwork: Annotated[
        bool,
        Meta(description="Whether a title without any image is shown with painted ones."),
    ] = True
    profile_kids: Annotated[
        bool, Meta(description="Whether kids profiles may be profiled too; off by default.")
    ] = False


class PageSettings(Part, frozen=True):
    rows: Annotated[int, Meta(ge=1, le=100, description="Rows of a page where none are asked.")] = (
        10
    )
    columns: Annotated[
        int, Meta(ge=1, le=200, description="Tiles of a row where none are asked.")
    ] = 40
    row_length: Annotated[
        int, Meta(ge=1, le=500, description="Titles settled when a row is placed.")
    ] = 75
    max_rows: Annotated[int, Meta(ge=1, le=200, description="Rows of a page, `more` included.")] = (
        40
    )
    min_row_length: Annotated[
        int, Meta(ge=1, le=50, description="A shorter row is not shown (wishes excepted).")
    ] = 4
    new_days: Annotated[
        int, Meta(ge=1, le=365, description="Days within which a title is new.")
    ] = 30
    leaving_days: Annotated[
        int, Meta(ge=1, le=365, description="Days within which a title leaves soon.")
    ] = 14
    again_days: Annotated[
        int, Meta(ge=1, description="Days after which a title may be one to watch again.")
    ] = 60
    abandoned_days: Annotated[
        int,
        Meta(
            ge=1,
            description="Days without a touch after which what is under way leaves"
            " `continue_watching`, until it is played again.",
        ),
    ] = 180
    trending_accounts: Annotated[
        int,
        Meta(
            ge=1,
            le=50,
            description="Accounts that must have started a title in a country of late before it may"
            " be called rising there: a handful makes no trend.",
        ),
    ] = 6
    anchor_days: Annotated[
        int, Meta(ge=1, description="Days within which a watched title may anchor a row.")
    ] = 3650
    max_same_kind: Annotated[
        int,
        Meta(ge=1, description="Rows of one generated kind (genre, person, …) in a row of ten."),
    ] = 4
    redundancy: Annotated[
        float,
        Meta(
            ge=0, le=1, description="Share of a row's value lost for each likeness to a row above."
        ),
    ] = 0.2
    calibration: Annotated[
        float,
        Meta(
            ge=0,
            le=10,
            description="How strongly the genres of a page are held to those of the viewer's past.",
        ),
    ] = 0.05
    interests: Annotated[
        float,
        Meta(
            ge=0,
            le=200,
            description="How much more a title is worth to the head of a ranking, as much of it as a screen"
            " shows side by side, for showing outstanding interests of the viewer that no other of it does.",
        ),
    ] = 40.0
    spread: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            description="How strongly a title's value for a page falls with its share of all that was"
            " shown of late (a power); 0: not at all.",
        ),
    ] = 0.7
    attention_rows: Annotated[
        float, Meta(gt=0, le=1, description="Attention kept from one row to the next.")
    ] = 0.87
    attention_columns: Annotated[
        float, Meta(gt=0, le=1, description="Attention kept from one column to the next.")
    ] = 0.85
    learned_attention: Annotated[
        bool,
        Meta(
            description="Whether what was learned of where viewers look (docs/positions.md) takes the"
            " place of these two, on devices of which enough is known."
        ),
    ] = True
    top_picks_length: Annotated[
        int,
        Meta(
            ge=0,
            le=500,
            description="Titles of `top_picks`; 0: as many as the device shows side by side. What it"
            " holds no other row may lead with.",
        ),
    ] = 0
    top_picks_head: Annotated[
        int, Meta(ge=1, le=75, description="First titles of `top_picks` that are never drawn.")
    ] = 20
    seed_minutes: Annotated[
        int, Meta(ge=1, description="Minutes for which a page keeps its seed.")
    ] = 30
    snapshot_minutes: Annotated[
        int, Meta(ge=1, le=1_440, description="Minutes for which a page keeps its snapshot.")
    ] = 5


_Size = Annotated[
    str, Meta(pattern=r"^[1-9]\d?x[1-9]\d?$", extra=must_be("rows x columns, as 3x5"))
]
_Kept = Annotated[
    str,
    Meta(
        pattern=r"^((0\.\d+|1(\.0+)?)x(0\.\d+|1(\.0+)?))?$",
        extra=must_be("two shares of 1, as 0.8x0.9, or empty"),
    ),
]
_SIZE = "Rows x columns seen at once."
_KEPT = "Attention kept from row to row x from column to column; empty: as `page` has it."


class ScreenSettings(Part, frozen=True):
    tv: Annotated[_Size, Meta(description=_SIZE)] = "3x5"
    web: Annotated[_Size, Meta(description=_SIZE)] = "3x6"
    phone: Annotated[_Size, Meta(description=_SIZE)] = "3x3"
    tablet: Annotated[_Size, Meta(description=_SIZE)] = "3x4"
    tv_attention: Annotated[_Kept, Meta(description=_KEPT)] = ""
    web_attention: Annotated[_Kept, Meta(description=_KEPT)] = ""
    phone_attention: Annotated[_Kept, Meta(description=_KEPT)] = ""
    tablet_attention: Annotated[_Kept, Meta(description=_KEPT)] = ""


class ExplorationSettings(Part, frozen=True):
    every: Annotated[
        int,
        Meta(
            ge=0,
            description="One drawn slot in each so many tiles of `top_picks` beyond its head, where"
            " `page.top_picks_length` makes it as long; 0: nothing is drawn, `explore` included.",
        ),
    ] = 10
    pool: Annotated[
        int, Meta(ge=2, le=2000, description="Titles from which an explored slot is drawn.")
    ] = 200
    budget: Annotated[
        int, Meta(ge=0, le=500, description="Titles of a page that may be drawn, in all its rows.")
    ] = 40
    trials: Annotated[
        int,
        Meta(
            ge=1,
            description="Times that a title is shown to a viewer who never opens it, after which it"
            " is not drawn for them any more.",
        ),
    ] = 10
    trial_row: Annotated[
        int,
        Meta(
            ge=0,
            le=60,
            description="Row by which `explore` is shown while there are new titles of which too little is"
            " known to rank them; 0: they are not tried.",
        ),
    ] = 0
    trial_days: Annotated[
        int, Meta(ge=1, description="Days after it was added in which a title may be on trial.")
    ] = 28
    trial_impressions: Annotated[
        int,
        Meta(
            ge=1,
            description="Times that a title is shown, to whomever, after which it is on trial no more, unless"
            " it pleases as often as titles usually do.",
        ),
    ] = 150
    temperature: Annotated[
        float,
        Meta(gt=0, description="Of a draw by log value; 1: in proportion to value, less: bolder."),
    ] = 1.0
    artwork_days: Annotated[
        int, Meta(ge=1, description="Days for which a viewer keeps an artwork of a title.")
    ] = 1
    artwork_alike: Annotated[
        int,
        Meta(
            ge=1,
            description="Artworks of one look (faces, scenes, …) that may stand side by side; the next"
            " tile's is of another, where its title has one.",
        ),
    ] = 5
    attribution_hours: Annotated[
        int,
        Meta(
            ge=1,
            le=2_160,
            description="Hours from when a page was made within which what a viewer does counts as"
            " come of its tiles.",
        ),
    ] = 72
    swap_share: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            description="Share of pages on which neighbouring rows and titles change places at random,"
            " so that it can be learned how much each place is looked at; 0: none.",
        ),
    ] = 0.02


class SnapshotSettings(Part, frozen=True):
    period_seconds: Annotated[
        int, Meta(ge=1, description="Seconds between two folds of the log's tail.")
    ] = 10
    keep_hours: Annotated[int, Meta(ge=1, description="Hours for which a snapshot is kept.")] = 2


class BundleSettings(Part, frozen=True):
    keep: Annotated[
        int, Meta(ge=1, description="Published bundles kept, the live one included.")
    ] = 5


class ModelSettings(Part, frozen=True):
    text: Annotated[
        Literal["auto", "off", "on"],
        Meta(
            description="Whether a sentence model reads names and synopses; `auto`: where it is"
            " installed (`make text`), `on`: `train` and `serve` refuse to go without."
        ),
    ] = "auto"


class RewardSettings(Part, frozen=True):
    own: Annotated[
        str,
        Meta(
            max_length=10_000,
            description="Rewards of your own for `frontrow rewards`: `mine/1: finishes 1, hours 0.1;"
            " other/1: starts 1, dismissed -1`. A name and its version, then amounts with their weights;"
            " nothing is fitted on them.",
        ),
    ] = ""


class DatabaseSettings(Part, frozen=True):
    url: Annotated[
        str,
        Meta(
            description="PostgreSQL that holds titles, events, rules and decisions, as"
            " postgresql://USER@HOST:5432/DATABASE; empty: a file in the home. A password stands in"
            " `FRONTROW_DATABASE_URL`, `PGPASSWORD` or ~/.pgpass, never in the file."
        ),
    ] = ""


class ServerSettings(Part, frozen=True):
    body_bytes: Annotated[int, Meta(ge=1024, description="Largest request body, in bytes.")] = (
        1_572_864
    )
    ingest_bytes: Annotated[
        int,
        Meta(
            ge=1024,
            description="Bytes of batches that a process reads and stores at once; more is answered with"
            " 429 and `Retry-After`.",
        ),
    ] = 33_554_432
    ingest_waiting: Annotated[
        int,
        Meta(
            ge=1,
            description="Events that may wait in a process to be stored; more is answered with 429.",
        ),
    ] = 20_000
    checkpoint_events: Annotated[
        int,
        Meta(
            ge=0,
            description="Events of a viewer after which the folded viewer is kept in the database, so"
            " that a long history opens like a short one; 0: never.",
        ),
    ] = 500
    viewer_cache: Annotated[int, Meta(ge=1, description="Viewers kept folded in a process.")] = (
        5_000
    )
    viewer_cache_titles: Annotated[
        int,
        Meta(
            ge=1,
            description="Titles that they have to do with, in all: what bounds a process's memory, at"
            " about a kilobyte each. Beyond it those go whose page is longest ago.",
        ),
    ] = 200_000
    key_per_second: Annotated[
        float, Meta(gt=0, description="Calls a second of one key, in each process.")
    ] = 1_000.0
    key_burst: Annotated[
        int, Meta(ge=1, description="Calls of one key that may come at once, in each process.")
    ] = 2_000
    device_per_second: Annotated[
        float, Meta(gt=0, description="Calls a second of one profile's devices, in each process.")
    ] = 10.0
    device_burst: Annotated[
        int,
        Meta(ge=1, description="Calls of one profile's devices that may come at once."),
    ] = 100
    token_seconds: Annotated[
        int,
        Meta(ge=1, description="Seconds for which a device's token holds, where none are asked."),
    ] = 3_600
    token_most_seconds: Annotated[
        int, Meta(ge=1, description="Seconds for which a device's token may be asked to hold.")
    ] = 86_400
    deadline_ms: Annotated[
        int,
        Meta(
            ge=20,
            description="Milliseconds within which a page is answered: of less, where something hangs.",
        ),
    ] = 200
    page_turns: Annotated[
        int,
        Meta(
            ge=1,
            le=64,
            description="Pages that a process builds at the same time: more only share its core.",
        ),
    ] = 1


class Settings(Part, frozen=True):
    """All parts together, in the order of the reference page."""

    service: ServiceSettings = ServiceSettings()
    page: PageSettings = PageSettings()
    screens: ScreenSettings = ScreenSettings()
    exploration: ExplorationSettings = ExplorationSettings()
    snapshots: SnapshotSettings = SnapshotSettings()
    bundles: BundleSettings = BundleSettings()
    models: ModelSettings = ModelSettings()
    launch: LaunchSettings = LaunchSettings()
    audit: AuditSettings = AuditSettings()
    rewards: RewardSettings = RewardSettings()
    database: DatabaseSettings = DatabaseSettings()
    server: ServerSettings = ServerSettings()


@cache
def describe_settings() -> tuple[tuple[str, str, Any, str], ...]:
    """(part, key, default, meaning) of every setting, in order; the reference page is made of it."""
    return tuple(_described())


def _described() -> Iterator[tuple[str, str, Any, str]]:
    for part_field in msgspec.structs.fields(Settings):
        part = part_field.default
        hints = get_type_hints(type(part), include_extras=True)
        for field in msgspec.structs.fields(type(part)):
            meaning = ""
            for extra in get_args(hints[field.name])[1:]:
                meaning = getattr(extra, "description", None) or meaning
            yield part_field.name, field.name, field.default, meaning
