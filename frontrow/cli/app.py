"""The commands' frame: the home, errors as exit codes, words or JSON.

Exit 0 done, 1 failed, 2 wrong usage: an argument that is wrong whatever the home holds.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, CycloptsError, Parameter

from frontrow import __version__
from frontrow.base.errors import BadInput, FieldError, FrontrowError

app = App(
    name="frontrow",
    help="For every profile its own homepage.",
    version=__version__,
    suppress_keyboard_interrupt=False,
)


class WrongUsage(BadInput):
    """An argument can't be meant as it was typed."""


_STANDARD_OUTPUT, _STANDARD_ERROR = 1, 2

_home: Path | None = None


def chosen_home() -> Path | None:
    """The folder that `--home` names; None: `FRONTROW_HOME`, else ./frontrow-home."""
    return _home


app.meta.suppress_keyboard_interrupt = False


@app.meta.default
def _launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    home: Annotated[
        Path | None, Parameter(help="The home folder (else FRONTROW_HOME, else ./frontrow-home).")
    ] = None,
) -> Any:
    global _home
    _home = home
    return app(tokens, exit_on_error=False, print_error=True, result_action="return_value")


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit: 0 done, 1 failed, 2 wrong usage."""
    _mend_streams()
    try:
        import frontrow.cli.commands  # noqa: F401  registers them, in which time Ctrl-C may come

        code = app.meta(
            arguments, exit_on_error=False, print_error=True, result_action="return_value"
        )
        sys.stdout.flush()
    except CycloptsError:
        sys.exit(2)
    except FrontrowError as error:
        errors: list[FieldError] = getattr(error, "errors", [])
        print(f"frontrow: {error}", file=sys.stderr)
        for wrong in errors:
            print(f"  {wrong.pointer or '/'} {wrong.detail}", file=sys.stderr)
        sys.exit(2 if isinstance(error, WrongUsage) else 1)
    except KeyboardInterrupt:
        print("frontrow: stopped", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing more is flushed into the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except SystemExit as ended:
        # Of tables and help the library has dealt with the closed pipe, and ends as if it had failed.
        if isinstance(ended.__context__, BrokenPipeError):
            sys.exit(0)
        raise
    except OSError as error:  # a disk that is full, a file that may not be read
        print(f"frontrow: {error.filename or 'the system'}: {error.strerror}", file=sys.stderr)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _mend_streams() -> None:
    """Standard streams that are there and take any text.

    A stream that the caller closed would lend its number to the next file that is opened, a database among
    them, and what a library writes there would be written into that. A name that the terminal's encoding
    lacks is shown with ? in it.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _STANDARD_ERROR:
        pass
    os.close(descriptor)
    sys.stdout = sys.stdout or os.fdopen(_STANDARD_OUTPUT, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(_STANDARD_ERROR, "w", encoding="utf-8", closefd=False)
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="replace")
