// AcmeRequireHttps: plain HTTP requests of managed names are sent to https, answers over TLS carry HSTS.
//
// Whether a request came by TLS is decided by the connection alone, never by a header that a client can send.
#pragma once

namespace acme {

/// The redirect is made by the first quick_handler: after challenges (post_read_request), before anything of the
/// operator's, and unlike there the connection stays open. HSTS is an output filter behind mod_headers' own.
void register_https_hooks();

}  // namespace acme
