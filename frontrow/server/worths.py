"""What images and reasons are worth, by the records of choices of a home: made beside requests.

A record tells of everyone up to a moment, and worths are made of it and of the titles as they were then: once
a record, whatever titles come later. That takes a while. So a service that was started makes them beside
requests: those of the next window before it begins; those of a record that is in force at once, of a refit,
as soon as it is seen. Until they are there, what was in force before serves on. A page's record says on which
record and which titles its choices rest.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import structlog

from frontrow.base.errors import BadBundle, FrontrowError, Gone
from frontrow.base.sensitive import sensitive_of
from frontrow.base.settings import ServiceSettings
from frontrow.base.time import US_PER_DAY
from frontrow.catalog import Catalogue, Lexicon, TitleStore
from frontrow.events import Position
from frontrow.events.log import Log
from frontrow.page.choice_values import ChoiceValues, laid_on, values_of
from frontrow.server.kept import Kept
from frontrow.viewers.choices import NONE, Choices, follow_choices
from frontrow.viewers.choices_store import SETTLED_US, ChoicesStore, window_start

_LOOK_SECONDS = 5.0
"""Between two looks at which record is in force."""

_MOST_READY = 3
"""Records whose worths are kept: of this window, of the next, and of the one before."""

_Ruled = tuple[str, bool]
"""Settings that a record of choices is folded under: sensitive tags, and whether children are profiled."""

log = structlog.get_logger("frontrow.server")


class Catalogues(Protocol):
    """Gives the catalogue at a revision (None: the newest), under some settings (None: those of now)."""

    def __call__(
        self, revision: int | None = None, settings: ServiceSettings | None = None
    ) -> Catalogue: ...


class Worths:
    """Worths by records of choices, over catalogues."""

    def __init__(
        self, choices: ChoicesStore, titles: TitleStore, log: Log, catalogue: Catalogues
    ) -> None:
        self._choices, self._titles, self._log, self._catalogue = choices, titles, log, catalogue
        self._ready: OrderedDict[int, ChoiceValues] = OrderedDict()  # by number of the record
        self._before: ChoiceValues | None = None  # what served last
        self._laid = Kept(4)
        self._again = Kept(2)
        self._words: tuple[_Ruled, Lexicon] | None = None  # of folding
        self._rechosen: tuple[tuple[int, _Ruled], Choices] | None = None
        self._wanted: set[int] = set()  # that a request missed
        self._thread: threading.Thread | None = None
        self._stop, self._wake = threading.Event(), threading.Event()
        self._making = threading.Lock()

    # -- beside requests

    def start(self, now: Callable[[], tuple[int, int]]) -> None:
        """Make what will be asked for beside requests from here on.

        now: (the deciding clock, us; the length of a window, days)
        """
        self._thread = threading.Thread(
            target=self._follow, args=(now,), name="worths", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _follow(self, now: Callable[[], tuple[int, int]]) -> None:
        while not self._stop.is_set():
            self._wake.wait(_LOOK_SECONDS)
            self._wake.clear()
            try:
                if not self._stop.is_set():
                    self.prepare(*now())
            except FrontrowError as error:
                log.warning("worths of images not made", reason=str(error))
            except Exception as error:  # the next look may do better; pages go on with the last
                log.warning("worths of images not made", kind=type(error).__name__)

    def prepare(self, now_us: int, days: int) -> None:
        """Make the worths of the record in force, of the next window's once that is settled, and of those
        that were missed."""
        start = window_start(now_us, days)
        after = start + days * US_PER_DAY
        numbers = [*list(self._wanted), self._choices.in_force(start, days)]
        if now_us >= after - SETTLED_US:
            numbers.append(self._choices.in_force(after, days))
        for number in numbers:
            if number is not None and number not in self._ready:
                self._make(number)
            self._wanted.discard(number or 0)

    def _make(self, number: int) -> ChoiceValues | None:
        """The worths of a record, made once however many ask; None where it is gone or damaged."""
        with self._making:
            found = self._ready.get(number)
            if found is not None:
                return found
            try:
                choices = self._choices.load(number)
            except (Gone, BadBundle):  # dropped since it was found: of a refit, which has another
                return None
            found = values_of(choices, self._catalogue(self._titles.revision_at(choices.at_us)))
            self._ready[number] = found
            while len(self._ready) > _MOST_READY:
                self._ready.popitem(last=False)
            return found

    # -- for pages

    def in_window(self, decide_us: int, days: int, catalogue: Catalogue) -> ChoiceValues | None:
        """Over a catalogue, those that choices rest on in the window of a moment; None: nothing is known.

        days: the length of a window
        """
        number = self._choices.in_force(window_start(decide_us, days), days)
        if number is None:
            return None
        found = self._ready.get(number)
        if found is None and self._thread is None:
            found = self._make(number)
        elif found is None:
            self._wanted.add(number)
            self._wake.set()
            found = self._before
        self._before = found
        return None if found is None else self._on(found, catalogue)

    def _on(self, values: ChoiceValues, catalogue: Catalogue) -> ChoiceValues:
        # By the objects, which what is kept holds on to: two catalogues of one revision may differ by
        # a setting.
        key = (id(values), id(catalogue))
        found = self._laid.get(key, lambda: (values, catalogue, laid_on(values, catalogue)))
        return found[2]

    # -- for pages of before

    def kept(
        self, position: Position, at_us: int, learned_on: Catalogue, catalogue: Catalogue
    ) -> ChoiceValues | None:
        """Over a catalogue, those of the record of a place in the log, where it is still kept."""
        number = self._choices.made_at(at_us, position)
        if number is None:
            return None
        ready = self._ready.get(number)
        if ready is not None and ready.catalogue is learned_on:
            return self._on(ready, catalogue)

        def make() -> ChoiceValues:
            return values_of(self._choices.load(number), learned_on)

        try:
            return self._on(self._again.get((number, id(learned_on)), make), catalogue)
        except (Gone, BadBundle):
            return None

    def again(
        self, position: Position, at_us: int, learned_on: Catalogue, catalogue: Catalogue,
        settings: ServiceSettings,
    ) -> ChoiceValues:  # fmt: skip
        """The same of a record that may be gone, made again from its place in the log.

        settings: as they were then
        """
        words = settings.sensitive_tags, settings.profile_kids

        def make() -> ChoiceValues:
            forgets = self._log.generation(), words
            start = NONE
            if self._rechosen is not None and self._rechosen[0] == forgets:
                before = self._rechosen[1]
                if before.position.marks <= position.marks and before.as_of_us <= at_us:
                    start = before
            lexicon = self.new_lexicon(settings)
            made = follow_choices(start, self._log, lexicon, at_us, until=position)
            made = replace(made, at_us=at_us, position=position)
            self._rechosen = forgets, made
            return values_of(made, learned_on)

        key = (position.marks, at_us, id(learned_on), words, self._log.generation())
        return self._on(self._again.get(key, make), catalogue)

    # -- words

    def lexicon(self, settings: ServiceSettings) -> Lexicon:
        """What was known of titles when: kept for folding, so that every hour only what changed is read."""
        words = settings.sensitive_tags, settings.profile_kids
        if self._words is None or self._words[0] != words:
            self._words = words, self.new_lexicon(settings)
        return self._words[1]

    def new_lexicon(self, settings: ServiceSettings) -> Lexicon:
        """The same, of nobody else's."""
        sensitive = sensitive_of(settings.sensitive_tags)
        return Lexicon(self._titles, sensitive, kids_too=settings.profile_kids)
