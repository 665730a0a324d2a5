"""What is deployed speaks of what is there: metrics of the dashboard, files of the image, commands."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from frontrow.base.home import Home
from frontrow.base.time import system_clock
from frontrow.server import Service
from frontrow.server.web import make_app
from tests.server.test_serving import free_port, get, until

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def test_every_metric_of_the_dashboard_is_served(home: Home) -> None:
    from starlette.testclient import TestClient

    board = json.loads((DEPLOY / "grafana.json").read_text())
    expressions = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    named = {name for told in expressions for name in re.findall(r"frontrow_[a-z_]+", told)}
    with TestClient(make_app(Service(home, system_clock())), base_url="http://127.0.0.1") as api:
        api.get("/v1/profiles/someone/page")
        served = api.get("/metrics").text
    known = set(re.findall(r"# TYPE (frontrow_[a-z_]+)", served))
    known |= {f"{name}_bucket" for name in known}
    assert len(named) > 8
    assert named <= known


def test_the_image_copies_what_is_there_and_runs_as_nobody_special() -> None:
    told = (DEPLOY / "Dockerfile").read_text()
    for line in re.findall(r"^COPY (?!--from)(.+)$", told, re.MULTILINE):
        *sources, _ = line.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            allowed = (ROOT / ".dockerignore").read_text().splitlines()
            assert f"!{source}" in allowed
    for file in re.findall(r"requirements/\w+\.txt", told):
        assert (ROOT / file).exists(), file
    assert "USER frontrow" in told
    assert "HEALTHCHECK" in told


@pytest.mark.parametrize(
    "file", ["Dockerfile", "compose.yaml", "frontrow.service", "frontrow-learn.service"]
)
def test_commands_that_are_deployed_exist(file: str) -> None:
    import frontrow.cli.commands  # noqa: F401  registers them
    from frontrow.cli.app import app

    told = (DEPLOY / file).read_text()
    commands = set(re.findall(r"bin/frontrow[\", ]+([a-z]+)", told))
    assert commands
    for command in commands:
        assert command in app, command


@pytest.mark.slow
@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml"])
def test_the_image_serves_after_the_commands_that_are_written_above_it(
    file: str, tmp_path: Path
) -> None:
    environment = {**os.environ, "FRONTROW_HOME": str(tmp_path / "home")}
    (cmd,) = re.findall(r"^CMD (.+)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    port = free_port()
    serve = _here(json.loads(cmd)).replace("--port 8000", f"--port {port}")
    unkeyed = subprocess.run(["sh", "-c", serve], env=environment, capture_output=True, text=True)
    assert unkeyed.returncode == 2  # so that nobody is served before there is a key
    assert "make a key" in unkeyed.stderr
    shutil.rmtree(tmp_path / "home")

    (first,) = re.findall(
        r'^#.* run --rm .*sh -c "(.+)"$', (DEPLOY / file).read_text(), re.MULTILINE
    )
    subprocess.run(["sh", "-c", _here(["sh", "-c", first])], env=environment, check=True)
    with subprocess.Popen(
        ["sh", "-c", serve], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            assert json.loads(until(lambda: get(f"http://127.0.0.1:{port}", "/readyz")))["parts"]
            scrape = urllib.request.Request(
                f"http://127.0.0.1:{port}/metrics", headers={"Host": "frontrow:8000"}
            )
            with urllib.request.urlopen(scrape, timeout=10) as answer:
                assert b"frontrow_pages_total" in answer.read()
            process.terminate()
            process.communicate(timeout=40)
        finally:
            process.kill()
    assert process.returncode == 0


def _here(command: list[str]) -> str:
    """What a shell of the image is told, with the command of this machine."""
    assert command[-2] == "-c"
    return re.sub(
        r"(/venv/bin/)?\bfrontrow (?=[a-z])", f"{sys.executable} -m frontrow ", command[-1]
    )
