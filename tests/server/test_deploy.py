"""What is deployed speaks of what is there: metrics of the dashboard, files of the image, commands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from frontrow.base.home import Home
from frontrow.base.time import system_clock
from frontrow.server import Service
from frontrow.server.web import make_app

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


@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml", "frontrow.service"])
def test_commands_that_are_deployed_exist(file: str) -> None:
    import frontrow.cli.commands  # noqa: F401  registers them
    from frontrow.cli.app import app

    told = (DEPLOY / file).read_text()
    commands = set(re.findall(r"bin/frontrow[\", ]+([a-z]+)", told))
    assert commands
    for command in commands:
        assert command in app, command
