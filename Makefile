# Claviger: what people do here. `make help` lists it.

.DEFAULT_GOAL := help
.PHONY: help run build test test-slow bench format lint clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start a server to try (DATA_DIR=claviger-data LISTEN=HOST:PORT SEED=FILE); the release build if `make build` made one
	@Scripts/bootstrap run
	@DATA_DIR='$(DATA_DIR)' LISTEN='$(LISTEN)' SEED='$(SEED)' Scripts/run

build: ## The release binary, at .build/release/claviger
	@Scripts/bootstrap build
	swift build --configuration release --product claviger

test: ## Everything: format, layers, unit, conformance, vectors, client suites
	@Scripts/test

test-slow: ## The Azure command line against a server; installs it first, into .venv-azure
	@Scripts/test-slow

bench: ## Measure the release build (BENCH=--help for what can be chosen)
	@Scripts/bootstrap bench
	@python3 Benchmarks/bench.py $(BENCH)

format: ## Format our Swift in place
	@Scripts/format

lint: ## What `make test` checks before it builds: format and layers
	@Scripts/format --check
	@Scripts/check-layers

clean: ## Remove what was built; data stay
	rm -rf .build .venv .venv-azure Benchmarks/.build
