"""Commands in terminals, pipes and shells as they are: narrow, closed, in other encodings, with odd names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import NOW, Frontrow, lines

NAMES = ("[/rec] Two", "[bold]Three", "Smile :smile:", "\x1b[31mred\x1b[0m", "Two\nlines")


def shell(home: Path, words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command line with redirections, as a shell runs it; `frontrow` stands for the command."""
    program = f"{sys.executable} -c 'from frontrow.cli import main; main()' --home \"$HOME_OF_IT\""
    define = f'frontrow() {{ {program} "$@"; }}; '
    environ = {
        **os.environ,
        "HOME_OF_IT": str(home),
        "FRONTROW_NOW": NOW.isoformat(),
        **environment,
    }
    return subprocess.run(
        ["bash", "-c", define + words],
        capture_output=True, env=environ, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def odd(frontrow: Frontrow, here: Path, tmp_path: Path) -> Path:
    """A home whose titles are called by what a terminal could take for more than a name."""
    named = [
        {"title_id": f"t{n}", "kind": "movie", "name": name, "genres": ["[/x]"]}
        for n, name in enumerate(NAMES)
    ]
    events = [
        {"event_id": f"{kind}{n}", "type": kind, "profile_id": "ann", "title_id": f"t{n}",
         "time": f"2026-02-0{n + 1}T1{at}:00:00Z", **({"seconds_watched": 3000} if at else {})}
        for n in range(len(NAMES)) for at, kind in enumerate(("play", "stop"))
    ]  # fmt: skip
    assert frontrow("init").code == 0
    assert frontrow("import", "titles", lines(tmp_path / "t.jsonl", named)).code == 0
    assert frontrow("import", "events", lines(tmp_path / "e.jsonl", events)).code == 0
    return here


def test_a_name_in_a_table_or_a_page_is_text_whatever_it_looks_like(
    frontrow: Frontrow, odd: Path
) -> None:
    for words in (["rewards", "show", "ann"], ["page", "new"]):
        ran = frontrow(*words)
        assert ran.code == 0
        for shown in ("[/rec] Two", "[bold]Three", "Smile :smile:", "Two lines"):
            assert shown in ran.out
        assert "\x1b" not in ran.out


def test_a_page_is_shown_where_the_width_of_the_terminal_is_not_known(
    frontrow: Frontrow, odd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "0")
    assert "Smile" in frontrow("page", "new").out


def test_whoever_closes_the_pipe_has_seen_enough(odd: Path) -> None:
    for words in ("frontrow page new", "frontrow page new --json", "frontrow rewards show ann",
                  "frontrow --help", "frontrow bundles list"):  # fmt: skip
        ran = shell(odd, f"{words} | true; echo ${{PIPESTATUS[0]}}")
        assert (ran.stdout, ran.stderr) == (b"0\n", b"")


def test_closed_streams_are_no_error_and_lend_their_number_to_no_file(odd: Path) -> None:
    ran = shell(odd, "frontrow page new --json >&-")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert shell(odd, "frontrow bundles list <&- >&- 2>&-").returncode == 0
    assert shell(odd / "nowhere", "frontrow page new <&- >&- 2>&-").returncode == 1
    check = (
        "from frontrow.cli import main, app; import os, atexit;"
        "atexit.register(lambda: os._exit(9 * any(os.readlink(f'/proc/self/fd/{n}') != '/dev/null'"
        " for n in range(3)))); main()"
    )
    ran = shell(
        odd, f'{sys.executable} -c "{check}" --home "$HOME_OF_IT" bundles list <&- >&- 2>&-'
    )
    assert ran.returncode == 0


def test_what_can_not_be_written_is_a_failure_that_is_told(odd: Path) -> None:
    for words in ("frontrow bundles list", "frontrow page new", "frontrow page new --json"):
        ran = shell(odd, f"{words} >/dev/full")
        assert ran.returncode == 1
        assert ran.stderr == b"frontrow: the system: No space left on device\n"


def test_a_terminal_that_has_no_such_letters_is_shown_the_others(odd: Path) -> None:
    ran = shell(odd, "frontrow page new", PYTHONIOENCODING="ascii")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.startswith(b"new ? unpersonalised")


def test_a_file_whose_name_is_not_utf8_is_imported_and_told(odd: Path, tmp_path: Path) -> None:
    file = os.fsencode(tmp_path) + b"/caf\xe9.csv"
    Path(os.fsdecode(file)).write_text("id,title\n,nameless\nx,X\n", "utf-8")
    ran = shell(odd, f"frontrow import titles {tmp_path}/caf*.csv --json")
    assert (ran.returncode, ran.stderr) == (0, b"")
    told = json.loads(ran.stdout)
    assert (told["source"], told["kept"], told["rejected"]) == ("caf?.csv", 1, 1)
    assert b"2 read" in shell(odd, f"frontrow import titles {tmp_path}/caf*.csv").stdout


def test_ctrl_c_while_a_command_is_still_being_read_says_so_and_no_more(odd: Path) -> None:
    program = (
        "import sys, os, signal\n"
        "class Early:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'frontrow.cli.commands':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Early())\n"
        "from frontrow.cli import main\n"
        "main()\n"
    )
    (odd.parent / "early.py").write_text(program, "utf-8")
    ran = shell(odd, f'{sys.executable} {odd.parent}/early.py --home "$HOME_OF_IT" bundles list')
    assert (ran.returncode, ran.stderr) == (130, b"frontrow: stopped\n")
