// Where tokens of DNS providers are in this process's memory, while a provider lives and after a request of its own:
// in that of a Secret, and nowhere else.
#include "common/base/secret_text.hpp"
#include "common/base/text.hpp"
#include "common/dns_provider/dns_provider.hpp"
#include "tests/check.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/own_memory.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"

using namespace acme;
using namespace acme_test;

namespace {

// Not in memory that is written to.
constexpr const char* kToken = "pq7Zk2Vw9LmXr4TbN8sYd3HcJ6gF1uEa";

/// As the real one: nothing of a request is left once it is over.
class ForgetfulHttp final : public HttpClient {
 public:
  Task<Result<HttpResponse>> send(HttpRequest request) override {
    ++requests;
    shown += request.body.find(kToken) != std::string::npos;
    for (auto& line : request.headers) shown += line.find(kToken) != std::string::npos;
    cleanse_all(request.headers);
    cleanse(request.body);
    HttpResponse answer;
    answer.status = 200;
    if (request.url.ends_with("/token")) answer.body = R"({"access_token":"other","expires_in":3600})";
    if (request.url.ends_with("/auth/time")) answer.body = "1700000000";
    if (answer.body.empty()) answer.status = 403;
    co_return answer;
  }
  int requests = 0;
  int shown = 0;  // times that the token was sent
};

struct Provider {
  const char* name;
  std::vector<const char*> secrets;
  std::map<std::string, std::string> settings;
  bool is_sent;  // else it signs
};

const std::vector<Provider> kProviders{
    {"cloudflare", {"api_token"}, {}, true},
    {"desec", {"api_token"}, {}, true},
    {"digitalocean", {"api_token"}, {}, true},
    {"gandi", {"api_token"}, {}, true},
    {"hetzner", {"api_token"}, {}, true},
    {"powerdns", {"api_key"}, {{"api_url", "https://pdns.example"}}, true},
    {"ovh", {"application_secret", "consumer_key"}, {{"application_key", "key"}}, true},
    {"route53", {"secret_access_key"}, {{"access_key_id", "AKID"}}, false},
    {"azure", {"client_secret"}, {{"tenant_id", "t"}, {"client_id", "c"}, {"subscription_id", "s"}}, true},
};

}  // namespace

static void tokens_are_in_locked_memory_alone() {
  const OwnMemory memory;
  const std::vector<Masked> pieces{masked(kToken), masked(kToken + kPiece)};
  for (const auto& one : kProviders) {
    ManualClock clock;
    Scheduler scheduler{clock};
    ForgetfulHttp http;
    RecordingLogger log;
    DnsProviderConfig config;
    config.name = one.name;
    config.settings = one.settings;
    for (const char* name : one.secrets) config.secrets[name] = Secret{kToken};
    DnsProviderTools tools;
    tools.scheduler = &scheduler;
    tools.http = &http;
    tools.log = &log;
    const auto provider = make_dns_provider(config, tools);
    CHECK_OK(provider);
    for (int round = 0; round < 2; ++round) {
      auto task = (*provider)->present({{"_acme-challenge.example.org", "value"}});
      CHECK(!run(scheduler, clock, std::move(task)));
    }
    CHECK(http.requests > 0);
    CHECK_EQ(cat(one.name, http.shown > 0 ? " sends it" : " signs"),
             cat(one.name, one.is_sent ? " sends it" : " signs"));
    CHECK(memory.places_of(pieces) > 0);
    CHECK_EQ(cat(one.name, ": ", memory.open_places_of(pieces)), cat(one.name, ": 0"));
  }
  CHECK_EQ(memory.places_of(pieces), 0U);
}

int main(int, char** argv) {
  link_at_once(argv);
  return acme_test::run("api_client_memory", {ACME_TEST(tokens_are_in_locked_memory_alone)});
}
