#include "common/dns_provider/txt_text.hpp"

#include "tests/check.hpp"

using namespace acme;

static void values_are_quoted() {
  CHECK_EQ(quote_txt("abc"), "\"abc\"");
  CHECK_EQ(quote_txt(""), "\"\"");
  CHECK_EQ(quote_txt(R"(a "b" \c; d=e)"), R"("a \"b\" \\c; d=e")");
}

static void what_is_written_is_read() {
  const struct {
    const char* written;
    const char* text;
  } table[] = {
      {"plain", "plain"},    {"with space", "with space"}, {"", ""},      {R"("abc")", "abc"},
      {R"("a" "b")", "ab"},  {R"("a""b")", "ab"},          {R"("")", ""}, {R"("a\"b\\c")", "a\"b\\c"},
      {R"("\097b")", "ab"},  {R"("\999")", "999"},  // no byte: the backslash makes the 9 a 9
      {R"("open)", "open"},                         // never closed
      {R"("end\)", "end\\"},                        // cut within an escape
      {R"("\09)", "09"},
  };
  for (const auto& row : table) CHECK_EQ(txt_text(row.written), row.text);
  CHECK_EQ(txt_strings(R"("a b" "c")").size(), 2U);
}

static void quoting_and_reading_are_inverse() {
  std::string all;
  for (char c = ' '; c < 0x7f; ++c) all += c;
  CHECK_EQ(txt_text(quote_txt(all)), all);
}

int main() {
  return acme_test::run("txt_text", {ACME_TEST(values_are_quoted), ACME_TEST(what_is_written_is_read),
                                     ACME_TEST(quoting_and_reading_are_inverse)});
}
