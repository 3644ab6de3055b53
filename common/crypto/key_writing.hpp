// Writes a private key so that no copy of it stays in memory that was given back.
#pragma once

#include "common/base/secret.hpp"
#include "common/crypto/key.hpp"
#include "common/crypto/openssl_handles.hpp"

namespace acme {

/// PKCS#8 as PEM, byte for byte as OpenSSL writes it. `numbers`: its public half. Empty: OpenSSL does not give its
/// numbers out, and says why in its queue of errors.
Secret write_key_cleanly(EVP_PKEY* key, const PublicNumbers& numbers);

}  // namespace acme
