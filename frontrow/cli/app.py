"""The commands' frame: the home, errors as exit codes, words or JSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, CycloptsError, Parameter

from frontrow import __version__
from frontrow.base.errors import FrontrowError

app = App(
    name="frontrow",
    help="For every profile its own homepage.",
    version=__version__,
)

_home: Path | None = None


def chosen_home() -> Path | None:
    """The folder that `--home` names; None: `FRONTROW_HOME`, else ./frontrow-home."""
    return _home


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
    import frontrow.cli.commands  # noqa: F401  registers them

    try:
        code = app.meta(
            arguments, exit_on_error=False, print_error=True, result_action="return_value"
        )
    except CycloptsError:
        sys.exit(2)
    except FrontrowError as error:
        print(f"frontrow: {error}", file=sys.stderr)
        for wrong in getattr(error, "errors", []):
            print(f"  {wrong.pointer or '/'} {wrong.detail}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("frontrow: stopped", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)  # whoever read the output has seen enough
    sys.exit(code if isinstance(code, int) else 0)
