#include "common/dns_provider/desec.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/api_world.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kApi = "https://desec.io/api/v1/domains/";
const std::string kName = "_acme-challenge.example.org";
const std::string kToken = "\nAuthorization: Token i-T3b1h_OI-H9ab8tRS98stGtURe\n";

struct World : ApiWorld {
  World() : ApiWorld{"desec", make_desec} { config.secrets["api_token"] = Secret{"i-T3b1h_OI-H9ab8tRS98stGtURe"}; }

  void expect_zones() {
    expect(
        cat("GET ", kApi, "?cursor=", kToken, "\n"),
        json_answer(200, R"([{"created":"2018-09-18T16:36:16Z","keys":[],"minimum_ttl":3600,"name":"example.org"}])"));
  }
  void expect_read(const std::string& query, const std::string& sets,
                   std::vector<std::pair<std::string, std::string>> headers = {}) {
    headers.emplace_back("content-type", "application/json");
    expect(cat("GET ", kApi, "example.org/rrsets/", query, kToken, "\n"), answer(200, sets, std::move(headers)));
  }
  void expect_write(const std::string& sets) {
    expect(cat("PATCH ", kApi, "example.org/rrsets/", kToken, "Content-Type: application/json\n\n", sets),
           json_answer(200, sets));
  }
};

const std::string kOne = "?type=TXT&subname=_acme-challenge&cursor=";

std::string set(const char* subname, const char* records, int ttl = 3600) {
  return cat(R"({"created":"2018-09-18T16:36:16Z","domain":"example.org","subname":")", subname, R"(","name":")",
             subname, R"(.example.org.","records":)", records, R"(,"ttl":)", ttl, R"(,"type":"TXT","touched":"x"})");
}

}  // namespace

static void values_join_a_set() {
  World world;
  world.expect_zones();
  world.expect_read(kOne, "[" + set("_acme-challenge", R"(["\"other\""])", 7200) + "]");
  world.expect_write(R"([{"subname":"_acme-challenge","type":"TXT","ttl":7200,"records":["\"other\"","\"v1\""]}])");
  CHECK_OK(world.present({{kName, "v1"}}));
  world.expect_read(kOne, "[" + set("_acme-challenge", R"(["\"other\"","\"v1\""])") + "]");
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void many_names_are_one_patch() {
  World world;
  world.expect_zones();
  world.expect_read("?type=TXT&cursor=", "[" + set("_acme-challenge.b", R"(["\"v2\""])") + "]",
                    {{"link",
                      "<https://elsewhere.test/x?type=TXT&cursor=%3Aprev>; rel=\"first\", "
                      "<https://elsewhere.test/x?type=TXT&cursor=%3Anext>; rel=\"next\""}});
  world.expect_read("?type=TXT&cursor=%3Anext", "[]");
  world.expect_write(R"([{"subname":"_acme-challenge.b","type":"TXT","ttl":3600,"records":["\"v2\"","\"v3\""]},)"
                     R"({"subname":"_acme-challenge","type":"TXT","ttl":3600,"records":["\"v1\""]}])");
  CHECK_OK(
      world.present({{kName, "v1"}, {"_acme-challenge.b.example.org", "v2"}, {"_acme-challenge.b.example.org", "v3"}}));
}

static void exactly_our_values_are_removed() {
  World world;
  world.expect_zones();
  world.expect_read(kOne, "[" + set("_acme-challenge", R"(["\"other\"","\"v1\""])") + "]");
  world.expect_write(R"([{"subname":"_acme-challenge","type":"TXT","ttl":3600,"records":["\"other\""]}])");
  CHECK_OK(world.clean_up({{kName, "v1"}}));
  world.expect_read(kOne, "[" + set("_acme-challenge", R"(["\"v1\""])") + "]");
  world.expect_write(R"([{"subname":"_acme-challenge","type":"TXT","ttl":3600,"records":[]}])");
  CHECK_OK(world.clean_up({{kName, "v1"}}));
  world.expect_read(kOne, "[]");
  CHECK_OK(world.clean_up({{kName, "v1"}}));
}

static void errors_say_what_to_do() {
  World world;
  const Error denied = world.error_of(json_answer(401, R"({"detail":"Invalid token."})"));
  CHECK_EQ(denied.message, "the list of zones: deSEC answered 401: Invalid token.");
  CHECK(denied.kind == ErrorKind::problem && denied.hint.find("api_token") != std::string::npos);
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  world.expect_zones();
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  world.expect_read(kOne, "[]");
  const Error field = world.error_of(json_answer(400, R"([{"ttl":["Ensure this value is greater than 3600."]}])"));
  CHECK_EQ(field.message, "zone example.org: deSEC answered 400: ttl: Ensure this value is greater than 3600.");
}

int main() {
  return acme_test::run("desec", {ACME_TEST(values_join_a_set), ACME_TEST(many_names_are_one_patch),
                                  ACME_TEST(exactly_our_values_are_removed), ACME_TEST(errors_say_what_to_do)});
}
