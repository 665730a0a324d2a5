"""A page within the deadline, whatever fails: `personalised`, else `recent`, `unpersonalised`, `static`.

The page is built in a thread that is waited for until the deadline is near. Where it hangs or raises, the
page is built of less: where the home can't be read, of what this process gathered last; where the ranking
fails, without its scores; then without trends. What was left out stands in the page's id and record, so
that a replay leaves out the same. The rules of who may see what hold in every step, for every step is the
same builder.

A thread that hangs can't be stopped: its result is dropped, and the part that it waits for is left alone
for a while (`Breaker`), so that hardly any others hang there too. What takes its time but goes on (a new
catalogue being read, a long history being folded) is waited for: such a page is late rather than wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from dataclasses import dataclass
from typing import Literal

import structlog

from frontrow.base.errors import CallerError, FrontrowError, Unavailable
from frontrow.base.time import monotonic
from frontrow.page import BuiltPage, Page
from frontrow.page.request import Part
from frontrow.server.admission import Admission
from frontrow.server.breaker import Breaker
from frontrow.server.making import Asked, Gathered, Made
from frontrow.server.pages import Pages

_RESERVED_PAGES = 2.5
"""Pages' usual time kept for a page of less, within these shares of the deadline."""

_LEAST_RESERVE, _MOST_RESERVE = 0.1, 0.3

_PATIENCE_SECONDS = 30.0
"""How long something that goes on is waited for."""

_THREADS = 64
"""At most so many hang at once; those after them step down as if they hung too."""

_LOG_SECONDS = 1.0
"""Between two lines of the log about pages that stepped down; the metrics count every one."""

log = structlog.get_logger("frontrow.server")

Stage = Literal["wait", "gather", "build", "all"]
Stages = Mapping[Stage, float]
"""Seconds by stage: `wait` for a turn, `gather`, `build`, and `all`."""

Told = Callable[[BuiltPage, tuple[Part, ...], Stages], None]
"""Hears of a page, of what it had to do without, and of the seconds it took."""


def untold(built: BuiltPage, left_out: tuple[Part, ...], seconds: Stages) -> None:
    """Where nobody counts."""


@dataclass
class _Attempt:
    """What one thread has come to; read by the one that waits for it."""

    doing: str = "waiting"
    found: Gathered | None = None

    def hears(self, doing: str) -> None:
        self.doing = doing


@dataclass(frozen=True)
class _Result:
    made: Made
    built: BuiltPage
    build_seconds: float


