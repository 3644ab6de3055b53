#include "common/dns_provider/rfc2136.hpp"

#include <algorithm>
#include <mutex>
#include <set>

#include "common/crypto/digest.hpp"
#include "common/dns/resolver.hpp"
#include "tests/fakes/local_dns.hpp"
#include "tests/fakes/poll_loop.hpp"
#include "tests/fakes/recording_logger.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

constexpr auto kSecret = "c2VjcmV0IG9mIHRoZSB0ZXN0";  // "secret of the test"

void append16(DnsBytes& out, std::size_t number) {
  out.push_back(static_cast<std::uint8_t>(number >> 8U));
  out.push_back(static_cast<std::uint8_t>(number));
}

void append(DnsBytes& out, const DnsBytes& more) { out.insert(out.end(), more.begin(), more.end()); }

DnsBytes signature_record(const DnsBytes& data) {
  DnsBytes record = dns_record("acme.example", 250, data, 255);
  record[dns_name("acme.example").size() + 7] = 0;  // no TTL
  return record;
}

/// The signature of `message` by RFC 8945 §4.3, written a second time.
DnsBytes signed_by(DnsBytes message, const DnsBytes& request_mac, int error = 0, const DnsBytes& other = {}) {
  const DnsBytes name = dns_name("acme.example");
  const DnsBytes algorithm = dns_name("hmac-sha256");
  DnsBytes times{0, 0};
  const auto now = static_cast<std::uint32_t>(SystemClock{}.now().time_since_epoch().count());
  append16(times, now >> 16U);
  append16(times, now & 0xFFFFU);
  append16(times, 300);
  DnsBytes digested;
  append16(digested, request_mac.size());
  append(digested, request_mac);
  append(digested, message);
  append(digested, name);
  append(digested, {0, 255, 0, 0, 0, 0});
  append(digested, algorithm);
  append(digested, times);
  append16(digested, static_cast<std::size_t>(error));
  append16(digested, other.size());
  append(digested, other);
  const auto mac = hmac(MacAlgorithm::hs256, "secret of the test",
                        std::string_view{reinterpret_cast<const char*>(digested.data()), digested.size()});
  CHECK_OK(mac);
  DnsBytes data = algorithm;
  append(data, times);
  append16(data, mac->size());
  append(data, *mac);
  data.insert(data.end(), message.begin(), message.begin() + 2);
  append16(data, static_cast<std::size_t>(error));
  append16(data, other.size());
  append(data, other);
  append(message, signature_record(data));
  message[11] = 1;
  return message;
}

/// The MAC of a request that hmac-sha256 signed: it ends with 32 bytes of MAC, id, error, no other data.
DnsBytes mac_of(const DnsBytes& request) { return {request.end() - 38, request.end() - 6}; }

DnsBytes header_only(const DnsBytes& request, int code) {
  return {request[0], request[1], 0xA8, static_cast<std::uint8_t>(code), 0, 0, 0, 0, 0, 0, 0, 0};
}

bool is_update(const DnsBytes& message) { return (message[2] & 0x78) == 0x28; }

/// The primary of example.org and example.net; what it was sent is kept.
struct Primary {
  using Reply = std::function<std::vector<DnsBytes>(const DnsBytes& update, bool tcp)>;
  static std::vector<DnsBytes> accept(const DnsBytes& update, bool) {
    return {signed_by(header_only(update, 0), mac_of(update))};
  }

  explicit Primary(Reply r = accept) : reply{std::move(r)} {}
  Reply reply;
  std::mutex mutex;
  std::vector<DnsBytes> updates;
  LocalDns server{[this](const DnsBytes& message, bool tcp) {
    if (!is_update(message)) {
      const std::string name = asked_name(message);
      const std::string zone = name.ends_with("example.org") ? "example.org" : "example.net";
      return std::vector<DnsBytes>{dns_answer(message, {}, 3, {dns_record(zone, 6, dns_soa("ns1." + zone))})};
    }
    const std::lock_guard lock{mutex};
    updates.push_back(message);
    return reply(message, tcp);
  }};
};

struct World : PollLoop {
  RecordingLogger log;
  Resolver resolver{{scheduler, descriptors}};
  std::unique_ptr<DnsProvider> provider;

  explicit World(const std::string& server, const std::map<std::string, std::string>& more = {}) {
    DnsProviderConfig config;
    config.name = "rfc2136";
    config.settings = {{"server", server}, {"key_name", "acme.example"}};
    for (const auto& [name, value] : more) config.settings[name] = value;
    config.secrets["key"] = Secret{std::string_view{kSecret}};
    DnsProviderTools tools;
    tools.scheduler = &scheduler;
    tools.descriptors = &descriptors;
    tools.lookup = &resolver;
    tools.log = &log;
    auto made = make_dns_provider(config, std::move(tools));
    CHECK_OK(made);
    provider = std::move(*made);
  }

