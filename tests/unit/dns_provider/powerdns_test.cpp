#include "common/dns_provider/powerdns.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/api_world.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kApi = "http://127.0.0.1:8081/api/v1/servers/localhost/zones";
const std::string kKey = "\nX-API-Key: pdns-key-1\n";
const std::string kName = "_acme-challenge.example.org";

struct World : ApiWorld {
  World() : ApiWorld{"powerdns", make_powerdns} {
    config.secrets["api_key"] = Secret{"pdns-key-1"};
    config.settings["api_url"] = "http://127.0.0.1:8081/";
  }

  void expect_zones() {
    expect(cat("GET ", kApi, kKey, "\n"),
           json_answer(200, R"([{"id":"example.org.","name":"example.org.","kind":"Native"},)"
                            R"({"id":"sub.example.org.","name":"sub.example.org.","kind":"Slave"}])"));
  }
  void expect_read(const std::string& sets, const char* kind = "Native", const std::string& name = kName) {
    expect(cat("GET ", kApi, "/example.org.?rrset_name=", name, ".&rrset_type=TXT", kKey, "\n"),
           json_answer(200, cat(R"({"id":"example.org.","kind":")", kind, R"(","rrsets":)", sets, "}")));
  }
  void expect_write(const std::string& sets) {
    expect(cat("PATCH ", kApi, "/example.org.", kKey, "Content-Type: application/json\n\n", R"({"rrsets":)", sets, "}"),
           answer(204));
  }
};

std::string set(const std::string& name, const char* records) {
  return cat(R"({"comments":[],"name":")", name, R"(.","type":"TXT","ttl":300,"records":)", records, "}");
}

}  // namespace

static void a_set_is_replaced_with_all_its_values() {
  World world;
  world.expect_zones();
  // What else is there, as an old server tells it, and what is switched off stay as they are.
  world.expect_read(
      cat("[", R"({"name":"example.org.","type":"SOA","ttl":1,"records":[]},)",
          set(kName, R"([{"content":"\"other\"","disabled":false},{"content":"\"off\"","disabled":true}])"), "]"));
  world.expect_write(cat(R"([{"name":")", kName, R"(.","type":"TXT","ttl":300,"changetype":"REPLACE","records":[)",
                         R"({"content":"\"other\"","disabled":false},{"content":"\"off\"","disabled":true},)",
                         R"({"content":"\"v1\"","disabled":false}]}])"));
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void names_of_a_zone_are_one_patch_and_secondaries_are_notified() {
  World world;
  const std::string second = "_acme-challenge.sub.example.org";  // the zone sub.example.org is a copy of another's
  world.expect_zones();
  world.expect_read("[]", "Master");
  world.expect_read("[]", "Master", second);
  const char* const kV1 =
      R"(.","type":"TXT","ttl":60,"changetype":"REPLACE","records":[{"content":"\"v1\"","disabled":false}]})";
  world.expect_write(cat(R"([{"name":")", kName, kV1, R"(,{"name":")", second, kV1, "]"));
  world.expect(cat("PUT ", kApi, "/example.org./notify", kKey, "\n"), answer(500));
  CHECK_OK(world.present({{kName, "v1"}, {second, "v1"}}));
}

static void exactly_our_values_are_removed() {
  World world;
  world.expect_zones();
  world.expect_read("[" + set(kName, R"([{"content":"\"v1\"","disabled":false}])") + "]");
  world.expect_write(cat(R"([{"name":")", kName, R"(.","type":"TXT","changetype":"DELETE"}])"));
  CHECK_OK(world.clean_up({{kName, "v1"}}));
  world.expect_read("[]");
  CHECK_OK(world.clean_up({{kName, "v1"}}));
}

static void errors_say_what_to_do() {
  World world;
  const Error denied = world.error_of(answer(401, "Unauthorized", {{"content-type", "text/plain"}}));
  CHECK_EQ(denied.message, "the list of zones: PowerDNS answered 401 with text/plain");
  CHECK(denied.hint.find("api_key") != std::string::npos);
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  world.expect_zones();
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  world.expect_read("[]");
  CHECK_EQ(
      world.error_of(json_answer(422, R"({"error":"RRset _acme IN TXT: Conflicts with pre-existing RRset"})")).message,
      "zone example.org: PowerDNS answered 422: RRset _acme IN TXT: Conflicts with pre-existing RRset");
  World nowhere;
  nowhere.config.settings.erase("api_url");
  CHECK(make_powerdns(nowhere.config, {}).error().kind == ErrorKind::configuration);
}

int main() {
  return acme_test::run("powerdns", {ACME_TEST(a_set_is_replaced_with_all_its_values),
                                     ACME_TEST(names_of_a_zone_are_one_patch_and_secondaries_are_notified),
                                     ACME_TEST(exactly_our_values_are_removed), ACME_TEST(errors_say_what_to_do)});
}
