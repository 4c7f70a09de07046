# Two commands matter: `make run` and `make test`. Both prepare the checkout by themselves.
PYTHON ?= python3
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test train tune shell lint format bench compare-nlu evaluate lock clean setup

help: ## What can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Install, train if needed, start everything, print the demo page's address (PORT, RASA_PORT, ACTIONS_PORT)
	@$(PY) tools/run.py

test: setup ## Install, then every check and test
	@$(PY) tools/check.py $(ARGS)

train: setup ## Train the model anew
	@.venv-rasa/bin/python tools/train.py

tune: setup ## Fit the sentence model's layers to data/ anew (an hour or more; ARGS=--on goes on from those there; then train and evaluate)
	@.venv-rasa/bin/python -W ignore -m bot.nlu.tuning $(ARGS)

shell: setup ## Talk to the assistant in the terminal
	@$(PY) tools/shell.py

lint: ## Only the checks that run nothing: style, types, who may import whom
	@$(PYTHON) tools/bootstrap.py app
	@$(PY) tools/check.py --lint

format: ## Format the Python code
	@$(PYTHON) tools/bootstrap.py app
	@$(PY) -m ruff format -q . && $(PY) -m ruff check -q --fix .

bench: setup ## Measure a turn, beside stock Rasa on the same data (takes some minutes)
	@$(PYTHON) tools/bootstrap.py bench
	@$(PY) bench/run.py $(ARGS)

bench-widget: ## Measure the widget in Chromium: opening, painting, 500 messages (ARGS=--markdown)
	@$(PYTHON) tools/bootstrap.py app
	@$(PY) -m tests.load.widget $(ARGS)

compare-nlu: setup ## Compare NLU pipelines by cross-validation (a quarter of an hour)
	@.venv-rasa/bin/python -W ignore bench/compare_nlu.py $(ARGS)

evaluate: setup ## Judge understanding on the held-out parts; build/evaluation.html (ARGS=--practice, ARGS=--record)
	@.venv-rasa/bin/python tools/train.py --if-stale
	@$(PY) -m evaluation $(ARGS)

lock: ## Compile requirements/*.in to hashed locks again
	@$(PYTHON) tools/bootstrap.py lock

clean: ## Remove environments, models and local data
	@rm -rf .venv .venv-rasa bench/.venv-stock node_modules .tools .rasa models var build

setup:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3 is needed and was not found: install it, or set PYTHON to its path." >&2; exit 1; }
	@$(PYTHON) tools/bootstrap.py

.PHONY: prove docs pictures bench-widget
prove: ## Prove the rule set: a solver and whole walks against proof/demands.yml
	@$(PYTHON) tools/bootstrap.py app
	@$(PY) -m proof

docs: ## Write docs/generated/ anew from data/clinical
	@$(PYTHON) tools/bootstrap.py app
	@$(PY) tools/docs.py

pictures: ## Draw the pictures of guidance anew from data/pictures
	@$(PYTHON) tools/bootstrap.py app
	@$(PY) tools/draw.py
