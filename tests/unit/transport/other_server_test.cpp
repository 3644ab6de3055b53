#include "common/transport/other_server.hpp"

#include <string>

#include "common/protocol/advice_texts.hpp"
#include "tests/check.hpp"

using namespace acme;

static void the_hint_is_about_that_server() {
  const std::string ca_hint{advice("ca-firewall")};
  for (const auto kind : {ErrorKind::transport, ErrorKind::server_error}) {
    const Error error = of_other_server({kind, "m", ca_hint}, "https://api.test:8443/v1?token=T0K3N", "ca_file=");
    CHECK(error.kind == kind);
    CHECK_EQ(error.message, "m");
    CHECK_EQ(error.hint,
             "try `curl -v https://api.test:8443` on this machine; a root that it does not know is named by ca_file=");
  }
  const Error without = of_other_server({ErrorKind::transport, "m", ca_hint}, "http://127.0.0.1/x", "");
  CHECK_EQ(without.hint,
           "try `curl -v http://127.0.0.1` on this machine; its certificate must be of a root that this machine knows");
}

static void what_is_of_no_server_is_kept() {
  const auto hint_of = [](ErrorKind kind, std::string_view hint, std::string_view roots) {
    return of_other_server({kind, "m", std::string{hint}}, "https://api.test", roots).hint;
  };
  CHECK_EQ(hint_of(ErrorKind::cancelled, "", "ca_file="), "");
  CHECK_EQ(hint_of(ErrorKind::internal, "h", "ca_file="), "h");
  CHECK_EQ(hint_of(ErrorKind::configuration, advice("ca-roots"), "ca_file="), std::string{advice("ca-roots")});
  CHECK_EQ(hint_of(ErrorKind::configuration, advice("ca-roots-file"), "ca_file="),
           "ca_file= needs a PEM file that the worker user can read");
  CHECK_EQ(hint_of(ErrorKind::configuration, "a CA is spoken to over https only", ""), "");
}

int main() {
  return acme_test::run("other_server",
                        {ACME_TEST(the_hint_is_about_that_server), ACME_TEST(what_is_of_no_server_is_kept)});
}
