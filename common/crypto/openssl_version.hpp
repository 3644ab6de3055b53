// The version of the OpenSSL this process really runs with, for the check that libcurl uses the same.
#pragma once

#include <string_view>

namespace acme {

/// "3.0.19": of the library loaded, not of the headers compiled against.
std::string_view openssl_version() noexcept;

}  // namespace acme
