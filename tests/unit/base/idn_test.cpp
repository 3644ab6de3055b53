#include "common/base/idn.hpp"

#include "tests/check.hpp"

using namespace acme;

static void names_of_people_and_of_machines() {
  const std::pair<const char*, const char*> table[] = {
      {"bücher.example", "xn--bcher-kva.example"},
      {"faß.example", "xn--fa-hia.example"},  // not "fass": the transitional rules are over
      {"例え.テスト", "xn--r8jz45g.xn--zckzah"},
      {"ελλάδα.example", "xn--hxakic4aa.example"},
      {"www.xn--bcher-kva.example", "www.xn--bcher-kva.example"},
      {"plain.example", "plain.example"},
  };
  for (const auto& [people, machines] : table) {
    const auto ascii = to_ascii_name(people);
    CHECK_OK(ascii);
    CHECK_EQ(*ascii, machines);
  }
  CHECK_EQ(to_unicode_name("xn--bcher-kva.example"), "bücher.example");
  CHECK_EQ(to_unicode_name("www.xn--bcher-kva.example"), "www.bücher.example");
  CHECK_EQ(to_unicode_name("plain.example"), "plain.example");
}

static void forms_of_one_name_are_one_name() {
  for (const char* form : {"BÜCHER.example",
                           "Bu\xcc\x88"
                           "cher.example",
                           "bücher。example", "ｂücher.example"}) {
    const auto ascii = to_ascii_name(form);
    CHECK_OK(ascii);
    CHECK_EQ(*ascii, "xn--bcher-kva.example");
  }
}

static void what_is_no_name_is_refused() {
  const std::string long_name = std::string(300, 'a') + "ü.example";
  for (const std::string& bad : {std::string{"\xff\xfe.example"}, std::string{"a\xcc\x88\xe2\x80\xae.example"},
                                 std::string{"a\0ü.example", 12}, long_name, std::string(2000, 'x') + "ü"}) {
    const auto ascii = to_ascii_name(bad);
    CHECK(!ascii.ok());
    CHECK(ascii.error().kind == ErrorKind::configuration);
    CHECK(ascii.error().message.size() < 600);
  }
}

static void what_does_not_decode_stays() {
  for (const char* name :
       {"xn--.example", "xn--a-\x80.example", "xn--99999999999.example", "xn--fiqs8sxn--x", "xn--xn---epa"}) {
    CHECK_EQ(to_unicode_name(name), name);
  }
}

int main() {
  return acme_test::run("idn", {ACME_TEST(names_of_people_and_of_machines), ACME_TEST(forms_of_one_name_are_one_name),
                                ACME_TEST(what_is_no_name_is_refused), ACME_TEST(what_does_not_decode_stays)});
}
