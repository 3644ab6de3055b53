# mod_acme and ngx_acme: `make help` lists what there is.
#
# Parts: common/ is one static library; ngx_acme/module.mk and mod_acme/module.mk make the two
# modules from it; tests/tests.mk everything that checks, measures or shows.

BUILD   ?= build
VERSION := 0.1.0
CXX     ?= g++

CXXSTD   := -std=c++20
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor \
            -Woverloaded-virtual -Wcast-align -Wformat=2 -Wimplicit-fallthrough
HARDEN   := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fstack-clash-protection -fcf-protection
OPTIMIZE ?= -O2 -g
INCLUDES := -I. -DACME_VERSION='"$(VERSION)"'
CXXFLAGS_ALL  := $(CXXSTD) $(OPTIMIZE) $(HARDEN) $(WARNINGS) $(INCLUDES) -fPIC -fvisibility=hidden -pthread
CXXFLAGS_ASAN := $(CXXSTD) -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
                 $(WARNINGS) -Werror $(INCLUDES) -fPIC -pthread
LIBS := -lcurl -ljansson -lssl -lcrypto

COMMON_SOURCES := $(shell find common -name '*.cpp' ! -path 'common/control/*' | sort)
COMMON_OBJECTS := $(COMMON_SOURCES:%.cpp=$(BUILD)/release/%.o)
COMMON_ASAN    := $(COMMON_SOURCES:%.cpp=$(BUILD)/asan/%.o)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all help setup clean install

include tests/tools/paths.mk
include ngx_acme/module.mk
include mod_acme/module.mk
include tests/tests.mk

all: $(NGX_MODULE) $(APACHE_MODULE)

$(BUILD)/release/%.o: %.cpp | $(HEADERS_READY)
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS_ALL) -MMD -MP -c $< -o $@

$(BUILD)/asan/%.o: %.cpp | $(HEADERS_READY)
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS_ASAN) -MMD -MP -c $< -o $@

$(BUILD)/release/libacme.a: $(COMMON_OBJECTS)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/asan/libacme.a: $(COMMON_ASAN)
	rm -f $@ && ar rcs $@ $^

# As root or by sudo: installs what is missing. Everything else here needs no root.
setup:
	@$(SETUP) test

clean:
	rm -rf $(BUILD)

-include $(COMMON_OBJECTS:.o=.d) $(COMMON_ASAN:.o=.d)
