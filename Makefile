# Everything sets itself up: a machine needs Python 3.11 or later, make and a package manager.

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2

CHILDREN ?= 2000
DAYS ?= 365
SEED ?= 1
GROWTH_CHILDREN ?= 1000
GROWTH_DAYS ?= 60
SERVE ?= yes
DATA ?= data
UP ?= .up

BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# A Kafka broker's published artifacts, for the tests against a real one.
KAFKA := .cache/kafka
KAFKA_POM := tests/servers/kafka/pom.xml
# An identity provider's distribution, for the tests that sign in through a real one.
KEYCLOAK := .cache/keycloak
KEYCLOAK_POM := tests/servers/keycloak/pom.xml
# Tests end processes, never the machine: where memory has 8 GiB to spare for their files, no test
# waits for a disk. Servers are started from there too, which a mount may forbid.
IN_MEMORY := free=$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $$4 }'); \
  if [ -w /dev/shm ] && [ "$${free:-0}" -gt 8388608 ]; then \
    tried=$$(mktemp /dev/shm/hub-tried-XXXXXX) && cp "$$(command -v env)" "$$tried" && \
    chmod 700 "$$tried" && "$$tried" true 2>/dev/null && TMPDIR=/dev/shm && export TMPDIR; \
    rm -f "$$tried"; fi;

# What the caller's shell has set for another Python must not leak into this one. Without compiled
# files every program that a test starts would compile the whole hub anew.
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: $(STAMP) ## Make .venv with exactly what requirements.lock pins

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or later is needed; name one: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 1; }
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing python3-venv, which Debian keeps apart from Python"; \
	    apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv; \
	  fi; \
	  $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) cannot make a virtual environment: its venv and ensurepip are missing." >&2; \
	    echo "On Debian or Ubuntu: sudo apt-get install python3-venv; then run make again." >&2; \
	    exit 1; }; \
	fi
	@echo "Setting up $(VENV)"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: kafka
kafka: $(KAFKA)/.fetched ## Fetch what a real Kafka broker needs to run (Java and Maven are needed)

$(KAFKA)/.fetched: $(KAFKA_POM)
	@if ! { command -v java && command -v mvn; } >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Java and Maven, which a real Kafka broker is fetched and run with"; \
	    apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	      default-jre-headless maven; \
	  fi; \
	  for program in java mvn; do \
	    command -v $$program >/dev/null || { \
	      echo "The tests run a real Kafka broker, and $$program is missing: Java 17 or later and Maven" >&2; \
	      echo "are needed. On Debian or Ubuntu: sudo apt-get install default-jre-headless maven;" >&2; \
	      echo "then run make again." >&2; \
	      exit 1; }; \
	  done; \
	fi
	@echo "Fetching Kafka into $(KAFKA)/libs"
	@rm -rf "$(KAFKA)/libs"
	@mvn --batch-mode --quiet --file $(KAFKA_POM) dependency:copy-dependencies \
	  -DincludeScope=runtime -DoutputDirectory="$(CURDIR)/$(KAFKA)/libs"
	@touch $@

.PHONY: keycloak
keycloak: kafka $(KEYCLOAK)/.fetched ## Fetch a real Keycloak for the tests (Java and Maven are needed)

$(KEYCLOAK)/.fetched: $(KEYCLOAK_POM)
	@echo "Fetching Keycloak into $(KEYCLOAK)"
	@rm -rf "$(KEYCLOAK)"
	@mvn --batch-mode --quiet --file $(KEYCLOAK_POM) dependency:unpack-dependencies \
	  -DoutputDirectory="$(CURDIR)/$(KEYCLOAK)" \
	  -DmarkersDirectory="$(CURDIR)/$(KEYCLOAK)/markers"
	@KC_DB=dev-mem sh $(KEYCLOAK)/keycloak-*/bin/kc.sh build >/dev/null
	@touch $@

