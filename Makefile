# SPDX-License-Identifier: ISC
#
# One makefile for the whole tree. Each directory becomes one static archive, and a unit test links the
# archives of the directories it includes from and those below, so that a call upwards does not link.

VERSION := 0.1.0

# Where `make install` puts things. DESTDIR is for packagers.
PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share/dxemu
MANDIR  ?= $(PREFIX)/share/man

# build/ is the ordinary build; `make sanitize` uses others beside it: BUILD=build/asan SANITIZE=address,undefined.
BUILD    ?= build
SANITIZE ?=
PROGRAM  := $(if $(SANITIZE),$(BUILD)/dxemu,dxemu)

NPROC     := $(shell nproc)
INSTALL   ?= install
CLANG_FORMAT ?= clang-format
CLANG_TIDY   ?= clang-tidy

# --- Sources -------------------------------------------------------------------------------------------

# Upper before lower: the order of the archives on a linker's command line.
DIRS := cli hybrid emul report traffic netns world model base

# The archives below a directory; scripts/check-deps.sh holds the includes to the same picture.
below_base    :=
below_model   := base
below_world   := base
below_netns   := base
below_traffic := model base
below_report  := model base
below_emul    := traffic netns world model base
below_hybrid  := emul traffic netns world model base
below_cli     := hybrid emul report traffic netns world model base

LIBRARIES      := libnl-route-3.0 libnl-3.0 libbsd libmd libfyaml jansson libseccomp
TEST_LIBRARIES := criterion

