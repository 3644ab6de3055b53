#include "common/dns_provider/google.hpp"

#include "common/base/text.hpp"
#include "common/dns_provider/google_key.hpp"
#include "common/json/json.hpp"
#include "tests/check.hpp"
#include "tests/fakes/api_world.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kApi = "https://dns.googleapis.com/dns/v1/projects/shop-4711/managedZones";
const std::string kName = "_acme-challenge.example.org";
const std::string kBearer = "\nAuthorization: Bearer ya29.token-1\n";

const PrivateKey& test_key() {
  static const PrivateKey key = PrivateKey::generate({KeyAlgorithm::rsa, 2048}).value();
  return key;
}

std::string key_file(const char* token_url = "https://oauth2.googleapis.com/token") {
  JsonBuilder file = JsonBuilder::object();
  file.set("type", "service_account").set("project_id", "shop-4711").set("private_key_id", "k1");
  file.set("private_key", test_key().to_pem()->view()).set("client_email", "acme@shop-4711.iam.gserviceaccount.com");
  return file.set("token_uri", token_url).text();
}

struct World : ApiWorld {
  World() : ApiWorld{"google", make_google} { config.secrets["service_account"] = Secret{key_file()}; }

  void expect_token(int expires_in = 3599) {
    expect("", json_answer(200, cat(R"({"access_token":"ya29.token-1","expires_in":)", expires_in,
                                    R"(,"token_type":"Bearer"})")));
  }
  void expect_zones() {
    expect(cat("GET ", kApi, kBearer, "\n"),
           json_answer(200, R"({"kind":"dns#managedZonesListResponse","managedZones":[)"
                            R"({"name":"inner","dnsName":"example.org.","id":"1","visibility":"private"},)"
                            R"({"name":"outer","dnsName":"example.org.","id":"2","visibility":"public"}]})"));
  }
  void expect_read(const std::string& sets, const std::string& name = kName) {
    expect(cat("GET ", kApi, "/outer/rrsets?name=", name, ".&type=TXT", kBearer, "\n"),
           json_answer(200, cat(R"({"kind":"dns#resourceRecordSetsListResponse")", sets.empty() ? "" : R"(,"rrsets":)",
                                sets, "}")));
  }
  void expect_change(const std::string& body, HttpResponse answer) {
    expect(cat("POST ", kApi, "/outer/changes", kBearer, "Content-Type: application/json\n\n", body),
           std::move(answer));
  }
};

std::string set(const std::string& values, int ttl = 300, const std::string& name = kName) {
  return cat(R"({"name":")", name, R"(.","type":"TXT","ttl":)", ttl, R"(,"rrdatas":[)", values, "]}");
}

HttpResponse pending() { return json_answer(200, R"({"kind":"dns#change","id":"7","status":"pending"})"); }

std::string decoded(std::string_view text) {
  const auto bytes = base64url_decode(text);
  return bytes ? std::string{bytes->begin(), bytes->end()} : std::string{};
}

}  // namespace

static void the_assertion_is_a_signed_jwt() {
  World world;
  world.expect_token();
  world.expect_zones();
  world.expect_read("[" + set(R"("\"v1\"")") + "]");
  CHECK_OK(world.present({{kName, "v1"}}));
  const HttpRequest& request = world.http.requests().front();
  CHECK_EQ(request.url, "https://oauth2.googleapis.com/token");
  CHECK_EQ(request.method, "POST");
  CHECK_EQ(request.content_type, "application/x-www-form-urlencoded");
  CHECK(request.headers.empty());
  const std::string start = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
  CHECK(request.body.starts_with(start));
  const std::string_view jwt = std::string_view{request.body}.substr(start.size());
  const auto pieces = split(jwt, '.');
  CHECK_EQ(pieces.size(), 3U);
  CHECK_EQ(decoded(pieces[0]), R"({"alg":"RS256","typ":"JWT","kid":"k1"})");
  CHECK_EQ(decoded(pieces[1]), R"({"iss":"acme@shop-4711.iam.gserviceaccount.com",)"
                               R"("scope":"https://www.googleapis.com/auth/ndev.clouddns.readwrite",)"
                               R"("aud":"https://oauth2.googleapis.com/token","iat":1767225600,"exp":1767229200})");
  CHECK_EQ(pieces[2], base64url_encode(test_key().sign_jws(jwt.substr(0, jwt.rfind('.'))).value()));
}

static void a_set_is_replaced_as_it_was_read() {
  World world;
  world.expect_token();
  world.expect_zones();
  world.expect_read("[" + set(R"("\"other\"")") + "]");
  world.expect_change(
      cat(R"({"deletions":[)", set(R"("\"other\"")"), R"(],"additions":[)", set(R"("\"other\"","\"v1\"")"), "]}"),
      pending());
  CHECK_OK(world.present({{kName, "v1"}}));
  // The token is kept.
  world.expect_read("[" + set(R"("\"v1\"")") + "]");
  world.expect_change(cat(R"({"deletions":[)", set(R"("\"v1\"")"), R"(],"additions":[]})"), pending());
  CHECK_OK(world.clean_up({{kName, "v1"}}));
}

static void names_of_a_zone_are_one_change() {
  World world;
  const std::string second = "_acme-challenge.www.example.org";
  world.expect_token();
  world.expect_zones();
  world.expect_read("");
  world.expect_read("[]", second);
  world.expect_change(
      cat(R"({"deletions":[],"additions":[)", set(R"("\"v1\"")", 60), ",", set(R"("\"v2\"")", 60, second), "]}"),
      pending());
  CHECK_OK(world.present({{kName, "v1"}, {second, "v2"}}));
}

