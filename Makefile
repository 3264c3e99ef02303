# Targets for working on Litestone. `make help` lists them.

GO          ?= go
STATICCHECK  = honnef.co/go/tools/cmd/staticcheck@v0.8.2
CGO_TAGS     = cgosqlite sqlite_fts5
SHARED      ?= ../shared

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.PHONY: test
test: ## all tests, pure-Go driver
	$(GO) test ./...

.PHONY: test-cgo
test-cgo: ## all tests, cgo driver
	$(GO) test -tags "$(CGO_TAGS)" ./...

# What makes thousands of calls from one goroutine: the race detector has nothing to see there.
SERIAL = TestNothingForbiddenMakesADifference|TestAnswersAreThoseOfAWorldWithoutWhatIsForbidden|TestNothingTellsAConfidentialValue|TestNoWriteMakesRowsThatTheirRulesRefuse|TestStreamsAreJudgedAtTheirEnd|TestRandomArguments|TestNoStatementForgetsItsGuards

.PHONY: race
race: ## the tests where goroutines meet, with the race detector
	$(GO) test -race -timeout 20m -skip '$(SERIAL)' ./litestone/internal/conn ./litestone

.PHONY: conformance
conformance: ## the conformance cases: passed and failed per area
	@$(GO) test ./litestone -run TestConformance -count 1 -v | grep -E 'passed, +[0-9]+ failed|^(---|FAIL|ok)' | grep -vE '^--- (PASS|SKIP)'

.PHONY: conformance-cases
conformance-cases: ## refresh the cases kept in the repository from $(SHARED)
	rm -rf litestone/testdata/conformance && mkdir -p litestone/testdata/conformance
	cp $(SHARED)/conformance/* litestone/testdata/conformance/ && chmod -R u+w litestone/testdata/conformance

.PHONY: status
status: ## rewrite the README's status table from a conformance run
	-LITESTONE_UPDATE=readme $(GO) test ./litestone -run TestConformance -count 1

.PHONY: generate
generate: ## run every go:generate
	$(GO) generate ./...

.PHONY: generate-check
generate-check: ## fail where generated code is out of date
	$(GO) generate ./... && git diff --exit-code -- examples bench

.PHONY: lint
lint: ## gofmt, vet and staticcheck
	@test -z "$$(gofmt -l $$(git ls-files '*.go' | grep -v testdata))" || { gofmt -l $$(git ls-files '*.go' | grep -v testdata); exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

.PHONY: bench
bench: ## benchmarks beside the same statements on bare database/sql
	$(GO) test ./bench -run '^$$' -bench . -benchmem -count 6

TURNS ?= 200
.PHONY: ratios
ratios: ## how much longer calls take than hand-written database/sql
	LITESTONE_RATIOS=$(TURNS) $(GO) test ./bench -run Ratios -count 1 -v

.PHONY: soak
soak: soak-crash soak-schemas soak-migrate soak-access ## everything that runs long

ROUNDS ?= 50
.PHONY: soak-crash
soak-crash: ## ROUNDS times 20 kills, a minute of contention, a million rows: figures for docs/reliability.md
	LITESTONE_SOAK=$(ROUNDS) $(GO) test ./litestone/crashtest -count 1 -v -timeout 2h
	LITESTONE_SOAK=1 $(GO) test ./bench -run Memory -count 1 -v

FUZZTIME ?= 5s
# A fuzz run whose time ends in the middle of an input fails as well, without an input: that is no finding.
.PHONY: fuzz-smoke
fuzz-smoke: ## every fuzz target for FUZZTIME
	@set -e; for p in $$(grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$p/*_test.go | sed 's/func //'); do \
	    echo "$$p $$f"; \
	    out=$$($(GO) test $$p -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) 2>&1) || true; echo "$$out" | tail -1; \
	    if echo "$$out" | grep -q 'Failing input'; then echo "$$out"; exit 1; fi; done; done

ACCESS ?= 1000000
.PHONY: soak-access
soak-access: ## ACCESS random queries against copies without what is forbidden, the whole matrix, wheres for a minute
	LITESTONE_ACCESS=$(ACCESS) $(GO) test ./litestone -run TestAnswersAreThoseOfAWorldWithoutWhatIsForbidden -count 1 -timeout 2h -v
	LITESTONE_ACCESS=$(ACCESS) $(GO) test ./litestone -run TestNoWriteMakesRowsThatTheirRulesRefuse -count 1 -timeout 2h -v
	LITESTONE_MATRIX=full $(GO) test ./litestone -run TestNothingForbiddenMakesADifference -count 1 -timeout 30m -v
	$(GO) test ./litestone -run '^$$' -fuzz '^FuzzAScopedWhereFindsASubset$$' -fuzztime 60s

SOAK ?= 20000
.PHONY: soak-schemas
soak-schemas: ## SOAK schemas drawn at random: tables made, rows written, Go compiled, pushes from one to another
	$(GO) test ./cmd/litestone -run TestWhatChecksWorks -rapid.checks $(SOAK) -timeout 0
	$(GO) test ./lite2go -run TestWhatChecksCompiles -rapid.checks $(SOAK) -timeout 0
	$(GO) test ./litestone/migrate -run Property -rapid.checks $(SOAK) -timeout 0

KILLS ?= 500
.PHONY: soak-migrate
soak-migrate: ## KILLS programs killed while they push, and as many while they apply and take back files
	LITESTONE_KILLS=$(KILLS) $(GO) test ./litestone/migrate -run Killed -count 1 -v -timeout 0

.PHONY: gostd
gostd: ## the main example on the installed toolchain
	$(GO) run ./examples/gostd
