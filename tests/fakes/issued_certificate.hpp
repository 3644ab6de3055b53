// issued_certificate(): what an engine stores after an order: a chain from a TestCa, with a key made for it.
#pragma once

#include <utility>
#include <vector>

#include "common/store/store.hpp"
#include "tests/check.hpp"
#include "tests/fakes/test_ca.hpp"

namespace acme_test {

inline acme::StoredCertificate issued_certificate(TestCa& ca, const std::vector<acme::Identifier>& names,
                                                  acme::UtcTime not_before, acme::KeyType type = {}) {
  const auto key = acme::PrivateKey::generate(type);
  CHECK_OK(key);
  auto pem = key->to_pem();
  CHECK_OK(pem);
  IssueOptions options;
  options.not_before = not_before;
  acme::StoredCertificate made;
  made.fullchain_pem = ca.issue(*key, names, options);
  made.key_pem = *std::move(pem);
  made.meta.names = names;
  return made;
}

}  // namespace acme_test
