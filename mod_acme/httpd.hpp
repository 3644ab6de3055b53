// Apache httpd's headers, as this module uses them: with C linkage, typed command functions, and the
// module record declared where logging and configuration look-ups expect it. Include it first.
#pragma once

// A typed command table: http_config.h then needs no casts to an argument-less function.
#define AP_HAVE_DESIGNATED_INITIALIZER 1

extern "C" {
#include <ap_listen.h>
#include <ap_mpm.h>
#include <apr_buckets.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_main.h>
#include <http_protocol.h>
#include <http_ssl.h>
#include <httpd.h>
#include <mpm_common.h>
#include <unixd.h>
#include <util_cfgtree.h>

// AP_MODULE_DECLARE_DATA is empty on Linux; the server looks the record up by name.
extern module __attribute__((visibility("default"))) acme_module;
}

APLOG_USE_MODULE(acme);
