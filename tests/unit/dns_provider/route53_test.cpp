#include "common/dns_provider/route53.hpp"

#include "common/base/text.hpp"
#include "tests/check.hpp"
#include "tests/fakes/api_world.hpp"

using namespace acme;
using namespace acme_test;

namespace {

const std::string kApi = "https://route53.amazonaws.com/2013-04-01/hostedzone";
const std::string kName = "_acme-challenge.example.org";
const std::string kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

struct World : ApiWorld {
  World() : ApiWorld{"route53", make_route53} {
    config.settings["access_key_id"] = "AKIDEXAMPLE";
    config.secrets["secret_access_key"] = Secret{kSecret};
  }
};

HttpResponse xml_answer(int status, const std::string& body) {
  return answer(status, "<?xml version=\"1.0\"?>\n" + body, {{"content-type", "text/xml"}});
}

/// A request as it must be; the signature is that of an independent implementation.
std::string sent(const std::string& method, const std::string& url, const std::string& signature,
                 const std::string& body = {}) {
  return cat(method, " ", url,
             "\nX-Amz-Date: 20260101T000000Z\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/",
             "20260101/us-east-1/route53/aws4_request, SignedHeaders=host;x-amz-date, Signature=", signature, "\n",
             body.empty() ? "" : "Content-Type: application/xml\n", "\n", body);
}

std::string zone(const char* id, const char* name, const char* is_private = "false") {
  return cat("<HostedZone><Id>/hostedzone/", id, "</Id><Name>", name, "</Name><Config><PrivateZone>", is_private,
             "</PrivateZone></Config></HostedZone>");
}

HttpResponse zones(const std::string& list, const std::string& rest = "<IsTruncated>false</IsTruncated>") {
  return xml_answer(
      200, cat("<ListHostedZonesResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><HostedZones>", list,
               "</HostedZones>", rest, "<MaxItems>100</MaxItems></ListHostedZonesResponse>"));
}

std::string set(const std::string& name, const std::string& values, const std::string& more = {}) {
  std::string records;
  for (const auto value : split(values, ',')) {
    records += cat("<ResourceRecord><Value>&quot;", value, "&quot;</Value></ResourceRecord>");
  }
  return cat("<ResourceRecordSet><Name>", name, ".</Name><Type>TXT</Type>", more, "<TTL>300</TTL><ResourceRecords>",
             records, "</ResourceRecords></ResourceRecordSet>");
}

HttpResponse sets(const std::string& list, const std::string& rest = "<IsTruncated>false</IsTruncated>") {
  return xml_answer(200, cat("<ListResourceRecordSetsResponse><ResourceRecordSets>", list, "</ResourceRecordSets>",
                             rest, "</ListResourceRecordSetsResponse>"));
}

HttpResponse accepted() {
  return xml_answer(200,
                    "<ChangeResourceRecordSetsResponse><ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status>"
                    "</ChangeInfo></ChangeResourceRecordSetsResponse>");
}

HttpResponse refused(int status, const char* code, const char* message) {
  return xml_answer(status, cat("<ErrorResponse><Error><Type>Sender</Type><Code>", code, "</Code><Message>", message,
                                "</Message></Error><RequestId>r</RequestId></ErrorResponse>"));
}

std::string written(const char* action, const std::string& name, const std::string& values, int ttl = 300) {
  std::string records;
  for (const auto value : split(values, ',')) {
    records += cat("<ResourceRecord><Value>&quot;", value, "&quot;</Value></ResourceRecord>");
  }
  return cat("<Change><Action>", action, "</Action><ResourceRecordSet><Name>", name, ".</Name><Type>TXT</Type><TTL>",
             ttl, "</TTL><ResourceRecords>", records, "</ResourceRecords></ResourceRecordSet></Change>");
}

std::string batch(const std::string& changes) {
  return cat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ChangeResourceRecordSetsRequest "
      "xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch><Changes>",
      changes, "</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>");
}

