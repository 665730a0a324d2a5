"""Errors that say what is wrong, where, and what to do. The class says who can mend it.

FrontrowError
├── CallerError          who sent this can mend it (HTTP 4xx)
│   ├── BadInput         a field, a line or a file is wrong; `pointer` names it
│   ├── NotFound         no such title, page, profile
│   ├── Conflict         someone else changed it meanwhile
│   ├── TooMuch          more comes than can be stored: come again in a moment
│   └── Gone             was here, can't be rebuilt any more: ask anew
└── OperatorError        who runs this service can mend it (HTTP 503, exit 1)
    ├── BadHome          the home is missing, not a home, or of a newer version
    ├── BadBundle        a bundle is missing, damaged or does not fit
    ├── Unavailable      the store can't answer now
    │   └── Stopped      nor later, until someone has looked
    └── Overloaded       more is asked than can be answered: ask again in a moment
"""

from __future__ import annotations


class FrontrowError(Exception):
    """The family. `where` it is wrong, `what` is wrong, and what to do (`mend`)."""

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what, self.where, self.mend = what, where, mend
        super().__init__(str(self))

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        if not self.mend:
            return head
        return f"{head}{'' if head.endswith(('?', '!', '.')) else '.'} {_as_sentence(self.mend)}"


def _as_sentence(text: str) -> str:
    """With a capital, but for what is spelt as it is: a path, an option, a name with a dot."""
    first = text.split(maxsplit=1)[0].rstrip(",;:")
    return text[0].upper() + text[1:] if first.isalpha() else text


class CallerError(FrontrowError):
    """Who sent this can mend it."""


class FieldError:
    """One wrong field: a JSON pointer (RFC 6901) and what is wrong there."""

    __slots__ = ("detail", "pointer")

    def __init__(self, pointer: str, detail: str) -> None:
        self.pointer, self.detail = pointer, detail

    def __repr__(self) -> str:
        return f"{self.pointer or '/'} {self.detail}"


class BadInput(CallerError):
    """A value that can't be accepted; `errors` names every wrong field."""

    def __init__(
        self, what: str, *, where: str = "", mend: str = "", errors: list[FieldError] | None = None
    ) -> None:
        self.errors = errors or []
        super().__init__(what, where=where, mend=mend)


class NotFound(CallerError):
    """There is no such thing."""


class Conflict(CallerError):
    """It was changed by someone else meanwhile."""


class Gone(CallerError):
    """It was here and can't be rebuilt any more."""


class TooMuch(CallerError):
    """More comes at once than can be taken in; nothing of it was kept."""


class OperatorError(FrontrowError):
    """Who runs this service can mend it."""


class BadHome(OperatorError):
    """The home folder is missing, is not a home, or was made by a newer version."""


class BadBundle(OperatorError):
    """A bundle is missing, damaged, or does not fit this version."""


class Unavailable(OperatorError):
    """A part can't answer now."""


class Stopped(Unavailable):
    """A part does no more until someone has looked; its words hold no address, so callers may read them."""


class Overloaded(OperatorError):
    """More is asked than can be answered in time; nothing was begun."""

    def __init__(self, what: str) -> None:
        super().__init__(what, mend="ask again in a moment, or add a worker (`serve --workers`)")
