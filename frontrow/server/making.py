"""What a page is made of: gathered from the home, or of what was gathered last where it can't be.

In: what a caller asks. Out: `Made`, everything that the pure builder takes, under a signed `page_id`
that gathers the same again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from frontrow.base.errors import BadBundle, Gone, NotFound
from frontrow.base.settings import Settings
from frontrow.bundles import BundlePolicy
from frontrow.catalog import Catalogue
from frontrow.page import PageInputs, Request, ViewerView, build_page, view_of
from frontrow.page.choice_values import ChoiceValues
from frontrow.page.reference import PageReference, bundle_mark, sign_page
from frontrow.page.request import PARTS, Part, decide_start, seed_for
from frontrow.server.service import Service
from frontrow.server.viewer_cache import fold_whole
from frontrow.viewers import WISHES, Profile, Trends, Viewer, no_trends

RELOAD = "load a new page"

NOBODY = "/"
"""Stands where no profile is asked for: no caller can have it, `/` is not in the ids' alphabet."""

_TRIES = 3
"""Looks for a snapshot while another process drops old ones."""

Heard = Callable[[str], None]
"""Told what is done next: `reading`, which may hang, or `folding`, which takes its time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller asks of a page; None is what the profile or the settings say."""

    device: str = "web"
    country: str | None = None
    language: str | None = None
    rows: int | None = None
    columns: int | None = None
    personalised: bool = True
    at_us: int | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Made:
    """Everything that a page of a reference is made of."""

    inputs: PageInputs
    request: Request
    page_id: str
    hidden: bool = False  # its id had no room for the profile's


@dataclass(frozen=True)
class Gathered:
    """What a page reads, at one moment."""

    catalogue: Catalogue
    view: ViewerView
    snapshot: int | None
    trends: Trends
    policy: BundlePolicy | None
    rules: int  # revision of the operator's rules; 0: none
    now_us: int
    choices: ChoiceValues | None = None  # what images and reasons are worth; None: nothing is known


