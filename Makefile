# kisi-reconcile: all check check-trixie lint format san fuzz mutations life demo bench valgrind install uninstall clean
#
# make            build/kisi-reconcile and build/kisi-sandbox
# make check      install what is missing, build, lint, and run every test
# make demo       install what is missing, build, and show a whole run on a made-up venue
# make san        the tests once more under AddressSanitizer and UBSan
# make check-trixie   the tests once more on Debian 13, where mmdebstrap can make one
# make coverage   how much of each folder the tests run
# make valgrind   the demo and what it leaves out, under valgrind; minutes long
# make mutations  every safety rail removed once, to see that a test fails; JOBS at a time
# make life       a venue lived through hour by hour, SIZE people, SEED, for DAYS; minutes to hours long
# make fuzz       hostile files for TIME seconds a target (60), with clang and libFuzzer

BUILD  ?= build
PREFIX ?= /usr/local
UNITDIR ?= $(PREFIX)/lib/systemd/system
CC     ?= cc
VERSION := 0.1.0

PACKAGES := glib-2.0 json-c libical icu-i18n libcurl sqlite3 xlsxwriter zlib libidn2 nettle
SANDBOX_PACKAGES := glib-2.0 json-c libmicrohttpd

CFLAGS   ?= -O2 -g
CPPFLAGS += -I. -D_GNU_SOURCE -DKISI_RECONCILE_VERSION='"$(VERSION)"'
WARN     := -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wformat=2 -Wundef -Wvla -Wwrite-strings -Wno-unused-parameter
WERROR   ?= $(if $(CI),-Werror)
SANFLAGS ?=
# as many at once as there are processors; -j beats it
JOBS     ?= $(shell nproc 2>/dev/null || echo 2)
PARALLEL = $(if $(filter -j% --jobs%,$(MAKEFLAGS)),,--jobs=$(JOBS))
# V=1 shows whole command lines
Q        := $(if $(V),,@)

# Folders in the order of the data way.  A folder may use itself and what stands behind its name here.
base_uses      := base
model_uses     := model base
importers_uses := importers model base
net_uses       := net model base
kisi_uses      := kisi net model base
reconcile_uses := reconcile model base
store_uses     := store model base
apply_uses     := apply reconcile store kisi net model base
reports_uses   := reports model base
cli_uses       := cli apply reports store reconcile kisi importers net model base
sandbox_uses   := sandbox base

FOLDERS := base model importers net kisi reconcile store apply reports cli sandbox

ifneq ($(shell pkg-config --exists $(PACKAGES) $(SANDBOX_PACKAGES) 2>/dev/null && echo yes),yes)
NEED_PACKAGES := yes
endif
LIB_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) $(SANDBOX_PACKAGES) 2>/dev/null)
LIBS         := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lcsv -lm
SANDBOX_LIBS := $(shell pkg-config --libs $(SANDBOX_PACKAGES) libidn2 2>/dev/null) -lm

sources = $(sort $(wildcard $(1)/*.c))
objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(call sources,$(1)))
archives = $(foreach f,$($(1)_uses),$(BUILD)/lib/$(f).a)

PROGRAMS := $(BUILD)/kisi-reconcile $(BUILD)/kisi-sandbox
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(sort $(wildcard tests/unit/*/test_*.c)))

.PHONY: all
all: $(PROGRAMS)

ifeq ($(NEED_PACKAGES),yes)
LIBRARIES := libraries
.PHONY: libraries
libraries:
	@BUILD_PACKAGES="$(DEBIAN_BUILD)" sh tests/packages.sh say
endif

$(BUILD)/obj/%.o: %.c | $(LIBRARIES)
	@mkdir -p $(@D)
	@echo 'cc    $<'
	$(Q)$(CC) $(CPPFLAGS) $(LIB_CFLAGS) $(WARN) $(WERROR) $(CFLAGS) $(SANFLAGS) -MMD -MP -c -o $@ $<

