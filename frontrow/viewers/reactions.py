"""What one viewer reacted to, event after event: the trials of images and reasons, and what came of them.

A trial is an image (or a reason's kind) that a viewer was shown for a work on a day, however often on that
day. It was good where a quality play (`attribution.is_quality_play`) came of it within `TRIAL_US`: a start
that is left early is none. Beside each trial stands what was known of the viewer when the day began,
which is what the choice of an image may rest on (`context_of`): so a trial says whether that was right.

Events are taken in the order of their numbers, titles as they were when the event came: the trials are a
function of the log and the titles' revisions, whenever they are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Lexicon, Words
from frontrow.catalog.candidates import MOST_PEOPLE, MOST_TAGS
from frontrow.events.event import PROFILE_RESET, PROFILE_SET, Event
from frontrow.events.log import Logged
from frontrow.viewers.attribution import Sitting, is_quality_play
from frontrow.viewers.fold import KEPT_WHEN_FORGOTTEN, earliest
from frontrow.viewers.influence import FEW_EVENTS, is_newcomer, weight_of
from frontrow.viewers.signs import NO_LIFE, is_good_sign, is_taken_up, known_us, lives_since

TRIAL_US = 3 * US_PER_DAY
"""How long after an image was shown a quality play counts as come of it."""

GONE_AFTER_US = 360 * US_PER_DAY
"""So long after it was last shown, four half-lives of the record, what is known of an image is gone; a trial
of which is heard later counts for nothing."""

BEGUN_SHARE = 0.25
"""What a work that was begun, or liked, says of the genres that are watched, beside one most of which was
seen: a start that is left says little. The one value tried (`bench.artwork`, a seed of the 1,000s)."""

PRIOR_GOOD = 1.5
"""Good trials that a viewer's taste in a tag is shrunk by: fewer say little."""

_RATE_GOOD, _RATE_SHOWN = 1.0, 20.0
"""What a viewer's rate of good trials starts from."""

KNOWN_PERSON = 3.0
"""Works begun with a person from which the person is as well known as can be."""

_MOST_TRIALS = 4_000
"""Trials that wait for a play: some pages of 400 tiles seen whole. Of more, those near in time are kept."""

MATCHES = ("tags", "people", "genres")
"""How an image suits a viewer, beside its own record: the viewer's reactions to images with its tags, how
well the people on it are known, and how much is watched of the genres that its tags name."""

REASON = "reason"
"""The attribute of an event that says under which reason a tile stood; clients copy it from the tile."""

EVIDENCE, BESIDE = "evidence", "beside"
"""Kinds of trials of reasons: told in a row of the ranking's, and in a row beside a title. Each is judged
by what is usual in its kind of row, where the same reasons can be true."""

_CODES = frozenset({"genre", "actor", "director", "creator", "writer", "presenter"})
CODES = {EVIDENCE: _CODES, BESIDE: _CODES | {"because_you_watched"}}
"""The reasons that may be chosen, by kind; what else an event claims is none."""

ROWS_OF_THEIR_OWN = frozenset(
    {
        "continue_watching", "my_list", "trending", "new", "leaving_soon", "watch_again", "editorial",
        "starter", "top10", "person", "similar",
    }
)  # fmt: skip
"""Kinds of rows whose tiles tell the row's own reason: there is no choice."""

