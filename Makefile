# The front door: `make` lists what there is. Only these targets run the set-up; `swift build` by itself never does.
SWIFT ?= swift
BUILD_FLAGS ?=
TEST_FLAGS ?=
PREFIX ?= /usr/local
DESTDIR ?=

# What `framegen --version` says.
export FRAMEGEN_COMMIT := $(shell git describe --always --dirty --exclude '*' 2>/dev/null)

sources = Sources Tests Package.swift Examples Benchmarks/takes/Sources Benchmarks/takes/Package.swift
program = $$($(SWIFT) build -c release $(BUILD_FLAGS) --show-bin-path)/framegen

.DEFAULT_GOAL := help
.PHONY: help set-up build test sanitize documentation demo serve install package lint format

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

set-up: ## Install the system libraries that are missing
	@scripts/set-up

build: set-up ## Build the framegen program for release, and install the runtimes into .runtimes
	$(SWIFT) build -c release --product framegen $(BUILD_FLAGS)
	"$(program)" runtimes install --folder .runtimes

# One after the other: side by side, hundreds of tests that load networks take more than 24 GB of memory.
test: build ## Run the tests, optimised, because networks in debug take minutes
	$(SWIFT) test -c release --no-parallel $(TEST_FLAGS)

sanitize: build ## Run the tests of the C shims and the pipeline under the thread and the address sanitizer
	@scripts/sanitize

documentation: set-up ## Build the libraries' documentation; a warning is an error
	$(SWIFT) package $(BUILD_FLAGS) generate-documentation --target Framegen --target FrameGeneration --warnings-as-errors

demo: build ## Render the demo avatar, speaking, into demo.mp4
	"$(program)" generate \
		--checkpoint Demo/checkpoint/unet_328.fp16.pth --template Demo/mira --use-parsing \
		--audio Demo/audio/speech.wav --audio-encoder Demo/checkpoint/audio_encoder.fp16.pth \
		--output demo.mp4 --overwrite
	@echo "The video is $(CURDIR)/demo.mp4"

serve: build ## Serve the demo avatar, live, at http://127.0.0.1:8080
	$(SWIFT) build -c release --product framegen-server $(BUILD_FLAGS)
	"$$($(SWIFT) build -c release $(BUILD_FLAGS) --show-bin-path)/framegen-server" --config packaging/demo-server.yaml

install: set-up ## Install the program, its manual, the runtimes and the demo avatar below PREFIX (/usr/local)
	SWIFT="$(SWIFT)" scripts/install "$(PREFIX)" "$(DESTDIR)"

package: set-up ## Make a Debian package and an archive of the program, in dist
	SWIFT="$(SWIFT)" scripts/package

lint: ## Check the sources' format
	$(SWIFT) format lint --strict -r $(sources)

format: ## Format the sources in place
	$(SWIFT) format -i -r $(sources)
