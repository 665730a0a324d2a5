"""What answers for pages and takes batches in one process, made once, shared by calls and watchers."""

from __future__ import annotations

from dataclasses import dataclass

from frontrow.server.admission import Admission
from frontrow.server.intake import Intake
from frontrow.server.pages import Pages, Served, unheard
from frontrow.server.service import Service
from frontrow.server.stepping_down import StepDown, Told, untold


@dataclass(frozen=True)
class Parts:
    """The page calls, under admission and a deadline; and what bounds the batches that come in."""

    pages: Pages
    admission: Admission
    step_down: StepDown
    intake: Intake

    @staticmethod
    def of(service: Service, served: Served = unheard, told: Told | None = None) -> Parts:
        """Over an open home; `served` hears of every tile that is served, `told` of every page."""
        pages, settings = Pages(service, served), service.settings.server
        deadline = settings.deadline_ms / 1000
        admission = Admission(settings.page_turns, deadline)
        step_down = StepDown(pages, admission, deadline, told or untold)
        return Parts(pages, admission, step_down, Intake(settings.ingest_bytes))


UNOPENED = Parts(None, None, None, None)  # type: ignore[arg-type]
"""To read the table of calls without a home."""
