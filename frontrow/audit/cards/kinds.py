"""What is said of each kind of row that no code can say by itself: what it is for, and where its limits are.

A test holds the settings named here to those that a row's source reads, and the kinds to the sources.
"""

from __future__ import annotations

from dataclasses import dataclass

VALUE = "the bundle's expected reward for this viewer now"


@dataclass(frozen=True)
class About:
    """One kind of row.

    ranked:   whether the bundle's value of titles moves it
    resumes:  whether its order is the fit of what is gone on with
    inferred: whether it rests on what is inferred of the viewer; then it is not there without profiling
    settings: `part.key`, beside those of every row
    """

    purpose: str
    inputs: tuple[str, ...]
    order: str
    limits: tuple[str, ...]
    rules: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    ranked: bool = True
    resumes: bool = False
    inferred: bool = False


_HISTORY = "the profile's own plays, ratings, list and dismissals, as known at this moment"
_TRENDS = "decayed counts of everyone's good starts, by country; newcomers are counted apart"
_CATALOGUE = "genres, themes, people, years, running times and windows of the catalogue"
_PLAYED = "Titles that nobody has played are ranked by what the catalogue says of them alone."
_DONE = "Nothing that this viewer watched to the end or rated."
_CROWD = "What many start is not what is good; a crowd of new accounts is bounded, not excluded."

