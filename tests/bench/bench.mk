# What `make bench` runs besides the servers; optimised as the modules are.

BENCH_PROGRAMS := $(BUILD)/release/tests/bench/handshake_bench $(BUILD)/release/tests/bench/handshake_client \
                  $(BUILD)/release/tests/bench/status_bench
# A state directory with many certificates, for the tests of the status page.
SYNTHETIC_STATUS := $(BUILD)/release/tests/bench/synthetic_status

$(BENCH_PROGRAMS) $(SYNTHETIC_STATUS): %: %.o $(BUILD)/release/libacme.a
	$(call say,LINK)
	$(Q)$(CXX) $(CXXFLAGS_ALL) $^ -o $@ $(LIBS)

integration: $(SYNTHETIC_STATUS)

-include $(BENCH_PROGRAMS:=.d) $(SYNTHETIC_STATUS:=.d)
