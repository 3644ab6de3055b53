// What a CA may send as a certificate chain: PEM text, or the DER of one certificate behind the first line "DER".
#include "common/crypto/certificate.hpp"

#include <algorithm>

#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"
#include "common/crypto/challenge_certificate.hpp"
#include "common/crypto/tls_certificate.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr UtcTime kNow{Seconds{1'800'000'000}};

const PrivateKey& our_key() {
  static const PrivateKey key = *PrivateKey::generate({});
  return key;
}

/// As a PEM writer would have it, 64 characters a line.
std::string as_pem(std::string_view der) {
  std::string base64 = base64url_encode(der);
  for (char& c : base64) c = c == '-' ? '+' : c == '_' ? '/' : c;
  base64.resize((base64.size() + 3) / 4 * 4, '=');
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < base64.size(); at += 64) pem += cat(base64.substr(at, 64), "\n");
  return pem + "-----END CERTIFICATE-----\n";
}

void check_facts(const CertificateFacts& facts) {
  CHECK(std::is_sorted(facts.names.begin(), facts.names.end()));
  CHECK(std::adjacent_find(facts.names.begin(), facts.names.end()) == facts.names.end());
  for (const auto& name : facts.names) {
    CHECK(!name.value.empty() && is_plain(name.value) && to_lower(name.value) == name.value);
    CHECK(name.type != IdentifierType::ip || parse_ip(name.value).has_value());
    CHECK(covers(facts, name));
  }
  CHECK(!covers(facts, {IdentifierType::dns, "not.in.it.invalid"}) || !facts.names.empty());
  CHECK(!facts.serial.empty() && is_of(facts.serial, "0123456789abcdef-"));
  CHECK(facts.fingerprint.size() == 64 && is_of(facts.fingerprint, kHex));
  check_plain(facts.issuer, 128);
  CHECK(is_of(facts.renewal_id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."));
  CHECK(!format_rfc3339(facts.not_before).empty() && !format_for_people(facts.not_after).empty());
}

void check_chain(const CertificateChain& chain) {
  CHECK(chain.size() >= 1 && chain.size() <= 10);
  check_facts(chain.facts());
  check_plain(chain.topmost_issuer(), 128);
  for (std::size_t i = 0; i < chain.size(); ++i) {
    check_plain(subject_name(chain.get(i)), 128);
    check_plain(issuer_name(chain.get(i)), 128);
    const std::string hash = challenge_hash(chain.get(i));
    CHECK(hash.empty() || (hash.size() == 64 && is_of(hash, kHex)));
  }
  check_error_of(chain.leaf_der());
  check_error_of(chain.public_key_hash());
}

/// What is stored and given to servers is our own writing, and means the same.
void check_rewritten(const CertificateChain& chain) {
  const auto pem = chain.to_pem();
  CHECK_OK(pem);
  CHECK(is_of(*pem, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=- \n"));
  const auto again = CertificateChain::from_pem(*pem);
  CHECK_OK(again);
  CHECK_EQ(again->size(), chain.size());
  CHECK_EQ(again->facts().fingerprint, chain.facts().fingerprint);
  CHECK_EQ(again->to_pem().value(), *pem);
  CHECK_EQ(cat(chain.leaf_pem().value(), chain.intermediates_pem().value()), *pem);
}

}  // namespace

FUZZ_TARGET(certificate) {
  const bool der = input.starts_with("DER\n");
  const auto chain = CertificateChain::from_pem(der ? as_pem(input.substr(4)) : std::string{input});
  check_error_of(chain);
  if (!chain) return;
  check_chain(*chain);
  check_rewritten(*chain);
  // Nobody but we has our key.
  const auto verdict = verify_issued(*chain, our_key(), chain->facts().names, kNow);
  CHECK(!verdict && verdict.error().kind == ErrorKind::verification);
  check_error(verdict.error());
  CHECK(!TlsCertificate::make(*chain, our_key()));
}
