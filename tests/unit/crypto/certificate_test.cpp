#include "common/crypto/certificate.hpp"

#include <openssl/err.h>

#include "common/base/text.hpp"
#include "common/crypto/csr.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "tests/fakes/test_ca.hpp"

#include "tests/check.hpp"

using namespace acme;
using acme_test::IssueOptions;
using acme_test::TestCa;

static const UtcTime kNow = *parse_rfc3339("2027-03-01T12:00:00Z");
static const std::vector<Identifier> kNames{
    {IdentifierType::dns, "example.com"}, {IdentifierType::dns, "*.example.com"}, {IdentifierType::ip, "2001:db8::1"}};

static PrivateKey new_key() { return *PrivateKey::generate({KeyAlgorithm::ecdsa, 256}); }

static IssueOptions options() {
  IssueOptions options;
  options.not_before = kNow - std::chrono::hours{1};
  return options;
}

static bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

static void facts_are_those_of_the_leaf() {
  TestCa ca;
  const auto chain = CertificateChain::from_pem(ca.issue(new_key(), kNames, options()));
  CHECK_OK(chain);
  CHECK_EQ(chain->size(), 2U);
  const auto& facts = chain->facts();
  CHECK(facts.names == (std::vector<Identifier>{kNames[1], kNames[0], kNames[2]}));
  CHECK(facts.not_before == kNow - std::chrono::hours{1});
  CHECK(facts.not_after == facts.not_before + std::chrono::days{90});
  CHECK_EQ(facts.serial.size(), 32U);
  CHECK_EQ(facts.fingerprint.size(), 64U);
  CHECK_EQ(facts.issuer, TestCa::intermediate_name());
  CHECK_EQ(chain->topmost_issuer(), TestCa::root_name());
  CHECK_EQ(facts.renewal_id.find('.'), 27U);  // 20 bytes of key identifier
  CHECK_EQ(ERR_peek_error(), 0U);
}

