# `make analyze`: what takes longer than `make test` and sees what tests alone do not. The steps are in analyze.py.
#
# g++ -fanalyzer is not among them: by its own manual, version 12's is for C alone, not for C++. clang-tidy's
# clang-analyzer-* does that work.

.PHONY: analyze analyze-build-asan analyze-build-tsan

analyze:
	@$(SETUP) analyze
	+@$(MAKE) --no-print-directory $(JOBS) ONLY= all $(TEST_PROGRAMS)
	+@BUILD=$(BUILD) $(PYTHON) tests/analysis/analyze.py --only '$(ONLY)' --make '$(MAKE) --no-print-directory $(JOBS)' \
	  --flags '$(CXXSTD) $(subst ','"'"',$(INCLUDES)) $(NGX_INCLUDES) $(APACHE_INCLUDES)'

GLUE_SOURCES := $(NGX_SOURCES) $(APACHE_SOURCES)
$(NGX_SOURCES:%.cpp=$(BUILD)/asan/%.o):    CXXFLAGS_ASAN += $(NGX_INCLUDES)
$(APACHE_SOURCES:%.cpp=$(BUILD)/asan/%.o): CXXFLAGS_ASAN += $(APACHE_INCLUDES)

# A folder as BUILD= is for the harness: modules and acmectl under a sanitizer, and copies of the servers that load
# its runtime before all else (an exec of nginx's own, at USR2, keeps no LD_PRELOAD). $(1): folder, $(2): kind of
# objects, $(3): flags, $(4): runtime libraries.
define sanitized_servers
$(1)/ngx_http_acme_module.so: $$(NGX_SOURCES:%.cpp=$(BUILD)/$(2)/%.o) $(BUILD)/$(2)/libacme.a ngx_acme/exports.map
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$$(Q)$$(CXX) -shared $(3) $$(MODULE_LINK) -Wl,--version-script=ngx_acme/exports.map $$(filter %.o %.a,$$^) -o $$@ \
	  -lcurl -ljansson -lidn2 -lldns -pthread

$(1)/mod_acme.so: $$(APACHE_SOURCES:%.cpp=$(BUILD)/$(2)/%.o) $(BUILD)/$(2)/libacme.a mod_acme/module.version
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$$(Q)$$(CXX) -shared $(3) $$(MODULE_LINK) -Wl,--version-script=mod_acme/module.version $$(filter %.o %.a,$$^) -o $$@ \
	  $$(LIBS) -pthread

$(1)/acmectl: $$(ACMECTL_SOURCES:%.cpp=$(BUILD)/$(2)/%.o) $(BUILD)/$(2)/libacme.a
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$$(Q)$$(CXX) $(3) $$^ -o $$@ -ljansson -lssl -lcrypto -pthread

$(1)/options.so: tests/analysis/sanitizer_options.cpp
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$$(Q)$$(CXX) $$(CXXSTD) -shared -fPIC $$< -o $$@

$(1)/servers: $(1)/options.so tests/analysis/sanitized_server
	tests/analysis/sanitized_server $(1) $(TOOLS_ROOT) $(4)
endef

comma := ,
$(eval $(call sanitized_servers,$(BUILD)/analyze-asan,asan,-fsanitize=address$(comma)undefined,libasan.so libubsan.so))

analyze-build-asan: $(addprefix $(BUILD)/analyze-asan/,ngx_http_acme_module.so mod_acme.so acmectl servers)

# ThreadSanitizer: the unit tests of what several threads use.
CXXFLAGS_TSAN := $(CXXSTD) -O1 -g1 -fno-omit-frame-pointer -fsanitize=thread $(WARNINGS) $(INCLUDES) -fPIC -pthread
THREADED := base/scheduler base/secret base/sync base/time_zone challenge/challenge_board report/file_status \
            report/kept_answers runtime/certificate_slot runtime/engine_thread runtime/log_queue runtime/served_status \
            runtime/tls_alpn transport/curl_loop transport/curl_transfer transport/threaded_key_maker
TSAN_TESTS  := $(THREADED:%=$(BUILD)/tsan/tests/unit/%_test) $(BUILD)/tsan/tests/analysis/serving_threads_test
COMMON_TSAN := $(COMMON_SOURCES:%.cpp=$(BUILD)/tsan/%.o)
FAKE_TSAN   := $(FAKE_SOURCES:%.cpp=$(BUILD)/tsan/%.o)

$(BUILD)/tsan/%.o: %.cpp | $(HEADERS_READY)
	@mkdir -p $(@D)
	$(call say,CXX)
	$(Q)$(CXX) $(CXXFLAGS_TSAN) -MMD -MP -c $< -o $@

$(BUILD)/tsan/libacme_unit.so: $(COMMON_TSAN) $(FAKE_TSAN)
	$(call say,LINK)
	$(Q)$(CXX) $(CXXFLAGS_TSAN) -shared $^ -o $@ $(LIBS)

$(TSAN_TESTS): %: %.o $(BUILD)/tsan/libacme_unit.so
	$(call say,LINK)
	$(Q)$(CXX) $(CXXFLAGS_TSAN) $(filter %.o %.so,$^) -Wl,-rpath,$(abspath $(BUILD))/tsan -o $@ $(LIBS) -lcmocka

analyze-build-tsan: $(TSAN_TESTS)

-include $(COMMON_TSAN:.o=.d) $(FAKE_TSAN:.o=.d) $(TSAN_TESTS:=.d)
