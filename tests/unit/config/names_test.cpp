#include "common/config/names.hpp"

#include "tests/check.hpp"

using namespace acme;

static void names_are_normalised() {
  const std::pair<const char*, const char*> cases[] = {{"Example.COM", "example.com"},
                                                       {"example.com.", "example.com"},
                                                       {"*.Example.com", "*.example.com"},
                                                       {"xn--bcher-kva.example", "xn--bcher-kva.example"},
                                                       {"B\xc3\x9c"
                                                        "CHER.example.",
                                                        "xn--bcher-kva.example"},
                                                       {"*.b\xc3\xbc"
                                                        "cher.example",
                                                        "*.xn--bcher-kva.example"},
                                                       {"127.0.0.1", "127.0.0.1"},
                                                       {"[2001:DB8::1]", "2001:db8::1"},
                                                       {"2001:db8:0:0:0:0:0:1", "2001:db8::1"},
                                                       {"localhost", "localhost"}};
  for (const auto& [written, expected] : cases) {
    const auto name = parse_name(written);
    CHECK_OK(name);
    CHECK_EQ(name->value, expected);
  }
  CHECK(parse_name("10.0.0.1")->type == IdentifierType::ip);
  CHECK(!parse_name({"10.0.0.1\0.example", 17}));
}

static void bad_names_are_refused_with_a_reason() {
  const std::string long_label(64, 'a');
  const std::string long_name = std::string(60, 'a') + "." + std::string(60, 'b') + "." + std::string(60, 'c') + "." +
                                std::string(60, 'd') + "." + std::string(20, 'e');
  for (const std::string& bad :
       {std::string{""}, std::string{"."}, std::string{"a..b"}, std::string{"-a.com"}, std::string{"a-.com"},
        std::string{"a b.com"}, std::string{"a_b.com"}, std::string{"*"}, std::string{"a.*.com"},
        std::string{"*.*.com"}, std::string{"300.1.2.3"}, std::string{"a/b.com"}, std::string{"b\xc3.example"},
        std::string{"\xc3\xbc*.example"}, long_label + ".com", long_name}) {
    const auto name = parse_name(bad);
    CHECK(!name.ok());
    CHECK(name.error().kind == ErrorKind::configuration);
    CHECK(!name.error().message.empty());
  }
}

static void hosts_give_what_a_ca_can_certify() {
  const HostNames names = host_names({"_", "", "example.com", "~^w(.*)$", "localhost", "Example.com", "printer.local",
                                      "mail.*", "10.1.2.3", "www.example.com", "*.lan"},
                                     true);
  CHECK_EQ(names.usable.size(), 2U);
  CHECK_EQ(names.usable[0].value, "example.com");
  CHECK_EQ(names.usable[1].value, "www.example.com");
  CHECK_EQ(names.left_out.size(), 6U);
}

static void a_leading_dot_is_the_name_and_www() {
  const HostNames names = host_names({".example.com"}, true);
  CHECK_EQ(names.leading_dot, "example.com and www.example.com");
  CHECK_EQ(names.usable.size(), 2U);
  CHECK_EQ(names.usable[1].value, "www.example.com");
}

static void a_leading_dot_is_the_name_and_a_wildcard_that_can_be_proved() {
  const auto below_com = [](const Identifier& name) { return name.value.ends_with(".com"); };
  const HostNames names = host_names({".example.com", ".example.org", "*.b.example.com"}, true, below_com);
  CHECK_EQ(names.leading_dot, "example.com and *.example.com");
  CHECK_EQ(names.usable.size(), 5U);
  CHECK_EQ(names.usable[1].value, "*.example.com");
  CHECK_EQ(names.usable[3].value, "www.example.org");
  CHECK_EQ(host_names({".example.com"}, true, below_com).usable.size(), 2U);
}

static void what_a_wildcard_stands_for_is_redundant() {
  std::vector<Identifier> names;
  for (const char* name : {"a.example.com", "*.example.com", "example.com", "x.a.example.com", "10.0.0.1", "com"}) {
    names.push_back(*parse_name(name));
  }
  CHECK(is_certified(names[0], names));
  CHECK(!is_certified(*parse_name("y.a.example.com"), names));
  CHECK(!is_certified(*parse_name("*.com"), names));
  const auto dropped = drop_redundant(names);
  CHECK_EQ(dropped.size(), 1U);
  CHECK_EQ(dropped[0].value, "a.example.com");
  CHECK_EQ(names.size(), 5U);
  CHECK_EQ(names[0].value, "*.example.com");
}

static void test_names_are_for_local_cas() {
  CHECK_EQ(host_names({"a.test"}, true).usable.size(), 0U);
  CHECK_EQ(host_names({"a.test"}, false).usable.size(), 1U);
}

static void names_that_no_client_asks_for_are_told() {
  const HostNames alone = host_names({"b\xc3\xbc"
                                      "cher.example"},
                                     false);
  CHECK_EQ(alone.usable.at(0).value, "xn--bcher-kva.example");
  CHECK(alone.never_asked_for.at(0).find("xn--bcher-kva.example") != std::string::npos);
  const HostNames both = host_names({"b\xc3\xbc"
                                     "cher.example",
                                     "xn--bcher-kva.example"},
                                    false);
  CHECK_EQ(both.usable.size(), 1U);
  CHECK(both.never_asked_for.empty());
}

int main() {
  return acme_test::run("names",
                        {ACME_TEST(names_are_normalised), ACME_TEST(bad_names_are_refused_with_a_reason),
                         ACME_TEST(hosts_give_what_a_ca_can_certify), ACME_TEST(a_leading_dot_is_the_name_and_www),
                         ACME_TEST(a_leading_dot_is_the_name_and_a_wildcard_that_can_be_proved),
                         ACME_TEST(what_a_wildcard_stands_for_is_redundant), ACME_TEST(test_names_are_for_local_cas),
                         ACME_TEST(names_that_no_client_asks_for_are_told)});
}
