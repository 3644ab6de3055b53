// What DER calls the parts of private keys: for key_reading.cpp and key_writing.cpp.
#pragma once

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include "common/base/secret.hpp"

namespace acme::der {

inline constexpr unsigned char kInteger = 0x02, kBitString = 0x03, kOctetString = 0x04, kNull = 0x05, kObjectId = 0x06;
inline constexpr unsigned char kSequence = 0x30;
inline constexpr unsigned char kEcParameters = 0xa0, kEcPublicKey = 0xa1;  // [0] and [1] of RFC 5915

inline constexpr std::string_view kRsaId{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9};
inline constexpr std::string_view kEcId{"\x2a\x86\x48\xce\x3d\x02\x01", 7};

struct Curve {
  std::string_view id;
  const char* group;  // as OpenSSL names it
  int bits;
};
inline constexpr std::array<Curve, 3> kCurves{{{{"\x2a\x86\x48\xce\x3d\x03\x01\x07", 8}, "prime256v1", 256},
                                               {{"\x2b\x81\x04\x00\x22", 5}, "secp384r1", 384},
                                               {{"\x2b\x81\x04\x00\x23", 5}, "secp521r1", 521}}};

/// In the order of RFC 8017 A.1.2, behind the version.
inline constexpr std::array<const char*, 8> kRsaNumbers{
    OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,           OSSL_PKEY_PARAM_RSA_D,
    OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,     OSSL_PKEY_PARAM_RSA_EXPONENT1,
    OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};

/// From big-endian, as DER has numbers, to what OSSL_PARAM takes, and back.
inline void swap_native(Secret& number) {
  if constexpr (std::endian::native == std::endian::little) std::reverse(number.data(), number.data() + number.size());
}

inline OSSL_PARAM number_parameter(const char* name, Secret& number) {
  return OSSL_PARAM_construct_BN(name, reinterpret_cast<unsigned char*>(number.data()), number.size());
}

}  // namespace acme::der
