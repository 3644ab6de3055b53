#include "common/control/revocation_reason.hpp"

#include "tests/check.hpp"

using namespace acme;

static void reads_words_and_numbers() {
  CHECK_EQ(parse_revocation_reason("unspecified").value_or(-1), 0);
  CHECK_EQ(parse_revocation_reason("keyCompromise").value_or(-1), 1);
  CHECK_EQ(parse_revocation_reason("KEYCOMPROMISE").value_or(-1), 1);
  CHECK_EQ(parse_revocation_reason("keycompromise").value_or(-1), 1);
  CHECK_EQ(parse_revocation_reason("affiliationChanged").value_or(-1), 3);
  CHECK_EQ(parse_revocation_reason("superseded").value_or(-1), 4);
  CHECK_EQ(parse_revocation_reason("cessationOfOperation").value_or(-1), 5);
  for (const int number : {0, 1, 3, 4, 5}) {
    CHECK_EQ(parse_revocation_reason(std::to_string(number)).value_or(-1), number);
    CHECK_EQ(parse_revocation_reason(revocation_reason_name(number)).value_or(-1), number);
  }
}

static void refuses_the_rest() {
  // cACompromise, certificateHold and the like are not a subscriber's.
  for (const char* word : {"", "2", "6", "8", "10", "-1", "01", "1 ", "+1", "cACompromise", "removeFromCRL", "key"}) {
    CHECK(!parse_revocation_reason(word));
  }
  for (const int number : {-1, 2, 6, 9, 10, 1000}) CHECK(revocation_reason_name(number).empty());
}

static void names_what_is_accepted() {
  CHECK_EQ(revocation_reason_words(),
           "unspecified (0), keyCompromise (1), affiliationChanged (3), superseded (4), cessationOfOperation (5)");
}

int main() {
  return acme_test::run("revocation reasons", {ACME_TEST(reads_words_and_numbers), ACME_TEST(refuses_the_rest),
                                               ACME_TEST(names_what_is_accepted)});
}
