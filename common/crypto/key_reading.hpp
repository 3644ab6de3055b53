// Reads a private key so that no copy of it stays in memory that was given back: OpenSSL's own parsers leave about ten,
// of PEM, of DER and of the number itself.
#pragma once

#include <string_view>

#include "common/crypto/openssl_handles.hpp"

namespace acme {

/// The first private key in a text of PEM: PKCS#8, SEC 1 (with the curve in it) or PKCS#1, unencrypted; EC on P-256,
/// P-384 or P-521 with its public half, or RSA of two primes. nullptr: it is another one, or none; OpenSSL may know it,
/// and says what is wrong with it.
PkeyPtr read_key_cleanly(std::string_view pem);

}  // namespace acme
