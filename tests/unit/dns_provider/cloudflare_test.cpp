#include "common/dns_provider/cloudflare.hpp"

#include "common/base/text.hpp"
#include "common/json/json.hpp"
#include "tests/check.hpp"
#include "tests/fakes/api_world.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kApi = "https://api.cloudflare.com/client/v4";
const std::string kBearer = "\nAuthorization: Bearer cf-token-1\n";
const std::string kName = "_acme-challenge.example.org";
const std::string kZones = cat("GET ", kApi, "/zones?status=active&per_page=50", kBearer, "\n");
const std::string kRecords = cat(kApi, "/zones/023e105f4ecef8ad9ca31a8372d0c353/dns_records");
const std::string kRead = cat("GET ", kRecords, "?type=TXT&per_page=1000&name=", kName, kBearer, "\n");

struct World : ApiWorld {
  World() : ApiWorld{"cloudflare", make_cloudflare} { config.secrets["api_token"] = Secret{"cf-token-1"}; }
};

HttpResponse page(const std::string& result, int number = 1, int total = 1) {
  return json_answer(
      200, cat(R"({"result":)", result, R"(,"result_info":{"page":)", number, R"(,"per_page":50,"total_pages":)", total,
               R"(,"count":1,"total_count":1},"success":true,"errors":[],"messages":[]})"));
}

std::string zone(const char* id, const char* name) {
  return cat(R"({"id":")", id, R"(","name":")", name, R"(","status":"active","paused":false,"type":"full"})");
}

const std::string kZone = zone("023e105f4ecef8ad9ca31a8372d0c353", "example.org");

std::string record(const char* id, const std::string& name, const char* content) {
  return cat(R"({"id":")", id, R"(","zone_id":"023e105f4ecef8ad9ca31a8372d0c353","name":")", name,
             R"(","type":"TXT","content":")", content, R"(","ttl":60})");
}

std::string batch(const std::string& body) {
  return cat("POST ", kRecords, "/batch", kBearer, "Content-Type: application/json\n\n", body);
}

HttpResponse batch_done() {
  return json_answer(200, R"({"result":{"deletes":[],"posts":[]},"success":true,"errors":[]})");
}

}  // namespace

static void a_value_is_added_beside_others() {
  World world;
  world.expect(kZones, page("[" + kZone + "]"));
  world.expect(kRead, page("[" + record("r1", kName, R"(\"other\")") + "]"));
  world.expect(
      batch(cat(R"({"deletes":[],"posts":[{"type":"TXT","name":")", kName, R"(","content":"\"v1\"","ttl":60}]})")),
      batch_done());
  CHECK_OK(world.present({{kName, "v1"}}));
  // The zones are known now; what is there is not added again.
  world.expect(kRead, page(cat("[", record("r1", kName, R"(\"other\")"), ",", record("r2", kName, "v1"), "]")));
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void exactly_our_values_are_removed() {
  World world;
  world.expect(kZones, page("[" + kZone + "]"));
  world.expect(kRead, page(cat("[", record("r1", kName, R"(\"other\")"), ",", record("r2", kName, R"(\"v1\")"), ",",
                               record("r3", kName, "v1"), "]")));
  world.expect(batch(R"({"deletes":[{"id":"r2"},{"id":"r3"}],"posts":[]})"), batch_done());
  CHECK_OK(world.clean_up({{kName, "v1"}}));
  world.expect(kRead, page("[" + record("r1", kName, R"(\"other\")") + "]"));
  CHECK_OK(world.clean_up({{kName, "v1"}}));
}

