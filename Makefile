# `make help` lists the targets. Nothing here but `go` is needed to run, build and check; `make test` installs the rest.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# One static binary: only the race detector needs a C compiler.
export CGO_ENABLED := 0
export GOFLAGS := $(strip $(GOFLAGS) -mod=readonly)

GOLANGCI_VERSION := v2.15.0
GOLANGCI := .cache/bin/golangci-lint-$(GOLANGCI_VERSION)

# Tests are vetted as a step of their own, once for all tags, and need no tables for a debugger: both cost minutes.
TEST_FLAGS := -vet=off -ldflags=-s

# `go test` beside a private MariaDB server. Without that server nothing is left out silently: the tests fail.
WITH_MARIADB = GATEHOUSE_REQUIRE_MARIADB=1 go run ./internal/testkit/cmd/withmariadb

# Stripe's own description of its API as a server: the shape of our requests is held against it.
STRIPE_MOCK_VERSION := v0.203.0
STRIPE_MOCK := .cache/bin/stripe-mock-$(STRIPE_MOCK_VERSION)
WITH_STRIPE_MOCK = GATEHOUSE_REQUIRE_STRIPE_MOCK=1 GATEHOUSE_STRIPE_MOCK='$(CURDIR)/$(STRIPE_MOCK)'

# Tests called TestRace... run once, with the race detector, and not in the plain run.
RACE_PACKAGES = $(sort $(dir $(addprefix ./,$(shell grep -rl --include='*_test.go' '^func TestRace' internal))))

TOOLS := mariadbd=mariadb-server mariadb-dump=mariadb-client chromium=chromium oathtool=oathtool \
	pdftotext=poppler-utils gcc=gcc \
	/usr/include/stdlib.h=libc6-dev /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf=fonts-dejavu-core
CLUSTER_TOOLS := mariadbd=mariadb-server /usr/lib/galera/libgalera_smm.so=galera-4 rsync=rsync socat=socat

.PHONY: run
run: ## the demo on http://localhost:8080 (LISTEN=host:port, DATA=dir)
	go run ./cmd/gatehouse demo $(if $(LISTEN),--listen '$(LISTEN)') $(if $(DATA),--data '$(DATA)')

.PHONY: build
build: ## one static binary in bin/gatehouse
	go build -trimpath -ldflags '-s -w' -o bin/gatehouse ./cmd/gatehouse

.PHONY: generate
generate: ## Go code of the pages (*_templ.go)
	go tool templ generate

.PHONY: check
check: ## fast subset for the inner loop: no server, no browser
	.ci/generated
	go vet ./...
	go test $(TEST_FLAGS) -short -skip '^TestRace' ./...

.PHONY: test
test: $(STRIPE_MOCK) ## everything that CI tests; installs what it lacks where it may
	.ci/need $(TOOLS)
	.ci/generated
	go vet -tags e2e,long ./...
	$(WITH_STRIPE_MOCK) $(WITH_MARIADB) go test $(TEST_FLAGS) -timeout 20m -skip '^TestRace' ./...
	$(MAKE) race
	$(MAKE) e2e

.PHONY: race
race: ## the race tests, with the race detector
	$(if $(RACE_PACKAGES),$(WITH_MARIADB) env CGO_ENABLED=1 \
		go test -race $(TEST_FLAGS) -timeout 20m -run '^TestRace' $(RACE_PACKAGES),@echo 'no race tests')

.PHONY: e2e
e2e: ## the browser tests; .cache/e2e gets pictures of the components (GATEHOUSE_SCREENSHOTS=dir: of every page)
	.ci/need chromium=chromium
	mkdir -p .cache/e2e
	go test $(TEST_FLAGS) -tags e2e -timeout 20m -count=1 -artifacts -outputdir .cache/e2e ./internal/e2e/...

.PHONY: screenshots
screenshots: ## the pictures of the README, from a fresh demo
	.ci/need chromium=chromium
	go run ./internal/testkit/cmd/screenshots docs/images

.PHONY: lighthouse
lighthouse: ## speed, accessibility and good practice of the hottest pages, by Lighthouse; fetches it with npm
	.ci/need chromium=chromium node=nodejs npm=npm
	mkdir -p .cache/lighthouse
	cp internal/testkit/cmd/lighthouse/package*.json .cache/lighthouse/
	npm ci --prefix .cache/lighthouse --no-audit --no-fund --loglevel error
	go run ./internal/testkit/cmd/lighthouse .cache/lighthouse/node_modules/.bin/lighthouse

.PHONY: test-long
test-long: ## what takes too long for each change: a three-node Galera cluster
	.ci/need $(CLUSTER_TOOLS)
	$(WITH_MARIADB) go test $(TEST_FLAGS) -tags long -timeout 60m -count=1 -v -run '^TestLong' ./...

.PHONY: bench
bench: ## measurements beside their aims (PARTS=pages,status,process,sign-in,changes,decisions,contacts,clients,fill,log,asked,verify)
	go run ./internal/bench/cmd/bench -parts '$(PARTS)' -data '$(DATA)'

.PHONY: bench-long
bench-long: ## the same with a log of ten million entries, which takes long to fill (DATA=dir keeps it for the next time)
	go run ./internal/bench/cmd/bench -parts '$(PARTS)' -data '$(DATA)' -entries 10000000

.PHONY: lint
lint: $(GOLANGCI) ## linters; built from source the first time, which takes minutes
	GOLANGCI_LINT_CACHE='$(CURDIR)/.cache/golangci-lint' $(GOLANGCI) run --timeout 20m

.PHONY: format
format: $(GOLANGCI) ## format as the linters want it
	$(GOLANGCI) fmt

$(GOLANGCI):
	GOBIN='$(CURDIR)/.cache/bin' go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv .cache/bin/golangci-lint '$@'

$(STRIPE_MOCK):
	GOBIN='$(CURDIR)/.cache/bin' go install github.com/stripe/stripe-mock@$(STRIPE_MOCK_VERSION)
	mv .cache/bin/stripe-mock '$@'

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14
