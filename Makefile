# Needs make and Python 3.11 or 3.12 with venv; everything else comes as locked wheels into .venv.
.POSIX:
.SUFFIXES:
.PHONY: up tour logs down reset status test check audit bench chaos fuzz openapi lock help

export PYTHONSAFEPATH = 1
export PYTHONDONTWRITEBYTECODE = # where it is set, each process would compile the house anew: seconds
PYTHON =
PY = .venv/bin/python
LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --no-header --extra build --extra local
PATHS = services shared deploy tests

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1 - /p' Makefile | sort

up: .venv/installed-local ## start everything on this machine: databases, services, stand-in networks, demo
	@$(PY) -m deploy.local up

tour: .venv/installed-local ## play the tour of the main job again
	@$(PY) -m deploy.local tour

logs: .venv/installed-local ## follow what all processes write
	@$(PY) -m deploy.local logs

status: .venv/installed-local ## what is running
	@$(PY) -m deploy.local status

down: .venv/installed-local ## stop everything, keep the state
	@$(PY) -m deploy.local down

reset: .venv/installed-local ## stop everything and remove the state
	@$(PY) -m deploy.local reset

test: .venv/installed-dev ## the everyday tests
	@$(PY) -m pytest

check: .venv/installed-dev ## style, types, imports, compose file, nothing of a machine and no secret in the files
	$(PY) -m ruff check $(PATHS)
	$(PY) -m ruff format --check $(PATHS)
	$(PY) -m pyright
	.venv/bin/lint-imports
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	.ci/no_machine_traces
	.ci/no_secrets

audit: .venv/installed-dev ## list what is shipped in build/dependencies.cdx.json, ask the package index for known weaknesses
	@mkdir -p build
	.venv/bin/cyclonedx-py requirements requirements/local.txt --pyproject pyproject.toml --mc-type application \
		--output-reproducible --output-format JSON --output-file build/dependencies.cdx.json
	.venv/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off --requirement requirements/dev.txt

bench: .venv/installed-dev ## print figures
	@$(PY) -m pytest -m bench -n 0 -s --durations=0 -p no:randomly

chaos: .venv/installed-dev ## kill processes and see that nothing is lost
	@$(PY) -m pytest -m 'chaos$(if $(VMESTE_SHORT), and short)' -n 0 -s

fuzz: .venv/installed-dev ## schemathesis over every operation, properties with many examples
	@$(PY) -m pytest -m fuzz -n 0
	@test -n "$(VMESTE_SHORT)" || VMESTE_PROPERTIES=deep $(PY) -m pytest -m 'hypothesis and not fuzz and not chaos and not bench'

openapi: .venv/installed-dev ## write docs/openapi.json and docs/access-matrix.md from the services
	@$(PY) -m deploy.openapi
	@$(PY) -m deploy.access_matrix

lock: .venv/installed-dev ## lock the requirements of pyproject.toml
	$(LOCK) --output-file requirements/local.txt pyproject.toml
	$(LOCK) --extra dev --output-file requirements/dev.txt pyproject.toml

.venv/installed-local: requirements/local.txt pyproject.toml
	@test -f .venv/installed-dev -a .venv/installed-dev -nt requirements/dev.txt -a .venv/installed-dev -nt pyproject.toml || \
		sh deploy/local/install.sh local $(PYTHON)
	@touch $@

.venv/installed-dev: requirements/dev.txt pyproject.toml
	@sh deploy/local/install.sh dev $(PYTHON)
	@touch $@
