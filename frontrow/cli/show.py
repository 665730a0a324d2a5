"""What commands print: words for people, one JSON document for machines, progress meanwhile."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from rich.cells import cell_len, set_cell_size

from frontrow.base.texts import Parameter, say

if TYPE_CHECKING:
    from rich.console import Console


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:  # the name of a file that is no UTF-8
        text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
        encoded = text.encode("utf-8", "replace")
    sys.stdout.buffer.write(msgspec.json.format(encoded, indent=2) + b"\n")
    sys.stdout.flush()


_USUAL_WIDTH = 80


def terminal() -> Console:
    """Where tables and pages are printed: what names hold is text there, never a style or a sign."""
    from rich.console import Console

    console = Console(markup=False, emoji=False, highlight=False)
    if console.width < 1:  # COLUMNS=0: not known
        console.width = _USUAL_WIDTH
    return console


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def one_line(text: str) -> str:
    """A name of a catalogue as a terminal may have it: without what would steer the terminal."""
    return _CONTROL.sub(" ", text)


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


_TILE_WIDTH, _MOST_ACROSS, _LEAST_SHOWN = 26, 4, 6
"""Columns that a tile's name needs to be read; tiles across at most; tiles shown of a row."""


def print_page(page: Any) -> None:
    """A homepage in the terminal."""
    from rich.text import Text

    console = terminal()
    bundle = (page.bundle or "none")[:12]
    console.print(Text(page.profile_id, style="bold"), f"· {page.mode} · {page.generated_at}")
    told = f"bundle {bundle} · snapshot {page.snapshot or 'none'} · seed {page.seed}"
    console.print(Text(told, style="dim"))
    across = min(max((console.width - 2) // _TILE_WIDTH, 1), _MOST_ACROSS)
    width = (console.width - 2) // across
    shown = max(2 * across, _LEAST_SHOWN)
    for row in page.rows:
        console.print()
        console.print(Text(one_line(row.title), style="bold"))
        console.print(Text(one_line(row.reason.text), style="dim"))
        alike = len({tile.reason.text for tile in row.tiles}) <= 1  # the row's own says it
        for start in range(0, min(len(row.tiles), shown), across):
            line = row.tiles[start : min(start + across, shown)]
            names, reasons = Text("  "), Text("  ")
            for tile in line:
                mark = "~ " if tile.explore else ""
                names.append(_fit(mark + tile.name, width, _progress(tile)))
                reasons.append(_fit(tile.reason.text, width))
            console.print(names, overflow="ellipsis", no_wrap=True)
            if not alike:
                console.print(reasons, style="dim", overflow="ellipsis", no_wrap=True)
        left = max(len(row.tiles) - shown, 0)
        if left or row.more:  # signs, no words: a row is in its viewer's language
            told = " ".join([*([f"+{left}"] if left else []), *(["…"] if row.more else [])])
            console.print(Text(f"  {told}", style="dim"))
    if page.more:
        console.print(Text("\nFurther rows follow: ask with --rows", style="dim"))
    if not page.rows:
        console.print("No rows: the catalogue has too few titles that this viewer may see.")


def print_why(told: dict[str, Any]) -> None:
    """Where a title stands, in the language of the answer's own texts."""

    def line(code: str, **parameters: Parameter) -> str:
        return one_line(say(told["language"], f"cli.why.{code}", parameters))

    for at in told["shown"]:
        print(line("shown", kind=at["kind"], row=at["row_id"], position=at["position"] + 1))
    if told["stopped_by"] is not None:
        print(line("stopped", text=told["stopped_by"]["text"]))
    for change in told["would_change"]:
        print(f"  {line('would_change', text=change['text'])}")
    for row in told["rows"]:
        if row["code"] == "dedupe":
            print(line("dedupe", row=row["row_id"], held_by=row["held_by"]))
    if told["value"] is not None:
        value, mode = f"{told['value']:.4f}", told["mode"]
        if told["rank"]:
            print(line("value.ranked", value=value, rank=told["rank"], mode=mode))
        else:
            print(line("value.not_ranked", value=value, mode=mode))
    for moved in ("boost", "spread"):
        if told[moved] is not None:
            print(one_line(told[moved]["text"]))
    for name, score in told["scores"].items():
        print(f"  {name:<18} {line('can_not_say') if score is None else f'{score:.4f}'}")


def _progress(tile: Any) -> str:
    resume = tile.resume
    if resume is None or not resume.position_seconds:
        return ""
    return f" ({resume.fraction:.0%})"


def _fit(text: str, width: int, end: str = "") -> str:
    """A text and its end in so many columns; of what is too long the text is cut, not its end."""
    text = one_line(text)
    room = width - 2 - cell_len(end)
    shown = text if cell_len(text) <= room else set_cell_size(text, room - 1).rstrip() + "…"
    return set_cell_size(shown + end, width)
