// What a DNS provider's API may answer. The first line names the provider; then each answer is a line with its status
// and headers ("200 link: <x>; rel=next"), its body, and a line "===". No answer leads a request, and with it the
// credentials, to another server, and no secret comes into a message.
#include "common/base/text.hpp"
#include "common/dns_provider/dns_provider.hpp"
#include "tests/fakes/recording_logger.hpp"
#include "tests/fakes/run.hpp"
#include "tests/fakes/scripted_dns.hpp"
#include "tests/fakes/scripted_http.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

constexpr std::string_view kSecret = "S3cr3tThatNobodyIsToSee";
constexpr std::size_t kMostRequests = 2000;
constexpr std::size_t kMostExpected = 400;

struct Provider {
  const char* name;
  std::map<std::string, std::string> settings;
  std::vector<const char*> secrets;
};

const std::vector<Provider>& providers() {
  static const std::vector<Provider> all{
      {"cloudflare", {{"api_url", "https://api.test/v4"}}, {"api_token"}},
      {"desec", {{"api_url", "https://api.test/v4"}}, {"api_token"}},
      {"digitalocean", {{"api_url", "https://api.test/v4"}}, {"api_token"}},
      {"gandi", {{"api_url", "https://api.test/v4"}}, {"api_token"}},
      {"hetzner", {{"api_url", "https://api.test/v4"}}, {"api_token"}},
      {"powerdns", {{"api_url", "https://api.test/v4"}}, {"api_key"}},
      {"ovh", {{"api_url", "https://api.test/v4"}, {"application_key", "a"}}, {"application_secret", "consumer_key"}},
      {"route53", {{"api_url", "https://api.test/v4"}, {"access_key_id", "A"}}, {"secret_access_key"}},
      {"azure",
       {{"api_url", "https://api.test/v4"},
        {"login_url", "https://api.test/v4"},
        {"tenant_id", "t"},
        {"client_id", "c"},
        {"subscription_id", "s"}},
       {"client_secret"}},
      {"acme-dns", {{"server", "https://api.test/v4"}}, {}},
  };
  return all;
}

HttpResponse next_answer(std::string_view& script) {
  constexpr std::string_view kBorder = "\n===\n";
  const auto end = std::min(script.find(kBorder), script.size());
  Input answer{script.substr(0, end)};
  script.remove_prefix(std::min(end + kBorder.size(), script.size()));
  Input head{answer.line()};
  HttpResponse response;
  response.status = static_cast<int>(parse_number(head.until(' ')).value_or(200) % 1000);
  const std::string_view name = head.until(':');
  response.headers.emplace_back("content-type", "application/json");
  if (!name.empty()) response.headers.emplace_back(to_lower(name), std::string{trim(head.rest())});
  response.body = answer.rest();
  return response;
}

/// One life of a provider, whose API answers as the script says, at its end with nothing but errors.
struct World {
  World(const Provider& provider, std::string_view given)
      : script{given}, http{scheduler, [this](const HttpRequest& request) { return exchange(request); }} {
    config.name = provider.name;
    config.settings = provider.settings;
    for (const char* secret : provider.secrets) config.secrets[secret] = Secret{kSecret};
    tools.scheduler = &scheduler;
    tools.http = &http;
    tools.lookup = &dns;
    tools.log = &log;
    tools.load_record = [](const std::string&) -> Result<std::optional<Secret>> { return std::optional<Secret>{}; };
    tools.save_record = [](const std::string&, const Secret&) -> Status { return {}; };
  }

  Result<HttpResponse> exchange(const HttpRequest& request) {
    elsewhere |= !request.url.starts_with("https://api.test/v4/");
    if (script.empty() || http.requests().size() > kMostRequests) return Error{ErrorKind::transport, "no answer"};
    return next_answer(script);
  }

  std::string_view script;
  acme_test::ManualClock clock;
  Scheduler scheduler{clock};
  acme_test::ScriptedHttp http;
  acme_test::ScriptedDns dns{scheduler};
  acme_test::RecordingLogger log;
  DnsProviderConfig config;
  DnsProviderTools tools;
  bool elsewhere = false;
};

void check_told(const World& world, const Status& status) {
  for (const auto& [level, line] : world.log.lines()) {
    CHECK(is_plain(line) && line.find(kSecret) == std::string::npos);
  }
  if (status) return;
  check_error(status.error());
  CHECK(describe(status.error()).find(kSecret) == std::string::npos);
}

}  // namespace

FUZZ_TARGET(dns_apis) {
  Input rest{input};
  const std::string_view name = rest.line();
  for (const auto& provider : providers()) {
    if (name != provider.name) continue;
    World world{provider, rest.rest()};
    auto made = make_dns_provider(world.config, world.tools);
    CHECK_OK(made);
    const std::vector<TxtRecord> records{{"_acme-challenge.example.org", "v1"},
                                         {"_acme-challenge.www.example.org", "v2"}};
    const auto present = acme_test::run(world.scheduler, world.clock, (*made)->present(records));
    check_told(world, present);
    const auto clean_up = acme_test::run(world.scheduler, world.clock, (*made)->clean_up(records));
    check_told(world, clean_up);
    CHECK(!world.elsewhere);
    CHECK(world.http.requests().size() < kMostExpected);
  }
}
