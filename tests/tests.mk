# Unit tests: one program per tests/unit/<layer>/<name>_test.cpp, under ASan and UBSan.
# `make unit ONLY=jws` runs those whose path holds "jws"; `make integration ONLY=renew` likewise.

ONLY   ?=
# Debian's own, for which the packages of tests/tools/setup are.
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)

FAKE_SOURCES := $(shell find tests -path 'tests/fakes/*.cpp' | sort)
FAKE_OBJECTS := $(FAKE_SOURCES:%.cpp=$(BUILD)/asan/%.o)
UNIT_SOURCES := $(shell find tests/unit tests/fuzz -name '*_test.cpp' -path '*$(ONLY)*' | sort)
UNIT_TESTS   := $(UNIT_SOURCES:%.cpp=$(BUILD)/asan/%)

.PHONY: unit check check-parts lint format-check test integration screenshot
.SECONDARY: $(UNIT_TESTS:=.o)

# The simulated year is about numbers: four million polls and orders in half a minute, which no build with sanitizers
# makes. The same code runs under them in engine_test and engine_renewal_test.
FAST_TESTS   := $(filter %/runtime/engine_year_test,$(UNIT_TESTS))
FAST_OBJECTS := $(FAST_TESTS:$(BUILD)/asan/%=$(BUILD)/release/%.o)
FAKE_RELEASE := $(FAKE_SOURCES:%.cpp=$(BUILD)/release/%.o)

$(FAST_TESTS): $(BUILD)/asan/%: $(BUILD)/release/%.o $(FAKE_RELEASE) $(BUILD)/release/libacme.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CXX) $(CXXFLAGS_ALL) $^ -o $@ $(LIBS) -lcmocka

# One shared library of all that tests share, for linking 180 programs with a static one takes longer than running them.
UNIT_LIBRARY := $(BUILD)/asan/libacme_unit.so

$(UNIT_LIBRARY): $(COMMON_ASAN) $(FAKE_OBJECTS)
	$(call say,LINK)
	$(Q)$(CXX) $(CXXFLAGS_ASAN) -shared $^ -o $@ $(LIBS)

# Those whose system calls are led elsewhere need all that makes them in one program (tests/simulation/disk.mk).
CRASH_TESTS := $(filter %_crash_test,$(UNIT_TESTS))

$(filter-out $(FAST_TESTS) $(CRASH_TESTS),$(UNIT_TESTS)): $(BUILD)/asan/%: $(BUILD)/asan/%.o $(UNIT_LIBRARY)
	$(call say,LINK)
	$(Q)$(CXX) $(CXXFLAGS_ASAN) $(filter %.o %.so,$^) -Wl,-rpath,$(abspath $(BUILD))/asan -o $@ $(LIBS) -lcmocka

$(filter $(BUILD)/asan/tests/unit/control/acmectl/%,$(UNIT_TESTS)): $(ACMECTL_ASAN)

unit: $(UNIT_TESTS)
	@$(PYTHON) tests/tools/run_unit.py --totals $(BUILD)/unit-totals.json $(UNIT_TESTS)

# What must hold before each commit, and how many tests there were. Folders add to check-parts and TOTALS.
TOTALS := $(BUILD)/unit-totals.json

check:
	@rm -f $(TOTALS)
	+@status=0; $(MAKE) --no-print-directory check-parts || status=$$?; \
	$(PYTHON) tests/tools/sum_totals.py $(TOTALS); exit $$status

check-parts: format-check lint unit

lint:
	@$(PYTHON) tests/tools/lint_test.py
	@$(PYTHON) tests/tools/lint.py

FORMATTED = $(shell find common mod_acme ngx_acme tests -name '*.cpp' -o -name '*.hpp')
CLANG_FORMAT ?= $(firstword $(shell command -v clang-format-16 clang-format))

format-check:
	@$(CLANG_FORMAT) --dry-run -Werror $(FORMATTED)

integration: all
	@$(SETUP) test
	@BUILD=$(BUILD) $(PYTHON) tests/integration/run.py --only '$(ONLY)'

# README's picture of the status page, made by its test in a browser.
screenshot: all
	@$(SETUP) test
	@BUILD=$(BUILD) $(PYTHON) tests/integration/run.py --only status_browser
	cp $(BUILD)/screenshots/status-page.png conf-examples/monitoring/status-page.png

# Set-up first, so that the compiler itself may be what is missing; then everything, whatever fails on the way.
test:
	@$(SETUP) test
	@rm -f $(TOTALS)
	+@status=0; \
	$(MAKE) --no-print-directory $(JOBS) -k check || status=$$?; \
	$(MAKE) --no-print-directory $(JOBS) all $(TEST_PROGRAMS) || status=$$?; \
	BUILD=$(BUILD) $(PYTHON) tests/integration/run.py --totals '$(TOTALS)' --check-status $$status

# bench, fuzz, simulation and so on: each folder its own part.
include $(sort $(filter-out tests/tools/%,$(wildcard tests/*/*.mk)))

-include $(UNIT_TESTS:=.d) $(FAST_OBJECTS:.o=.d) $(FAKE_OBJECTS:.o=.d) $(FAKE_RELEASE:.o=.d)
