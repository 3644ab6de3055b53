#include "common/runtime/order_preflight.hpp"

#include <algorithm>

#include "common/base/challenge_type.hpp"
#include "common/base/join.hpp"
#include "common/client/challenge_choice.hpp"
#include "common/config/issuer_catalog.hpp"
#include "common/preflight/alpn_look.hpp"

namespace acme {

namespace {

constexpr std::size_t kNamesAtOnce = 20;
constexpr Duration kLimit = std::chrono::seconds{5};
constexpr Duration kHolderKnown = std::chrono::minutes{1};
constexpr std::size_t kAddresses = 2;  // of each family

/// A name whose first challenge is one that a CA asks this server for.
struct LookedName {
  std::string name;
  bool worked = false;             // by that challenge, the last time
  std::vector<std::string> types;  // in the order they are tried
  bool proved = false;             // one of them would do, or nothing is known against it
  std::vector<Finding> failures;   // of those before it
};

bool is_asked_here(std::string_view type) { return type == kHttp01 || type == kTlsAlpn01; }

std::vector<LookedName> names_to_look_at(const CertificateConfig& certificate, const NameProofs& proofs) {
  std::vector<LookedName> names;
  for (const auto& name : certificate.names) {
    const auto known = proofs.find(name.value);
    const NameProof* proof = known == proofs.end() ? nullptr : &known->second;
    auto types = types_to_try(certificate.challenges, name, proof);
    if (types.empty() || !is_asked_here(types.front())) continue;
    LookedName looked;
    looked.name = name.value;
    looked.worked = proof != nullptr && proof->worked == types.front();
    looked.types = std::move(types);
    names.push_back(std::move(looked));
  }
  return names;
}

struct Looking {
  LookingPreflight::Services& services;
  const LookedFrom& from;
  const IssuerConfig& issuer;
  SteadyTime until;
};

NameLook look_for(const Looking& looking, const LookedName& looked) {
  NameLook look{looked.name};
  look.resolvers = looking.issuer.resolvers;
  look.public_ca = is_public_directory(looking.issuer.uri);
  look.most_addresses = kAddresses;
  look.first_alone = looked.worked && looked.failures.empty();
  look.until = looking.until;
  return look;
}

/// The first failure by this type; nullopt: none is known.
Task<std::optional<Finding>> failure_by(const Looking& looking, const LookedName& looked, std::string type) {
  std::vector<Finding> findings;
  if (type == kHttp01) {
    auto task = look_by_http(looking.services.tools, looking.from, look_for(looking, looked));
    auto found = co_await std::move(task);
    findings = std::move(found);
  }
  TlsProbe* tls = type == kTlsAlpn01 && looking.services.tls ? looking.services.tls() : nullptr;
  if (tls != nullptr) {
    auto task =
        look_by_alpn(looking.services.tools, *tls, *looking.services.board, looking.from, look_for(looking, looked));
    auto found = co_await std::move(task);
    findings = std::move(found);
  }
  const auto failure = std::find_if(findings.begin(), findings.end(), is_failure);
  if (failure == findings.end()) co_return std::optional<Finding>{};
  Finding first = *failure;
  first.check = type;  // also when it was seen in the DNS
  co_return std::optional<Finding>{std::move(first)};
}

Task<void> look_at(Semaphore& room, const Looking& looking, LookedName& looked) {
  const Wake wake = co_await room.acquire();
  if (wake != Wake::ready) co_return;
  const Permit permit{room};
  const Clock& clock = looking.services.tools.scheduler->clock();
  for (const auto& type : looked.types) {
    if (type == kDnsPersist01 || (sets_dns_record(type) && !looking.services.dns)) continue;
    // Whose turn came too late is not judged.
    looked.proved = !is_asked_here(type) || clock.steady_now() >= looking.until;
    if (looked.proved) co_return;
    auto task = failure_by(looking, looked, type);
    auto failure = co_await std::move(task);
    looked.proved = !failure;
    if (looked.proved) co_return;
    looked.failures.push_back(*std::move(failure));
  }
}

PreflightView judge(std::vector<LookedName> names) {
  PreflightView view;
  for (auto& looked : names) {
    if (looked.failures.empty()) continue;
    if (looked.proved) {
      view.turned[looked.name] = std::move(looked.failures);
    } else {
      view.failures.push_back(looked.failures.front());
    }
  }
  return view;
}

}  // namespace

bool wants_preflight(const IssuerConfig& issuer) { return issuer.preflight.value_or(is_public_directory(issuer.uri)); }

ServerFacts server_facts(const Configuration& configuration, std::string_view user_agent) {
  ServerFacts server;
  server.nginx = user_agent.starts_with("ngx_acme");
  server.has_port_80 = configuration.has_port_80;
  server.has_port_443 = configuration.has_port_443;
  server.own_addresses = interface_addresses();
  return server;
}

LookingPreflight::LookingPreflight(Services services)
    : services_{std::move(services)}, room_{*services_.tools.scheduler, kNamesAtOnce} {}

const std::string& LookingPreflight::holder_of_port_80() {
  const SteadyTime now = services_.tools.scheduler->clock().steady_now();
  if (!holder_until_ || now >= *holder_until_) {
    holder_ = services_.holder(80);
    holder_until_ = now + kHolderKnown;
  }
  return holder_;
}

Task<PreflightView> LookingPreflight::look(const CertificateConfig& certificate, const IssuerConfig& issuer,
                                           const NameProofs& proofs) {
  std::vector<LookedName> names = names_to_look_at(certificate, proofs);
  if (names.empty() || services_.tools.lookup == nullptr) co_return PreflightView{};
  const auto probe = LiveProbe::publish(*services_.board);
  // A full disk is told by the order itself.
  if (!probe) co_return PreflightView{};
  const ServerFacts server = services_.server();
  LookedFrom from;
  from.server = &server;
  from.probe = &*probe;
  from.port_80_holder = [this] { return holder_of_port_80(); };
  const SteadyTime until = services_.tools.scheduler->clock().steady_now() + kLimit;
  const Looking looking{services_, from, issuer, until};
  std::vector<Task<void>> tasks;
  for (auto& looked : names) tasks.push_back(look_at(room_, looking, looked));
  auto all = join_all(*services_.tools.scheduler, std::move(tasks));
  co_await std::move(all);
  co_return judge(std::move(names));
}

}  // namespace acme
