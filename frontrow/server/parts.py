"""What answers for pages in one process, made once and shared by the calls and by what watches them."""

from __future__ import annotations

from dataclasses import dataclass

from frontrow.server.admission import Admission
from frontrow.server.pages import Pages, Served, unheard
from frontrow.server.service import Service
from frontrow.server.stepping_down import StepDown, Told, untold


@dataclass(frozen=True)
class Parts:
    """The page calls, under admission and a deadline."""

    pages: Pages
    admission: Admission
    step_down: StepDown

    @staticmethod
    def of(service: Service, served: Served = unheard, told: Told | None = None) -> Parts:
        """Over an open home; `served` hears of every tile that is served, `told` of every page."""
        pages, settings = Pages(service, served), service.settings.server
        deadline = settings.deadline_ms / 1000
        admission = Admission(settings.page_turns, deadline)
        return Parts(pages, admission, StepDown(pages, admission, deadline, told or untold))


UNOPENED = Parts(None, None, None)  # type: ignore[arg-type]
"""To read the table of calls without a home."""
