#include "common/dns_provider/digitalocean.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/api_world.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kApi = "https://api.digitalocean.com/v2/domains";
const std::string kName = "_acme-challenge.example.org";
const std::string kBearer = "\nAuthorization: Bearer dop_v1_token\n";

struct World : ApiWorld {
  World() : ApiWorld{"digitalocean", make_digitalocean} { config.secrets["api_token"] = Secret{"dop_v1_token"}; }

  void expect_zones() {
    expect(cat("GET ", kApi, "?per_page=200", kBearer, "\n"),
           json_answer(
               200, R"({"domains":[{"name":"example.org","ttl":1800,"zone_file":""}],"links":{},"meta":{"total":1}})"));
  }
  void expect_read(const std::string& records, const std::string& name = kName) {
    expect(cat("GET ", kApi, "/example.org/records?type=TXT&per_page=200&name=", name, kBearer, "\n"),
           json_answer(200, cat(R"({"domain_records":)", records, R"(,"links":{},"meta":{"total":1}})")));
  }
  void expect_added(const std::string& name, const char* value, HttpResponse answer) {
    expect(cat("POST ", kApi, "/example.org/records", kBearer, "Content-Type: application/json\n\n",
               R"({"type":"TXT","name":")", name, R"(","data":")", value, R"(","ttl":60})"),
           std::move(answer));
  }
  void expect_removed(int id, int status) {
    expect(cat("DELETE ", kApi, "/example.org/records/", id, kBearer, "\n"),
           status == 204 ? answer(204) : json_answer(status, R"({"id":"not_found","message":"gone"})"));
  }
};

std::string record(int id, const char* data) {
  return cat(R"({"id":)", id, R"(,"type":"TXT","name":"_acme-challenge","data":")", data, R"(","ttl":60})");
}

HttpResponse created() { return json_answer(201, R"({"domain_record":{"id":9}})"); }

}  // namespace

static void a_record_is_added_once() {
  World world;
  world.expect_zones();
  world.expect_read("[" + record(1, "other") + "]");
  world.expect_added("_acme-challenge", "v1", created());
  CHECK_OK(world.present({{kName, "v1"}}));
  world.expect_read("[" + record(1, "other") + "," + record(2, "v1") + "]");
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void exactly_our_records_are_removed() {
  World world;
  world.expect_zones();
  world.expect_read("[" + record(1, "other") + "," + record(2, "v1") + "," + record(3, "v1") + "]");
  world.expect_removed(2, 204);
  world.expect_removed(3, 404);  // somebody else was quicker
  CHECK_OK(world.clean_up({{kName, "v1"}}));
}

static void a_few_requests_run_at_once() {
  World world;
  world.http.set_delay(std::chrono::milliseconds{10});
  world.expect_zones();
  std::vector<TxtRecord> records;
  for (int i = 0; i < 20; ++i) records.push_back({cat("_acme-challenge.n", i, ".example.org"), "v"});
  for (int i = 0; i < 20; ++i) world.expect("", json_answer(200, R"({"domain_records":[]})"));
  for (int i = 0; i < 20; ++i) world.expect("", created());
  CHECK_OK(world.present(records));
  CHECK_EQ(world.http.most_at_once(), 6U);
}

static void one_record_fails_and_the_others_are_there() {
  World world;
  world.expect_zones();
  world.expect_read("[]", "_acme-challenge.a.example.org");
  world.expect_read("[]", "_acme-challenge.b.example.org");
  world.expect_added("_acme-challenge.a", "v",
                     json_answer(422, R"({"id":"unprocessable_entity","message":"Data is bad"})"));
  world.expect_added("_acme-challenge.b", "v", created());
  const Status status = world.present({{"_acme-challenge.a.example.org", "v"}, {"_acme-challenge.b.example.org", "v"}});
  CHECK(!status.ok());
  CHECK_EQ(status.error().message, "zone example.org: DigitalOcean answered 422: Data is bad");
}

static void zones_come_in_pages() {
  World world;
  const char* const next = R"({"domains":[],"links":{"pages":{"next":"https://elsewhere.test/?page=2"}}})";
  world.expect(cat("GET ", kApi, "?per_page=200", kBearer, "\n"), json_answer(200, next));
  world.expect(cat("GET ", kApi, "?per_page=200&page=2", kBearer, "\n"),
               json_answer(200, R"({"domains":[{"name":"example.org"}],"links":{"pages":{}}})"));
  world.expect_read("[" + record(2, "v1") + "]");
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void errors_say_what_to_do() {
  World world;
  const Error denied =
      world.error_of(json_answer(401, R"({"id":"Unauthorized","message":"Unable to authenticate you"})"));
  CHECK_EQ(denied.message, "the list of zones: DigitalOcean answered 401: Unable to authenticate you");
  CHECK(denied.hint.find("domain:read") != std::string::npos);
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  world.expect_zones();
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
}

int main() {
  return acme_test::run("digitalocean",
                        {ACME_TEST(a_record_is_added_once), ACME_TEST(exactly_our_records_are_removed),
                         ACME_TEST(a_few_requests_run_at_once), ACME_TEST(one_record_fails_and_the_others_are_there),
                         ACME_TEST(zones_come_in_pages), ACME_TEST(errors_say_what_to_do)});
}
