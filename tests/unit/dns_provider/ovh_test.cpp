#include "common/dns_provider/ovh.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/api_world.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kApi = "https://eu.api.ovh.com/1.0";
const std::string kRecords = kApi + "/domain/zone/example.org/record";
const std::string kName = "_acme-challenge.example.org";

/// Signatures of an independent implementation, for the time 1767225700.
std::string sent(const std::string& method, const std::string& url, const char* signature,
                 const std::string& body = {}) {
  return cat(method, " ", url, "\nX-Ovh-Application: app-key-1\nX-Ovh-Consumer: consumer-key-1\n",
             "X-Ovh-Timestamp: 1767225700\nX-Ovh-Signature: $1$", signature, "\n",
             body.empty() ? "" : "Content-Type: application/json\n", "\n", body);
}

struct World : ApiWorld {
  World() : ApiWorld{"ovh", make_ovh} {
    config.settings["application_key"] = "app-key-1";
    config.secrets["application_secret"] = Secret{"app-secret-1"};
    config.secrets["consumer_key"] = Secret{"consumer-key-1"};
  }

  void expect_time() {  // 100 s ahead of ours
    expect(cat("GET ", kApi, "/auth/time\n\n"), json_answer(200, "1767225700"));
  }
  void expect_zones() {
    expect_time();
    expect(sent("GET", kApi + "/domain/zone", "dd7a127281ea6e74bb5fcd72d07953ad4d902c97"),
           json_answer(200, R"(["example.org"])"));
  }
  void expect_ids(const char* ids) {
    expect(
        sent("GET", kRecords + "?fieldType=TXT&subDomain=_acme-challenge", "a940e81425f6daed48edd0ca743cbee29697b1dd"),
        json_answer(200, ids));
  }
  void expect_record(int id, const char* target) {
    expect(sent("GET", cat(kRecords, "/", id),
                id == 11 ? "90f921dac74b5952ca826b02ffbdd22c4b2ecee5" : "0a7c5106ae04bf017d2fede4b28723636e08d37f"),
           json_answer(200, cat(R"({"id":)", id,
                                R"(,"zone":"example.org","subDomain":"_acme-challenge","fieldType":"TXT","target":")",
                                target, R"(","ttl":60})")));
  }
  void expect_refresh() {
    expect(sent("POST", kApi + "/domain/zone/example.org/refresh", "be00c33a8ba9abdbe1d1bfd09c293c25bbd3a592"),
           json_answer(200, "null"));
  }
};

}  // namespace

static void a_record_is_added_and_the_zone_refreshed() {
  World world;
  world.expect_zones();
  world.expect_ids("[11]");
  world.expect_record(11, R"(\"other\")");
  world.expect(sent("POST", kRecords, "f791911e9c04bdd7710f07b7210e62cb91dc9358",
                    R"({"fieldType":"TXT","subDomain":"_acme-challenge","target":"v1","ttl":60})"),
               json_answer(200, R"({"id":12})"));
  world.expect_refresh();
  CHECK_OK(world.present({{kName, "v1"}}));
  world.expect_ids("[11,12]");
  world.expect_record(11, R"(\"other\")");
  world.expect_record(12, "v1");
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void exactly_our_records_are_removed() {
  World world;
  world.expect_zones();
  world.expect_ids("[11,12]");
  world.expect_record(11, R"(\"other\")");
  world.expect_record(12, R"(\"v1\")");
  world.expect(sent("DELETE", kRecords + "/12", "d216507c32f7c58deae607bd6fa0cf919716c69b"), json_answer(200, "null"));
  world.expect_refresh();
  CHECK_OK(world.clean_up({{kName, "v1"}}));
  // One that was removed between the list and the look at it.
  world.expect_ids("[11]");
  world.expect("", json_answer(404, R"({"class":"Client::NotFound","message":"This service does not exist"})"));
  CHECK_OK(world.clean_up({{kName, "v1"}}));
}

static void a_refused_signature_reads_the_time_anew() {
  World world;
  world.expect_time();
  world.expect("", json_answer(401, R"({"class":"Client::Unauthorized","message":"Query out of time"})"));
  const Status refused = world.present({{kName, "v1"}});
  CHECK(!refused.ok());
  CHECK_EQ(refused.error().message, "the list of zones: OVH answered 401: Query out of time");
  CHECK(refused.error().hint.find("consumer_key") != std::string::npos);
  world.expect_zones();
  world.expect_ids("[11]");
  world.expect_record(11, "v1");
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void errors_say_what_to_do() {
  World world;
  for (const char* time : {"", "x", "-1", "99999999999999999999", "<html>"}) {
    CHECK(world.error_of(json_answer(200, time)).kind == ErrorKind::server_error);
  }
  world.expect_time();
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  World second;
  second.expect_zones();
  for (auto& nasty : nasty_answers()) CHECK(second.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  for (auto& nasty : nasty_answers()) {
    second.expect_ids("[11]");
    CHECK(second.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  }
  second.expect_ids("[]");
  second.expect("", json_answer(403, R"({"message":"This call has not been granted"})"));
  second.expect_refresh();
  const Status denied = second.present({{kName, "v1"}});
  CHECK(!denied.ok() && denied.error().message.find("has not been granted") != std::string::npos);
}

static void the_endpoint_has_a_name() {
  World world;
  world.config.settings["endpoint"] = "ovh-ca";
  world.expect("GET https://ca.api.ovh.com/1.0/auth/time\n\n", answer(500));
  CHECK(!world.present({{kName, "v1"}}).ok());
  World unknown;
  unknown.config.settings["endpoint"] = "ovh-mars";
  CHECK(make_ovh(unknown.config, {}).error().kind == ErrorKind::configuration);
}

int main() {
  return acme_test::run(
      "ovh", {ACME_TEST(a_record_is_added_and_the_zone_refreshed), ACME_TEST(exactly_our_records_are_removed),
              ACME_TEST(a_refused_signature_reads_the_time_anew), ACME_TEST(errors_say_what_to_do),
              ACME_TEST(the_endpoint_has_a_name)});
}