define folder_rules
$(BUILD)/lib/$(1).a: $(call objects,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	$(Q)ar rcs $$@ $$^

$(BUILD)/unit/$(1)/%: tests/unit/$(1)/%.c $(call archives,$(1))
	@mkdir -p $$(@D)
	@echo 'test  $$<'
	$(Q)$(CC) $(CPPFLAGS) $(LIB_CFLAGS) $(WARN) $(WERROR) $(CFLAGS) $(SANFLAGS) -MMD -MP -o $$@ $$< \
	    -Wl,--start-group $(call archives,$(1)) -Wl,--end-group $(if $(filter sandbox,$(1)),$(SANDBOX_LIBS),$(LIBS))

.PHONY: unit-$(1)
unit-$(1): $(filter $(BUILD)/unit/$(1)/%,$(UNIT_TESTS))
	@for t in $$^; do $$$$t --tap || exit 1; done
endef
$(foreach f,$(FOLDERS),$(eval $(call folder_rules,$(f))))

$(BUILD)/kisi-reconcile: $(call archives,cli)
	@echo 'link  $@'
	$(Q)$(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) -o $@ $(call objects,cli) -Wl,--start-group $^ -Wl,--end-group $(LIBS)

$(BUILD)/kisi-sandbox: $(call archives,sandbox)
	@echo 'link  $@'
	$(Q)$(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) -o $@ $(call objects,sandbox) -Wl,--start-group $^ -Wl,--end-group $(SANDBOX_LIBS)

# ---- hostile files: tests/fuzz/ ----

# What main() is in a target: our driver, which runs seeds and a fixed number of changed ones, or clang's fuzzer.
FUZZ_MAIN ?= tests/fuzz/driver.c
TIME      ?= 60
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_TARGETS := $(addprefix $(BUILD)/fuzz/,$(FUZZ_NAMES))
FUZZ_OBJECTS := $(filter-out %/cli/main.o,$(call objects,cli))

$(BUILD)/fuzz/%: tests/fuzz/fuzz_%.c $(filter %.c,$(FUZZ_MAIN)) $(FUZZ_OBJECTS) $(call archives,cli)
	@mkdir -p $(@D)
	@echo 'fuzz  $<'
	$(Q)$(CC) $(CPPFLAGS) $(LIB_CFLAGS) $(WARN) $(WERROR) $(CFLAGS) $(SANFLAGS) -o $@ $< $(FUZZ_MAIN) $(FUZZ_OBJECTS) \
	    -Wl,--start-group $(filter-out %/cli.a,$(call archives,cli)) -Wl,--end-group $(LIBS)

$(BUILD)/fuzz/seeds: tests/fuzz/seeds.py $(wildcard tests/fuzz/corpus/*/* fixtures/sources/*/* importers/profiles/*.ini)
	@mkdir -p $(@D)
	$(Q)/usr/bin/python3 tests/fuzz/seeds.py $(@D) && touch $@

# Finds are left as build-fuzz/fuzz/TARGET.crash-...; what reached new code is kept beside, for the next time.
.PHONY: fuzz fuzz-run
fuzz:
	$(MAKE) --no-print-directory $(PARALLEL) fuzz-run BUILD=build-fuzz CC=clang FUZZ_MAIN=-fsanitize=fuzzer CFLAGS="-O1 -g" \
	    SANFLAGS="-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined"

fuzz-run: $(FUZZ_TARGETS) $(BUILD)/fuzz/seeds
	@for t in $(FUZZ_TARGETS); do mkdir -p $$t.found; echo "== $$t"; \
	    $$t -max_total_time=$(TIME) -timeout=20 -rss_limit_mb=2048 -artifact_prefix=$$t. -print_final_stats=1 -verbosity=0 \
	        $$t.found $$t.seeds || exit 1; done

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- checks ----

# Scripts speak TAP by themselves; what GLib's test programs need to do so is in tests/exec.sh.
SCRIPTS := $(sort $(wildcard tests/lint/*.sh tests/cases/run.py tests/e2e/test_*.py tests/e2e/test_*.sh \
	tests/property/test_*.py tests/life/test_*.py tests/mutations/test_*.py))
PROVE   := prove --jobs $(JOBS) --exec tests/exec.sh --timer

.PHONY: test
test: $(PROGRAMS) $(UNIT_TESTS) $(FUZZED) $(if $(FUZZED),$(BUILD)/fuzz/seeds)
	BUILD=$(BUILD) KISI_RECONCILE=$(BUILD)/kisi-reconcile KISI_SANDBOX=$(BUILD)/kisi-sandbox \
	    $(PROVE) $(UNIT_TESTS) $(FUZZED) $(SCRIPTS)

.PHONY: check
check: packages
	@echo "make check: all tests, twice; about $(shell expr 70 / $(JOBS) + 5) minutes with $(JOBS) at a time"
	$(MAKE) --no-print-directory $(PARALLEL) san
	$(MAKE) --no-print-directory $(PARALLEL) test

# The same tests under the sanitizers, and the fuzz targets; the looks of the source need only one look.
.PHONY: san
san:
	$(MAKE) --no-print-directory $(PARALLEL) test BUILD=build-san CFLAGS="-O1 -g -fno-omit-frame-pointer" \
	    SANFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=undefined" \
	    SCRIPTS="$(filter-out tests/lint/%,$(SCRIPTS))" FUZZED="$(addprefix build-san/fuzz/,$(FUZZ_NAMES))"

# Needs root and mmdebstrap; says so and skips itself elsewhere.  The looks of the source need only one look.
.PHONY: check-trixie
check-trixie:
	@PACKAGES="$(filter-out clang-format shellcheck,$(DEBIAN_BUILD) $(DEBIAN_CHECK)) openssl" sh tests/trixie.sh \
	    make test WERROR=-Werror CI= SCRIPTS="$(filter-out tests/lint/%,$(SCRIPTS))"

# How much of each folder the tests run, and a failure below tests/coverage/floors.txt; needs gcovr.  Lines that are
# missing in a file: make coverage SHOW=reconcile/diff.c
.PHONY: coverage
coverage: packages
	@command -v gcovr >/dev/null || { echo "gcovr is missing: apt-get install gcovr" >&2; exit 1; }
	@find build-cov -name '*.gcda' -delete 2>/dev/null || true
	$(MAKE) --no-print-directory $(PARALLEL) test BUILD=build-cov CFLAGS="-O0 -g" SANFLAGS=--coverage \
	    SCRIPTS="$(filter-out tests/lint/% tests/e2e/test_crash.py,$(SCRIPTS))"
	@/usr/bin/python3 tests/coverage/coverage.py build-cov $(SHOW)

# Works in copies of the tree, and takes as long as two of them are built some hundred times.
.PHONY: mutations
mutations: packages
	/usr/bin/python3 tests/mutations/run.py --jobs $(JOBS)

.PHONY: lint
lint: packages
	prove --exec tests/exec.sh -v tests/lint/lint.sh

.PHONY: format
format:
	clang-format -i $(foreach f,$(FOLDERS),$(wildcard $(f)/*.[ch])) $(wildcard tests/unit/*/*.[ch] tests/fuzz/*.[ch])

.PHONY: demo
demo: packages-build
	$(MAKE) --no-print-directory $(PARALLEL) all
	sh fixtures/demo/run.sh

.PHONY: valgrind
valgrind: all
	BUILD=$(BUILD) sh tests/valgrind.sh

# One line of figures a life; PIECES=FILE keeps every piece of the last one, with its cause.
SIZE ?= 8 150 1500
SEED ?= 1 2 3
DAYS ?= 60
.PHONY: life
life: packages
	$(MAKE) --no-print-directory $(PARALLEL) all
	KISI_RECONCILE=$(BUILD)/kisi-reconcile KISI_SANDBOX=$(BUILD)/kisi-sandbox /usr/bin/python3 tests/life/life.py \
	    --size "$(SIZE)" --seed "$(SEED)" --days $(DAYS) $(if $(PIECES),--pieces $(PIECES))

.PHONY: bench
bench: packages
	$(MAKE) --no-print-directory $(PARALLEL) all
	sh tests/bench/run.sh

# ---- what a fresh machine needs ----

DEBIAN_BUILD := gcc make pkg-config libglib2.0-dev libjson-c-dev libcsv-dev libical-dev libicu-dev libcurl4-openssl-dev libsqlite3-dev nettle-dev \
	libxlsxwriter-dev libminizip-dev zlib1g-dev libidn2-dev libmicrohttpd-dev tzdata
DEBIAN_CHECK := perl python3 python3-openpyxl clang-format shellcheck

.PHONY: packages-build
packages-build:
	@BUILD_PACKAGES="$(DEBIAN_BUILD)" sh tests/packages.sh

.PHONY: packages
packages:
	@BUILD_PACKAGES="$(DEBIAN_BUILD)" CHECK_PACKAGES="$(DEBIAN_CHECK)" sh tests/packages.sh

# ---- installing ----

# What lies where, a folder and its files each; INTO is where a folder is made.
INTO     = $(DESTDIR)$(PREFIX)
PROFILES = $(wildcard importers/profiles/*.ini)
PAGES    = man/kisi-reconcile.1 man/kisi-sandbox.1
DOCS     = README.md HACKING.md CHANGELOG.md crontab.example sandbox/README.md importers/profiles/README.md \
	fixtures/demo/README.md $(wildcard fixtures/first-day/* docs/*.md docs/systems/*.md docs/pictures/*.png packaging/systemd/* \
	packaging/prometheus/*.yml)
UNITS    = $(wildcard packaging/systemd/*.service packaging/systemd/*.timer)

.PHONY: install
install: $(PROGRAMS)
	install -d "$(INTO)/bin" "$(INTO)/share/kisi-reconcile/profiles" "$(INTO)/share/doc/kisi-reconcile" "$(INTO)/share/man/man1" \
	    "$(DESTDIR)$(UNITDIR)"
	install -m 755 $(PROGRAMS) "$(INTO)/bin"
	install -m 644 $(PROFILES) "$(INTO)/share/kisi-reconcile/profiles"
	for file in $(DOCS); do install -D -m 644 $$file "$(INTO)/share/doc/kisi-reconcile/$$file" || exit 1; done
	install -m 644 $(PAGES) "$(INTO)/share/man/man1"
	for unit in $(UNITS); do sed 's,/usr/local/,$(PREFIX)/,' $$unit >"$(DESTDIR)$(UNITDIR)/$${unit##*/}" || exit 1; done

# What install put there, and the folders that are the program's own; configurations and state stay.
.PHONY: uninstall
uninstall:
	for file in $(notdir $(PROGRAMS)); do rm -f "$(INTO)/bin/$$file"; done
	for file in $(notdir $(PAGES)); do rm -f "$(INTO)/share/man/man1/$$file"; done
	for file in $(notdir $(UNITS)); do rm -f "$(DESTDIR)$(UNITDIR)/$$file"; done
	rm -rf "$(INTO)/share/kisi-reconcile" "$(INTO)/share/doc/kisi-reconcile"

.PHONY: clean
clean:
	rm -rf $(BUILD) build-san build-fuzz build-cov