_HISTORY = frozenset({"play", "click", "impression"})


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a viewer at the start of a day, in the words of titles and images."""

    genres: dict[str, float] = field(default_factory=dict)  # shares of what was watched, sum 1
    begun: int = 0  # works
    tags: dict[str, float] = field(default_factory=dict)  # log ratio of good trials to the usual
    people: dict[str, int] = field(default_factory=dict)  # works begun with each
    rate: float = _RATE_GOOD / _RATE_SHOWN  # of good trials
    good: int = 0  # images of which a quality play came

    def match(self, tags: Sequence[str], people: Sequence[str]) -> tuple[float, float, float]:
        """`MATCHES` of one image."""
        liked = sum(self.tags.get(tag, 0.0) for tag in tags)
        known = max((self.people.get(name, 0) for name in people), default=0)
        shares = sum(self.genres.get(tag.casefold(), 0.0) for tag in tags)
        return liked, min(known, KNOWN_PERSON) / KNOWN_PERSON, shares


NOBODY = Context()


def context_of(
    genres: dict[str, float],
    begun: int,
    people: dict[str, int],
    tags: dict[str, list[int]],
    shown: int,
    good: int,
) -> Context:
    """The context of counts.

    genres: by folded name, each begun work shared among its genres, as `BEGUN_SHARE` says
    people: works begun with each
    tags:   tag -> [images shown that have it, of these good]; shown, good: of all images
    """
    total = sum(genres.values())
    rate = (good + _RATE_GOOD) / (shown + _RATE_SHOWN)
    return Context(
        genres={name: weight / total for name, weight in sorted(genres.items())} if total else {},
        begun=begun,
        tags={
            tag: log((count[1] + PRIOR_GOOD) / (count[0] * rate + PRIOR_GOOD))
            for tag, count in sorted(tags.items())
        },
        people=people,
        rate=rate,
        good=good,
    )


@dataclass(slots=True)
class Trial:
    """One image (or reason) shown on one day."""

    kind: str  # "artwork", `EVIDENCE` or `BESIDE`
    work: str
    name: str  # artwork id, or reason's code
    shown_us: int
    received_us: int
    weight: float
    newcomer: bool
    genres: dict[str, float]  # of the context
    rate: float  # of the context
    match: tuple[float, float, float]  # `MATCHES`, less their mean over the title's images
    good: bool = False


@dataclass(slots=True)
class _Watched:
    """What is being watched of a title, and of which trials it came."""

    sitting: Sitting
    trials: list[Trial]


def _first(names: Sequence[str], most: int) -> list[str]:
    return list(dict.fromkeys(names))[:most]


def _told(event: Event) -> tuple[str, str] | None:
    """Kind and code of the reason that an event's tile told, where there may have been a choice."""
    reason = event.attributes.get(REASON)
    row = (event.row_id or "").split(".", 1)[0]
    kind = BESIDE if row == "because_you_watched" else EVIDENCE
    if not row or row in ROWS_OF_THEIR_OWN or not isinstance(reason, str):
        return None
    return (kind, reason) if reason in CODES[kind] else None


NO_FORGETS: Mapping[str, int] = {}


def forgets_of(
    events: Iterable[Logged], lexicon: Lexicon, so_far: Mapping[str, int] = NO_FORGETS
) -> dict[str, int]:
    """What the `forget_title`s among a profile's events name -> the latest time, us."""
    found = dict(so_far)
    for logged in events:
        if logged.type == "forget_title" and logged.event is not None:
            named = lexicon.reaches(str(logged.event.title_id), logged.received_us)[0]
            found[named] = max(found.get(named, logged.time_us), logged.time_us)
    return found


