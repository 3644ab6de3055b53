# The nginx module. One .so fits one nginx version and set of --with-compat options (tests/tools/paths.mk).

NGX_MODULE  := $(BUILD)/ngx_http_acme_module.so
NGX_SOURCES := $(sort $(wildcard ngx_acme/*.cpp))
NGX_OBJECTS := $(NGX_SOURCES:%.cpp=$(BUILD)/release/%.o)

$(NGX_OBJECTS): CXXFLAGS_ALL += $(NGX_INCLUDES)
$(NGX_OBJECTS): | $(HEADERS_READY)

# libssl and libcrypto are nginx's own, in its process already: linking them here could bring a second copy.
$(NGX_MODULE): $(NGX_OBJECTS) $(BUILD)/release/libacme.a ngx_acme/exports.map
	$(call say,LINK)
	$(Q)$(CXX) -shared $(MODULE_LINK) -Wl,--version-script=ngx_acme/exports.map $(NGX_OBJECTS) \
	    $(BUILD)/release/libacme.a -o $@ -lcurl -ljansson -lidn2 -lldns -pthread

-include $(NGX_OBJECTS:.o=.d)

# What nginx's own build links (ngx_acme/config); it writes the exported symbols itself.
$(BUILD)/libngx_acme.a: $(filter-out %/exports.o,$(NGX_OBJECTS)) $(COMMON_OBJECTS)
	rm -f $@ && ar rcs $@ $^
