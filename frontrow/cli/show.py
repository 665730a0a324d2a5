"""What commands print: words for people, one JSON document for machines, progress meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    sys.stdout.flush()


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[Callable[[float, str], None]]:
    """A bar on standard error that hears (share done, what is being done)."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        last = -1

        def plain(share: float, what: str) -> None:
            nonlocal last
            tenth = int(share * 10)
            if tenth != last and not quiet:
                print(f"{share:4.0%} {what}", file=sys.stderr)
            last = tenth

        yield plain
        return
    with Progress(
        TextColumn("{task.description:<32}"),
        BarColumn(bar_width=40),
        TextColumn("{task.percentage:>4.0f}%"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share, what: bar.update(task, completed=share, description=what)


def print_page(page: Any) -> None:
    """A homepage in the terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console()
    bundle = (page.bundle or "none")[:12]
    console.print(
        f"[bold]{page.profile_id}[/] · {page.mode} · bundle {bundle} · snapshot {page.snapshot}"
        f" · seed {page.seed} · {page.generated_at}",
        highlight=False,
    )
    width = max((console.width - 4) // 4, 18)
    for row in page.rows:
        console.print()
        console.print(Text(row.title, style="bold"), Text(f"  {row.reason.text}", style="dim"))
        for line in (row.tiles[:4], row.tiles[4:8]):
            if not line:
                continue
            names, reasons = Text("  "), Text("  ")
            for tile in line:
                mark = "~ " if tile.explore else ""
                names.append(_fit(mark + tile.name + _progress(tile), width))
                reasons.append(_fit(tile.reason.text, width))
            console.print(names, overflow="ellipsis", no_wrap=True)
            console.print(reasons, style="dim", overflow="ellipsis", no_wrap=True)
        if len(row.tiles) > 8 or row.more:
            console.print(
                f"  … and {len(row.tiles) - 8}{'+' if row.more else ''} more", style="dim"
            )
    if not page.rows:
        console.print("No rows: the catalogue has too few titles that this viewer may see.")


def _progress(tile: Any) -> str:
    resume = tile.resume
    if resume is None or not resume.position_seconds:
        return ""
    return f" ({resume.fraction:.0%})"


def _fit(text: str, width: int) -> str:
    shown = text if len(text) <= width - 2 else text[: width - 3] + "…"
    return shown.ljust(width)
