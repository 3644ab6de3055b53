# Unit tests: one program per tests/unit/<layer>/<name>_test.cpp, under ASan and UBSan.
# `make unit ONLY=jws` runs those whose path holds "jws".

ONLY ?=
FAKE_SOURCES := $(shell find tests/fakes -name '*.cpp' | sort)
FAKE_OBJECTS := $(FAKE_SOURCES:%.cpp=$(BUILD)/asan/%.o)
UNIT_SOURCES := $(sort $(foreach f,$(shell find tests/unit -name '*_test.cpp'),$(if $(findstring $(ONLY),$(f)),$(f))))
UNIT_TESTS   := $(UNIT_SOURCES:%.cpp=$(BUILD)/asan/%)

.PHONY: unit
.SECONDARY: $(UNIT_TESTS:=.o)

$(UNIT_TESTS): $(BUILD)/asan/%: $(BUILD)/asan/%.o $(FAKE_OBJECTS) $(BUILD)/asan/libacme.a
	$(CXX) $(CXXFLAGS_ASAN) $^ -o $@ $(LIBS) -lcmocka

unit: $(UNIT_TESTS)
	@set -e; for test in $(UNIT_TESTS); do $$test; done

-include $(UNIT_TESTS:=.d) $(FAKE_OBJECTS:.o=.d)
