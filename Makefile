# Stoa. `make run` serves it, `make test` proves it; `make help` lists the rest.

# A clone owned by somebody else is still read, and a tree without git has a version too.
VERSION := $(shell git -c safe.directory='*' describe --tags --always --dirty 2>/dev/null || echo dev)
# What is not hot is compiled without functions put in one another (tools/gcflags): that is 5 MB.
BUILD   := -trimpath -buildvcs=false -overlay bin/packed/overlay.json $(shell cat tools/gcflags)
LDFLAGS := -s -w -funcalign 8 -X main.version=$(VERSION)
PACKAGES ?= ./...
FUZZTIME ?= 10s

export CGO_ENABLED := 0

.PHONY: help run build test race bench bench-check soak fuzz dist lint generate

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile

run: build ## build the program and serve it on http://localhost:8080
	bin/stoa serve

build: ## build the one static program, bin/stoa, and bin/stoa-check, its check alone
	tools/pack.sh bin/packed
	go build $(BUILD) -ldflags '$(LDFLAGS)' -o bin/stoa ./cmd/stoa
	go build $(BUILD) -ldflags '$(LDFLAGS)' -o bin/stoa-check ./cmd/stoa-check

test: ## install what the tests need, where that is allowed, and run them all
	internal/testkit/needs.sh
	go tool -modfile=tools/test.mod gotestsum --format standard-quiet --format-hide-empty-pkg -- -timeout 90m $(PACKAGES)

race: ## run the tests of what is shared between goroutines under the race detector
	CGO_ENABLED=1 go test -race -timeout 60m ./internal/app/... ./internal/catalog/... ./internal/edge/... ./internal/store/... ./internal/tlog/...

bench: ## print the figures the design holds
	go test -run '^$$' -bench . -benchmem -timeout 60m -p 1 $(PACKAGES)

bench-check: ## say how often the probes are right on the repositories in STOA_CHECK_MATERIAL
	go test -run '^$$' -bench '^Benchmark(Quality|Prefill)$$' -benchtime 1x -timeout 60m ./internal/check

soak: ## keep both engines busy for 20 minutes, kill them again and again, and say what was done
	STOA_TEST_LONG=1 go test -run '^TestSoak$$' -v -timeout 60m ./cmd/stoa

dist: ## build programs, Debian packages, a container image, lists of parts and checksums into dist/
	tools/dist/build.sh "$(VERSION)"

fuzz: ## feed every fuzz target for FUZZTIME
	@for package in $$(go list $(PACKAGES)); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
		done; \
	done

lint: ## vet the code and its form
	go vet $(PACKAGES)
	@unformed=$$(gofmt -l $$(go list -f "{{.Dir}}" $(PACKAGES))); if [ -n "$$unformed" ]; then echo "gofmt: $$unformed"; exit 1; fi

generate: ## make anew what is made from other files
	go generate $(PACKAGES)
