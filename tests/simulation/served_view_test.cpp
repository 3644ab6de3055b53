// That the eyes of the simulation see: each thing that must never be served, shown to them.
#include "tests/simulation/served_view.hpp"

#include <functional>

#include "common/crypto/certificate.hpp"
#include "tests/check.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/test_ca.hpp"

using namespace acme;
using namespace acme_test;
using std::chrono::days;

namespace {

const std::vector<Identifier> kNames{{IdentifierType::dns, "a.org"}, {IdentifierType::dns, "b.org"}};

struct Eyes {
  ManualClock clock;
  History history{clock};
  TestCa ca;
  PrivateKey key = *PrivateKey::generate({});
  ServedView::Issued issued{true, false};
  ServedView view{clock, history, [this](const std::string&) { return issued; }};

  IssueOptions options(days lifetime = days{90}) const {
    IssueOptions made;
    made.not_before = clock.now();
    made.lifetime = lifetime;
    return made;
  }
  Presented presented(const IssueOptions& how, const PrivateKey& with, std::vector<Identifier> names = kNames) {
    const auto chain = CertificateChain::from_pem(ca.issue(key, names, how));
    Presented made;
    for (std::size_t i = 0; i < chain->size(); ++i) {
      X509_up_ref(chain->get(i));
      made.chain.emplace_back(chain->get(i));
    }
    EVP_PKEY_up_ref(with.get());
    made.key.reset(with.get());
    return made;
  }
  void see(Presented one) {
    std::vector<Presented> all;
    all.push_back(std::move(one));
    view.see(kNames, all);
  }
  std::string after(Presented one) {
    see(std::move(one));
    return history.violation();
  }
};

}  // namespace

static void what_is_right_is_no_violation() {
  Eyes eyes;
  CHECK_EQ(eyes.after(eyes.presented(eyes.options(), eyes.key)), "");
  CHECK_EQ(eyes.after(eyes.presented(eyes.options(days{91}), eyes.key)), "");
}

static void a_key_of_another_is_seen() {
  Eyes eyes;
  const PrivateKey other = *PrivateKey::generate({});
  CHECK_EQ(eyes.after(eyes.presented(eyes.options(), other)), "a certificate is served with a key that is not its own");
}

static void a_chain_that_does_not_hang_together_is_seen() {
  Eyes eyes;
  IssueOptions how = eyes.options();
  how.broken = true;
  CHECK_EQ(eyes.after(eyes.presented(how, eyes.key)), "a chain is served that does not hang together");
  Eyes others;
  Presented leaf_alone = others.presented(others.options(), others.key);
  leaf_alone.chain.pop_back();
  CHECK_EQ(others.after(std::move(leaf_alone)), "a certificate is served without its chain");
}

static void a_stranger_is_seen() {
  Eyes eyes;
  eyes.issued.known = false;
  CHECK_EQ(eyes.after(eyes.presented(eyes.options(), eyes.key)), "a certificate is served that no CA issued to us");
}

static void something_worse_is_seen() {
  Eyes eyes;
  eyes.see(eyes.presented(eyes.options(), eyes.key));
  CHECK(eyes.after(eyes.presented(eyes.options(days{89}), eyes.key)).find("is replaced by") != std::string::npos);
  Eyes others;
  others.see(others.presented(others.options(), others.key));
  const std::vector<Identifier> fewer{kNames.front()};
  CHECK(others.after(others.presented(others.options(days{91}), others.key, fewer)).find("not good") !=
        std::string::npos);
}

static void no_certificate_at_all_is_seen() {
  Eyes eyes;
  eyes.view.see(kNames, {});
  CHECK_EQ(eyes.history.violation(), "a.org presents no certificate");
}

static void what_has_expired_or_was_revoked_may_be_replaced() {
  Eyes eyes;
  eyes.see(eyes.presented(eyes.options(), eyes.key));
  eyes.issued.revoked = true;
  CHECK_EQ(eyes.after(eyes.presented(eyes.options(days{9}), eyes.key)), "");
  Eyes others;
  others.see(others.presented(others.options(days{2}), others.key));
  others.clock.advance(days{3});
  CHECK_EQ(others.after(others.presented(others.options(days{1}), others.key)), "");
}

int main() {
  return acme_test::run("served_view",
                        {ACME_TEST(what_is_right_is_no_violation), ACME_TEST(a_key_of_another_is_seen),
                         ACME_TEST(a_chain_that_does_not_hang_together_is_seen), ACME_TEST(a_stranger_is_seen),
                         ACME_TEST(something_worse_is_seen), ACME_TEST(no_certificate_at_all_is_seen),
                         ACME_TEST(what_has_expired_or_was_revoked_may_be_replaced)});
}
