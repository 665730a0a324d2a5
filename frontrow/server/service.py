"""One open home: its log, catalogue, snapshots and live bundle, ready to answer.

What several processes share lives in the home; what is kept here is a copy that is checked against
it on every call, so any process may answer and none is right alone.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property, lru_cache
from time import sleep
from typing import Any

import structlog

from frontrow.backups import forget_key, keep_forgotten, read_forgotten
from frontrow.base.database import open_database
from frontrow.base.errors import BadBundle, Gone, Unavailable
from frontrow.base.home import Home
from frontrow.base.rests import without_rest
from frontrow.base.sensitive import sensitive_of
from frontrow.base.settings import ServiceSettings
from frontrow.base.time import US_PER_MINUTE, Clock, monotonic, to_us
from frontrow.bundles import BundlePolicy, BundleStore
from frontrow.bundles.store import Stamp
from frontrow.catalog import Catalogue, TitleStore, build_catalogue
from frontrow.catalog.names import Names, names_of
from frontrow.events import Position, open_log
from frontrow.models.text import TextStore, open_texts
from frontrow.page import BoundPolicy
from frontrow.page.choice_values import ChoiceValues
from frontrow.page.decisions import FLUSH_SECONDS, DecisionStore
from frontrow.rules import BoundRules, RulesStore, StoredRules, bind_rules
from frontrow.server.kept import Kept
from frontrow.server.later_texts import LaterTexts
from frontrow.server.processes import Processes
from frontrow.server.viewer_cache import ViewerCache
from frontrow.server.worths import Worths
from frontrow.viewers import WISHES, Trends, no_trends
from frontrow.viewers.checkpoints import CheckpointStore
from frontrow.viewers.choices_store import ChoicesStore
from frontrow.viewers.snapshot import EMPTY, Snapshot, made_again
from frontrow.viewers.snapshot_store import SnapshotStore
from frontrow.viewers.snapshot_trends import crowded_titles, trends_on

_US_PER_HOUR = 60 * US_PER_MINUTE

_LAST_NUMBER = 2**62
"""After every event: reads of a profile whether it is there, and nothing more."""

_LEFT_OUT_REMEMBERED = 100_000
"""Profiles of whom an import remembers whether they stay out: a file may name any number of them."""

_BUNDLE_SECONDS = 0.5
"""Between two looks at which bundle is published."""

_SOON_SECONDS = 0.05
"""How long a request waits for a new bundle that has just begun to be read."""

_TRENDS = 16
"""Snapshots on a catalogue that are held: those of the epochs that pages and what is asked of them later are
in now, one a minute. Each is some megabytes, and some ten in a large service."""

_FIRST_SNAPSHOT_SECONDS = 5.0
"""How long the first page after the first event waits for another process that folds."""


log = structlog.get_logger("frontrow.server")


class Service:
    """A home that is open in this process."""

    def __init__(self, home: Home, clock: Clock) -> None:
        self.home = home
        self.clock = clock
        self.settings = home.settings()
        self.secret = home.secret()
        self.database = open_database(home.database)
        self.titles = TitleStore(self.database)
        self.rules = RulesStore(self.database)
        self.log = open_log(self.database, self.settings.server.ingest_waiting)
        self.decisions = DecisionStore(self.database)
        self.checkpoints = CheckpointStore(self.database)
        self.viewers = ViewerCache(
            self.log,
            self.settings.server.viewer_cache,
            states=self.checkpoints,
            checkpoint_events=self.settings.server.checkpoint_events,
            most_titles=self.settings.server.viewer_cache_titles,
        )
        self.wishes = ViewerCache(self.log, self.settings.server.viewer_cache, kinds=WISHES)
        self.snapshots = SnapshotStore(home.snapshots, home.run / "snapshots.lock")
        self.choices = ChoicesStore(home.choices, home.run / "choices.lock")
        self.bundles = BundleStore(home.bundles)
        self.processes = Processes(home.run, self.log, self._purge)
        self.bundle_trouble: str | None = None
        self._catalogues = Kept(4)
        self._names = Kept(2)
        self._bound = Kept(4)
        self._rules = Kept(8)
        self._bound_rules = Kept(4)
        self._trends = Kept(_TRENDS)
        self._crowded = Kept(1)
        self.crowded: list[str] = []
        self._refolded: tuple[int, Snapshot] | None = (
            None  # forgets so far, what was made again last
        )
        self.worths = Worths(self.choices, self.titles, self.log, self.catalogue)
        self._bundle_lock = threading.Lock()
        self._watch: threading.Thread | None = None
        self._stop, self._wake = threading.Event(), threading.Event()
        self._followed = threading.Condition()
        self._reading_since: float | None = None  # a new bundle; None: none is being read
        self._bundle_stamp: Stamp | None = None
        self._live: BundlePolicy | None = None

    def start(self) -> None:
        """Join the processes of the home, and write decisions in the background. Raises
        `Unavailable` where the settings ask for a sentence model that is not installed."""
        _ = self.texts
        self.home.run.mkdir(exist_ok=True)
        keep_forgotten(self.home, self.database)
        self.processes.start()
        self.decisions.start()
        self.checkpoints.start()
        self._warm()
        self._watch = threading.Thread(target=self._follow, name="bundles", daemon=True)
        self._watch.start()
        self.worths.start(self._window_now)

    def close(self) -> None:
        """Write what waits, leave, close."""
        self._stop.set()
        self._wake.set()
        if self._watch is not None:
            self._watch.join()
        self.worths.stop()
        self.decisions.stop()
        self.checkpoints.stop()
        self.processes.stop()
        self.database.close()

    @cached_property
    def texts(self) -> TextStore | None:
        """What the sentence model read, as the settings wish; see `open_texts`."""
        return open_texts(self.settings.models.text, self.home.texts)

    @cached_property
    def _later_texts(self) -> LaterTexts:
        return LaterTexts(self.texts)

    def now_us(self) -> int:
        """The deciding clock, in us, cut to the millisecond that a page id keeps."""
        return to_us(self.clock()) // 1_000 * 1_000

    # -- what pages are made of

    def catalogue(
        self, revision: int | None = None, settings: ServiceSettings | None = None
    ) -> Catalogue:
        """The catalogue at a revision; the newest that was acknowledged, where none is named.

        settings: those of then; None: of now
        """
        wanted = self.titles.revision() if revision is None else revision
        settings = settings or self.settings.service
        minutes, painted = settings.first_import_minutes, settings.painted_artwork
        sensitive = sensitive_of(settings.sensitive_tags)

        def make() -> Catalogue:
            at, titles = self.titles.read_all(wanted)
            return build_catalogue(
                at,
                titles,
                first_import_minutes=minutes,
                stand_ins=painted,
                sensitive=sensitive,
            )

        return self._catalogues.get((wanted, minutes, painted, sensitive), make)

    def names(self, catalogue: Catalogue) -> Names:
        """The names of a catalogue, ready to be searched."""
        # By the object, which its names hold on to.
        return self._names.get(id(catalogue), lambda: names_of(catalogue))

    def policy(self) -> BundlePolicy | None:
        """The live bundle. In a service that was started another thread follows what is published: a
        small bundle is in the next page, and no request waits long for a large one to be read."""
        if self._watch is None:
            self.follow_bundle()
        elif (stamp := self.bundles.stamp()) != self._bundle_stamp:
            self._wake.set()
            if self._reading_since is None or monotonic() < self._reading_since + _SOON_SECONDS:
                with self._followed:
                    self._followed.wait_for(lambda: self._bundle_stamp == stamp, _SOON_SECONDS)
        return self._live

    def follow_bundle(self) -> None:
        """Take up the bundle that is published now, once it is read, verified and bound. A damaged one is
        refused: the one before stays, the log and `/readyz` say why."""
        if self.bundles.stamp() == self._bundle_stamp:
            return
        with self._bundle_lock:
            stamp = self.bundles.stamp()
            if stamp == self._bundle_stamp:
                return
            self._reading_since, trouble = monotonic(), None
            try:
                bundle_id = self.bundles.live()
                if bundle_id is None:
                    trouble = (
                        None if self._live is None else "the pointer to the live bundle is gone"
                    )
                elif self._live is None or self._live.bundle_id != bundle_id:
                    policy = self.bundles.load(bundle_id)
                    with contextlib.suppress(Unavailable):  # the next page that can read binds it
                        self.bound(policy, self.catalogue())
                    self._live = policy
                    self._say("bundle taken up", bundle=bundle_id)
            except BadBundle as error:
                trouble = str(error)
            if trouble is not None:
                self._say("bundle refused", reason=trouble)
            self.bundle_trouble = trouble
            with self._followed:
                self._bundle_stamp, self._reading_since = stamp, None
                self._followed.notify_all()

    def _follow(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(_BUNDLE_SECONDS)
            self._wake.clear()
            try:
                self.follow_bundle()
            except Exception as error:  # the next look may do better; pages go on with the last
                self._say("bundle not followed", kind=type(error).__name__)

    def _say(self, event: str, **told: Any) -> None:
        """A line of the server's log; a command prints for people."""
        if self._watch is not None:
            log.info(event, **told)

    def _warm(self) -> None:
        """Read what the first page would have to wait for."""
        with contextlib.suppress(Unavailable):
            catalogue = self.catalogue()
            policy = self.policy()
            if policy is not None:
                self.bound(policy, catalogue)
            self.worths.prepare(*self._window_now())
        # What was read stays: the collector need not walk through it again and again.
        gc.collect()
        gc.freeze()

    def policy_marked(self, mark: str) -> BundlePolicy | None:
        """The bundle that a page id names, if it is still kept and whole."""
        live = self.policy()
        if live is not None and live.bundle_id.startswith(mark):
            return live
        found = self.bundles.find(mark)
        if found is None:
            return None
        try:
            return self._bound.get(found, lambda: self.bundles.load(found))
        except BadBundle:
            return None

    def bound(self, policy: BundlePolicy, catalogue: Catalogue) -> BoundPolicy:
        """A bundle on a catalogue."""
        # By the object, which lives as long as what is bound to it: two catalogues of one revision may
        # differ by a setting.
        key = (policy.bundle_id, catalogue.revision, id(catalogue))
        return self._bound.get(key, lambda: policy.bind(catalogue, self._later_texts))

    def rules_at(self, revision: int) -> StoredRules:
        """A version of the operator's rules. Raises `NotFound`."""
        return self._rules.get(revision, lambda: self.rules.read(revision))

    def bound_rules(self, revision: int, catalogue: Catalogue, at_us: int) -> BoundRules | None:
        """A version of the rules on a catalogue; None where it rules nothing.

        at_us: the moment from which days are counted, looked at by the hour
        """
        if revision == 0:
            return None
        rules = self.rules_at(revision).rules
        if rules.is_empty:
            return None
        hour_us = at_us // _US_PER_HOUR * _US_PER_HOUR if rules.moves_with_time else 0
        # By the object, which what is bound to it holds on to.
        key = (revision, id(catalogue), hour_us)
        return self._bound_rules.get(key, lambda: bind_rules(revision, rules, catalogue, hour_us))

    def snapshot_at(self, at_us: int) -> int | None:
        """The number of the snapshot for an epoch; the first is made when first needed."""
        # One made as the epoch begins comes too late for it: a clock that is frozen there makes one
        # after the other, and the pages of an epoch keep theirs.
        before_us = at_us - 1
        number = self.snapshots.number_at(before_us)
        if number is None and not self.log.is_empty():
            with suppress(
                OSError
            ):  # no room for it: pages go on without trends, and the folder says so
                self.fold_snapshot(patience_seconds=_FIRST_SNAPSHOT_SECONDS)
            number = self.snapshots.number_at(before_us)
        return number

    def trends(self, number: int | None, catalogue: Catalogue) -> Trends:
        """A snapshot on a catalogue. Raises `Gone` where it is no longer kept."""
        if number is None:
            return no_trends(catalogue.n)

        def make() -> Trends:
            home = self.settings.service.country
            return trends_on(self.snapshots.load(number), catalogue, home)

        return self._trends.get((number, catalogue.revision), make)

    def trends_again(
        self, position: Position, as_of_us: int, catalogue: Catalogue, country: str | None
    ) -> Trends:
        """The trends of a snapshot that may be gone, made again from its place in the log.

        country: where profiles were then that named no country
        """

        def make() -> Trends:
            forgets = self.log.generation()
            start = EMPTY
            if self._refolded is not None and self._refolded[0] == forgets:
                before = self._refolded[1]
                if before.position.marks <= position.marks and before.as_of_us <= as_of_us:
                    start = before  # of pages in order of time each goes on from the one before
            made = made_again(start, self.log, self.log.country_of, as_of_us, position)
            self._refolded = forgets, made
            return trends_on(made, catalogue, country)

        key = (position.marks, as_of_us, catalogue.revision, country, self.log.generation())
        return self._trends.get(key, make)

    def choice_values(self, decide_us: int, days: int, catalogue: Catalogue) -> ChoiceValues | None:
        """What images and reasons are worth in the window of a moment; None: nothing is known yet.

        days: the length of a window
        """
        return self.worths.in_window(decide_us, days, catalogue)

    def _window_now(self) -> tuple[int, int]:
        """(the deciding clock, us; the length of a window of choices, days)."""
        return self.now_us(), self.settings.exploration.artwork_days

    def snapshot_age_seconds(self) -> float:
        """Since the newest snapshot was made, by the deciding clock; 0 where there is none yet."""
        numbers = self.snapshots.numbers()
        if not numbers:
            return 0.0
        return max(self.now_us() - self.snapshots.load(numbers[-1]).at_us, 0) / 1e6

    def look_for_crowds(self) -> list[str]:
        """`crowded_titles`, kept as `crowded` for those who can't wait for it."""
        with suppress(Gone):  # another process dropped it for a newer one: the next look has that
            self.crowded = self.crowded_titles()
        return self.crowded

    def crowded_titles(self) -> list[str]:
        """Titles that newcomers flock to as nobody else does, by the newest snapshot: their starts
        beyond what is usual don't count, and somebody should look."""
        numbers = self.snapshots.numbers()
        if not numbers:
            return []
        number, catalogue = numbers[-1], self.catalogue()

        def find() -> list[str]:
            return crowded_titles(self.snapshots.load(number), catalogue)

        return self._crowded.get((number, catalogue.revision), find)

    def fold_snapshot(self, patience_seconds: float = 0.0) -> None:
        """Fold the log's tail into a new snapshot, if there is anything and nobody else does.

        patience_seconds: how long to wait for whoever is at it
        """
        self.snapshots.advance(
            self.log,
            self.log.country_of,
            now_us=self.now_us(),
            keep_hours=self.settings.snapshots.keep_hours,
            patience_seconds=patience_seconds,
        )

    def fold_choices(self, rest: Callable[[], None] = without_rest) -> None:
        """Fold the log's tail into the record of choices, once an hour, if nobody else does.

        rest: called again and again meanwhile, for work beside requests
        """
        days = self.settings.exploration.artwork_days
        lexicon = self.worths.lexicon(self.settings.service)
        self.choices.advance(self.log, lexicon, now_us=self.now_us(), days=days, rest=rest)

    def refold_snapshots(self) -> None:
        """One snapshot of the whole log as it is now, in place of all before: what was forgotten
        since is in none. The record of choices likewise."""
        self.snapshots.start_anew(self.log, self.log.country_of, now_us=self.now_us())
        lexicon = self.worths.new_lexicon(self.settings.service)
        self.choices.start_anew(self.log, lexicon, now_us=self.now_us())

    # -- forgetting

    def leave_no_trace(self) -> None:
        """Fold anew, and compact the database: that in any case, whatever becomes of the folds."""
        try:
            self.refold_snapshots()
        finally:
            self.database.compact()

    def settle_decisions(self) -> None:
        """Have the decisions of pages answered until now in the database: those that wait here are written,
        and those of other processes within the time that it takes them."""
        self.decisions.flush()
        if self.processes.are_several():
            sleep(2 * FLUSH_SECONDS)

    def forget_key(self, profile_id: str) -> bytes:
        """Marks a forgotten profile without naming it."""
        return forget_key(self.secret, profile_id)

    def left_out(self) -> Callable[[str], bool]:
        """Which profiles an import leaves out: who was forgotten, and sent nothing since."""
        file = read_forgotten(self.home.forgotten_path).generations
        keys = self.log.forgotten_since(0).union(file)

        @lru_cache(maxsize=_LEFT_OUT_REMEMBERED)
        def is_left_out(profile_id: str) -> bool:
            if self.forget_key(profile_id) not in keys:
                return False
            return not self.log.read(profile_id, _LAST_NUMBER).incarnation

        return is_left_out if keys else lambda profile_id: False

    def _purge(self, keys: set[bytes]) -> None:
        self.decisions.drop(keys)
        for viewers in (self.viewers, self.wishes):
            viewers.forget(lambda profile_id: self.forget_key(profile_id) in keys)
