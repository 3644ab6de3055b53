#include "common/control/lines.hpp"

#include "tests/check.hpp"

using namespace acme;

static void puts_pieces_together() {
  LineReader lines{100};
  CHECK(lines.add("{\"a\""));
  CHECK(!lines.next());
  CHECK(lines.add(":1}\n{\"b\":2}\n\nrest"));
  CHECK_EQ(lines.next().value_or("none"), "{\"a\":1}");
  CHECK_EQ(lines.next().value_or("none"), "{\"b\":2}");
  CHECK_EQ(lines.next().value_or("none"), "");
  CHECK(!lines.next());
  CHECK(lines.add(" of it\n"));
  CHECK_EQ(lines.next().value_or("none"), "rest of it");
  CHECK(!lines.next());
}

static void byte_by_byte() {
  LineReader lines{100};
  std::vector<std::string> seen;
  for (const char c : std::string{"one\ntwo\n\nthree"}) {
    CHECK(lines.add(std::string_view{&c, 1}));
    while (auto line = lines.next()) seen.push_back(*line);
  }
  CHECK_EQ(seen.size(), std::size_t{3});
  CHECK_EQ(seen[1], "two");
}

static void bounds_each_line_not_their_sum() {
  LineReader lines{8};
  for (int i = 0; i < 100; ++i) CHECK(lines.add("12345678\n"));
  for (int i = 0; i < 100; ++i) CHECK_EQ(lines.next().value_or(""), "12345678");
  CHECK(lines.add("12345678"));
  CHECK(!lines.add("9"));

  LineReader second{8};
  CHECK(!second.add("1\n123456789\n1\n"));
  LineReader third{8};
  CHECK(third.add("1\n1234567"));
  CHECK(!third.next()->empty());
  CHECK(!third.next());
  CHECK(!third.add("89"));
}

int main() {
  return acme_test::run("control lines", {ACME_TEST(puts_pieces_together), ACME_TEST(byte_by_byte),
                                          ACME_TEST(bounds_each_line_not_their_sum)});
}
