// A private key in a file of the operator's, or in a message of acmectl's.
#include "common/base/text.hpp"
#include "common/crypto/key.hpp"
#include "common/protocol/jws.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

FUZZ_TARGET(private_key) {
  const auto key = PrivateKey::from_pem(input);
  check_error_of(key);
  if (!key) return;
  const KeyType type = key->type();
  CHECK(type.algorithm == KeyAlgorithm::rsa ? type.bits >= 2048 && type.bits <= 4096
                                            : type.bits == 256 || type.bits == 384 || type.bits == 521);
  CHECK(is_plain(to_string(type)));
  const auto pem = key->to_pem();
  CHECK_OK(pem);
  const auto again = PrivateKey::from_pem(pem->view());
  CHECK_OK(again);
  CHECK(again->type() == type && again->public_key_hash().value() == key->public_key_hash().value());
  const auto thumbprint = jwk_thumbprint(*key);
  check_error_of(thumbprint);
  if (thumbprint) CHECK(thumbprint->size() == 43 && is_of(*thumbprint, kBase64Url));
  // An inconsistent RSA key may refuse to sign, and must do so in words.
  const auto signature = key->sign_jws("header.payload");
  check_error_of(signature);
}
