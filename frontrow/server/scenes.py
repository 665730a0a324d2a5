"""A scene: everything that pages are made of beside their viewers, at one moment, past or to come.

Pages that nobody was served are built on it: to judge settings, to look ahead to a launch.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import structs

from frontrow.base.settings import Settings
from frontrow.catalog import Catalogue
from frontrow.page import (
    BoundPolicy,
    BuiltPage,
    PageInputs,
    Request,
    ViewerView,
    build_page,
    set_stage,
)
from frontrow.page.request import seed_for
from frontrow.page.stage import Stage
from frontrow.rules import BoundRules
from frontrow.viewers import Trends


def _with_nothing_swapped(settings: Settings) -> Settings:
    """The same: a page that nobody sees learns nothing of its places."""
    return structs.replace(
        settings, exploration=structs.replace(settings.exploration, swap_share=0.0)
    )


_NO_PAGE, _NO_SECRET = "-", b"-"
"""Sign the tokens of pages that no client ever gets."""


@dataclass(frozen=True)
class Scene:
    """A moment of the service."""

    catalogue: Catalogue
    policy: BoundPolicy | None
    trends: Trends
    settings: Settings
    at_us: int
    bundle_id: str | None = None
    device: str = "web"
    rules: BoundRules | None = None

    def stage(self, view: ViewerView, *, rows: int, columns: int) -> Stage:
        """The ranking of a viewer at this moment."""
        return set_stage(self._inputs(view), self._request(view, rows, columns))

    def page(self, view: ViewerView, *, rows: int, columns: int) -> BuiltPage:
        """The homepage of a viewer at this moment."""
        request = self._request(view, rows, columns)
        return build_page(self._inputs(view), request, _NO_PAGE, _NO_SECRET)

    def _inputs(self, view: ViewerView) -> PageInputs:
        return PageInputs(
            catalogue=self.catalogue,
            policy=self.policy,
            trends=self.trends,
            view=view,
            settings=_with_nothing_swapped(self.settings),
            bundle_id=self.bundle_id,
            rules=self.rules,
        )

    def _request(self, view: ViewerView, rows: int, columns: int) -> Request:
        profile, service = view.profile, self.settings.service
        country = profile.country or service.country
        language = profile.language or service.language
        seed = seed_for(
            profile, self.at_us, personalised=True, device=self.device, country=country,
            language=language, minutes=self.settings.page.seed_minutes,
        )  # fmt: skip
        return Request(
            profile_id=profile.profile_id,
            now_us=self.at_us,
            device=self.device,
            country=country,
            language=language,
            rows=rows,
            columns=columns,
            at=True,
            seed=seed,
            decide_us=self.at_us,
        )
