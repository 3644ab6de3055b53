#include "common/report/standing_words.hpp"

#include <set>

#include "tests/check.hpp"
#include "tests/unit/report/sample_status.hpp"

using namespace acme;
using namespace acme_test;

namespace {

struct Row {
  CertificateStanding standing;
  ServedState served;
  std::uint64_t version;
  std::uint32_t failures;
  const char* words;
};

}  // namespace

static void a_state_is_said_in_plain_words() {
  using enum CertificateStanding;
  const Row rows[] = {
      {valid, ServedState::live, 1, 0, "valid, live"},
      {valid, ServedState::unknown, 1, 0, "valid"},
      {valid, ServedState::other, 1, 0, "valid, but another one is served"},
      {valid, ServedState::unreachable, 1, 0, "valid, but its listener does not answer"},
      {none, ServedState::unknown, 0, 0, "waiting for the first certificate"},
      {ordering, ServedState::unknown, 0, 0, "being ordered, 1 of 2 names proved"},
      {ordering, ServedState::live, 1, 2, "valid, live; being renewed, 1 of 2 names proved"},
      {failing, ServedState::unknown, 0, 1, "no certificate yet: the order failed"},
      {failing, ServedState::live, 1, 3, "valid, live; its renewal failed 3 times in a row"},
      {expiring, ServedState::live, 1, 3, "valid for a short time still, live; its renewal failed 3 times in a row"},
      {expired, ServedState::live, 1, 1, "expired, live; its renewal failed"},
      {revoked, ServedState::other, 1, 0, "revoked, but another one is served"},
      {orphan, ServedState::live, 1, 0, "not in the configuration any more"},
  };
  for (const auto& row : rows) {
    auto summary = sample_summary("a.example", row.standing);
    summary.served = row.served;
    summary.version = row.version;
    summary.failures = row.failures;
    summary.names_proved = 1;
    CHECK_EQ(state_words(summary), row.words);
  }
}

static void every_standing_has_words_of_its_own() {
  std::set<std::string_view> labels;
  for (std::size_t i = 0; i < kStandings; ++i) {
    const auto standing = static_cast<CertificateStanding>(i);
    labels.insert(standing_label(standing));
    CHECK(!standing_meaning(standing).empty() && !standing_tone(standing).empty());
  }
  CHECK_EQ(labels.size(), kStandings);
  CHECK_EQ(std::set(kShownOrder.begin(), kShownOrder.end()).size(), kStandings);
}

static void what_comes_next_is_named() {
  auto summary = sample_summary("a.example", CertificateStanding::valid);
  CHECK_EQ(next_event_words(summary), "renewal");
  summary.failures = 1;
  CHECK_EQ(next_event_words(summary), "next attempt");
  summary.next.reset();
  CHECK_EQ(next_event_words(summary), "nothing by itself");
  CHECK_EQ(next_event_words(sample_summary("a.example", CertificateStanding::none)), "first order");
  CHECK_EQ(next_event_words(sample_summary("a.example", CertificateStanding::ordering)), "under way");
}

static void a_certificate_that_nobody_gets_is_not_green() {
  auto summary = sample_summary("a.example", CertificateStanding::valid);
  CHECK_EQ(standing_tone(summary), "good");
  summary.served = ServedState::other;
  CHECK_EQ(standing_tone(summary), "warn");
  summary.standing = CertificateStanding::expired;
  CHECK_EQ(standing_tone(summary), "bad");
}

int main() {
  return acme_test::run("standing_words",
                        {ACME_TEST(a_state_is_said_in_plain_words), ACME_TEST(every_standing_has_words_of_its_own),
                         ACME_TEST(what_comes_next_is_named), ACME_TEST(a_certificate_that_nobody_gets_is_not_green)});
}
