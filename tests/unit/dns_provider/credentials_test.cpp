#include "common/dns_provider/credentials.hpp"

#include "common/base/text.hpp"
#include "common/dns_provider/hidden_secrets.hpp"
#include "tests/check.hpp"

using namespace acme;

namespace {

/// "A=1|B=2", or the error.
std::string parsed(std::string_view text) {
  const auto credentials = parse_credentials(text);
  if (!credentials) return credentials.error().message;
  std::vector<std::string> shown;
  for (const auto& credential : *credentials) shown.push_back(cat(credential.name, "=", credential.value.view()));
  return join(shown, "|");
}

}  // namespace

static void lines_are_read_as_plain_assignments() {
  CHECK_EQ(parsed(""), "");
  CHECK_EQ(parsed("CF_Token=abc\nCF_Account_ID=d=e\n"), "CF_Token=abc|CF_Account_ID=d=e");
  CHECK_EQ(parsed("# why\n\n  export A='x y'\r\nB=\"q\"\nC="), "A=x y|B=q|C=");
  // Nothing is expanded.
  CHECK_EQ(parsed("A=$HOME`id`;rm"), "A=$HOME`id`;rm");
  CHECK_EQ(parsed("A='"), "A='");
}

static void what_is_no_assignment_names_its_line_alone() {
  const std::string wrong = "line 2 of the credentials is not NAME=value";
  for (const std::string_view line : {"s3cret", "=s3cret", "1A=s3cret", "A B=s3cret", "-x=s3cret", "export s3cret"}) {
    CHECK_EQ(parsed(cat("A=1\n", line)), wrong);
  }
  CHECK_EQ(parsed(std::string_view{"A=1\nB=\0x", 8}), wrong);
}

static void values_do_not_reach_people() {
  auto credentials = parse_credentials("A=s3cret-token\nB=on\n");
  CHECK_OK(credentials);
  CHECK_EQ(without_secrets("bad s3cret-token, s3cret-tokens3cret-token on", *credentials),
           "bad (hidden), (hidden)(hidden) on");
}

static void with_a_short_secret_nothing_is_shown() {
  DnsProviderConfig config;
  config.secrets["empty"] = Secret{};
  config.secrets["key"] = Secret{std::string_view{"s3cret-token"}};
  config.secrets["pin"] = Secret{std::string_view{"41c"}};
  CHECK_EQ(hide_secrets("key s3cret-token, s3cret-token, id 7", config), "key (hidden), (hidden), id 7");
  CHECK_EQ(hide_secrets("key s3cret-token, pin 41c, id 7", config), "(hidden)");
  CHECK_EQ(hide_secrets("", config), "");
}

int main() {
  return acme_test::run("credentials", {
                                           ACME_TEST(lines_are_read_as_plain_assignments),
                                           ACME_TEST(what_is_no_assignment_names_its_line_alone),
                                           ACME_TEST(values_do_not_reach_people),
                                           ACME_TEST(with_a_short_secret_nothing_is_shown),
                                       });
}