// The example certificate of RFC 9773, appendix A; its serial number has a leading zero byte.
static void renewal_id_is_that_of_rfc9773() {
  const auto chain = CertificateChain::from_pem(R"(-----BEGIN CERTIFICATE-----
MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt
cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS
BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu
7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf
qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B
yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb
+FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK
-----END CERTIFICATE-----
)");
  CHECK_OK(chain);
  CHECK_EQ(chain->facts().renewal_id, "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
  CHECK_EQ(chain->facts().serial, "87654321");
  CHECK_EQ(chain->facts().issuer, "Example CA");
  CHECK(chain->facts().names.empty());
}

static void no_renewal_id_without_key_identifier() {
  TestCa ca;
  auto wanted = options();
  wanted.without_key_id = true;
  CHECK_EQ(CertificateChain::from_pem(ca.issue(new_key(), kNames, wanted))->facts().renewal_id, "");
}

static void pem_is_written_anew_without_foreign_text() {
  TestCa ca;
  const auto key = new_key();
  const std::string pem = ca.issue(key, kNames, options());
  const auto chain = CertificateChain::from_pem("subject=/CN=x\n" + std::string{key.to_pem()->view()} + pem + "bye\n");
  CHECK_OK(chain);
  CHECK_EQ(*chain->to_pem(), pem);
  CHECK_EQ(*chain->leaf_pem() + *chain->intermediates_pem(), pem);
  CHECK(!chain->leaf_pem()->empty() && !chain->intermediates_pem()->empty());
  const auto alone = CertificateChain::from_pem(*chain->leaf_pem());
  CHECK_EQ(*alone->intermediates_pem(), "");
  CHECK(*chain->public_key_hash() == *key.public_key_hash());
}

static void garbage_is_malformed() {
  TestCa ca;
  const std::string pem = ca.issue(new_key(), kNames, options());
  const std::string leaf = *CertificateChain::from_pem(pem)->leaf_pem();
  std::string eleven;
  for (int i = 0; i < 11; ++i) eleven += leaf;
  const std::string bad_base64 = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
  const std::string no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const std::string trailing = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
  for (const std::string& bad :
       {std::string{}, std::string{"x"}, std::string{"<html>"}, leaf.substr(0, leaf.size() / 2),
        leaf.substr(0, leaf.size() - 5), pem + bad_base64, pem + no_certificate, trailing, no_certificate, eleven,
        std::string(200000, 'x'), std::string{new_key().to_pem()->view()}, std::string{"\0\0", 2}}) {
    const auto chain = CertificateChain::from_pem(bad);
    CHECK(!chain.ok());
    CHECK(chain.error().kind == ErrorKind::malformed);
    CHECK_EQ(ERR_peek_error(), 0U);
  }
  CHECK_OK(CertificateChain::from_pem(eleven.substr(leaf.size())));
}

/// The error of verify_issued for a chain that is wrong in one way; an empty message when it is right.
static Error verified(const IssueOptions& wanted, UtcTime now = kNow) {
  TestCa ca;
  const auto key = new_key();
  const auto chain = CertificateChain::from_pem(ca.issue(key, kNames, wanted));
  CHECK_OK(chain);
  const auto status = verify_issued(*chain, key, kNames, now);
  CHECK_EQ(ERR_peek_error(), 0U);
  if (status.ok()) return Error{};
  CHECK(status.error().kind == ErrorKind::verification);
  return status.error();
}

static void the_right_chain_is_verified() {
  CHECK_EQ(verified(options()).message, "");
  auto upper = options();
  upper.upper_case = true;
  CHECK_EQ(verified(upper).message, "");
  auto with_root = options();
  with_root.with_root = true;
  CHECK_EQ(verified(with_root).message, "");
}

static void every_wrong_chain_is_named() {
  auto wrong_key = options();
  wrong_key.wrong_key = true;
  CHECK(holds(verified(wrong_key).message, "does not hold our key"));
  CHECK(holds(verified(wrong_key).message, "example.com"));
  auto missing = options();
  missing.leave_out_a_name = true;
  CHECK(holds(verified(missing).message, "does not cover 2001:db8::1"));
  auto reversed = options();
  reversed.reversed = true;
  CHECK(holds(verified(reversed).message, "reverse order"));
  auto broken = options();
  broken.broken = true;
  CHECK(holds(verified(broken).message, "not signed by certificate 2"));
  CHECK_EQ(verified(broken).problem_type, "");
}

static void dates_alone_are_told_apart() {
  CHECK_EQ(verified(options(), kNow - std::chrono::hours{2}).problem_type, "dates");
  CHECK_EQ(verified(options(), kNow + std::chrono::days{91}).problem_type, "dates");
  CHECK(holds(verified(options(), kNow + std::chrono::days{91}).message, "2027-05-30 11:00 UTC"));
  auto wrong_key = options();
  wrong_key.wrong_key = true;
  CHECK_EQ(verified(wrong_key, kNow + std::chrono::days{91}).problem_type, "");
}

static void order_of_authorities_counts() {
  TestCa ca;
  const auto key = new_key();
  auto with_root = options();
  with_root.with_root = true;
  const auto chain = CertificateChain::from_pem(ca.issue(key, kNames, with_root));
  const std::string leaf = *chain->leaf_pem();
  const std::string rest = *chain->intermediates_pem();
  const auto cut = rest.find("-----BEGIN", 1);
  const auto swapped = CertificateChain::from_pem(leaf + rest.substr(cut) + rest.substr(0, cut));
  CHECK_OK(swapped);
  CHECK(holds(verify_issued(*swapped, key, kNames, kNow).error().message, "out of order"));
}

static void a_csr_becomes_the_certificate_of_its_key() {
  TestCa ca;
  for (const KeyType type : {KeyType{KeyAlgorithm::ecdsa, 521}, KeyType{KeyAlgorithm::rsa, 2048}}) {
    const auto key = PrivateKey::generate(type);
    const auto chain = CertificateChain::from_pem(ca.issue_for_csr(*make_csr(*key, kNames, CsrOptions{}), options()));
    CHECK_OK(chain);
    CHECK_OK(verify_issued(*chain, *key, kNames, kNow));
  }
}

static void wildcards_cover_their_own_level() {
  CertificateFacts facts;
  facts.names = {{IdentifierType::dns, "*.example.com"}, {IdentifierType::ip, "192.0.2.1"}};
  const auto dns = [&](const char* name) { return covers(facts, {IdentifierType::dns, name}); };
  CHECK(dns("*.example.com") && dns("a.example.com") && dns("A.Example.Com"));
  CHECK(!dns("example.com") && !dns("a.b.example.com") && !dns("*.a.example.com") && !dns(".example.com"));
  CHECK(!dns("192.0.2.1") && covers(facts, {IdentifierType::ip, "192.0.2.1"}));
}

static void the_placeholder_is_nobodys_certificate() {
  for (const KeyType type : {KeyType{KeyAlgorithm::ecdsa, 256}, KeyType{KeyAlgorithm::rsa, 2048}}) {
    const auto key = PrivateKey::generate(type);
    const auto pem = make_placeholder(*key, kNow);
    CHECK_OK(pem);
    const auto chain = CertificateChain::from_pem(*pem);
    CHECK_OK(chain);
    CHECK(chain->facts().names.empty());
    CHECK_EQ(chain->facts().issuer, "acme placeholder");
    CHECK(chain->facts().not_after == kNow + std::chrono::days{3650});
    CHECK(*chain->public_key_hash() == *key->public_key_hash());
    CHECK(X509_verify(chain->get(0), key->get()) == 1);
    CHECK(*make_placeholder(*key, kNow) != *pem);  // a serial number of its own
  }
}

int main() {
  return acme_test::run(
      "certificate",
      {ACME_TEST(facts_are_those_of_the_leaf), ACME_TEST(renewal_id_is_that_of_rfc9773),
       ACME_TEST(no_renewal_id_without_key_identifier), ACME_TEST(pem_is_written_anew_without_foreign_text),
       ACME_TEST(garbage_is_malformed), ACME_TEST(the_right_chain_is_verified), ACME_TEST(every_wrong_chain_is_named),
       ACME_TEST(dates_alone_are_told_apart), ACME_TEST(order_of_authorities_counts),
       ACME_TEST(a_csr_becomes_the_certificate_of_its_key), ACME_TEST(wildcards_cover_their_own_level),
       ACME_TEST(the_placeholder_is_nobodys_certificate)});
}
