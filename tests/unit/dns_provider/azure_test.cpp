#include "common/dns_provider/azure.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/api_world.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kApi = "https://management.azure.com";
const std::string kZone = "/subscriptions/s-1/resourceGroups/rg-1/providers/Microsoft.Network/dnszones/example.org";
const std::string kName = "_acme-challenge.example.org";
const std::string kBearer = "\nAuthorization: Bearer eyJ0.az\n";
const std::string kVersion = "?api-version=2018-05-01";
const std::string kSet = kApi + kZone + "/TXT/_acme-challenge" + kVersion;

struct World : ApiWorld {
  World() : ApiWorld{"azure", make_azure} {
    config.settings = {{"tenant_id", "t-1"}, {"client_id", "c-1"}, {"subscription_id", "s-1"}};
    config.secrets["client_secret"] = Secret{"az~secret+1"};
  }

  void expect_token() {
    expect(
        "POST https://login.microsoftonline.com/t-1/oauth2/v2.0/token\nContent-Type: "
        "application/x-www-form-urlencoded\n\n"
        "client_id=c-1&client_secret=az~secret%2B1&grant_type=client_credentials&"
        "scope=https%3A%2F%2Fmanagement.azure.com%2F.default",
        json_answer(200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"eyJ0.az"})"));
  }
  void expect_zones() {
    expect_token();
    expect(cat("GET ", kApi, "/subscriptions/s-1/providers/Microsoft.Network/dnsZones", kVersion, kBearer, "\n"),
           json_answer(200, cat(R"({"value":[{"id":")", kZone,
                                R"(","name":"example.org","properties":{"zoneType":"Public"}}]})")));
  }
  void expect_read(const char* records) {
    expect(cat("GET ", kSet, kBearer, "\n"),
           json_answer(200, cat(R"({"id":"x","etag":"e-7","properties":{"TTL":300,"TXTRecords":)", records, "}}")));
  }
  void expect_none() {
    expect(cat("GET ", kSet, kBearer, "\n"),
           json_answer(404, R"({"code":"NotFound","message":"The resource record was not found."})"));
  }
  void expect_write(const char* method, const char* match, const std::string& body, HttpResponse answer) {
    expect(cat(method, " ", kSet, "\n", match, kBearer, body.empty() ? "" : "Content-Type: application/json\n", "\n",
               body),
           std::move(answer));
  }
};

}  // namespace

static void a_set_is_replaced_as_it_was_read() {
  World world;
  world.expect_zones();
  world.expect_read(R"([{"value":["long ","one"]}])");
  world.expect_write("PATCH", "If-Match: e-7",
                     R"({"properties":{"TTL":300,"TXTRecords":[{"value":["long ","one"]},{"value":["v1"]}]}})",
                     json_answer(200, "{}"));
  CHECK_OK(world.present({{kName, "v1"}}));
  world.expect_none();
  world.expect_write("PUT", "If-None-Match: *", R"({"properties":{"TTL":60,"TXTRecords":[{"value":["v1"]}]}})",
                     json_answer(201, "{}"));
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void exactly_our_values_are_removed() {
  World world;
  world.expect_zones();
  world.expect_read(R"([{"value":["v1"]},{"value":["other"]}])");
  world.expect_write("PATCH", "If-Match: e-7", R"({"properties":{"TTL":300,"TXTRecords":[{"value":["other"]}]}})",
                     json_answer(200, "{}"));
  CHECK_OK(world.clean_up({{kName, "v1"}}));
  world.expect_read(R"([{"value":["v1"]}])");
  world.expect_write("DELETE", "If-Match: e-7", "", answer(204));
  CHECK_OK(world.clean_up({{kName, "v1"}}));
  world.expect_none();
  CHECK_OK(world.clean_up({{kName, "v1"}}));
}

static void a_lost_race_is_run_again() {
  World world;
  world.expect_zones();
  world.expect_none();
  world.expect_write("PUT", "If-None-Match: *", R"({"properties":{"TTL":60,"TXTRecords":[{"value":["v1"]}]}})",
                     json_answer(412, R"({"code":"PreconditionFailed","message":"changed"})"));
  world.expect_read(R"([{"value":["v1"]}])");
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void zones_come_in_pages_and_of_one_group() {
  World world;
  world.config.settings["resource_group"] = "rg (1)";
  const std::string list = kApi + "/subscriptions/s-1/resourceGroups/rg%20%281%29/providers/Microsoft.Network/dnsZones";
  world.expect_token();
  world.expect(
      cat("GET ", list, kVersion, kBearer, "\n"),
      json_answer(200, R"({"value":[],"nextLink":"https://elsewhere.test/x?api-version=2018-05-01&$skipToken=n"})"));
  world.expect(cat("GET ", list, kVersion, "&$skipToken=n", kBearer, "\n"),
               json_answer(200, cat(R"({"value":[{"id":")", kZone, R"(","name":"example.org"}]})")));
  world.expect_read(R"([{"value":["v1"]}])");
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void errors_say_what_to_do() {
  World world;
  const Error login = world.error_of(json_answer(
      401, R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret az~secret+1"})"));
  CHECK_EQ(login.message,
           "the list of zones: access token: Azure answered 401: AADSTS7000215: Invalid client secret (hidden)");
  CHECK(login.hint.find("client_secret") != std::string::npos);
  world.expect_token();
  const Error denied = world.error_of(json_answer(
      403, R"({"error":{"code":"AuthorizationFailed","message":"The client does not have authorization"}})"));
  CHECK_EQ(denied.message, "the list of zones: Azure answered 403: The client does not have authorization");
  CHECK(denied.hint.find("DNS Zone Contributor") != std::string::npos);
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  World second;
  second.expect_zones();
  for (auto& nasty : nasty_answers()) CHECK(second.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  for (const char* name : {"tenant_id", "client_id", "subscription_id"}) {
    World incomplete;
    incomplete.config.settings.erase(name);
    DnsProviderTools tools;
    tools.scheduler = &incomplete.scheduler;
    tools.http = &incomplete.http;
    CHECK(make_azure(incomplete.config, tools).error().kind == ErrorKind::configuration);
  }
}

int main() {
  return acme_test::run("azure", {ACME_TEST(a_set_is_replaced_as_it_was_read),
                                  ACME_TEST(exactly_our_values_are_removed), ACME_TEST(a_lost_race_is_run_again),
                                  ACME_TEST(zones_come_in_pages_and_of_one_group), ACME_TEST(errors_say_what_to_do)});
}
