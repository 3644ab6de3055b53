# acmectl: common/control/acmectl/ and, of the library, what it uses of control/, store/, json/ and base/.

ACMECTL         := $(BUILD)/acmectl
ACMECTL_SOURCES := $(sort $(wildcard common/control/acmectl/*.cpp))
ACMECTL_OBJECTS := $(ACMECTL_SOURCES:%.cpp=$(BUILD)/release/%.o)
# For the unit tests: all but main().
ACMECTL_ASAN    := $(patsubst %.cpp,$(BUILD)/asan/%.o,$(filter-out %/main.cpp,$(ACMECTL_SOURCES)))

$(ACMECTL): $(ACMECTL_OBJECTS) $(BUILD)/release/libacme.a
	$(call say,LINK)
	$(Q)$(CXX) -pie -Wl,-z,relro,-z,now -Wl,--gc-sections $(ACMECTL_OBJECTS) $(BUILD)/release/libacme.a -o $@ \
	    -ljansson -lssl -lcrypto -pthread

-include $(ACMECTL_OBJECTS:.o=.d) $(ACMECTL_ASAN:.o=.d)
