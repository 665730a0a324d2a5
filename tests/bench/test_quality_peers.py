"""Peers' fits: what was found is kept, and a search ends when it gets no better."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.quality import epochs, peer_lists
from bench.quality.epochs import Best, best_epoch, is_patience_out
from bench.quality.peer_lists import Peer

LISTS = [np.arange(40, dtype=np.int32).reshape(2, 20), np.zeros((2, 20), dtype=np.int32)]
PEER = Peer("ALS", LISTS, {"factors": 64, "alpha": 5.0}, 1.5, "2026-11-01", "2 cores", True,
            {"good": 0.25, "all": 0.5})  # fmt: skip


def test_a_fit_that_was_kept_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_lists, "CACHE", tmp_path)
    assert peer_lists._kept("ml-1m-b-als", lambda: PEER) is PEER
    again = peer_lists._kept("ml-1m-b-als", lambda: pytest.fail("fitted again"))
    np.testing.assert_array_equal(again.lists, PEER.lists)
    assert again.lists[0].dtype == np.int32
    assert {**vars(again), "lists": None} == {**vars(PEER), "lists": None}


def test_a_fit_that_broke_off_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_lists, "CACHE", tmp_path)

    def breaks_off() -> Peer:
        raise subprocess.CalledProcessError(1, "peer")

    with pytest.raises(subprocess.CalledProcessError):
        peer_lists._kept("ml-1m-b-als", breaks_off)
    assert peer_lists._kept("ml-1m-b-als", lambda: PEER) is PEER


@pytest.mark.parametrize(
    ("reached", "out"),
    [
        ([], False),
        ([0.3], False),
        ([0.3, 0.2], False),
        ([0.3, 0.2, 0.2], True),
        ([0.3, 0.2, 0.4], False),
        ([0.3, 0.3, 0.3], True),
    ],
)
def test_patience_is_out_when_the_last_looks_brought_nothing_better(
    reached: list[float], out: bool
) -> None:
    assert is_patience_out(reached, patience=2) is out


PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from bench.quality.split_file import write_arrays

out, values, after = Path(sys.argv[1]), [float(v) for v in sys.argv[2].split(",")], sys.argv[3]
lists = np.array(values).reshape(-1, 1, 1)
write_arrays(out, lists=lists, epochs=2 * np.arange(1, len(values) + 1))
if after == "goes on":
    sys.stdin.read()
sys.exit(int(after == "breaks"))
"""


def search(where: Path, monkeypatch: pytest.MonkeyPatch, values: str, after: str = "ends") -> Best:
    """A peer whose looks are worth `values`; then it `ends`, `breaks`, or `goes on` until ended."""
    monkeypatch.setattr(epochs, "SECONDS_BETWEEN", 0.05)
    command = [sys.executable, "-c", PROGRAM, str(where / "run.npz"), values, after]
    root = Path(__file__).resolve().parents[2]
    return best_epoch(
        command, where / "run.npz", lambda lists: float(lists[0, 0]), patience=3, cwd=root
    )


def test_the_best_epoch_is_that_of_the_first_best_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = search(tmp_path, monkeypatch, "0.1,0.4,0.4,0.2")
    assert found == Best(reached=0.4, epoch=4, looks=4, at_edge=False)
    assert list(tmp_path.iterdir()) == []


def test_a_search_that_was_still_getting_better_at_its_end_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert search(tmp_path, monkeypatch, "0.1,0.2,0.3") == Best(0.3, 6, 3, at_edge=True)


def test_a_search_that_gets_no_better_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], **how: object) -> None:
            super().__init__(command, stdin=subprocess.PIPE, **how)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(epochs.subprocess, "Popen", Watched)
    found = search(tmp_path, monkeypatch, "0.1,0.4,0.2,0.3,0.2", "goes on")
    assert found == Best(0.4, 4, 5, at_edge=False)
    (child,) = started
    assert child.returncode < 0  # by a signal
    child.stdin.close()


def test_a_peer_that_breaks_is_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        search(tmp_path, monkeypatch, "0.1,0.2", "breaks")


def test_lists_of_an_earlier_search_are_not_taken_for_this_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run.npz").write_bytes(b"of an earlier search")
    assert search(tmp_path, monkeypatch, "0.2,0.1").epoch == 2