main    := cli/main.c
sources := $(foreach d,$(DIRS),$(wildcard $(d)/*.c))
units   := $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))
fuzzers := $(patsubst %.c,%,$(wildcard tests/fuzz/fuzz_*.c))
# Tests that must fail, by the memory they spoil only with sanitizers.
canaries := $(patsubst %.c,%,$(wildcard tests/canary/$(if $(SANITIZE),sanitize/)*.c))

objects_of = $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(main),$(wildcard $(1)/*.c)))
archives   = $(foreach d,$(1),$(BUILD)/lib$(d).a)
includes   = $(shell sed -n 's,^\#include "\([a-z]*\)/.*,\1,p' $(1))
unit_dirs  = $(foreach d,$(call includes,tests/unit/test_$(1).c),$(d) $(below_$(d)))

# --- Flags ---------------------------------------------------------------------------------------------

# A warning is an error where it can be acted upon, not on a user's newer compiler.
ifneq ($(filter true 1,$(CI)),)
WERROR ?= 1
endif

WARNINGS := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum -Wvla \
	    $(if $(filter 1,$(WERROR)),-Werror)
HARDENING := -fstack-protector-strong -fstack-clash-protection -fcf-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
ifneq ($(SANITIZE),)
# Fortified calls would hide from the sanitizer what they check themselves.
HARDENING := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
SAN_LINK  := -fsanitize=$(SANITIZE)
endif

# Asked once, and only when something is compiled: `make help` and `make deps` come before the libraries.
once = $(eval $(1) := $(2))$($(1))
pc_cflags = $(call once,pc_cflags,$(patsubst -I%,-isystem%,$(shell pkg-config --cflags $(LIBRARIES))))
pc_libs   = $(call once,pc_libs,$(shell pkg-config --libs $(LIBRARIES)) -lm)

defines  := -D_GNU_SOURCE -DDXEMU_VERSION='"$(VERSION)"' -DDXEMU_DATADIR='"$(DATADIR)"'
COMPILE   = $(CC) -std=gnu17 $(defines) -I. $(pc_cflags) $(CPPFLAGS) -O2 -g $(WARNINGS) $(HARDENING) -fPIE $(CFLAGS)
LINK      = $(CC) -pie $(SAN_LINK) $(CFLAGS) -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),:,printf '  %-7s %s\n' $(1) $(2))

# --- Build ---------------------------------------------------------------------------------------------

.PHONY: all units canaries fuzzers
all: $(PROGRAM) ## build ./dxemu (the default); V=1 shows commands, WERROR=1 makes warnings errors
units: $(units:%=$(BUILD)/tests/test_%)
canaries: $(canaries:%=$(BUILD)/%)
fuzzers: $(fuzzers:%=$(BUILD)/%)

# Rewritten only when its text changes: what depends on it is made again after a change of flags or files.
$(BUILD)/flags: FORCE
	@pkg-config --print-errors --exists $(LIBRARIES) || { echo "a library is missing: run 'make deps'" >&2; exit 1; }
	@mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(COMPILE) $(LINK))' | cmp -s - $@ || \
		printf '%s\n' '$(subst ','\'',$(COMPILE) $(LINK))' >$@
$(BUILD)/sources: FORCE
	@mkdir -p $(@D); echo '$(sources)' | cmp -s - $@ || echo '$(sources)' >$@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D); $(call say,CC,$@)
	$(Q)$(COMPILE) -MMD -MP -c $< -o $@

.SECONDEXPANSION:
$(BUILD)/lib%.a: $$(call objects_of,%) $(BUILD)/sources
	@$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcsD $@ $(filter %.o,$^)

$(PROGRAM): $(main:%.c=$(BUILD)/%.o) $(call archives,$(DIRS))
	@mkdir -p $(@D); $(call say,LINK,$@)
	$(Q)$(LINK) $^ $(pc_libs) -o $@

$(BUILD)/tests/test_%: $(BUILD)/tests/unit/test_%.o $$(call archives,$$(filter $$(call unit_dirs,$$*),$$(DIRS)))
	@mkdir -p $(@D); $(call say,LINK,$@)
	$(Q)$(LINK) $^ $(pc_libs) $(shell pkg-config --libs $(TEST_LIBRARIES)) -o $@

$(canaries:%=$(BUILD)/%): %: %.o
	@$(call say,LINK,$@)
	$(Q)$(LINK) $^ $(shell pkg-config --libs $(TEST_LIBRARIES)) -o $@

# With clang and SANITIZE=fuzzer-no-link,...: the fuzzer's main() is for these alone.
$(fuzzers:%=$(BUILD)/%): %: %.o $(call archives,hybrid traffic model base)
	@$(call say,LINK,$@)
	$(Q)$(LINK) -fsanitize=fuzzer $^ $(pc_libs) -o $@

# --- Set-up and use ------------------------------------------------------------------------------------

.PHONY: deps kernel demo bench bench-certificates
deps: ## install what this machine lacks (apt-get, through sudo when not root)
	scripts/deps.sh build kernel run

kernel: ## build the kernel that worlds run on, once (KERNEL_SRC=DIR for a source tree of your own)
	world/kernel/build.sh --if-missing

demo: ## deps, kernel, build; then compare a VPN with three Direct Connect links
	scripts/deps.sh build kernel run
	world/kernel/build.sh --if-missing
	$(MAKE) --no-print-directory -j$(NPROC) all
	./dxemu compare vpn-continental dx-hosted-200m dx-dedicated-1g dx-dedicated-10g

bench: ## measure the emulator itself; never part of the tests
	scripts/deps.sh build kernel run bench
	world/kernel/build.sh --if-missing
	$(MAKE) --no-print-directory -j$(NPROC) all
	bench/run.sh
	bench/traffic.sh

bench-certificates: ## dxemu verify --all for seeds 1 to 20; two hours
	bench/certificates.sh

# --- Tests ---------------------------------------------------------------------------------------------

.PHONY: test unit world-test sanitize accuracy mutants fuzz golden-update
test: ## deps, kernel, build, and every tier of tests; ends with "N passed, N failed"
	scripts/deps.sh build kernel run test
	world/kernel/build.sh --if-missing
	+tests/run.sh build lint unit canary sanitize fuzz world certificates sanitize-world

unit: ## unit tests alone
	+tests/run.sh unit

world-test: ## tests in worlds alone
	+tests/run.sh build world

sanitize: ## units and launcher under ASan and UBSan, some worlds under UBSan
	+tests/run.sh canary sanitize sanitize-world

accuracy: ## how exactly links are what was asked for, over the range of each parameter; some minutes
	+tests/run.sh build accuracy

mutants: ## put the causes of wrong links back, one by one, and see the tests fail; some minutes
	+tests/mutate.sh

fuzz: ## fuzz the readers of profiles, labs and packets, FUZZ_S=20 seconds each
	+tests/run.sh fuzz

golden-update: ## write what the tests now print into tests/golden; read the diff before committing it
	+DXEMU_GOLDEN_UPDATE=1 tests/run.sh build unit world

# --- Static checks -------------------------------------------------------------------------------------

.PHONY: lint format format-check tidy cppcheck shellcheck check-deps
lint: format-check tidy cppcheck shellcheck check-deps ## all static checks

c_files := $(wildcard $(foreach d,$(DIRS) tests/unit tests/fuzz tests/canary tests/canary/sanitize bench,$(d)/*.[ch]))
scripts := $(wildcard scripts/*.sh world/kernel/*.sh tests/*.sh tests/world/*.t tests/accuracy/* tests/canary/*.t bench/*.sh bench/recipes/*.sh .ci/run)

format: ## clang-format in place
	$(CLANG_FORMAT) -i $(c_files)

format-check:
	$(Q)$(CLANG_FORMAT) --dry-run --Werror $(c_files)

# One stamp per file, which is as old as its object: only what has changed is checked again.
tidy: $(sources:%.c=$(BUILD)/%.tidy)
$(BUILD)/%.tidy: %.c $(BUILD)/%.o .clang-tidy
	@$(call say,TIDY,$<)
	$(Q)$(CLANG_TIDY) --quiet --warnings-as-errors='*' $< -- -std=gnu17 $(defines) -I. $(pc_cflags) $(WARNINGS) 2>&1 \
		| { ! grep -v -E '^[0-9]+ warnings? (generated|treated)'; }
	@touch $@

cppcheck:
	@mkdir -p $(BUILD)/cppcheck
	$(Q)cppcheck --quiet -j$(NPROC) --cppcheck-build-dir=$(BUILD)/cppcheck --std=c11 --error-exitcode=1 \
		--enable=warning,performance,portability --inline-suppr --suppressions-list=scripts/cppcheck.supp \
		-I. $(defines) -D'nla_for_each_nested(pos,nla,rem)=for (rem = 0; rem;)' $(sources)

shellcheck:
	$(Q)shellcheck -x -P SCRIPTDIR $(scripts)

check-deps:
	$(Q)scripts/check-deps.sh .

# --- Install -------------------------------------------------------------------------------------------

.PHONY: install uninstall clean help FORCE
install: all ## PREFIX=/usr/local, DESTDIR, BINDIR, DATADIR, MANDIR
	$(INSTALL) -d '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(DATADIR)/profiles' '$(DESTDIR)$(DATADIR)/labs' '$(DESTDIR)$(DATADIR)/world/kernel' '$(DESTDIR)$(MANDIR)/man1'
	$(INSTALL) -m 755 dxemu '$(DESTDIR)$(BINDIR)/dxemu'
	$(INSTALL) -m 644 $(wildcard profiles/*.yaml) profiles/schema.json '$(DESTDIR)$(DATADIR)/profiles'
	$(INSTALL) -m 644 $(wildcard labs/*.yaml) labs/lab.schema.json '$(DESTDIR)$(DATADIR)/labs'
	$(INSTALL) -m 644 world/kernel/config '$(DESTDIR)$(DATADIR)/world/kernel/config'
	$(INSTALL) -m 755 world/kernel/build.sh '$(DESTDIR)$(DATADIR)/world/kernel/build.sh'
	$(foreach m,$(wildcard docs/*.1),$(INSTALL) -m 644 $(m) '$(DESTDIR)$(MANDIR)/man1';)

uninstall: ## with the same variables as install
	rm -f '$(DESTDIR)$(BINDIR)/dxemu' $(patsubst docs/%,'$(DESTDIR)$(MANDIR)/man1/%',$(wildcard docs/*.1)) \
		$(patsubst %,'$(DESTDIR)$(DATADIR)/%',$(wildcard profiles/*.yaml labs/*.yaml) profiles/schema.json labs/lab.schema.json world/kernel/config world/kernel/build.sh)
	cd '$(DESTDIR)$(DATADIR)' && rmdir profiles labs world/kernel world "$$PWD"

clean: ## all that was built but the kernel, which is in your cache directory
	rm -rf build dxemu

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

FORCE:

.DELETE_ON_ERROR:
.SECONDARY:

-include $(sources:%.c=$(BUILD)/%.d) $(units:%=$(BUILD)/tests/unit/test_%.d) $(canaries:%=$(BUILD)/%.d) \
	$(fuzzers:%=$(BUILD)/%.d)
