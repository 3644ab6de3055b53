#include "common/client/revocation.hpp"

#include "common/crypto/certificate.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "tests/check.hpp"
#include "tests/fakes/account_world.hpp"

using namespace acme;
using namespace acme_test;

namespace {

/// A certificate that the world's account has got.
struct Issued {
  explicit Issued(AccountWorld& world) {
    CHECK_OK(world.run(ensure_account(world.context())));
    TestCa ca;
    IssueOptions options;
    options.not_before = world.clock.now();
    CaOrder order;
    order.account = world.session().account_url();
    order.chain = ca.issue(key, {{IdentifierType::dns, "a.test"}}, options);
    const auto chain = CertificateChain::from_pem(order.chain);
    CHECK_OK(chain);
    unsigned char* raw = nullptr;
    const int size = i2d_X509(chain->get(0), &raw);
    const OpensslBytes bytes{raw};
    CHECK(size > 0);
    der.assign(bytes.get(), bytes.get() + size);
    world.ca.records().orders.push_back(std::move(order));
  }
  PrivateKey key = *PrivateKey::generate({});
  std::vector<std::uint8_t> der;
};

}  // namespace

static void the_account_revokes_what_it_ordered() {
  AccountWorld world;
  const Issued issued{world};
  const auto revoked = world.run(revoke_certificate(world.session(), issued.der, 4, std::nullopt));
  CHECK_OK(revoked);
  CHECK(*revoked == Revoked::now);
  CHECK(world.ca.records().orders.front().revoked);
  CHECK_EQ(world.ca.records().orders.front().revocation_reason, 4);
  const auto again = world.run(revoke_certificate(world.session(), issued.der, 0, std::nullopt));
  CHECK_OK(again);
  CHECK(*again == Revoked::before);
}

static void the_certificates_key_needs_no_account() {
  AccountWorld world;
  const Issued issued{world};
  world.start();
  CHECK(world.session().account_url().empty());
  const auto revoked = world.run(revoke_certificate(world.session(), issued.der, 1, issued.key));
  CHECK_OK(revoked);
  CHECK_EQ(world.ca.records().orders.front().revocation_reason, 1);
}

static void who_may_not_is_told_who_may() {
  AccountWorld world;
  const Issued issued{world};
  world.ca.records().orders.front().account = "https://ca.test/account/99";
  auto revoked = world.run(revoke_certificate(world.session(), issued.der, 0, std::nullopt));
  CHECK(!revoked.ok());
  CHECK(revoked.error().hint.find("certificate's own key") != std::string::npos);
  revoked = world.run(revoke_certificate(world.session(), issued.der, 0, PrivateKey::generate({}).value()));
  CHECK(!revoked.ok());
  CHECK(revoked.error().hint.find("the key that the certificate was made with") != std::string::npos);
  CHECK(!world.ca.records().orders.front().revoked);
}

static void refusals_are_passed_on() {
  AccountWorld world;
  const Issued issued{world};
  auto revoked = world.run(revoke_certificate(world.session(), issued.der, 2, std::nullopt));
  CHECK(!revoked.ok());
  CHECK_EQ(revoked.error().problem_type, "badRevocationReason");
  world.ca.with_revocation = false;
  world.start();
  revoked = world.run(revoke_certificate(world.session(), issued.der, 0, issued.key));
  CHECK(!revoked.ok() && revoked.error().kind == ErrorKind::configuration);
  CHECK(revoked.error().message.find("revokeCert") != std::string::npos);
}

int main() {
  return acme_test::run(
      "revocation", {ACME_TEST(the_account_revokes_what_it_ordered), ACME_TEST(the_certificates_key_needs_no_account),
                     ACME_TEST(who_may_not_is_told_who_may), ACME_TEST(refusals_are_passed_on)});
}
