#include "common/dns_provider/set_changes.hpp"

#include "common/dns_provider/txt_records.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

const TxtSet kOthers{"_acme-challenge.a.test", 300, {{"\"other\"", "7"}, {"\"v=\" \"2\"", "8"}}, "tag"};

}  // namespace

static void values_join_those_of_others() {
  const auto changes = set_changes({kOthers}, {{kOthers.name, "mine"}, {kOthers.name, "mine"}}, TxtEdit::add, 60);
  CHECK_EQ(changes.size(), 1U);
  CHECK_EQ(changes[0].after.values.size(), 3U);
  CHECK_EQ(changes[0].after.values[1].written, "\"v=\" \"2\"");
  CHECK_EQ(changes[0].after.values[2].written, "\"mine\"");
  CHECK_EQ(changes[0].after.ttl, 300U);
  CHECK_EQ(changes[0].after.tag, "tag");
  CHECK_EQ(changes[0].added.size(), 1U);
  CHECK(changes[0].removed.empty());
}

static void what_is_there_needs_no_change() {
  CHECK(set_changes({kOthers}, {{kOthers.name, "v=2"}, {kOthers.name, "other"}}, TxtEdit::add, 60).empty());
  CHECK(set_changes({kOthers}, {{kOthers.name, "mine"}}, TxtEdit::remove, 60).empty());
  CHECK(set_changes({}, {{kOthers.name, "mine"}}, TxtEdit::remove, 60).empty());
}

static void a_new_set_gets_the_ttl() {
  const auto changes = set_changes({kOthers}, {{"b.test", "mine"}}, TxtEdit::add, 60);
  CHECK_EQ(changes.size(), 1U);
  CHECK_EQ(changes[0].after.name, "b.test");
  CHECK_EQ(changes[0].after.ttl, 60U);
  CHECK(changes[0].before.values.empty());
}

static void exactly_these_values_go() {
  TxtSet twice = kOthers;
  twice.values.push_back({"other", "9"});  // the same meaning, written in another way
  const auto changes = set_changes({twice}, {{kOthers.name, "other"}}, TxtEdit::remove, 60);
  CHECK_EQ(changes.size(), 1U);
  CHECK_EQ(changes[0].removed.size(), 2U);
  CHECK_EQ(changes[0].removed[1].id, "9");
  CHECK_EQ(changes[0].after.values.size(), 1U);
  CHECK_EQ(changes[0].after.values[0].id, "8");
}

static void sets_are_made_of_records_and_back() {
  TxtRecords records;
  CHECK(records.add("A.test.", "\"x\"", "1"));
  CHECK(records.add("b.test", "y", "2", 120));
  CHECK(records.add("a.test", "\"z\"", "3"));
  CHECK(!records.add("", "y", "2"));
  CHECK(!records.add("a.test", "y", ""));
  const auto sets = std::move(records).sets();
  CHECK_EQ(sets.size(), 2U);
  CHECK_EQ(sets[0].name, "a.test");
  CHECK_EQ(sets[0].values.size(), 2U);
  CHECK_EQ(sets[1].ttl, 120U);
  auto changes = set_changes(sets, {{"a.test", "n"}}, TxtEdit::add, 60);
  changes.push_back(set_changes(sets, {{"b.test", "y"}}, TxtEdit::remove, 60).at(0));
  const auto written = record_changes(changes);
  CHECK_EQ(written.size(), 2U);
  CHECK(written[0].remove && written[0].value.id == "2" && written[0].name == "b.test");
  CHECK(!written[1].remove && written[1].value.written == "\"n\"" && written[1].name == "a.test");
}

int main() {
  return acme_test::run("set_changes",
                        {ACME_TEST(values_join_those_of_others), ACME_TEST(what_is_there_needs_no_change),
                         ACME_TEST(a_new_set_gets_the_ttl), ACME_TEST(exactly_these_values_go),
                         ACME_TEST(sets_are_made_of_records_and_back)});
}