const std::string kListed = sent("GET", kApi, "bacb298b748cd5e78df18d5e15b9f6ff3436aabeb37abb62fbd80dbac28696fd");
const std::string kRead = sent("GET", cat(kApi, "/Z1/rrset?maxitems=1&name=", kName, ".&type=TXT"),
                               "5673636201bf78f475ecc4b7266cf81d4c072009c9dab722ff32ebd0052df10c");

/// Without zones to list, and the body of the last request.
struct OneZone : World {
  OneZone() { config.settings["zone_id"] = "Z1"; }
  const std::string& last() const { return http.requests().back().body; }
};

}  // namespace

static void a_set_is_replaced_as_it_was_read() {
  World world;
  world.expect(kListed, zones(zone("ZP", "example.org.", "true") + zone("Z1", "example.org.")));
  world.expect(kRead, sets(set(kName, "other")));
  const std::string body = batch(written("DELETE", kName, "other") + written("CREATE", kName, "other,v1"));
  world.expect(
      sent("POST", kApi + "/Z1/rrset/", "546126f492930147d8a488e45e4549e7365231ef2abf44079d48e6dcafe2e2d4", body),
      accepted());
  CHECK_OK(world.present({{kName, "v1"}}));
  world.expect(kRead, sets(set(kName, "other,v1")));
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void exactly_our_values_are_removed() {
  OneZone world;
  world.expect(kRead, sets(set(kName, "other,v1")));
  world.expect("", accepted());
  CHECK_OK(world.clean_up({{kName, "v1"}}));
  CHECK_EQ(world.last(), batch(written("DELETE", kName, "other,v1") + written("CREATE", kName, "other")));
  world.expect(kRead, sets(set(kName, "v1")));
  world.expect("", accepted());
  CHECK_OK(world.clean_up({{kName, "v1"}}));
  CHECK_EQ(world.last(), batch(written("DELETE", kName, "v1")));
  // The list goes on with another name when there is none of this one.
  world.expect(kRead, sets(set("a." + kName, "v1")));
  CHECK_OK(world.clean_up({{kName, "v1"}}));
}

static void a_hundred_names_are_one_batch() {
  OneZone world;
  std::vector<TxtRecord> records;
  for (int i = 0; i < 100; ++i) records.push_back({cat("_acme-challenge.n", i, ".example.org"), "v"});
  world.expect("",
               sets(set("_acme-challenge.n7.example.org", "v") +
                        "<ResourceRecordSet><Name>example.org.</Name><Type>A</Type><AliasTarget/></ResourceRecordSet>",
                    "<IsTruncated>true</IsTruncated><NextRecordName>m.example.org.</NextRecordName>"
                    "<NextRecordType>TXT</NextRecordType>"));
  world.expect("", sets(""));
  world.expect("", accepted());
  CHECK_OK(world.present(records));
  CHECK_EQ(world.http.requests().at(0).url, kApi + "/Z1/rrset?maxitems=300");
  CHECK_EQ(world.http.requests().at(1).url, kApi + "/Z1/rrset?maxitems=300&name=m.example.org.&type=TXT");
  std::size_t created = 0;
  for (auto at = world.last().find("CREATE"); at != std::string::npos; at = world.last().find("CREATE", at + 1))
    ++created;
  CHECK_EQ(created, 99U);
}

static void zones_come_in_pages() {
  World world;
  world.expect(kListed,
               zones(zone("Z9", "example.net."), "<IsTruncated>true</IsTruncated><NextMarker>Z2</NextMarker>"));
  world.expect(sent("GET", kApi + "?marker=Z2", "ee8e51805ae32dad99e1e2db2ff9b5f06b34d2f78c671b0cc25d4ddeea321cf2"),
               zones(zone("Z1", "example.org.")));
  world.expect(kRead, sets(set(kName, "v1")));
  CHECK_OK(world.present({{kName, "v1"}}));
}

static void a_lost_race_and_throttling_are_tried_again() {
  OneZone world;
  world.expect(kRead, refused(400, "Throttling", "Rate exceeded"));
  world.expect("", sets(""));
  world.expect("", xml_answer(400,
                              "<InvalidChangeBatch><Messages><Message>Tried to create resource record set but it "
                              "already exists</Message></Messages></InvalidChangeBatch>"));
  world.expect("", sets(set(kName, "other")));
  world.expect("", refused(400, "PriorRequestNotComplete", "wait"));
  world.expect("", accepted());
  CHECK_OK(world.present({{kName, "v1"}}));
  CHECK_EQ(world.last(), batch(written("DELETE", kName, "other") + written("CREATE", kName, "other,v1")));
}

static void a_session_token_is_signed() {
  World world;
  world.config.settings["region"] = "cn-northwest-1";
  world.config.settings["api_url"] = "http://127.0.0.1:8080";
  world.config.secrets["session_token"] = Secret{"session/token+1=="};
  world.expect(
      "GET http://127.0.0.1:8080/2013-04-01/hostedzone\nX-Amz-Date: 20260101T000000Z\nX-Amz-Security-Token: "
      "session/token+1==\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/cn-northwest-1/route53/"
      "aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature="
      "dd2eca7c48d336a5b80523064732a9f061f342db4b5e6a590a488ec944660406\n\n",
      zones(""));
  const Status status = world.present({{kName, "v1"}});
  CHECK(!status.ok() && status.error().message.find("it holds none") != std::string::npos);
}

static void errors_say_what_to_do() {
  World world;
  const Error denied = world.error_of(refused(403, "SignatureDoesNotMatch", cat("you sent ", kSecret).c_str()));
  CHECK(denied.kind == ErrorKind::problem);
  CHECK_EQ(denied.message, "the list of zones: Route 53 answered 403: SignatureDoesNotMatch: you sent (hidden)");
  CHECK(denied.hint.find("secret_access_key") != std::string::npos);
  CHECK(world.error_of(refused(500, "InternalError", "x")).kind == ErrorKind::server_error);
  const char* const bodies[] = {
      "", "<a>", "<ListHostedZonesResponse/>",
      "<ListHostedZonesResponse><HostedZones><HostedZone/></HostedZones></ListHostedZonesResponse>",
      "<ListResourceRecordSetsResponse><ResourceRecordSets/></ListResourceRecordSetsResponse>"};
  for (const char* body : bodies) CHECK(world.error_of(answer(200, body)).kind == ErrorKind::server_error);
  for (auto& nasty : nasty_answers()) CHECK(world.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  OneZone one;
  for (auto& nasty : nasty_answers()) CHECK(one.error_of(std::move(nasty)).kind == ErrorKind::server_error);
  const Error routed = one.error_of(sets(set(kName, "v1", "<SetIdentifier>eu</SetIdentifier>")));
  CHECK(routed.kind == ErrorKind::problem && routed.message.find("routing policy") != std::string::npos);
  CHECK(one.error_of(sets("<ResourceRecordSet><Name>x.</Name><Type>TXT</Type><TTL>x</TTL></ResourceRecordSet>")).kind ==
        ErrorKind::server_error);
}

static void settings_are_looked_at() {
  for (const auto& [name, value] : std::vector<std::pair<const char*, const char*>>{
           {"access_key_id", ""}, {"access_key_id", "a/b"}, {"region", "eu west"}, {"zone_id", "../x"}}) {
    World world;
    world.config.settings[name] = value;
    DnsProviderTools tools;
    tools.scheduler = &world.scheduler;
    tools.http = &world.http;
    const auto made = make_route53(world.config, tools);
    CHECK(!made.ok() && made.error().kind == ErrorKind::configuration);
  }
}

int main() {
  return acme_test::run("route53",
                        {ACME_TEST(a_set_is_replaced_as_it_was_read), ACME_TEST(exactly_our_values_are_removed),
                         ACME_TEST(a_hundred_names_are_one_batch), ACME_TEST(zones_come_in_pages),
                         ACME_TEST(a_lost_race_and_throttling_are_tried_again), ACME_TEST(a_session_token_is_signed),
                         ACME_TEST(errors_say_what_to_do), ACME_TEST(settings_are_looked_at)});
}