class StepDown:
    """Pages of a service under a deadline."""

    def __init__(
        self, pages: Pages, admission: Admission, deadline_seconds: float, told: Told
    ) -> None:
        self._pages = pages
        self._admission = admission
        self._deadline = deadline_seconds
        self._told = told
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="page")
        self._logged = 0.0
        self.reading = Breaker()
        self.scoring = Breaker()

    def close(self) -> None:
        """Start nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def degraded(self) -> dict[str, str]:
        """Parts that are left alone now, and why."""
        parts = {
            "reading": (self.reading, "the home could not be read in time"),
            "scoring": (self.scoring, "the ranking did not answer in time"),
        }
        return {name: why for name, (breaker, why) in parts.items() if breaker.is_open}

    def page(self, profile_id: str, asked: Asked) -> Page:
        """The homepage of a profile. Raises `Overloaded` where it could not be in time, `Unavailable`
        where there is nothing to make it of."""
        forgets = self._pages.forgets()  # before anything of the profile is read
        if asked.at_us is not None:  # an operator's look at another time may take longer
            return self._pages.finish(self._pages.maker.make(profile_id, asked), forgets)
        began = monotonic()
        until = began + self._deadline - self._reserve()
        with self._admission.turn(until - began):
            turn = monotonic()
            result, left_out = self._build(profile_id, asked, began, until)
            self._admission.took(monotonic() - turn)
        ended = monotonic()
        seconds: dict[Stage, float] = {
            "wait": turn - began,
            "build": result.build_seconds,
            "all": ended - began,
        }
        if not left_out:
            seconds["gather"] = ended - turn - result.build_seconds
        self._told(result.built, left_out, seconds)
        return self._pages.finish(
            result.made, forgets, built=result.built, write_now="events" not in left_out
        )

    def _reserve(self) -> float:
        """Seconds kept for a page of less: what hung a little longer might be whole instead."""
        usual = _RESERVED_PAGES * self._admission.mean_seconds
        return min(max(usual, _LEAST_RESERVE * self._deadline), _MOST_RESERVE * self._deadline)

    def _build(
        self, profile_id: str, asked: Asked, began: float, until: float
    ) -> tuple[_Result, tuple[Part, ...]]:
        attempt = _Attempt()
        if self.reading.may_try():
            without: tuple[Part, ...] = () if self.scoring.may_try() else ("scores",)
            run = self._pool.submit(self._whole, attempt, profile_id, asked, without)
            try:
                result = _wait(run, attempt, until)
            except CallerError:
                raise
            except TimeoutError:
                self._note(attempt.doing, late=True)
            except Exception as error:
                self._note(attempt.doing, late=False, error=error)
            else:
                if not without:
                    self.scoring.answered()
                self.reading.answered()
                return result, without
            if attempt.found is not None:
                self.reading.answered()
        return self._of_less(profile_id, asked, attempt, began)

    def _whole(
        self, attempt: _Attempt, profile_id: str, asked: Asked, without: tuple[Part, ...]
    ) -> _Result:
        found = self._pages.maker.gather(profile_id, asked, attempt.hears)
        attempt.found = found
        attempt.hears("building")
        return self._made_of(profile_id, asked, found, without)

    def _made_of(
        self, profile_id: str, asked: Asked, found: Gathered, without: tuple[Part, ...]
    ) -> _Result:
        began = monotonic()
        made = self._pages.maker.made(profile_id, asked, found, without)
        built = self._pages.build(made)
        return _Result(made, built, monotonic() - began)

    def _of_less(
        self, profile_id: str, asked: Asked, attempt: _Attempt, began: float
    ) -> tuple[_Result, tuple[Part, ...]]:
        """The best page of what is left."""
        for found, without in self._steps(profile_id, attempt):
            try:
                if "scores" in without:
                    return self._made_of(profile_id, asked, found, without), without
                run = self._pool.submit(self._made_of, profile_id, asked, found, without)
                half = (monotonic() + began + self._deadline) / 2
                return _wait(run, _Attempt("building"), half), without
            except TimeoutError:
                self._note("building", late=True)
            except Exception as error:
                self._note("building", late=False, error=error)
        raise Unavailable(
            "no page can be made now",
            mend="ask again in a moment; /readyz tells which part is away",
        )

    def _steps(
        self, profile_id: str, attempt: _Attempt
    ) -> Sequence[tuple[Gathered, tuple[Part, ...]]]:
        if attempt.found is not None:  # everything was read: it is the ranking, or the trends
            return [(attempt.found, ("scores",)), (attempt.found, ("scores", "trends"))]
        remembered = self._pages.maker.remember(profile_id)
        if remembered is None:
            return []
        found, missing = remembered
        steps: list[tuple[Part, ...]] = [(*missing, "scores"), (*missing, "scores", "trends")]
        if "profile" not in missing and self.scoring.may_try():
            steps.insert(0, missing)
        return [(found, step) for step in steps]

    def _note(self, doing: str, *, late: bool, error: Exception | None = None) -> None:
        """A part hung (it is left alone now) or raised; the log says so, never what was asked."""
        if late:
            (self.scoring if doing == "building" else self.reading).failed()
        if monotonic() - self._logged > _LOG_SECONDS:
            self._logged = monotonic()
            known = isinstance(error, FrontrowError)
            log.warning(
                "a page steps down",
                doing=doing,
                late=late,
                kind=None if error is None else type(error).__name__,
                reason=str(error) if known else None,
            )


def _wait(run: Future[_Result], attempt: _Attempt, until: float) -> _Result:
    """The result of a thread, waited for until a moment, longer where it goes on."""
    latest = until + _PATIENCE_SECONDS
    while True:
        try:
            return run.result(timeout=max(until - monotonic(), 0.001))
        except TimeoutError:
            if run.done():
                return run.result()
            if attempt.doing != "folding" or monotonic() > latest:
                run.cancel()
                raise
            until = monotonic() + 0.02