static void many_names_are_one_batch() {
  World world;
  const std::string second = "_acme-challenge.www.example.org";
  world.expect(kZones, page("[" + kZone + "]"));
  const std::string all = cat("GET ", kRecords, "?type=TXT&per_page=1000");
  world.expect(cat(all, kBearer, "\n"), page("[" + record("r1", second, R"(\"v2\")") + "]", 1, 2));
  world.expect(cat(all, "&page=2", kBearer, "\n"), page("[]", 2, 2));
  world.expect(batch(cat(R"({"deletes":[],"posts":[{"type":"TXT","name":")", kName,
                         R"(","content":"\"v1\"","ttl":120},{"type":"TXT","name":")", second,
                         R"(","content":"\"v3\"","ttl":120}]})")),
               batch_done());
  world.config.ttl = 120;
  // A set keeps its TTL; Cloudflare has one for each record, so that the new ones get ours.
  CHECK_OK(world.present({{kName, "v1"}, {second, "v2"}, {second, "v3"}}));
}

static void batches_are_bounded() {
  World world;
  world.config.settings["zone_id"] = "z1";
  std::vector<TxtRecord> records;
  for (int i = 0; i < 150; ++i) records.push_back({cat("_acme-challenge.n", i, ".example.org"), "v"});
  world.expect("", page("[]"));
  world.expect("", batch_done());
  world.expect("", batch_done());
  CHECK_OK(world.present(records));
  const auto& sent = world.http.requests();
  CHECK_EQ(sent.at(0).url, cat(kApi, "/zones/z1/dns_records?type=TXT&per_page=1000"));
  CHECK_EQ(Json::parse(sent.at(1).body).value()["posts"].items().size(), 100U);
  CHECK_EQ(Json::parse(sent.at(2).body).value()["posts"].items().size(), 50U);
}

static void zones_come_in_pages() {
  World world;
  world.expect(kZones, page("[" + zone("z1", "example.net") + "]", 1, 2));
  world.expect(cat("GET ", kApi, "/zones?status=active&per_page=50&page=2", kBearer, "\n"),
               page("[" + kZone + "]", 2, 2));
  world.expect(kRead, page("[" + record("r2", kName, R"(\"v1\")") + "]"));
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void a_race_is_run_again() {
  World world;
  world.expect(kZones, page("[" + kZone + "]"));
  world.expect(kRead, page("[]"));
  world.expect(
      "", json_answer(
              400, R"({"success":false,"errors":[{"code":81058,"message":"An identical record already exists."}]})"));
  world.expect(kRead, page("[" + record("r2", kName, R"(\"v1\")") + "]"));
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void errors_say_what_to_do() {
  World world;
  const Error denied = world.error_of(json_answer(
      403, R"({"success":false,"errors":[{"code":9109,"message":"Invalid access token cf-token-1"}],"result":null})"));
  CHECK(denied.kind == ErrorKind::problem);
  CHECK_EQ(denied.message, "the list of zones: Cloudflare answered 403: Invalid access token (hidden)");
  CHECK(denied.hint.find("DNS: Edit") != std::string::npos);
  CHECK(world.error_of(page("[]")).kind == ErrorKind::problem);
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  world.expect(kZones, page("[" + kZone + "]"));
  const Error broken = world.error_of(json_answer(500, "{}"));
  CHECK(broken.kind == ErrorKind::server_error);
  CHECK_EQ(broken.message, "zone example.org: Cloudflare answered 500 with application/json");
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
}

static void settings_are_looked_at() {
  DnsProviderConfig config;
  config.name = "cloudflare";
  CHECK(make_cloudflare(config, {}).error().kind == ErrorKind::configuration);
  config.secrets["api_token"] = Secret{"cf-token-1"};
  config.settings["api_url"] = "http://api.cloudflare.com";
  CHECK(make_cloudflare(config, {}).error().kind == ErrorKind::configuration);
}

int main() {
  return acme_test::run(
      "cloudflare",
      {ACME_TEST(a_value_is_added_beside_others), ACME_TEST(exactly_our_values_are_removed),
       ACME_TEST(many_names_are_one_batch), ACME_TEST(batches_are_bounded), ACME_TEST(zones_come_in_pages),
       ACME_TEST(a_race_is_run_again), ACME_TEST(errors_say_what_to_do), ACME_TEST(settings_are_looked_at)});
}
