#include "common/control/acmectl/table.hpp"

#include "tests/check.hpp"

using namespace acme;

static void columns_are_as_wide_as_their_widest_cell() {
  Table table{{"NAME", "STATE", "X"}};
  table.add({"a.example", "valid", "1"});
  table.add({"long.name.example", "none", ""});
  const auto lines = table.lines();
  CHECK_EQ(lines.size(), std::size_t{3});
  CHECK_EQ(lines[0], "NAME               STATE  X");
  CHECK_EQ(lines[1], "a.example          valid  1");
  CHECK_EQ(lines[2], "long.name.example  none");
  CHECK_EQ(table.size(), std::size_t{2});
}

static void counts_characters_not_bytes() {
  Table table{{"N", "S"}};
  table.add({"b\xc3\xbc\xe2\x82\xac", "x"});
  table.add({"abcd", "y"});
  CHECK_EQ(table.lines()[1], "b\xc3\xbc\xe2\x82\xac   x");
  CHECK_EQ(table.lines()[2], "abcd  y");
}

static void nothing_hostile_reaches_the_terminal() {
  Table table{{"N", "S"}};
  table.add({"a\x1b[31mred\x07\n\r\t", "\xff\xfe"});
  table.add({std::string(10000, 'x'), "y"});
  for (const auto& line : table.lines()) {
    CHECK(line.size() < 200);
    for (const char c : line) CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  }
}

static void missing_cells_are_empty_and_more_are_dropped() {
  Table table{{"A", "B"}};
  table.add({});
  table.add({"1", "2", "3"});
  CHECK_EQ(table.lines()[1], "");
  CHECK_EQ(table.lines()[2], "1  2");
}

int main() {
  return acme_test::run(
      "table",
      {ACME_TEST(columns_are_as_wide_as_their_widest_cell), ACME_TEST(counts_characters_not_bytes),
       ACME_TEST(nothing_hostile_reaches_the_terminal), ACME_TEST(missing_cells_are_empty_and_more_are_dropped)});
}
