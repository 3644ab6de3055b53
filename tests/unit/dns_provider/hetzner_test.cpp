#include "common/dns_provider/hetzner.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/api_world.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kApi = "https://api.hetzner.cloud/v1";
const std::string kName = "_acme-challenge.example.org";
const std::string kBearer = "\nAuthorization: Bearer hcloud-token\n";
const std::string kSet = kApi + "/zones/42/rrsets/_acme-challenge/TXT";

struct World : ApiWorld {
  World() : ApiWorld{"hetzner", make_hetzner} { config.secrets["api_token"] = Secret{"hcloud-token"}; }

  void expect_zones() {
    expect(cat("GET ", kApi, "/zones?mode=primary&per_page=50", kBearer, "\n"),
           json_answer(200, R"({"zones":[{"id":42,"name":"example.org","ttl":3600,"mode":"primary"}],)"
                            R"("meta":{"pagination":{"page":1,"next_page":null}}})"));
  }
  void expect_read(const char* records) {
    expect(cat("GET ", kSet, kBearer, "\n"),
           json_answer(200,
                       cat(R"({"rrset":{"id":"_acme-challenge/TXT","name":"_acme-challenge","type":"TXT","ttl":null,)",
                           R"("records":)", records, "}}")));
  }
  void expect_none() {
    expect(cat("GET ", kSet, kBearer, "\n"), json_answer(404, R"({"error":{"code":"not_found","message":"none"}})"));
  }
  void expect_action(const char* what, const char* body, HttpResponse answer) {
    expect(cat("POST ", kSet, "/actions/", what, kBearer, "Content-Type: application/json\n\n", body),
           std::move(answer));
  }
  void expect_poll(const std::string& action) {
    expect(cat("GET ", kApi, "/actions/7", kBearer, "\n"), json_answer(200, action));
  }
};

std::string action(const char* status, const char* error = "null") {
  return cat(R"({"action":{"id":7,"command":"add_rrset_records","status":")", status, R"(","progress":50,"error":)",
             error, "}}");
}

const char* const kAdd = R"({"records":[{"value":"\"v1\""}]})";
const char* const kAddNew = R"({"records":[{"value":"\"v1\""}],"ttl":60})";

}  // namespace

static void a_value_is_added_to_a_set() {
  World world;
  world.expect_zones();
  world.expect_read(R"([{"value":"\"other\"","comment":"mine"}])");
  world.expect_action("add_records", kAdd, json_answer(201, action("success")));
  CHECK_OK(world.present({{kName, "v1"}}));
  world.expect_read(R"([{"value":"\"other\"","comment":"mine"},{"value":"\"v1\"","comment":""}])");
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void a_new_set_is_waited_for() {
  World world;
  world.expect_zones();
  world.expect_none();
  world.expect_action("add_records", kAddNew, json_answer(201, action("running")));
  world.expect_poll(action("running"));
  world.expect_poll(action("success"));
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void exactly_our_values_are_removed() {
  World world;
  world.expect_zones();
  world.expect_read(R"([{"value":"\"other\""},{"value":"\"v1\""}])");
  world.expect_action("remove_records", kAdd, json_answer(201, action("success")));
  CHECK_OK(world.clean_up({{kName, "v1"}}));
  world.expect_none();
  CHECK_OK(world.clean_up({{kName, "v1"}}));
}

static void zones_come_in_pages() {
  World world;
  world.expect(cat("GET ", kApi, "/zones?mode=primary&per_page=50", kBearer, "\n"),
               json_answer(200, R"({"zones":[],"meta":{"pagination":{"page":1,"next_page":2}}})"));
  world.expect(
      cat("GET ", kApi, "/zones?mode=primary&per_page=50&page=2", kBearer, "\n"),
      json_answer(200, R"({"zones":[{"id":42,"name":"example.org"}],"meta":{"pagination":{"next_page":null}}})"));
  world.expect_read(R"([{"value":"\"v1\""}])");
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void a_locked_zone_is_tried_again() {
  World world;
  world.expect_zones();
  world.expect_none();
  world.expect_action("add_records", kAddNew, json_answer(423, R"({"error":{"code":"locked","message":"busy"}})"));
  world.expect_none();
  world.expect_action("add_records", kAddNew, json_answer(201, action("success")));
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void an_action_that_fails_or_never_ends_is_an_error() {
  World world;
  world.expect_zones();
  world.expect_none();
  world.expect_action("add_records", kAddNew,
                      json_answer(201, action("error", R"({"code":"action_failed","message":"Action failed"})")));
  Status status = world.present({{kName, "v1"}});
  CHECK(!status.ok() && status.error().kind == ErrorKind::problem);
  CHECK_EQ(status.error().message, "zone example.org: Hetzner could not make the change: Action failed");
  world.expect_zones();  // asked again after a refusal
  world.expect_none();
  world.expect_action("add_records", kAddNew, json_answer(201, action("running")));
  for (int i = 0; i < 20; ++i) world.expect_poll(action("running"));
  status = world.present({{kName, "v1"}});
  CHECK(!status.ok() && status.error().kind == ErrorKind::server_error);
}

static void errors_say_what_to_do() {
  World world;
  const Error denied =
      world.error_of(json_answer(401, R"({"error":{"code":"unauthorized","message":"unable to authenticate"}})"));
  CHECK_EQ(denied.message, "the list of zones: Hetzner answered 401: unable to authenticate");
  CHECK(denied.hint.find("Read & Write") != std::string::npos);
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  world.expect_zones();
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  // A page that is not the API's: no empty set.
  CHECK(world.error_of(answer(404, "<html>", {{"content-type", "text/html"}})).kind == ErrorKind::server_error);
  for (auto& nasty : nasty_answers()) {
    world.expect_none();
    CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  }
}

int main() {
  return acme_test::run(
      "hetzner", {ACME_TEST(a_value_is_added_to_a_set), ACME_TEST(a_new_set_is_waited_for),
                  ACME_TEST(exactly_our_values_are_removed), ACME_TEST(zones_come_in_pages),
                  ACME_TEST(a_locked_zone_is_tried_again), ACME_TEST(an_action_that_fails_or_never_ends_is_an_error),
                  ACME_TEST(errors_say_what_to_do)});
}