.PHONY: softhsm
softhsm: ## Install SoftHSM2, which stands for a hardware token in the tests
	@if ! command -v softhsm2-util >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing SoftHSM2, the PKCS#11 token that the root key is tried on"; \
	    apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends softhsm2; \
	  fi; \
	  command -v softhsm2-util >/dev/null || { \
	    echo "The tests keep the root key on a real PKCS#11 token, and SoftHSM2 is missing." >&2; \
	    echo "On Debian or Ubuntu: sudo apt-get install softhsm2; then run make again." >&2; \
	    exit 1; }; \
	fi

.PHONY: browser
browser: ## Install Chromium and Chinese fonts, which the pages are tried with
	@if ! { command -v chromium && fc-list 2>/dev/null | grep -qi "cjk"; } >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium and Chinese fonts, which the pages are tried with"; \
	    apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	      chromium fontconfig fonts-noto-cjk >/dev/null; \
	  fi; \
	  command -v chromium >/dev/null || { \
	    echo "The tests open every page in Chromium, which is missing." >&2; \
	    echo "On Debian: sudo apt-get install chromium fonts-noto-cjk; then run make again." >&2; \
	    exit 1; }; \
	fi

.PHONY: demo
demo: $(STAMP) ## Run the main job on invented children, then serve it (SERVE=no stops after the summary)
	@$(BIN)/hub demo --data "$(DATA)" --children $(CHILDREN) --days $(DAYS) --seed $(SEED)
	@if [ "$(SERVE)" = yes ]; then exec $(BIN)/hub serve --data "$(DATA)"; fi

.PHONY: up
up: $(STAMP) kafka ## Run PostgreSQL, Kafka, the API and the workers natively, until Ctrl+C (UP names the folder)
	@exec $(BIN)/python -m tests.servers.up "$(UP)"

.PHONY: test
test: lint types imports kafka keycloak softhsm browser ## Run every check there is; pytest's summary comes last
	@$(IN_MEMORY) $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup \
	  --no-loadscope-reorder -o tmp_path_retention_policy=failed -m "not exhaustive" --plan

.PHONY: oracle
oracle: $(STAMP) ## Hold the decision against its oracle in every state, and every loosened rule (minutes)
	@$(BIN)/python -m pytest -n $(WORKERS) -m exhaustive

.PHONY: check
check: lint types imports ## Run the quick checks (under 90 s)
	@$(IN_MEMORY) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -o tmp_path_retention_policy=failed \
	  -q -m "not slow and not kill and not adversary and not server"

.PHONY: lint
lint: $(STAMP) ## Style, mistakes and security rules (ruff)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

.PHONY: types
types: $(STAMP) ## Types (mypy, strict)
	@$(BIN)/mypy

.PHONY: imports
imports: $(STAMP) ## Who may import whom (the rooms table)
	@$(BIN)/lint-imports

.PHONY: format
format: $(STAMP) ## Rewrite the code in the one format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: schemas
schemas: $(STAMP) ## Write the JSON Schemas of new events and the AsyncAPI document
	@$(BIN)/python -m hub.messaging.schemas

.PHONY: vendor
vendor: $(STAMP) ## Fetch what the pages use and others wrote, and check it (npm is needed)
	@$(BIN)/python -m tests.web.vendor

.PHONY: bench
bench: $(STAMP) kafka ## Measure; prints a table and writes tests/bench/latest.json
	@$(BIN)/python -m tests.bench

.PHONY: demo-growth
demo-growth: $(STAMP) ## Run the demo with GROWTH_CHILDREN and ten times as many; fails where it grows too fast
	@$(BIN)/python -m tests.bench.growth $(GROWTH_CHILDREN) $(GROWTH_DAYS)

.PHONY: clean
clean: ## Remove caches and built files; never the data folder
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -path ./$(VENV) -prune -o -path ./.git -prune -o -name __pycache__ -type d -exec rm -rf {} +
