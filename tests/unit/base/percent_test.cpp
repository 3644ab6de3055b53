#include "common/base/percent.hpp"

#include "tests/check.hpp"

using namespace acme;

static void all_but_unreserved_characters_is_encoded() {
  CHECK_EQ(percent_encoded("a/b c_~-.\xff%"), "a%2Fb%20c_~-.%FF%25");
  CHECK_EQ(percent_encoded(""), "");
}

static void a_form_s_values_are_decoded() {
  const struct {
    const char* encoded;
    const char* decoded;
  } rows[] = {{"", ""},        {"a+b%20c", "a b c"}, {"%41%4a%4A", "AJJ"}, {"%", "%"},
              {"%4", "%4"},    {"%zz", "%zz"},       {"%4g%41", "%4gA"},   {"%%41", "%A"},
              {"%ff", "\xff"}, {"%2B%25", "+%"},     {"100%", "100%"},     {"%2541", "%41"}};
  for (const auto& row : rows) CHECK_EQ(form_decoded(row.encoded), row.decoded);
  CHECK_EQ(form_decoded("a%00b"), std::string("a\0b", 3));
}

static void decoding_undoes_encoding_of_any_bytes() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  CHECK_EQ(form_decoded(percent_encoded(bytes)), bytes);
}

int main() {
  return acme_test::run("percent",
                        {ACME_TEST(all_but_unreserved_characters_is_encoded), ACME_TEST(a_form_s_values_are_decoded),
                         ACME_TEST(decoding_undoes_encoding_of_any_bytes)});
}
