# Where the servers' headers and programs are: installed ones first, else those that tests/tools/setup unpacks.
#
# For another nginx:  make NGX_SRC=/path/to/nginx-1.30.0 NGX_OBJS=/path/to/nginx-1.30.0/objs
# after its own ./configure with the arguments that `nginx -V` shows.

TOOLS := $(BUILD)/tools
TOOLS_ROOT := $(TOOLS)/root
# $(call found,FILE,FOLDER): FOLDER when FILE is in it, else the same place below what setup unpacks.
found = $(if $(wildcard $(2)/$(1)),$(2),$(TOOLS_ROOT)$(2))

NGX_SRC  ?= $(call found,configure,/usr/share/nginx/src)
NGX_OBJS ?= $(TOOLS)/nginx-objs
NGX_INCLUDES := $(foreach d,core event event/modules os/unix http http/modules http/v2 event/quic http/v3,-isystem $(NGX_SRC)/src/$(d)) \
                -isystem $(NGX_OBJS)
APACHE_INCLUDES := -isystem $(call found,httpd.h,/usr/include/apache2) -isystem /usr/include/apr-1.0

# For linking a module (and -Wl,--version-script=FILE): no lazy binding, never unloaded, its own symbols first.
MODULE_LINK := -Wl,-z,relro,-z,now,-z,nodelete,-z,noexecstack -Wl,-Bsymbolic
# An object that includes a server's header depends, order only, on this one.
HEADERS_READY := $(NGX_OBJS)/ngx_auto_config.h

SETUP := BUILD=$(BUILD) NGX_SRC=$(NGX_SRC) NGX_OBJS=$(NGX_OBJS) tests/tools/setup

$(HEADERS_READY):
	@$(SETUP) check
