# The simulation (tests/simulation/simulation.hpp): `make simulate SEEDS=10000` runs many seeds on all cores,
# `make simulate SEED=17` one, and prints its history. `make check` runs the first CHECK_SEEDS, and those that
# found something once.

SEEDS ?= 10000
SEED  ?=
CHECK_SEEDS      := 1000

SIMULATION_SOURCES := $(addprefix tests/simulation/,chance.cpp history.cpp made_once.cpp order_watch.cpp parsed_once.cpp plan.cpp ca_faults.cpp ca_view.cpp \
                        network.cpp served_view.cpp simulated_keys.cpp simulated_world.cpp world_incidents.cpp \
                        server_process.cpp engine_process.cpp simulation.cpp simulation_processes.cpp \
                        simulation_incidents.cpp simulation_orders.cpp)
SIMULATION_SOURCES += $(addprefix tests/fakes/,ca_jws.cpp manual_clock.cpp scripted_http.cpp simulated_ca.cpp \
                        simulated_ca_accounts.cpp simulated_ca_challenges.cpp simulated_ca_orders.cpp test_ca.cpp)
SIMULATION_SOURCES += $(DISK_SOURCES)
SIMULATION_RELEASE := $(SIMULATION_SOURCES:%.cpp=$(BUILD)/release/%.o)
SIMULATION         := $(BUILD)/release/tests/simulation/simulation
# What OpenSSL parses and makes takes most of the time and nothing is learned by doing it twice.
MADE_ONCE          := d2i_X509 d2i_X509_REQ X509_REQ_free \
                      X509_set_pubkey X509_REQ_set_pubkey _ZN4acme8TlsLooks4makeEv \
                      _ZN4acme10PrivateKey8generateENS_7KeyTypeESt10stop_token _ZNK4acme10PrivateKey6to_pemEv \
                      _ZN4acme10PrivateKey8from_pemESt17basic_string_viewIcSt11char_traitsIcEE \
                      _ZNK4acme10PrivateKey8sign_jwsESt17basic_string_viewIcSt11char_traitsIcEE \
                      _ZN9acme_test12is_signed_byERKNS_5CaJwsERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE
SIMULATION_WRAP    := $(DISK_WRAP) $(MADE_ONCE:%=-Wl,--wrap=%)
RUN_SIMULATIONS    := $(PYTHON) tests/simulation/run_simulations.py

.PHONY: simulate simulate-some

# Their time goes into OpenSSL, so they need no long compilation.
$(SIMULATION_SOURCES:%.cpp=$(BUILD)/release/%.o) $(BUILD)/release/tests/simulation/main.o: OPTIMIZE := -O1 -g

$(SIMULATION): $(BUILD)/release/tests/simulation/main.o $(SIMULATION_RELEASE) $(BUILD)/release/libacme.a
	$(call say,LINK)
	$(Q)$(CXX) $(CXXFLAGS_ALL) $^ -o $@ $(LIBS) $(SIMULATION_WRAP) -lcmocka

# The eyes of the simulation have a test of their own.
SIMULATION_SELF_TEST := $(BUILD)/release/tests/simulation/served_view_test
$(SIMULATION_SELF_TEST): $(SIMULATION_SELF_TEST).o $(SIMULATION_RELEASE) $(BUILD)/release/libacme.a
	$(call say,LINK)
	$(Q)$(CXX) $(CXXFLAGS_ALL) $^ -o $@ $(LIBS) $(SIMULATION_WRAP) -lcmocka

simulate: $(SIMULATION)
	@$(if $(SEED),$(SIMULATION) $(SEED),$(RUN_SIMULATIONS) $(SIMULATION) $(SEEDS))

simulate-some: $(SIMULATION) $(SIMULATION_SELF_TEST)
	@$(SIMULATION_SELF_TEST)
	@$(RUN_SIMULATIONS) --totals $(BUILD)/simulation-totals.json $(SIMULATION) $(CHECK_SEEDS)

TOTALS += $(BUILD)/simulation-totals.json
check-parts: simulate-some

-include $(SIMULATION_RELEASE:.o=.d) $(SIMULATION_SELF_TEST).d $(BUILD)/release/tests/simulation/main.d