class Reactions:
    """One profile's reactions so far."""

    def __init__(self, lexicon: Lexicon, forgets: Mapping[str, int] = NO_FORGETS) -> None:
        """forgets: what a `forget_title` named -> its time, us: what was before is as if it never was"""
        self._lexicon, self._forgets = lexicon, forgets
        self.number = 0
        self._lives_since_us = NO_LIFE
        self._since_us = 2**62
        self._silent = False  # nothing may be inferred
        self._start_anew()

    @property
    def size(self) -> int:
        """How much is held of the viewer, in entries of about 100 bytes."""
        titles = len(self._begun) + 2 * len(self._begun_as) + len(self._seen_through)
        titles += len(self._watched_well)
        met = len(self._pairs) + len(self._people) + len(self._staged)
        return 10 + titles + met + 3 * self._waiting

    def _start_anew(self) -> None:
        self._day = -(2**62)  # of the last event
        self._last_us = -(2**62)  # of the latest
        self._staged: list[tuple[int, str, Words, str]] = []  # day, what, of what, image
        self._genres: dict[str, float] = {}
        self._begun: set[str] = set()
        self._watched_well: set[str] = set()  # works of which most was seen
        self._people: dict[str, int] = {}
        self._tags: dict[str, list[int]] = {}
        self._pairs: dict[tuple[str, str], bool] = {}  # image shown -> whether it was good
        self._good = 0
        self._trials: dict[tuple[str, str], list[Trial]] = {}  # (kind, work) -> of late, in order
        self._waiting = 0  # trials in these
        self._watched: dict[str, _Watched] = {}  # title id -> what is under way
        self._begun_as: dict[str, dict[str, int]] = {}  # title id -> image -> us of its first start
        self._seen_through: set[str] = set()  # title ids of which most was seen
        self._context: tuple[int, Context] = (-(2**62), NOBODY)

    def add(self, logged: Logged) -> Iterator[tuple[Trial, bool]]:
        """Take the next event in; the trials that begin with it, and (True) those that are good by it."""
        self.number = logged.number
        if logged.number <= FEW_EVENTS:
            self._since_us = min(self._since_us, logged.received_us, logged.time_us)
        if logged.type == PROFILE_SET:
            wishes = logged.body.get("preferences") or {}
            child = bool(logged.body.get("kids")) and not self._lexicon.kids_too
            self._silent = child or not wishes.get("personalised", True)
        elif logged.type == PROFILE_RESET:
            self._start_anew()
        event = logged.event
        if event is None or self._is_forgotten(logged, event):
            return
        self._lives_since_us = lives_since(self._lives_since_us, logged)
        if event.title_id is None or event.autoplay:
            return
        words = self._lexicon.words(event.title_id, logged.received_us)
        if words is None:
            return
        self._go_on(min(logged.time_us, logged.received_us))
        if event.type in _HISTORY:
            yield from self._shown(logged, event, words)
        if is_taken_up(event):
            self._staged.append((self._known(logged) // US_PER_DAY, "begun", words, ""))
        if event.type in ("play", "progress", "stop", "pause", "complete"):
            yield from self._watch(logged, event, words)

    def _is_forgotten(self, logged: Logged, event: Event) -> bool:
        if not self._forgets or event.title_id is None or event.type in KEPT_WHEN_FORGOTTEN:
            return False
        named = self._lexicon.reaches(event.title_id, logged.received_us)
        return any(logged.time_us <= self._forgets.get(one, logged.time_us - 1) for one in named)

    def _known(self, logged: Logged) -> int:
        return known_us(logged, self._lives_since_us)

    def _go_on(self, us: int) -> None:
        """Take in what is known since the day before, and let go of trials that nothing can come of."""
        day = us // US_PER_DAY
        if day != self._day:
            self._day = day
            self._take_in(day)
        if us // US_PER_DAY > self._last_us // US_PER_DAY:
            self._let_go(lambda trial: us - trial.shown_us <= TRIAL_US)
        elif self._waiting > _MOST_TRIALS:  # a history that is brought along, after what is newer
            self._let_go(lambda trial: abs(us - trial.shown_us) <= TRIAL_US)
            if self._waiting > _MOST_TRIALS // 2:
                self._trials, self._waiting = {}, 0
        self._last_us = max(self._last_us, us)

    def _let_go(self, is_kept: Callable[[Trial], bool]) -> None:
        near = {key: [t for t in late if is_kept(t)] for key, late in self._trials.items()}
        self._trials = {key: late for key, late in near.items() if late}
        self._waiting = sum(map(len, self._trials.values()))
        self._watched = {
            title_id: watched
            for title_id, watched in self._watched.items()
            if any(is_kept(t) for t in watched.trials)
        }

    def _shown(self, logged: Logged, event: Event, words: Words) -> Iterator[tuple[Trial, bool]]:
        """The trials that begin with what is shown, opened or played."""
        if event.artwork_id in words.images:
            trial = self._tried("artwork", str(event.artwork_id), logged, words)
            if trial is not None:
                yield trial, False
        told = _told(event)
        if told is not None:
            trial = self._tried(*told, logged, words)
            if trial is not None:
                yield trial, False

    def _tried(self, kind: str, name: str, logged: Logged, words: Words) -> Trial | None:
        """A new trial; None where that was shown today, or is only carried along by a late play."""
        us = min(logged.time_us, logged.received_us)
        day = us // US_PER_DAY
        late = self._trials.get((kind, words.work), [])
        if any(t.name == name and t.shown_us // US_PER_DAY == day for t in late):
            return None
        if logged.type != "impression" and any(
            t.name == name and us - t.shown_us <= TRIAL_US for t in late
        ):
            return None
        context = self._context_on(day)
        match = (0.0, 0.0, 0.0)
        if kind == "artwork":
            match = self._match(context, words, name)
            self._staged.append((self._known(logged) // US_PER_DAY, "shown", words, name))
        trial = Trial(
            kind, words.work, name, us, logged.received_us, weight_of(logged, self._since_us),
            is_newcomer(logged, self._since_us), context.genres, context.rate, match,
        )  # fmt: skip
        now = [t for t in late if us - t.shown_us <= TRIAL_US] + [trial]
        self._waiting += len(now) - len(late)
        self._trials[kind, words.work] = now
        return trial

    def _match(self, context: Context, words: Words, name: str) -> tuple[float, float, float]:
        if context is NOBODY or len(words.images) < 2:
            return 0.0, 0.0, 0.0
        matches = {  # by as many tags and people as a page looks at
            one: context.match(_first(tags, MOST_TAGS), _first(people, MOST_PEOPLE))
            for one, (tags, people) in words.images.items()
        }
        means = [sum(column) / len(matches) for column in zip(*matches.values(), strict=True)]
        own = matches[name]
        return own[0] - means[0], own[1] - means[1], own[2] - means[2]

    def _watch(self, logged: Logged, event: Event, words: Words) -> Iterator[tuple[Trial, bool]]:
        """The trials that what is watched makes good."""
        title_id, us = str(event.title_id), logged.time_us
        known = self._known(logged)
        if event.type == "play":
            self._begin(event, words, us, known)
        if is_good_sign(event):  # counts once, for the image under which it was begun
            begun_as = self._begun_as.pop(title_id, {})
            under = [(began_us, image) for image, began_us in begun_as.items() if began_us <= known]
            if under and title_id not in self._seen_through:
                self._staged.append((known // US_PER_DAY, "good", words, max(under)[1]))
            self._seen_through.add(title_id)
            if words.work not in self._watched_well:
                self._staged.append((known // US_PER_DAY, "well", words, ""))
        watched = self._watched.get(title_id)
        if watched is None:
            return
        watched.sitting.add(event)
        runtime = self._lexicon.runtime_seconds(title_id, logged.received_us)
        if is_quality_play(watched.sitting, runtime):
            for trial in watched.trials:
                heard_us = logged.received_us - trial.shown_us
                if not trial.good and us - trial.shown_us <= TRIAL_US and heard_us <= GONE_AFTER_US:
                    trial.good = True
                    yield trial, True

    def _begin(self, event: Event, words: Words, us: int, known: int) -> None:
        if event.artwork_id is not None and str(event.title_id) not in self._seen_through:
            begun_as = self._begun_as.get(str(event.title_id), {})
            self._begun_as[str(event.title_id)] = earliest(begun_as, event.artwork_id, known)
        came_of = []
        told = _told(event)
        of_reason: list[tuple[str, str | None]] = [told] if told else []
        if REASON not in event.attributes:
            of_reason = [(EVIDENCE, None), (BESIDE, None)]
        for kind, name in (("artwork", event.artwork_id), *of_reason):
            late = self._trials.get((kind, words.work), ())
            fit = [t for t in late if name in (None, t.name) and 0 <= us - t.shown_us <= TRIAL_US]
            came_of += fit[-1:]
        before = self._watched.get(str(event.title_id))
        if before is None or [id(t) for t in before.trials] != [id(t) for t in came_of]:
            self._watched[str(event.title_id)] = _Watched(Sitting(), came_of)

    def _context_on(self, day: int) -> Context:
        """What was known when a day began."""
        if self._silent:
            return NOBODY
        self._take_in(day)
        if self._context[0] == day:
            return self._context[1]
        found = NOBODY
        if self._begun or self._pairs:
            found = context_of(
                self._genres, len(self._begun), self._people, self._tags,
                len(self._pairs), self._good,
            )  # fmt: skip
        self._context = day, found
        return found

    def _take_in(self, day: int) -> None:
        """Count what is known since before a day."""
        due = [one for one in self._staged if one[0] < day]
        if due:
            self._staged = [one for one in self._staged if one[0] >= day]
            self._context = (-(2**62), NOBODY)
            for _, what, words, image in due:
                self._note(what, words, image)

    def _note(self, what: str, words: Words, image: str) -> None:
        if what == "begun" and words.work not in self._begun:
            self._begun.add(words.work)
            self._count(words, 1.0 if words.work in self._watched_well else BEGUN_SHARE)
            for person in words.people:
                self._people[person] = self._people.get(person, 0) + 1
        if what == "well" and words.work not in self._watched_well:
            self._watched_well.add(words.work)
            if words.work in self._begun:
                self._count(words, 1.0 - BEGUN_SHARE)
        pair = words.work, image
        tags = words.images[image][0] if image in words.images else ()
        if what == "shown" and pair not in self._pairs:
            self._pairs[pair] = False
            for tag in tags:
                self._tags.setdefault(tag, [0, 0])[0] += 1
        if what == "good" and self._pairs.get(pair) is False:
            self._pairs[pair] = True
            self._good += 1
            for tag in tags:
                self._tags.setdefault(tag, [0, 0])[1] += 1

    def _count(self, words: Words, weight: float) -> None:
        """Count a work among its genres."""
        for genre in words.genres:
            name = genre.casefold()
            self._genres[name] = self._genres.get(name, 0.0) + weight / len(words.genres)
