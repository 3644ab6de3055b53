#include "common/preflight/name_look.hpp"

#include <algorithm>

#include "common/base/join.hpp"
#include "common/preflight/address_kind.hpp"
#include "common/preflight/http_verdict.hpp"

namespace acme {

namespace {

Task<void> probe_into(ProbeTools tools, HttpProbe probe, ProbeFacts& facts) {
  auto probing = probe_http(tools, std::move(probe));
  auto seen = co_await std::move(probing);
  facts = std::move(seen);
}

/// Who holds port 80 instead of this server, where somebody else was met.
std::string holder_of_port_80(const LookedFrom& from, const std::vector<ProbeFacts>& facts) {
  const auto strange = [](const ProbeFacts& probe) {
    return probe.end != ProbeFacts::End::matched && probe.end != ProbeFacts::End::timed_out;
  };
  if (from.server->has_port_80 || !from.port_80_holder) return {};
  return std::any_of(facts.begin(), facts.end(), strange) ? from.port_80_holder() : std::string{};
}

}  // namespace

bool is_asked(const NameLook& look, const std::string& address) {
  return !look.public_ca || address_kind(address) == AddressKind::global;
}

Task<std::vector<Finding>> look_by_http(ProbeTools tools, LookedFrom from, NameLook look) {
  const Duration left = look.until - tools.scheduler->clock().steady_now();
  // The other half is for the probes.
  auto looking = look_up_addresses(*tools.scheduler, *tools.lookup, look.name, look.resolvers, left / 2);
  const auto addresses = co_await std::move(looking);
  std::vector<Finding> findings{judge_addresses(look.name, addresses)};
  auto asked = addresses.in_order(look.most_addresses);
  if (look.first_alone && asked.size() > 1) asked.resize(1);
  std::vector<ProbeFacts> facts(asked.size());
  std::vector<Task<void>> tasks;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    facts[i].name = look.name;
    facts[i].address = asked[i];
    if (!is_asked(look, asked[i])) continue;
    HttpProbe probe{look.name, asked[i]};
    probe.token = from.probe->token();
    probe.answer = from.probe->answer();
    probe.resolvers = look.resolvers;
    probe.until = look.until;
    tasks.push_back(probe_into(tools, std::move(probe), facts[i]));
  }
  auto all = join_all(*tools.scheduler, std::move(tasks));
  co_await std::move(all);
  const std::string holder = holder_of_port_80(from, facts);
  for (auto& finding : judge_http(facts, *from.server, look.public_ca, holder)) {
    findings.push_back(std::move(finding));
  }
  co_return findings;
}

}  // namespace acme
