#include "tests/fakes/engine_world.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme_test {

using namespace acme;

EngineWorld::Life::Life(EngineWorld& world)
    : scheduler{world.clock},
      http{scheduler, [&world](const HttpRequest& request) { return world.exchange(request); }},
      lookup{scheduler} {
  http.set_delay(std::chrono::milliseconds{5});
}

EngineWorld::EngineWorld() { add_ca("ca"); }

EngineWorld::~EngineWorld() { end(); }

SimulatedCa& EngineWorld::add_ca(const std::string& issuer) {
  auto& made = cas_[issuer];
  made = std::make_unique<SimulatedCa>(issuer + ".test", clock, [this](const std::string& token) {
    const auto found = board.live.find(token);
    return found == board.live.end() ? std::nullopt : std::optional{found->second};
  });
  made->live_tls = [this](const std::string& name) {
    const auto found = board.live_alpn.find(name);
    return found == board.live_alpn.end() ? std::nullopt : std::optional{found->second};
  };
  made->txt = [this](const std::string& name) { return txt_records(name); };
  IssuerConfig config;
  config.name = issuer;
  config.uri = made->directory_url();
  config.contact = {"mailto:admin@example.com"};
  configuration.issuers[issuer] = std::move(config);
  return *made;
}

std::string EngineWorld::add_certificate(const std::string& names, const std::string& issuer, KeyType key) {
  CertificateConfig config;
  const auto names_of = split(names, ' ');
  for (const auto& name : names_of) config.names.push_back({IdentifierType::dns, std::string{name}});
  config.first_name = config.names.front().value;
  std::sort(config.names.begin(), config.names.end());
  config.id = cat(join(std::vector<std::string>(names_of.begin(), names_of.end()), "+"), "-", issuer, "-", key.bits);
  config.issuer = issuer;
  config.key_type = key;
  config.challenges = {"http-01"};
  configuration.sets.push_back({{configuration.certificates.size()}, config.names, {}});
  configuration.certificates.push_back(config);
  return config.id;
}

std::vector<std::string> EngineWorld::txt_records(const std::string& name) const {
  const auto found = txt.find(name);
  std::vector<std::string> texts = found == txt.end() ? std::vector<std::string>{} : found->second;
  const auto values = dns.values(name);
  texts.insert(texts.end(), values.begin(), values.end());
  return texts;
}

Result<HttpResponse> EngineWorld::exchange(const HttpRequest& request) {
  for (auto& [name, ca] : cas_) {
    if (!request.url.starts_with(cat("https://", name, ".test/"))) continue;
    auto answered = ca->handle(request);
    if (deadly_exchange_ > 0 && --deadly_exchange_ == 0) life_->scheduler.cancel_all();
    return answered;
  }
  return Error{ErrorKind::transport, "no such host"};
}

Task<Status> EngineWorld::publish(PublishedChallenge challenge) {
  published.push_back(std::move(challenge));
  co_return on_published ? on_published() : Status{};
}

void EngineWorld::end() {
  if (life_) acme_test::stop(life_->scheduler);
  life_.reset();
}

void EngineWorld::start(bool operator_load) {
  end();
  life_ = std::make_unique<Life>(*this);
  EngineServices services;
  services.configuration = &configuration;
  services.scheduler = &life_->scheduler;
  services.http = &life_->http;
  services.keys = &keys;
  services.random = &random;
  services.log = &engine_log;
  services.board = &board;
  services.dns = &dns;
  services.counters = &counters;
  if (looks_up) services.lookup = &life_->lookup;
  for (const auto& [name, texts] : txt) life_->lookup.set(name, DnsType::txt, texts);
  for (const auto& [name, records] : caa) life_->lookup.set_caa(name, records);
  services.preflight = preflight;
  services.ledger = &ledger;
  services.store = [this](const IssuerConfig&) -> Store& { return store; };
  services.installed = [this](const std::string& id, std::uint64_t version) { installed.emplace_back(id, version); };
  services.changed = [this](const TendedCertificate& tended) {
    if (changed) changed(tended);
  };
  services.challenge_published = [this](PublishedChallenge challenge) { return publish(std::move(challenge)); };
  life_->engine = std::make_unique<Engine>(std::move(services));
  life_->engine->load(operator_load);
  life_->scheduler.spawn(life_->engine->run());
}

bool EngineWorld::reach_version(std::uint64_t version, Duration longest) {
  const SteadyTime end = clock.steady_now() + longest;
  for (;;) {
    life_->scheduler.run_ready();
    const auto versions = life_->engine->versions();
    const bool all =
        versions.size() == configuration.certificates.size() &&
        std::all_of(versions.begin(), versions.end(), [&](const auto& row) { return row.second >= version; });
    if (all) return true;
    const auto next = life_->scheduler.next_deadline();
    if (!next || *next > end) return false;
    clock.advance_to(*next);
  }
}

std::optional<StoredCertificate> EngineWorld::current(const std::string& id) {
  auto loaded = store.load_certificate(id);
  if (!loaded || !loaded->has_value()) return std::nullopt;
  return std::move(**loaded);
}

}  // namespace acme_test