KINDS: dict[str, About] = {
    "continue_watching": About(
        purpose="Lets a viewer go on with what was begun: a film in the middle, a series' next episode.",
        inputs=("what this profile began, how far it came, when it was last touched",),
        order="how likely it is gone on with now, by a logistic regression on what the records say",
        limits=(
            "Who shares a profile finds what the other began.",
            "Until enough was gone on with, weights set beforehand stand in the fit's place.",
        ),
        rules=(
            "Shown whole; one title is enough; what was put aside stays away until it is played.",
            "It is not on a page that is asked for with `personalised=false`.",
        ),
        settings=("page.abandoned_days",),
        ranked=False,
        resumes=True,
    ),
    "my_list": About(
        purpose="Keeps what a viewer put on the list within reach.",
        inputs=("what this profile listed, and when",),
        order="latest first",
        limits=("A title that leaves the service leaves the row without a word.",),
        rules=("Shown whole; one title is enough; nothing inferred moves it.",),
        ranked=False,
    ),
    "top_picks": About(
        purpose="The head of this viewer's ranking: what one would most likely be glad of now.",
        inputs=(_HISTORY, _TRENDS, _CATALOGUE),
        order=f"{VALUE}, so that what leads it shows each genre that stands out in the viewer's past;"
        " some slots beyond its first twenty may be drawn",
        limits=(_PLAYED, "Without a bundle it is what everyone watches, and is called so."),
        rules=(_DONE, "Other rows yield to it; every drawn slot's probability is on record."),
        settings=(
            "page.top_picks_length",
            "page.top_picks_head",
            "page.interests",
            "page.spread",
            "exploration.every",
            "exploration.pool",
            "exploration.budget",
            "exploration.temperature",
        ),
    ),
    "editorial": About(
        purpose="The operator's own rows: titles in an editor's order, or a selection ranked for the viewer.",
        inputs=("the operator's rules", _HISTORY),
        order="the editor's, or where the editor asks for it, " + VALUE,
        limits=("An editor's choice is not measured before it is shown.",),
        rules=("Its name is the editor's; nothing in it passes eligibility.",),
    ),
    "top10": About(
        purpose="Says what a country watches this week.",
        inputs=(_TRENDS,),
        order="good starts of the last week, the same for everyone who may see them",
        limits=(_CROWD, "Where little is watched, chance orders it."),
        rules=("The ten most watched that this viewer may see, in their order.",),
        ranked=False,
    ),
    "trending": About(
        purpose="Shows what is rising, before it is at the top.",
        inputs=(_TRENDS, _HISTORY),
        order="how fast it rises, weighed with " + VALUE,
        limits=(_CROWD, "Three starts are the least; a small service sees chance rise."),
        rules=(_DONE,),
        settings=("page.trending_accounts",),
    ),
    "new": About(
        purpose="Gives what the service added lately a place, whoever watched it already.",
        inputs=("when titles came", _HISTORY, _CATALOGUE),
        order=VALUE,
        limits=(_PLAYED,),
        rules=(_DONE, "Everything in it was added within the days of its name."),
        settings=("page.new_days", "page.snapshot_minutes"),
    ),
    "leaving_soon": About(
        purpose="Warns of what this viewer can watch now and soon can't.",
        inputs=("windows by country", _HISTORY),
        order=VALUE,
        limits=("A window that is prolonged later was told of too early.",),
        rules=(
            _DONE,
            "Everything in it leaves within the days of its name, for this viewer's editions.",
        ),
        settings=("page.leaving_days",),
    ),
    "watch_again": About(
        purpose="Brings back what a viewer watched to the end and liked.",
        inputs=(_HISTORY,),
        order="what it was worth to this viewer; of equals, the longest ago",
        limits=("Who never rates is known by what was finished alone.",),
        rules=("Everything in it was watched to the end.",),
        settings=("page.again_days",),
        ranked=False,
        inferred=True,
    ),
    "for_now": About(
        purpose="What a viewer likes at this part of the day, on this kind of day.",
        inputs=("genres watched by hour and weekday", _HISTORY),
        order=VALUE,
        limits=(
            "Hours come from the profile's zone, else from its events, else from the country.",
        ),
        rules=(_DONE,),
        inferred=True,
    ),
    "explore": About(
        purpose="Leads somewhere else: tries what the ranking is not sure of, and learns from it.",
        inputs=(_HISTORY, _TRENDS, _CATALOGUE),
        order="drawn, likelier by value, by how little is known of a title, by how far its genres are",
        limits=("A draw costs some value now; the audit says how much, and what it brought.",),
        rules=(
            "Every draw's exact probability is on record.",
            "What was tried on a viewer often enough, and never opened, is not tried again.",
            "A new title is tried until enough is known of it; one that surely pleases little is drawn for"
            " nobody any more.",
        ),
        settings=(
            "exploration.every",
            "exploration.pool",
            "exploration.budget",
            "exploration.trials",
            "exploration.trial_row",
            "exploration.trial_days",
            "exploration.trial_impressions",
            "exploration.temperature",
        ),
    ),
    "because_you_watched": About(
        purpose="Shows what a good play leads to, and says which.",
        inputs=(_HISTORY, "by how much each title's value moved for the anchor"),
        order=VALUE + ", of the titles that the anchor moved up most",
        limits=("Who shares a profile finds the other's anchors.",),
        rules=(
            _DONE,
            "The anchor was watched, is not in the row, and moved these titles' values.",
            "An anchor that this viewer may not see is not named.",
        ),
        settings=("page.anchor_days",),
        inferred=True,
    ),
    "person": About(
        purpose="More with somebody whom a viewer's good plays share.",
        inputs=(_HISTORY, "who takes part in each title"),
        order=VALUE,
        limits=("Two good plays are the least; busy people are liked sooner by chance.",),
        rules=(_DONE, "The person takes part in every title of it, in the role that it names."),
        inferred=True,
    ),
    "genre": About(
        purpose="The best of each genre.",
        inputs=(_HISTORY, _CATALOGUE),
        order=VALUE,
        limits=("Genres are as coarse or as fine as the operator's catalogue.",),
        rules=(_DONE, "Every title has the genre; one that the viewer muted has no row."),
    ),
    "theme": About(
        purpose="Stories of one theme, or a genre narrowed down by theme, length or decade.",
        inputs=(_HISTORY, _CATALOGUE),
        order=VALUE,
        limits=("Themes are as true as the catalogue's.",),
        rules=(_DONE, "Every title is what the name says."),
    ),
}

EVERY_ROW: tuple[str, ...] = (
    "No tile outside its eligibility: country, window, maturity, kids, languages, dismissed, muted.",
    "No work twice on a page, save in rows that are shown whole, and never within one viewport.",
    "Its name and every reason are true of every tile.",
    "Not shorter than its least length.",
    "Nothing personal rests on a sensitive tag (health, faith, sexuality: a setting).",
    "A kids profile is not profiled unless the operator turns that on.",
    "Boosts, caps and floors are the operator's, bounded, and told on `/v1/transparency`.",
)
"""What holds of every kind."""

SETTINGS_OF_EVERY_ROW: tuple[str, ...] = (
    "page.min_row_length", "page.row_length", "page.max_same_kind", "service.unrated_is_adult",
    "service.profile_kids", "service.sensitive_tags",
)  # fmt: skip

NEVER_USED = (
    "Age, gender, ethnicity, postcode, name or anything else that says who somebody is: there is no field"
    " for it. Of a place only the country whose trends count."
)
