#include "common/dns_provider/gandi.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/api_world.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kApi = "https://api.gandi.net/v5/livedns/domains";
const std::string kName = "_acme-challenge.example.org";
const std::string kBearer = "\nAuthorization: Bearer gandi-pat\n";
const std::string kSet = kApi + "/example.org/records/_acme-challenge/TXT";

struct World : ApiWorld {
  World() : ApiWorld{"gandi", make_gandi} { config.secrets["api_token"] = Secret{"gandi-pat"}; }

  void expect_zones() {
    expect(
        cat("GET ", kApi, "?per_page=500", kBearer, "\n"),
        json_answer(
            200, R"([{"fqdn":"example.org","domain_href":"https://api.gandi.net/v5/livedns/domains/example.org"}])"));
  }
  void expect_read(const char* values) {
    expect(
        cat("GET ", kSet, kBearer, "\n"),
        json_answer(200, cat(R"({"rrset_name":"_acme-challenge","rrset_type":"TXT","rrset_ttl":1800,"rrset_values":)",
                             values, R"(,"rrset_href":"x"})")));
  }
  void expect_none() {
    expect(cat("GET ", kSet, kBearer, "\n"),
           json_answer(
               404, R"({"code":404,"message":"Can't find the DNS record","object":"dns-record","cause":"Not Found"})"));
  }
  void expect_put(const char* body, HttpResponse answer) {
    expect(cat("PUT ", kSet, kBearer, "Content-Type: application/json\n\n", body), std::move(answer));
  }
};

HttpResponse created() { return json_answer(201, R"({"message":"DNS Record Created"})"); }

}  // namespace

static void a_set_is_put_with_all_its_values() {
  World world;
  world.expect_zones();
  world.expect_read(R"(["\"other\""])");
  world.expect_put(R"({"rrset_ttl":1800,"rrset_values":["\"other\"","\"v1\""]})", created());
  CHECK_OK(world.present({{kName, "v1"}}));
  world.expect_none();
  world.expect_put(R"({"rrset_ttl":300,"rrset_values":["\"v1\""]})", created());
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void exactly_our_values_are_removed() {
  World world;
  world.expect_zones();
  world.expect_read(R"(["\"other\"","\"v1\""])");
  world.expect_put(R"({"rrset_ttl":1800,"rrset_values":["\"other\""]})", created());
  CHECK_OK(world.clean_up({{kName, "v1"}}));
  world.expect_read(R"(["\"v1\""])");
  world.expect(cat("DELETE ", kSet, kBearer, "\n"), answer(204));
  CHECK_OK(world.clean_up({{kName, "v1"}}));
  world.expect_none();
  CHECK_OK(world.clean_up({{kName, "v1"}}));
}

static void the_zone_itself_is_an_at_sign() {
  World world;
  world.expect_zones();
  world.expect(cat("GET ", kApi, "/example.org/records/%40/TXT", kBearer, "\n"),
               json_answer(200, R"({"rrset_values":["v1"]})"));
  CHECK_OK(world.present({{"example.org", "v1"}}));
}

static void errors_say_what_to_do() {
  World world;
  const Error denied = world.error_of(json_answer(
      403,
      R"({"object":"HTTPForbidden","cause":"Forbidden","code":403,"message":"Access was denied to this resource."})"));
  CHECK_EQ(denied.message, "the list of zones: Gandi answered 403: Access was denied to this resource.");
  CHECK(denied.hint.find("personal access token") != std::string::npos);
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  world.expect_zones();
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  world.expect_none();
  CHECK_EQ(
      world
          .error_of(json_answer(
              400,
              R"({"status":"error","errors":[{"location":"body","name":"rrset_values","description":"bad"}],"message":"Bad"})"))
          .message,
      "zone example.org: Gandi answered 400: Bad");
}

int main() {
  return acme_test::run("gandi",
                        {ACME_TEST(a_set_is_put_with_all_its_values), ACME_TEST(exactly_our_values_are_removed),
                         ACME_TEST(the_zone_itself_is_an_at_sign), ACME_TEST(errors_say_what_to_do)});
}
