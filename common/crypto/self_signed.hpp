// What every certificate has that we sign with its own key: the placeholder, and the answers of tls-alpn-01.
#pragma once

#include <string_view>

#include "common/base/time.hpp"

struct evp_pkey_st;  // EVP_PKEY
struct x509_st;      // X509

namespace acme {

/// Version 3, a random serial number, `common_name` as subject and issuer, the dates and the key. What is missing are
/// extensions and the signature. False: OpenSSL refused, and says why in its queue.
bool fill_self_signed(x509_st* certificate, evp_pkey_st* key, std::string_view common_name, UtcTime from, UtcTime to);

}  // namespace acme
