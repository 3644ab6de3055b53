#include "common/runtime/stand_in.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

const UtcTime kNow{Seconds{1800000000}};
constexpr Seconds kDay{86400};

std::vector<Identifier> names(const std::string& text) {
  std::vector<Identifier> all;
  for (const auto name : split(text, ' ')) all.push_back({IdentifierType::dns, std::string{name}});
  return all;
}

/// Issued `age` days ago, for 90.
StandInCandidate candidate(const std::string& of, int age, KeyAlgorithm algorithm = KeyAlgorithm::ecdsa) {
  return {names(of), kNow - age * kDay, kNow + (90 - age) * kDay, algorithm};
}

std::string chosen(const std::vector<StandInCandidate>& candidates, const std::string& wanted) {
  std::string text;
  for (const std::size_t index : StandIns{candidates, kNow}.choose(names(wanted))) {
    text += text.empty() ? cat(index) : cat(" ", index);
  }
  return text;
}

}  // namespace

static void most_names_then_the_newest() {
  CHECK_EQ(chosen({candidate("a.test", 1), candidate("a.test b.test", 9)}, "a.test b.test c.test"), "1");
  CHECK_EQ(chosen({candidate("a.test", 9), candidate("a.test", 1), candidate("a.test", 5)}, "a.test b.test"), "1");
  CHECK_EQ(chosen({candidate("a.test", 9), candidate("a.test b.test c.test", 12)}, "a.test"), "0");
}

static void what_covers_nothing_is_no_stand_in() {
  CHECK_EQ(chosen({candidate("a.test", 1)}, "b.test"), "");
  CHECK_EQ(chosen({}, "b.test"), "");
  CHECK_EQ(chosen({candidate("a.test", 1)}, "www.a.test"), "");
}

static void only_what_is_valid_now() {
  CHECK_EQ(chosen({candidate("a.test", 90), candidate("a.test", 91), candidate("a.test", -1)}, "a.test"), "");
  CHECK_EQ(chosen({candidate("a.test", 0), candidate("a.test b.test", 90)}, "a.test b.test"), "0");
}

static void a_wildcard_covers_one_level() {
  CHECK_EQ(chosen({candidate("*.a.test", 1)}, "www.a.test"), "0");
  CHECK_EQ(chosen({candidate("*.a.test", 1)}, "a.test"), "");
  CHECK_EQ(chosen({candidate("*.a.test", 1)}, "x.www.a.test"), "");
  CHECK_EQ(chosen({candidate("*.a.test", 1)}, "*.a.test"), "0");
  CHECK_EQ(chosen({candidate("www.a.test", 1)}, "*.a.test"), "");
  // Both names of one certificate cover the same name: counted once.
  CHECK_EQ(chosen({candidate("*.a.test www.a.test", 1), candidate("www.a.test b.test", 9)}, "www.a.test b.test"), "1");
}

static void an_address_is_covered_by_itself_alone() {
  const std::vector<StandInCandidate> candidates{{names("*.0.0.1"), kNow - kDay, kNow + kDay, KeyAlgorithm::ecdsa}};
  CHECK(StandIns(candidates, kNow).choose({{IdentifierType::ip, "127.0.0.1"}}).empty());
}

static void each_key_algorithm_has_its_own() {
  const auto rsa = KeyAlgorithm::rsa;
  CHECK_EQ(chosen({candidate("a.test", 9, rsa), candidate("a.test", 1)}, "a.test"), "1 0");
  CHECK_EQ(chosen({candidate("a.test", 1, rsa), candidate("a.test", 9)}, "a.test b.test"), "0 1");
  // Not one for a client with the other algorithm that leaves a name out.
  CHECK_EQ(chosen({candidate("a.test", 1, rsa), candidate("a.test b.test", 9)}, "a.test b.test"), "1");
  CHECK_EQ(chosen({candidate("a.test b.test", 9, rsa), candidate("a.test", 1)}, "a.test b.test"), "0");
}

int main() {
  return acme_test::run("stand_in",
                        {ACME_TEST(most_names_then_the_newest), ACME_TEST(what_covers_nothing_is_no_stand_in),
                         ACME_TEST(only_what_is_valid_now), ACME_TEST(a_wildcard_covers_one_level),
                         ACME_TEST(an_address_is_covered_by_itself_alone), ACME_TEST(each_key_algorithm_has_its_own)});
}