static void a_race_and_a_quota_are_tried_again() {
  World world;
  world.expect_token();
  world.expect_zones();
  world.expect_read("[]");
  world.expect(
      "", json_answer(
              409, R"({"error":{"code":409,"message":"The resource 'entity.change.additions[0]' already exists"}})"));
  world.expect_read("[" + set(R"("\"other\"")") + "]");
  world.expect(
      "", json_answer(404, R"({"error":{"code":404,"message":"The 'entity.change.deletions[0]' does not exist"}})"));
  world.expect(
      "", json_answer(403, R"({"error":{"errors":[{"reason":"rateLimitExceeded"}],"code":403,"message":"Quota"}})"));
  world.expect_read("[" + set(R"("\"v1\"")") + "]");
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void a_token_is_fetched_anew_when_it_ends_or_is_refused() {
  World world;
  world.expect_token(61);
  world.expect_zones();
  world.expect_read("[" + set(R"("\"v1\"")") + "]");
  CHECK_OK(world.present({{kName, "v1"}}));
  world.clock.advance(std::chrono::seconds{2});
  world.expect_token();
  world.expect("", json_answer(401, R"({"error":{"code":401,"message":"Invalid Credentials"}})"));
  const Status refused = world.present({{kName, "v1"}});
  CHECK(!refused.ok());
  CHECK_EQ(refused.error().message, "zone example.org: Google answered 401: Invalid Credentials");
  CHECK(refused.error().hint.find("acme@shop-4711") != std::string::npos);
  world.expect_token();
  world.expect_zones();
  world.expect_read("[" + set(R"("\"v1\"")") + "]");
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void errors_say_what_to_do() {
  World world;
  const Error grant =
      world.error_of(json_answer(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})"));
  CHECK_EQ(grant.message, "the list of zones: access token: Google answered 400: Invalid JWT Signature.");
  CHECK(grant.kind == ErrorKind::problem && grant.hint.find("clock") != std::string::npos);
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  CHECK(world.error_of(json_answer(200, R"({"access_token":"a\r\nX: y"})")).kind == ErrorKind::server_error);
  world.expect_token();
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  world.expect_zones();
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
}

static void a_key_file_is_looked_at() {
  CHECK_OK(parse_google_key(key_file()));
  const Secret pem = PrivateKey::generate({}).value().to_pem().value();
  const std::string table[] = {"",
                               "{",
                               "[]",
                               R"({"client_email":"a"})",
                               R"({"client_email":"a","private_key":"s3cr3t"})",
                               JsonBuilder::object().set("client_email", "a").set("private_key", pem.view()).text(),
                               key_file("http://oauth2.googleapis.com/token")};
  for (const auto& text : table) {
    const auto key = parse_google_key(text);
    CHECK(!key.ok() && key.error().kind == ErrorKind::configuration);
    CHECK(key.error().message.find("s3cr3t") == std::string::npos);
  }
  World world;
  world.config.secrets.clear();
  CHECK(!make_google(world.config, {}).ok());
}

int main() {
  return acme_test::run(
      "google", {ACME_TEST(the_assertion_is_a_signed_jwt), ACME_TEST(a_set_is_replaced_as_it_was_read),
                 ACME_TEST(names_of_a_zone_are_one_change), ACME_TEST(a_race_and_a_quota_are_tried_again),
                 ACME_TEST(a_token_is_fetched_anew_when_it_ends_or_is_refused), ACME_TEST(errors_say_what_to_do),
                 ACME_TEST(a_key_file_is_looked_at)});
}