  Status present(std::vector<TxtRecord> records) { return run(provider->present(std::move(records))); }
  Status clean_up(std::vector<TxtRecord> records) { return run(provider->clean_up(std::move(records))); }
};

const TxtRecord kRecord{"_acme-challenge.example.org", "value"};

bool holds(const DnsBytes& message, const DnsBytes& part) {
  return std::search(message.begin(), message.end(), part.begin(), part.end()) != message.end();
}

Status answered_with(Primary::Reply reply) {
  Primary primary{std::move(reply)};
  World world{primary.server.address(), {{"transport", "tcp"}}};
  Status status = world.present({kRecord});
  CHECK(status.ok() || status.error().message.find(primary.server.address()) != std::string::npos);
  return status;
}

bool says(const Status& status, std::string_view text) {
  return !status && status.error().message.find(text) != std::string::npos;
}

}  // namespace

static void records_are_added_and_removed() {
  Primary primary;
  World world{primary.server.address()};
  CHECK_OK(world.present({kRecord, kRecord, {"_acme-challenge.www.example.org", "other"}}));
  CHECK_EQ(primary.updates.size(), 1U);
  const DnsBytes& add = primary.updates[0];
  CHECK(holds(add, dns_txt({"value"})) && holds(add, dns_txt({"other"})));
  CHECK_EQ(add[9], 2);  // two records, the doubled one once
  CHECK(holds(add, {0, 16, 0, 1, 0, 0, 0, 60}));
  CHECK_OK(world.clean_up({kRecord}));
  CHECK(holds(primary.updates.at(1), {0, 16, 0, 254, 0, 0, 0, 0}));
  CHECK_EQ(primary.server.by_tcp(), 0);
}

static void each_zone_gets_one_update() {
  Primary primary;
  World world{primary.server.address()};
  std::vector<TxtRecord> records;
  for (int i = 0; i < 50; ++i) {
    records.push_back({"_acme-challenge.n" + std::to_string(i) + ".example.org", std::string(43, 'a')});
    records.push_back({"_acme-challenge.n" + std::to_string(i) + ".example.net", std::string(43, 'b')});
  }
  CHECK_OK(world.present(records));
  CHECK_EQ(primary.updates.size(), 2U);
  CHECK_EQ(primary.server.by_tcp(), 2);  // too long for a datagram
  const int asked = primary.server.by_udp();
  CHECK_OK(world.clean_up(records));
  CHECK_EQ(primary.server.by_udp(), asked);  // the zones are known
  CHECK_EQ(primary.updates.size(), 4U);
}

static void what_is_beyond_64_kb_is_split() {
  Primary primary;
  World world{primary.server.address()};
  std::vector<TxtRecord> records;
  for (int i = 0; i < 900; ++i) records.push_back({kRecord.name, std::to_string(i) + std::string(200, 'x')});
  CHECK_OK(world.present(records));
  CHECK_EQ(primary.updates.size(), 4U);
}

static void tcp_takes_over_when_udp_is_cut_or_silent() {
  for (const bool cut : {true, false}) {
    Primary primary{[cut](const DnsBytes& update, bool tcp) -> std::vector<DnsBytes> {
      if (tcp) return Primary::accept(update, true);
      DnsBytes answer = header_only(update, 0);
      answer[2] |= 2;
      return cut ? std::vector<DnsBytes>{answer} : std::vector<DnsBytes>{};
    }};
    World world{primary.server.address()};
    CHECK_OK(world.present({kRecord}));
    CHECK_EQ(primary.server.by_tcp(), 1);
  }
}

static void refusals_are_told_in_plain_words() {
  const struct {
    int code;
    const char* word;
    ErrorKind kind;
  } rows[] = {{1, "FORMERR", ErrorKind::server_error}, {2, "SERVFAIL", ErrorKind::server_error},
              {4, "NOTIMP", ErrorKind::problem},       {5, "REFUSED", ErrorKind::problem},
              {9, "NOTAUTH", ErrorKind::problem},      {10, "NOTZONE", ErrorKind::problem},
              {8, "RCODE 8", ErrorKind::problem}};
  for (const auto& row : rows) {
    const Status status = answered_with([&](const DnsBytes& update, bool) {
      return std::vector<DnsBytes>{signed_by(header_only(update, row.code), mac_of(update))};
    });
    CHECK(says(status, row.word) && says(status, "zone example.org"));
    CHECK(status.error().kind == row.kind);
    CHECK(status.error().message.find(kSecret) == std::string::npos);
  }
}