class PageMaker:
    """Gathers the parts of pages, and remembers what it gathered last."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._last: Gathered | None = None
        self._met: tuple[Catalogue, BundlePolicy | None] | None = None
        self._meeting = threading.Lock()

    def make(self, profile_id: str, asked: Asked) -> Made:
        """The parts of a new page."""
        return self.made(profile_id, asked, self.gather(profile_id, asked))

    def gather(self, profile_id: str, asked: Asked, heard: Heard = lambda what: None) -> Gathered:
        """Everything as it is acknowledged now."""
        service, settings = self._service, self._service.settings
        heard("reading")
        revision = service.titles.revision()
        heard("folding")
        catalogue = service.catalogue(revision)
        now_us = service.now_us()
        heard("reading")
        if asked.at_us is None:
            viewers = service.viewers if asked.personalised else service.wishes
            view = viewers.view(profile_id, catalogue, heard=lambda: heard("folding"))
        else:
            kinds = None if asked.personalised else WISHES
            viewer = fold_whole(
                service.log, profile_id, catalogue, until_us=asked.at_us, kinds=kinds
            )
            view = view_of(viewer, catalogue)
        minutes = settings.page.snapshot_minutes
        heard("folding")
        decide_us = decide_start(profile_id, now_us, minutes, personalised=asked.personalised)
        snapshot, trends = self._trends_at(decide_us, catalogue)
        days = settings.exploration.artwork_days
        # As the snapshot, today's also where `at` moves the clock.
        choices = service.choice_values(decide_us, days, catalogue)
        policy = service.policy()
        if policy is not None:
            service.bound(policy, catalogue)
        heard("reading")
        rules = service.rules.revision()
        if rules:
            service.rules_at(rules)
        found = Gathered(catalogue, view, snapshot, trends, policy, rules, now_us, choices)
        heard("folding")
        self._meet(found)
        self._last = found
        return found

    def _meet(self, found: Gathered) -> None:
        """Build a page that nobody gets, of a catalogue or a bundle that is new here: what is made of them at
        first sight would cost the first viewer the deadline."""
        met = found.catalogue, found.policy
        with self._meeting:
            if self._met is None or self._met[0] is not met[0] or self._met[1] is not met[1]:
                nobody = view_of(Viewer(profile_id=NOBODY), found.catalogue)
                made = self.made(NOBODY, Asked(), replace(found, view=nobody))
                build_page(made.inputs, made.request, made.page_id, self._service.secret)
                self._met = met

    def remember(self, profile_id: str) -> tuple[Gathered, tuple[Part, ...]] | None:
        """What this process gathered last, with the viewer as it saw them last, and what is missing;
        nothing is read. None where nothing was ever gathered.

        Of a profile that it has not seen nothing is known, its limits neither: it is taken for a child
        at the lowest limit.
        """
        last = self._last
        if last is None:
            return None
        view = self._service.viewers.last(profile_id, last.catalogue)
        left_out: tuple[Part, ...] = ("events",)
        if view is None:
            view, left_out = stranger(profile_id, last.catalogue), ("events", "profile")
        policy = self._service.policy()
        now_us = self._service.now_us()
        return replace(last, view=view, policy=policy, now_us=now_us), left_out

    def made(
        self, profile_id: str, asked: Asked, found: Gathered, left_out: tuple[Part, ...] = ()
    ) -> Made:
        """The parts of a page under its new id; of what is left out nothing is in it."""
        service, settings = self._service, self._service.settings
        policy = None if "scores" in left_out else found.policy
        snapshot, trends, choices = found.snapshot, found.trends, found.choices
        if "trends" in left_out:
            snapshot, trends, choices = None, no_trends(found.catalogue.n), None
        view, profile = found.view, found.view.profile
        reference = PageReference(
            profile_id=profile_id,
            now_us=found.now_us if asked.at_us is None else asked.at_us,
            device=asked.device,
            country=asked.country or profile.country or settings.service.country,
            language=asked.language or profile.language or settings.service.language,
            rows=min(asked.rows or settings.page.rows, settings.page.max_rows),
            columns=asked.columns or settings.page.columns,
            personalised=asked.personalised,
            at=asked.at_us is not None,
            seed=asked.seed,
            revision=found.catalogue.revision,
            bundle=None if policy is None else bundle_mark(policy.bundle_id),
            snapshot=snapshot,
            number=view.viewer.number,
            incarnation=view.viewer.incarnation[:6],
            rules=found.rules,
            left_out=tuple(part for part in PARTS if part in left_out),
        )
        page_id, hidden = sign_page(reference, service.secret)
        request = self._request(reference, profile_id, profile, settings)
        inputs = self._inputs(found.catalogue, policy, trends, view, settings, choices)
        return Made(self._ruled(inputs, reference, request), request, page_id, hidden)

    def rebuild(
        self,
        reference: PageReference,
        page_id: str,
        settings: Settings | None = None,
        catalogue: Catalogue | None = None,
        trends: Trends | None = None,
        choices: ChoiceValues | Literal["kept"] | None = "kept",
    ) -> Made:
        """The parts of a page that was made before; None: as they are kept under its reference.
        Raises `Gone` where one no longer is.

        choices: what images and reasons were worth; `kept`: by the record that is in force then
        """
        service = self._service
        settings = settings or service.settings
        profile_id = reference.profile_id
        if profile_id is None:
            try:
                profile_id = str(service.decisions.read(page_id)["profile_id"])
            except NotFound:
                raise Gone("this page's record is no longer kept", mend=RELOAD) from None
        catalogue = catalogue or service.catalogue(reference.revision)
        policy = None
        if reference.bundle is not None:
            policy = service.policy_marked(reference.bundle)
            if policy is None:
                raise Gone("this page's bundle is no longer kept", mend=RELOAD)
        trends = trends or service.trends(reference.snapshot, catalogue)
        view = self._view_of(reference, profile_id, catalogue)
        request = self._request(reference, profile_id, view.profile, settings)
        if choices == "kept":
            choices = None
            if "trends" not in reference.left_out:
                days = settings.exploration.artwork_days
                decide_us = service.now_us() if reference.at else request.decide_us
                choices = service.choice_values(decide_us, days, catalogue)
        inputs = self._inputs(catalogue, policy, trends, view, settings, choices)
        return Made(self._ruled(inputs, reference, request), request, page_id)

    def _view_of(
        self, reference: PageReference, profile_id: str, catalogue: Catalogue
    ) -> ViewerView:
        """The viewer at the position that a reference names."""
        if "profile" in reference.left_out:
            return stranger(profile_id, catalogue)
        viewer = Viewer(profile_id=profile_id)  # one of whom nothing was known then
        if reference.incarnation:
            until = reference.now_us if reference.at else None
            log = self._service.log
            kinds = None if reference.personalised else WISHES
            viewer = fold_whole(
                log, profile_id, catalogue, until_us=until, up_to=reference.number, kinds=kinds
            )
        if viewer.incarnation[:6] != reference.incarnation:
            raise Gone("this page's viewer was forgotten", mend=RELOAD)
        return view_of(viewer, catalogue)

    def _inputs(
        self,
        catalogue: Catalogue,
        policy: BundlePolicy | None,
        trends: Trends,
        view: ViewerView,
        settings: Settings,
        choices: ChoiceValues | None,
    ) -> PageInputs:
        return PageInputs(
            catalogue=catalogue,
            policy=None if policy is None else self._service.bound(policy, catalogue),
            trends=trends,
            view=view,
            settings=settings,
            bundle_id=None if policy is None else policy.bundle_id,
            choices=choices,
        )

    def _ruled(self, inputs: PageInputs, reference: PageReference, request: Request) -> PageInputs:
        """The same with the operator's rules that a reference names."""
        rules = self._service.bound_rules(reference.rules, inputs.catalogue, request.decide_us)
        return inputs if rules is None else replace(inputs, rules=rules)

    def _trends_at(self, at_us: int, catalogue: Catalogue) -> tuple[int | None, Trends]:
        """The snapshot of an epoch and its trends; (None, nothing) where none can be read."""
        for _ in range(_TRIES):
            number = self._service.snapshot_at(at_us)
            try:
                return number, self._service.trends(number, catalogue)
            except (Gone, BadBundle):  # dropped or damaged since it was found: look again
                continue
        return None, no_trends(catalogue.n)

    def _request(
        self, reference: PageReference, profile_id: str, profile: Profile, settings: Settings
    ) -> Request:
        """The request that a reference stands for: the same for the first and every later answer."""
        seed = reference.seed
        if seed is None:
            seed = seed_for(
                profile,
                reference.now_us,
                personalised=reference.personalised,
                device=reference.device,
                country=reference.country,
                language=reference.language,
                minutes=settings.page.seed_minutes,
            )
        return Request(
            profile_id=profile_id,
            now_us=reference.now_us,
            device=reference.device,
            country=reference.country,
            language=reference.language,
            rows=reference.rows,
            columns=reference.columns,
            personalised=reference.personalised,
            at=reference.at,
            seed=seed,
            decide_us=decide_start(
                profile_id,
                reference.now_us,
                settings.page.snapshot_minutes,
                personalised=reference.personalised,
            ),
            snapshot=reference.snapshot,
            left_out=reference.left_out,
        )


def stranger(profile_id: str, catalogue: Catalogue) -> ViewerView:
    """A viewer whose settings can't be read: a child at the lowest limit, of whom nothing is known."""
    view = view_of(Viewer(profile_id=profile_id), catalogue)
    return replace(view, profile=Profile(profile_id=profile_id, kids=True, maturity_limit=0))
