#include "common/client/challenge_choice.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;

static const Identifier kHost{IdentifierType::dns, "example.org"};
static const Identifier kWildcard{IdentifierType::dns, "*.example.org"};
static const Identifier kAddress{IdentifierType::ip, "192.0.2.1"};
static const std::vector<std::string> kAll{"tls-alpn-01", "http-01", "dns-01", "dns-persist-01"};

static std::string tried(const Identifier& name, const NameProof* proof = nullptr) {
  return join(types_to_try(kAll, name, proof), " ");
}

static void types_fit_the_name() {
  CHECK_EQ(tried(kHost), "tls-alpn-01 http-01 dns-01 dns-persist-01");
  CHECK_EQ(tried(kWildcard), "dns-01 dns-persist-01");
  CHECK_EQ(tried(kAddress), "tls-alpn-01 http-01");
  CHECK(types_to_try({"http-01"}, kWildcard, nullptr).empty());
}

static void experience_comes_before_the_configuration() {
  NameProof proof;
  proof.worked = "http-01";
  CHECK_EQ(tried(kHost, &proof), "http-01 tls-alpn-01 dns-01 dns-persist-01");
  proof.failed = {"http-01", "dns-01"};
  CHECK_EQ(tried(kHost, &proof), "tls-alpn-01 dns-persist-01");
  CHECK_EQ(tried(kWildcard, &proof), "dns-persist-01");
  // All failed: all over again.
  proof.failed = kAll;
  CHECK_EQ(tried(kHost, &proof), "http-01 tls-alpn-01 dns-01 dns-persist-01");
  // What is not configured any more counts for nothing.
  proof = NameProof{};
  proof.worked = "dns-account-01";
  CHECK_EQ(tried(kAddress, &proof), "tls-alpn-01 http-01");
}

static void each_type_has_one_after_it_until_none_is_left() {
  NameProof proof;
  CHECK_EQ(type_after(kAll, kHost, proof, "tls-alpn-01"), "http-01");
  CHECK_EQ(type_after(kAll, kHost, proof, "http-01"), "tls-alpn-01");
  proof.failed = {"tls-alpn-01"};
  CHECK_EQ(type_after(kAll, kHost, proof, "http-01"), "dns-01");
  proof.offered = {"http-01", "tls-alpn-01"};
  CHECK_EQ(type_after(kAll, kHost, proof, "http-01"), "");
  CHECK_EQ(type_after({"http-01"}, kHost, NameProof{}, "http-01"), "");
  CHECK_EQ(type_after(kAll, kAddress, NameProof{}, "http-01"), "tls-alpn-01");
}

static ChallengeObject challenge(const std::string& type) {
  ChallengeObject made;
  made.type = type;
  made.url = "https://ca.test/c";
  if (type != "dns-persist-01") made.token = "token";
  return made;
}

static void only_what_can_be_answered_is_chosen() {
  AuthorizationObject authorization;
  authorization.challenges = {challenge("dns-next-07"), challenge("dns-persist-01"), challenge("http-01"),
                              challenge("tls-alpn-01")};
  const auto chosen = [&](const std::vector<std::string>& types) {
    const auto* found = choose_challenge(authorization, types);
    return found == nullptr ? std::string{} : found->type;
  };
  CHECK_EQ(chosen(kAll), "tls-alpn-01");
  CHECK_EQ(chosen({"http-01", "tls-alpn-01"}), "http-01");
  // It names no issuer.
  CHECK_EQ(chosen({"dns-persist-01", "http-01"}), "http-01");
  authorization.challenges[1].issuer_domains = {"ca.test"};
  CHECK_EQ(chosen({"dns-persist-01", "http-01"}), "dns-persist-01");
  CHECK_EQ(chosen({"dns-01"}), "");
  CHECK_EQ(chosen({}), "");
  authorization.challenges[2].status = ChallengeStatus::processing;
  CHECK_EQ(chosen(kAll), "http-01");
  CHECK_EQ(chosen({"tls-alpn-01"}), "tls-alpn-01");
  authorization.challenges[3].token.clear();
  CHECK_EQ(chosen({"tls-alpn-01"}), "");
}

int main() {
  return acme_test::run(
      "client/challenge_choice",
      {ACME_TEST(types_fit_the_name), ACME_TEST(experience_comes_before_the_configuration),
       ACME_TEST(each_type_has_one_after_it_until_none_is_left), ACME_TEST(only_what_can_be_answered_is_chosen)});
}
