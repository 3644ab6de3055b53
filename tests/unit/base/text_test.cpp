#include "common/base/text.hpp"

#include "tests/check.hpp"

using namespace acme;

static void cat_joins_text_and_numbers() { CHECK_EQ(cat("order ", 7, " of ", std::size_t{9}, '!'), "order 7 of 9!"); }

static void base64url_matches_rfc4648() {
  CHECK_EQ(base64url_encode(std::string_view{""}), "");
  CHECK_EQ(base64url_encode(std::string_view{"f"}), "Zg");
  CHECK_EQ(base64url_encode(std::string_view{"fo"}), "Zm8");
  CHECK_EQ(base64url_encode(std::string_view{"foobar"}), "Zm9vYmFy");
  CHECK_EQ(base64url_encode(std::string_view{"\xfb\xff\xfe"}), "-__-");
}

static void base64url_decoding_refuses_what_is_not_of_the_alphabet() {
  CHECK(base64url_decode("Zm9v") == (std::vector<std::uint8_t>{'f', 'o', 'o'}));
  CHECK(base64url_decode("Zg==") == (std::vector<std::uint8_t>{'f'}));
  CHECK(!base64url_decode("Zm9+").has_value());
  CHECK(!base64url_decode("Zm9vY").has_value());
  CHECK(!base64url_decode("a b").has_value());
}

static void cleaned_shows_hostile_text_harmlessly() {
  CHECK_EQ(cleaned("plain text"), "plain text");
  CHECK_EQ(cleaned("a\nb\x1b[31m\x7f"), "a?b?[31m?");
  CHECK_EQ(cleaned("\xc3\xa4\xff"), "\xc3\xa4?");
  CHECK_EQ(cleaned("\xc2\x85"), "?");  // C1: next line
  for (const char* none :
       {"\xef\xbf\xbf", "\xef\xbf\xbe", "\xef\xb7\x90", "\xef\xb7\xaf", "\xf0\x9f\xbf\xbe", "\xf4\x8f\xbf\xbf"}) {
    CHECK_EQ(cleaned(none), "?");  // noncharacters
  }
  for (const char* some : {"\xef\xbf\xbd", "\xef\xb7\x8f", "\xef\xb7\xb0", "\xf0\x9f\x94\x92", "\xf0\xaf\xbf\xbd"}) {
    CHECK_EQ(cleaned(some), some);
  }
  for (const char* unseen : {"\xef\xbb\xbf", "\xe2\x80\x8b", "\xe2\x80\x8f", "\xe2\x81\xa0", "\xe2\x81\xae"}) {
    CHECK_EQ(cleaned(unseen), "?");  // of no width, a mark of direction or order
  }
  CHECK_EQ(cleaned("\xe2\x80\xae"
                   "abc"),
           "?abc");  // right-to-left override
  CHECK_EQ(cleaned(std::string(1000, 'x'), 10), "xxxxxxx...");
  CHECK_EQ(cleaned(std::string(10, 'x'), 10), std::string(10, 'x'));
}

static void numbers_are_whole_or_nothing() {
  CHECK(parse_number("18446744073709551615") == std::uint64_t{18446744073709551615U});
  for (const char* bad : {"", "-1", "+1", "1x", " 1", "18446744073709551616", "0x1"}) {
    CHECK(!parse_number(bad).has_value());
  }
}

static void splitting_and_joining_keep_empty_pieces() {
  CHECK_EQ(split("a,,b", ',').size(), 3U);
  CHECK_EQ(split("", ',').size(), 1U);
  CHECK_EQ(join(std::vector<std::string>{"", "a", ""}, ","), ",a,");
  CHECK_EQ(join(std::vector<std::string>{}, ","), "");
}

int main() {
  return acme_test::run("text",
                        {ACME_TEST(cat_joins_text_and_numbers), ACME_TEST(base64url_matches_rfc4648),
                         ACME_TEST(base64url_decoding_refuses_what_is_not_of_the_alphabet),
                         ACME_TEST(cleaned_shows_hostile_text_harmlessly), ACME_TEST(numbers_are_whole_or_nothing),
                         ACME_TEST(splitting_and_joining_keep_empty_pieces)});
}
