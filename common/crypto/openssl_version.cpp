#include "common/crypto/openssl_version.hpp"

#include <openssl/crypto.h>

namespace acme {

std::string_view openssl_version() noexcept { return OpenSSL_version(OPENSSL_VERSION_STRING); }

}  // namespace acme