static void signature_errors_are_told_apart() {
  const auto with_error = [](int error) {
    return answered_with([error](const DnsBytes& update, bool) {
      DnsBytes data = dns_name("hmac-sha256");
      append(data, {0, 0, 0, 0, 0, 0, 1, 44, 0, 0, update[0], update[1], 0, static_cast<std::uint8_t>(error), 0, 0});
      DnsBytes answer = header_only(update, 9);
      append(answer, signature_record(data));
      answer[11] = 1;
      return std::vector<DnsBytes>{answer};
    });
  };
  CHECK(says(with_error(16), "BADSIG") && says(with_error(17), "BADKEY") && says(with_error(18), "BADTIME"));
  CHECK(says(with_error(17), "acme.example"));
  const Status early = answered_with([](const DnsBytes& update, bool) {
    const auto theirs = static_cast<std::uint32_t>(SystemClock{}.now().time_since_epoch().count() + 7230);
    DnsBytes other{0, 0};
    append16(other, theirs >> 16U);
    append16(other, theirs & 0xFFFFU);
    return std::vector<DnsBytes>{signed_by(header_only(update, 9), mac_of(update), 18, other)};
  });
  CHECK(says(early, "2 h behind the server's"));
}

static void a_success_must_be_signed() {
  CHECK(says(answered_with([](const DnsBytes& update, bool) { return std::vector<DnsBytes>{header_only(update, 0)}; }),
             "not signed"));
  CHECK(says(answered_with([](const DnsBytes& update, bool) {
               return std::vector<DnsBytes>{signed_by(header_only(update, 0), DnsBytes(32, 7))};
             }),
             "not signed"));
  CHECK(says(answered_with([](const DnsBytes& update, bool) {
               DnsBytes answer = signed_by(header_only(update, 0), mac_of(update));
               answer.push_back(0);
               return std::vector<DnsBytes>{answer};
             }),
             "no DNS message"));
}

static void garbage_and_silence_are_errors() {
  CHECK(answered_with([](const DnsBytes&, bool) { return std::vector<DnsBytes>{DnsBytes(500, 0xFF)}; }).error().kind ==
        ErrorKind::server_error);
  CHECK(answered_with([](const DnsBytes& update, bool) {
          DnsBytes answer = header_only(update, 0);
          answer[11] = 1;
          append(answer, DnsBytes(30, 0xC0));
          return std::vector<DnsBytes>{answer};
        })
            .error()
            .kind == ErrorKind::server_error);
  CHECK(answered_with([](const DnsBytes&, bool) { return std::vector<DnsBytes>{}; }).error().kind ==
        ErrorKind::transport);
  std::string nobody;
  { nobody = LocalDns{Primary::accept}.address(); }
  World world{nobody};
  CHECK(world.present({kRecord}).error().kind == ErrorKind::transport);
}

static void one_zone_that_fails_leaves_the_others() {
  Primary primary{[](const DnsBytes& update, bool) {
    const int code = asked_name(update) == "example.net" ? 5 : 0;
    return std::vector<DnsBytes>{signed_by(header_only(update, code), mac_of(update))};
  }};
  World world{primary.server.address()};
  const Status status = world.present({kRecord, {"_acme-challenge.example.net", "x"}});
  CHECK(says(status, "update of the zone example.net") && says(status, "REFUSED"));
  CHECK_EQ(primary.updates.size(), 2U);
}

static void settings_that_no_server_can_have_are_refused() {
  DnsProviderConfig config;
  config.name = "rfc2136";
  for (const char* server : {"", "a b", "ns.example:0", "ns.example:99999", "[::1"}) {
    config.settings = {{"server", server}, {"key_name", "acme.example"}};
    config.secrets["key"] = Secret{std::string_view{kSecret}};
    CHECK(make_rfc2136(config, {}).error().kind == ErrorKind::configuration);
  }
  config.settings["server"] = "ns1.example.org:5353";
  CHECK_OK(make_rfc2136(config, {}));
  config.secrets["key"] = Secret{std::string_view{"not base64!"}};
  const auto made = make_rfc2136(config, {});
  CHECK(made.error().message.find("not base64!") == std::string::npos);
}

int main() {
  return acme_test::run(
      "dns_provider/rfc2136",
      {ACME_TEST(records_are_added_and_removed), ACME_TEST(each_zone_gets_one_update),
       ACME_TEST(what_is_beyond_64_kb_is_split), ACME_TEST(tcp_takes_over_when_udp_is_cut_or_silent),
       ACME_TEST(refusals_are_told_in_plain_words), ACME_TEST(signature_errors_are_told_apart),
       ACME_TEST(a_success_must_be_signed), ACME_TEST(garbage_and_silence_are_errors),
       ACME_TEST(one_zone_that_fails_leaves_the_others), ACME_TEST(settings_that_no_server_can_have_are_refused)});
}
