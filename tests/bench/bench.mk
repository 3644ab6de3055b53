# What `make bench` runs besides the servers; optimised as the modules are.

BENCH_PROGRAMS := $(BUILD)/release/tests/bench/handshake_bench $(BUILD)/release/tests/bench/handshake_client

$(BENCH_PROGRAMS): %: %.o $(BUILD)/release/libacme.a
	$(call say,LINK)
	$(Q)$(CXX) $(CXXFLAGS_ALL) $^ -o $@ $(LIBS)

-include $(BENCH_PROGRAMS:=.d)
