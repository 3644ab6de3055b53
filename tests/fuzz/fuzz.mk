# Fuzzing: each tests/fuzz/<target>_fuzz.cpp is a program of libFuzzer's, and all of them are in a unit test that runs
# every seed and every input that ever broke one (corpus_test.cpp).

FUZZ_SECONDS ?= 60
FUZZ_CXX     ?= clang++-16
FUZZ_FLAGS   := $(CXXSTD) -O1 -g1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
                -fno-sanitize-recover=all -D_GLIBCXX_ASSERTIONS $(WARNINGS) -Werror $(INCLUDES) -pthread

FUZZ_SOURCES := $(wildcard tests/fuzz/*_fuzz.cpp)
FUZZ_WANTED  := $(foreach source,$(FUZZ_SOURCES),$(if $(findstring $(ONLY),$(notdir $(source))),$(source)))
FUZZ_WANTED  := $(if $(ONLY),$(FUZZ_WANTED),$(FUZZ_SOURCES))
FUZZ_TARGETS := $(FUZZ_WANTED:tests/fuzz/%.cpp=$(BUILD)/fuzz/%)
FUZZ_COMMON  := $(COMMON_SOURCES:%.cpp=$(BUILD)/fuzz/%.o)
FUZZ_FAKES   := $(FAKE_SOURCES:%.cpp=$(BUILD)/fuzz/%.o)
FUZZ_MAIN    := $(BUILD)/fuzz/tests/fuzz/libfuzzer_main.o

.PHONY: fuzz fuzz-programs

# The set-up first: the compiler itself may be what is missing.
fuzz:
	@$(SETUP) fuzz
	+@$(MAKE) --no-print-directory $(JOBS) fuzz-programs
	@$(PYTHON) tests/fuzz/run.py --build $(BUILD)/fuzz --seconds $(FUZZ_SECONDS) $(notdir $(FUZZ_TARGETS:_fuzz=))

fuzz-programs: $(FUZZ_TARGETS)

$(BUILD)/fuzz/%.o: %.cpp
	@mkdir -p $(@D)
	$(call say,FUZZ)
	$(Q)$(FUZZ_CXX) $(FUZZ_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/fuzz/libacme.a: $(FUZZ_COMMON) $(FUZZ_FAKES)
	$(call say,AR)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/fuzz/%_fuzz: $(BUILD)/fuzz/tests/fuzz/%_fuzz.o $(FUZZ_MAIN) $(BUILD)/fuzz/libacme.a
	$(call say,LINK)
	$(Q)$(FUZZ_CXX) $(FUZZ_FLAGS) -fsanitize=fuzzer $^ -o $@ $(LIBS)

.SECONDARY: $(FUZZ_SOURCES:%.cpp=$(BUILD)/fuzz/%.o) $(FUZZ_MAIN)

# In the ordinary build of the unit tests all targets are one program.
$(BUILD)/asan/tests/fuzz/corpus_test: $(FUZZ_SOURCES:%.cpp=$(BUILD)/asan/%.o)

-include $(FUZZ_SOURCES:%.cpp=$(BUILD)/fuzz/%.d) $(FUZZ_SOURCES:%.cpp=$(BUILD)/asan/%.d) $(FUZZ_MAIN:.o=.d)
-include $(FUZZ_COMMON:.o=.d) $(FUZZ_FAKES:.o=.d)
