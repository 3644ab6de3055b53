#include "common/runtime/order_preflight.hpp"

#include <algorithm>

#include "common/base/challenge_type.hpp"
#include "common/base/join.hpp"
#include "common/client/challenge_choice.hpp"
#include "common/config/issuer_catalog.hpp"

namespace acme {

namespace {

constexpr std::size_t kNamesAtOnce = 20;
constexpr Duration kLimit = std::chrono::seconds{5};
constexpr std::size_t kAddresses = 2;  // of each family

/// A name whose first challenge is http-01.
struct LookedName {
  std::string name;
  bool worked = false;    // by http-01, the last time
  std::string otherwise;  // a challenge that can be tried instead; or empty
  std::vector<Finding> findings;
};

std::vector<LookedName> names_to_look_at(const CertificateConfig& certificate, const NameProofs& proofs, bool dns) {
  std::vector<LookedName> names;
  for (const auto& name : certificate.names) {
    const auto known = proofs.find(name.value);
    const NameProof* proof = known == proofs.end() ? nullptr : &known->second;
    const auto types = types_to_try(certificate.challenges, name, proof);
    if (types.empty() || types.front() != kHttp01) continue;
    LookedName looked;
    looked.name = name.value;
    looked.worked = proof != nullptr && proof->worked == kHttp01;
    const auto other = std::find_if(types.begin() + 1, types.end(),
                                    [&](const std::string& type) { return dns && sets_dns_record(type); });
    if (other != types.end()) looked.otherwise = *other;
    names.push_back(std::move(looked));
  }
  return names;
}

Task<void> look_at(Semaphore& room, ProbeTools tools, LookedFrom from, NameLook look, std::vector<Finding>& findings) {
  const Wake wake = co_await room.acquire();
  if (wake != Wake::ready) co_return;
  const Permit permit{room};
  // Whose turn came too late is not judged.
  if (tools.scheduler->clock().steady_now() >= look.until) co_return;
  auto looking = look_by_http(tools, std::move(from), std::move(look));
  auto found = co_await std::move(looking);
  findings = std::move(found);
}

PreflightView judge(const std::vector<LookedName>& names) {
  PreflightView view;
  for (const auto& looked : names) {
    const auto failure = std::find_if(looked.findings.begin(), looked.findings.end(), is_failure);
    if (failure == looked.findings.end()) continue;
    if (looked.otherwise.empty()) {
      view.failures.push_back(*failure);
    } else {
      view.turned.emplace(looked.name, *failure);
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

Task<PreflightView> LookingPreflight::look(const CertificateConfig& certificate, const IssuerConfig& issuer,
                                           const NameProofs& proofs) {
  std::vector<LookedName> names = names_to_look_at(certificate, proofs, services_.dns);
  if (names.empty() || services_.tools.lookup == nullptr) co_return PreflightView{};
  const auto probe = LiveProbe::publish(*services_.board);
  // A full disk is told by the order itself.
  if (!probe) co_return PreflightView{};
  const ServerFacts server = services_.server();
  LookedFrom from;
  from.server = &server;
  from.probe = &*probe;
  if (!server.has_port_80) from.port_80_holder = port_holder(80);
  const SteadyTime until = services_.tools.scheduler->clock().steady_now() + kLimit;
  std::vector<Task<void>> tasks;
  for (auto& looked : names) {
    NameLook look{looked.name};
    look.resolvers = issuer.resolvers;
    look.public_ca = is_public_directory(issuer.uri);
    look.most_addresses = kAddresses;
    look.first_alone = looked.worked;
    look.until = until;
    tasks.push_back(look_at(room_, services_.tools, from, std::move(look), looked.findings));
  }
  auto all = join_all(*services_.tools.scheduler, std::move(tasks));
  co_await std::move(all);
  co_return judge(names);
}

}  // namespace acme
