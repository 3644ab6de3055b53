# What `make bench` runs besides the servers; optimised as the modules are.

BENCH_PROGRAMS := $(BUILD)/release/tests/bench/handshake_bench $(BUILD)/release/tests/bench/status_bench
# A state directory with many certificates, for the tests of the status page.
SYNTHETIC_STATUS := $(BUILD)/release/tests/bench/synthetic_status
# Those that integration tests run beside the servers.
TEST_PROGRAMS := $(SYNTHETIC_STATUS) $(BUILD)/release/tests/bench/visitor $(BUILD)/release/tests/bench/handshake_client

$(BENCH_PROGRAMS) $(TEST_PROGRAMS): %: %.o $(BUILD)/release/libacme.a
	$(call say,LINK)
	$(Q)$(CXX) $(CXXFLAGS_ALL) $^ -o $@ $(LIBS)

integration: $(TEST_PROGRAMS)

-include $(BENCH_PROGRAMS:=.d) $(TEST_PROGRAMS:=.d)
