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
CXXFLAGS_ASAN := $(CXXSTD) -O0 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
                 $(WARNINGS) -Werror $(INCLUDES) -fPIC -pthread
LIBS := -lcurl -ljansson -lidn2 -lldns -lssl -lcrypto

COMMON_SOURCES := $(shell find common -name '*.cpp' ! -path 'common/control/acmectl/*' | sort)
COMMON_OBJECTS := $(COMMON_SOURCES:%.cpp=$(BUILD)/release/%.o)
COMMON_ASAN    := $(COMMON_SOURCES:%.cpp=$(BUILD)/asan/%.o)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all help setup demo bench clean install

include tests/tools/paths.mk
include ngx_acme/module.mk
include mod_acme/module.mk
include common/control/acmectl/acmectl.mk
include tests/tests.mk

all: $(NGX_MODULE) $(APACHE_MODULE) $(ACMECTL)

# `make V=1` shows whole commands.
Q   = $(if $(V),,@)
say = $(if $(V),,@printf '  %-4s %s\n' $(1) $@)

$(BUILD)/release/%.o: %.cpp | $(HEADERS_READY)
	@mkdir -p $(@D)
	$(call say,CXX)
	$(Q)$(CXX) $(CXXFLAGS_ALL) -MMD -MP -c $< -o $@

$(BUILD)/asan/%.o: %.cpp | $(HEADERS_READY)
	@mkdir -p $(@D)
	$(call say,CXX)
	$(Q)$(CXX) $(CXXFLAGS_ASAN) -MMD -MP -c $< -o $@

$(BUILD)/release/libacme.a: $(COMMON_OBJECTS)
	$(call say,AR)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/asan/libacme.a: $(COMMON_ASAN)
	$(call say,AR)
	$(Q)rm -f $@ && ar rcsT $@ $^

help:
	@sed -n 's/^#: //p' Makefile

#: make                   the modules and acmectl: build/ngx_http_acme_module.so, build/mod_acme.so, build/acmectl
#: make install           put them, acmectl's man page and completion where Debian looks (DESTDIR= for packaging)
#: make demo              certificates from a local CA on a real nginx and a real Apache, shown in a table
#: make test              everything: set-up, checks, unit tests, integration tests
#: make check             format, lint and unit tests under ASan and UBSan; make unit ONLY=jws for some
#: make integration       the integration tests; ONLY=conf for those whose file name holds "conf"
#: make fuzz             each fuzz target for FUZZ_SECONDS=60, two at a time on two processors; ONLY=json for some
#: make simulate          10,000 simulated lives of the engine full of mishaps (SEEDS=...); SEED=17 prints one
#: make screenshot         README's picture of the status page, by a real browser
#: make soak              load during 100 new certificates, 50 reloads, 50 crashes, upgrades; floods (SOAK_SECONDS=3600: longer)
#: make analyze         sanitizers inside the servers, valgrind, clang-tidy, cppcheck; ONLY=tidy for one step; an hour
#: make bench             issuance times, requests to the CA, cost of a handshake
#: make setup             install what is missing (as root or by sudo); demo, test and bench do so too
#: make clean             remove build/
#:
#: BUILD=dir and CXX=... as usual; NGX_SRC= and NGX_OBJS= for an nginx other than Debian's (tests/tools/paths.mk).

setup:
	@$(SETUP) test

# These begin with the set-up, so that even the compiler may be what is missing, and build with all processors.
JOBS = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))

demo:
	@$(SETUP) demo
	+@$(MAKE) --no-print-directory $(JOBS) all
	@BUILD=$(BUILD) $(PYTHON) tests/demo.py

bench:
	@$(SETUP) bench
	+@$(MAKE) --no-print-directory $(JOBS) all $(BENCH_PROGRAMS) $(TEST_PROGRAMS)
	@BUILD=$(BUILD) $(PYTHON) tests/bench/bench.py $(BENCH)

# Debian's places. The servers load the modules once they are enabled; nothing is enabled here:
#   ln -s ../modules-available/50-mod-http-acme.conf /etc/nginx/modules-enabled/
#   a2enmod acme      (Apache's ssl module with it)
NGINX_MODULES_DIR  ?= /usr/lib/nginx/modules
NGINX_CONF_DIR     ?= /etc/nginx
APACHE_MODULES_DIR ?= /usr/lib/apache2/modules
APACHE_CONF_DIR    ?= /etc/apache2
SBIN_DIR           ?= /usr/sbin
MAN_DIR            ?= /usr/share/man
BASH_COMPLETION_DIR ?= /usr/share/bash-completion/completions

install: all
	install -d $(DESTDIR)$(NGINX_MODULES_DIR) $(DESTDIR)$(NGINX_CONF_DIR)/modules-available
	install -m 644 $(NGX_MODULE) $(DESTDIR)$(NGINX_MODULES_DIR)/ngx_http_acme_module.so
	strip --strip-debug $(DESTDIR)$(NGINX_MODULES_DIR)/ngx_http_acme_module.so
	echo 'load_module $(NGINX_MODULES_DIR)/ngx_http_acme_module.so;' \
	  >$(DESTDIR)$(NGINX_CONF_DIR)/modules-available/50-mod-http-acme.conf
	install -d $(DESTDIR)$(APACHE_MODULES_DIR) $(DESTDIR)$(APACHE_CONF_DIR)/mods-available
	install -m 644 $(APACHE_MODULE) $(DESTDIR)$(APACHE_MODULES_DIR)/mod_acme.so
	strip --strip-debug $(DESTDIR)$(APACHE_MODULES_DIR)/mod_acme.so
	printf '# Depends: ssl\nLoadModule acme_module $(APACHE_MODULES_DIR)/mod_acme.so\n' \
	  >$(DESTDIR)$(APACHE_CONF_DIR)/mods-available/acme.load
	install -d $(DESTDIR)$(SBIN_DIR) $(DESTDIR)$(MAN_DIR)/man8 $(DESTDIR)$(BASH_COMPLETION_DIR)
	install -m 755 $(ACMECTL) $(DESTDIR)$(SBIN_DIR)/acmectl
	strip $(DESTDIR)$(SBIN_DIR)/acmectl
	install -m 644 common/control/acmectl/acmectl.8 $(DESTDIR)$(MAN_DIR)/man8/acmectl.8
	install -m 644 common/control/acmectl/acmectl.bash $(DESTDIR)$(BASH_COMPLETION_DIR)/acmectl

clean:
	rm -rf $(BUILD)

-include $(COMMON_OBJECTS:.o=.d) $(COMMON_ASAN:.o=.d)
