# mod_acme.so from this folder and the common library.

APACHE_MODULE  := $(BUILD)/mod_acme.so
APACHE_SOURCES := $(sort $(wildcard mod_acme/*.cpp))
APACHE_OBJECTS := $(APACHE_SOURCES:%.cpp=$(BUILD)/release/%.o)

$(APACHE_OBJECTS): CXXFLAGS_ALL += $(APACHE_INCLUDES)

$(APACHE_MODULE): $(APACHE_OBJECTS) $(BUILD)/release/libacme.a mod_acme/module.version
	$(call say,LINK)
	$(Q)$(CXX) -shared $(OPTIMIZE) -pthread $(MODULE_LINK) -Wl,--version-script=mod_acme/module.version \
	  $(APACHE_OBJECTS) $(BUILD)/release/libacme.a -o $@ $(LIBS)

-include $(APACHE_OBJECTS:.o=.d)
