#include "common/config/values.hpp"

#include <array>

#include "tests/check.hpp"

using namespace acme;

static void key_types_have_sizes() {
  const auto types = parse_key_types("ecdsa:384,rsa");
  CHECK_OK(types);
  CHECK_EQ(types->size(), 2U);
  CHECK((*types)[0] == (KeyType{KeyAlgorithm::ecdsa, 384}));
  CHECK((*types)[1] == (KeyType{KeyAlgorithm::rsa, 2048}));
}

static void bad_key_types_say_what_is_accepted() {
  for (const char* bad : {"", "dsa", "rsa:1024", "rsa:256", "ecdsa:2048", "ecdsa:255", "rsa:", "rsa:2048:1",
                          "ecdsa,ecdsa:384", "rsa:2048,", "RSA", "rsa:99999999999999999999"}) {
    const auto types = parse_key_types(bad);
    CHECK(!types.ok());
    CHECK(!types.error().hint.empty());
  }
}

static void times_have_units() {
  CHECK_EQ(parse_time("30s")->count(), 30);
  CHECK_EQ(parse_time("90")->count(), 90);
  CHECK_EQ(parse_time("1d12h")->count(), 129600);
  CHECK_EQ(parse_time("2w")->count(), 1209600);
  for (const char* bad : {"", "s", "-1", "1.5h", "1x", "99999999999999999999s", "5000w0s1000000w", " 1s"}) {
    CHECK(!parse_time(bad).ok());
  }
}

static void renew_before_is_a_time_or_a_percentage() {
  CHECK_EQ(parse_renew_before("33%")->percent, 33);
  CHECK_EQ(parse_renew_before("36h")->time->count(), 129600);
  for (const char* bad : {"0%", "100%", "%", "-5%", "0", "0d", "x"}) CHECK(!parse_renew_before(bad).ok());
}

static void challenges_have_two_spellings() {
  for (const std::string_view type : {"http-01", "tls-alpn-01", "dns-01", "dns-account-01", "dns-persist-01"}) {
    for (const std::string_view text : {type, type.substr(0, type.size() - 3)}) {
      const auto challenges = parse_challenges(std::array{text});
      CHECK_OK(challenges);
      CHECK_EQ(challenges->at(0), type);
    }
  }
  const std::string_view several[] = {"dns-persist", "http"};
  CHECK_EQ(parse_challenges(several)->at(1), "http-01");
  for (const std::string_view unknown : {"smtp-01", "", "dns-0", "http-", "HTTP", "dns-01-01"}) {
    const auto challenges = parse_challenges(std::array{unknown});
    CHECK(!challenges.ok());
    CHECK(challenges.error().hint.find("dns-persist-01") != std::string::npos);
  }
  const std::string_view twice[] = {"http-01", "dns", "http"};
  CHECK(parse_challenges(twice).error().message.find("http-01 is named twice") != std::string::npos);
}

static void flags_are_on_or_off() {
  CHECK(*parse_flag("On"));
  CHECK(!*parse_flag("off"));
  CHECK(!parse_flag("yes").ok());
}

static void lifetimes_are_bounded_and_shown() {
  CHECK_EQ(parse_lifetime("30s")->count(), 30);
  CHECK_EQ(parse_lifetime("3660d")->count(), 3660LL * 86400);
  for (const char* bad : {"", "29s", "3661d", "x", "-1d", "0"}) {
    const auto lifetime = parse_lifetime(bad);
    CHECK(!lifetime.ok());
    CHECK_EQ(lifetime.error().message, std::string{"bad lifetime \""} + bad + "\"");
  }
}

int main() {
  return acme_test::run("values", {ACME_TEST(key_types_have_sizes), ACME_TEST(bad_key_types_say_what_is_accepted),
                                   ACME_TEST(times_have_units), ACME_TEST(renew_before_is_a_time_or_a_percentage),
                                   ACME_TEST(challenges_have_two_spellings), ACME_TEST(flags_are_on_or_off),
                                   ACME_TEST(lifetimes_are_bounded_and_shown)});
}
