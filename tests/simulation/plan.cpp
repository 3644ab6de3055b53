#include "tests/simulation/plan.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme_test {

using namespace acme;
using std::chrono::hours;
using std::chrono::milliseconds;

namespace {

constexpr Seconds kHour{3600};
constexpr Seconds kDay{86400};
constexpr const char* kNames[] = {"alpha.org", "beta.org", "gamma.org", "delta.org", "epsilon.org", "zeta.org"};

CaManners make_manners(Chance& chance, const std::string& issuer) {
  CaManners made;
  made.issuer = issuer;
  made.order_list = chance.happens(0.5);
  made.reuses_orders = chance.happens(0.5);
  made.reuses_authorizations = chance.happens(0.3);
  made.finalizes_at_once = chance.happens(0.5);
  made.renewal_information = chance.happens(0.7);
  made.binding = chance.happens(0.2);
  made.profile = chance.happens(0.2);
  made.bad_nonces = chance.happens(0.3) ? 0.1 : 0;
  made.validation_takes = milliseconds{chance.one_of({0, 100, 3000, 40000})};
  made.issuance_takes = milliseconds{chance.one_of({0, 500, 10000})};
  made.retry_after = chance.one_of<const char*>({"", "", "1", "3", "30"});
  return made;
}

PlannedHost make_host(Chance& chance, std::size_t number, const std::vector<CaManners>& cas) {
  PlannedHost host;
  host.names = {kNames[number]};
  if (chance.happens(0.5)) host.names.push_back(cat("www.", kNames[number]));
  host.issuer = cas[chance.below(cas.size())].issuer;
  host.key_types = {KeyType{}};
  if (chance.happens(0.1)) host.key_types.push_back(KeyType{KeyAlgorithm::rsa, 2048});
  host.challenges = {chance.happens(0.8) ? "http-01" : "tls-alpn-01"};
  if (chance.happens(0.2)) host.challenges = {"http-01", "tls-alpn-01"};
  return host;
}

/// When it begins, what it is, and how it ends.
struct Trouble {
  IncidentType begins;
  IncidentType ends;
  int weight;
};
constexpr IncidentType kNoEnd = IncidentType::restart;
constexpr Trouble kTroubles[] = {
    {IncidentType::death_at_await, kNoEnd, 5},
    {IncidentType::death_at_call, kNoEnd, 5},
    {IncidentType::death_at_exchange, kNoEnd, 4},
    {IncidentType::power_cut, kNoEnd, 3},
    {IncidentType::restart, kNoEnd, 2},
    {IncidentType::reload, kNoEnd, 2},
    {IncidentType::change, kNoEnd, 2},
    {IncidentType::clock_jump, IncidentType::clock_right_again, 2},
    {IncidentType::ca_trouble, IncidentType::ca_calm, 8},
    {IncidentType::ca_forgets_account, kNoEnd, 1},
    {IncidentType::ca_forgets_orders, kNoEnd, 1},
    {IncidentType::ca_revokes, kNoEnd, 1},
    {IncidentType::ca_moves_windows, kNoEnd, 2},
    {IncidentType::wrong_certificates, IncidentType::right_certificates, 2},
    {IncidentType::dns_trouble, IncidentType::dns_calm, 2},
    {IncidentType::disk_trouble, IncidentType::disk_calm, 3},
    {IncidentType::disk_full, IncidentType::disk_calm, 2},
    {IncidentType::disk_read_only, IncidentType::disk_calm, 1},
};

const Trouble& draw_trouble(Chance& chance) {
  int sum = 0;
  for (const auto& trouble : kTroubles) sum += trouble.weight;
  auto left = static_cast<int>(chance.below(static_cast<std::size_t>(sum)));
  for (const auto& trouble : kTroubles) {
    left -= trouble.weight;
    if (left < 0) return trouble;
  }
  return kTroubles[0];
}

std::vector<Incident> make_incidents(Chance& chance, const Plan& plan) {
  std::vector<Incident> all;
  const std::size_t count = chance.between(std::size_t{2}, std::size_t{9});
  for (std::size_t i = 0; i < count; ++i) {
    const Trouble& trouble = draw_trouble(chance);
    Incident incident{Seconds{0}, trouble.begins};
    // Much of what can go wrong does so around the first orders.
    if (chance.happens(0.6)) incident.at = chance.between(Seconds{0}, plan.faults_end);
    incident.n = chance.happens(0.5) ? chance.between(std::size_t{1}, std::size_t{30})
                                     : chance.between(std::size_t{1}, std::size_t{400});
    incident.at_next_order = chance.happens(0.7);
    all.push_back(incident);
    if (trouble.ends == kNoEnd) continue;
    const Seconds lasts = chance.magnitude(Seconds{5}, std::max(plan.lifetime / 3, Seconds{60}));
    Incident end{std::min(incident.at + lasts, plan.faults_end), trouble.ends};
    all.push_back(end);
  }
  std::stable_sort(all.begin(), all.end(), [](const Incident& a, const Incident& b) { return a.at < b.at; });
  return all;
}

}  // namespace

Plan make_plan(std::uint64_t seed) {
  Chance chance{seed, "plan"};
  Plan plan;
  plan.seed = seed;
  // A long life teaches little more than a short one and takes as much time as many.
  plan.lifetime = chance.one_of({6 * kHour, kDay, 6 * kDay});
  if (chance.happens(0.1)) plan.lifetime = chance.one_of({kHour, 45 * kDay, 90 * kDay});
  plan.faults_end =
      Seconds{static_cast<std::int64_t>(static_cast<double>(plan.lifetime.count()) * (0.3 + chance.fraction()))};
  const std::size_t issuers = chance.happens(0.3) ? 2 : 1;
  for (std::size_t i = 0; i < issuers; ++i) plan.cas.push_back(make_manners(chance, cat("ca", i + 1)));
  plan.fallback = issuers > 1 && chance.happens(0.6);
  const std::size_t hosts = chance.between(std::size_t{1}, std::size_t{3});
  for (std::size_t i = 0; i < hosts; ++i) plan.hosts.push_back(make_host(chance, i, plan.cas));
  plan.incidents = make_incidents(chance, plan);
  return plan;
}

void change_hosts(Plan& plan, std::size_t n) {
  Chance chance{plan.seed + n, "change"};
  PlannedHost& host = plan.hosts[chance.below(plan.hosts.size())];
  const std::size_t what = chance.below(5);
  if (what == 0 && plan.hosts.size() < std::size(kNames)) {
    plan.hosts.push_back(make_host(chance, plan.hosts.size(), plan.cas));
  } else if (what == 1 && plan.hosts.size() > 1) {
    plan.hosts.pop_back();
  } else if (what == 2 && host.names.size() > 1) {
    host.names.pop_back();
  } else if (what == 3) {
    host.issuer = plan.cas[chance.below(plan.cas.size())].issuer;
  } else {
    host.names.push_back(cat("more", host.names.size(), ".", host.names.front()));
  }
}

Draft draft_of(const Plan& plan) {
  Draft draft;
  for (const auto& ca : plan.cas) {
    IssuerConfig issuer;
    issuer.name = ca.issuer;
    issuer.where = "simulated.conf:1";
    issuer.uri = cat("https://", ca.issuer, ".test/directory");
    issuer.contact = {"mailto:admin@alpha.org"};
    issuer.accept_terms_of_service = true;
    if (ca.binding)
      issuer.external_account =
          ExternalAccount{kBindingKid, Secret{std::string_view{kBindingKey}}, MacAlgorithm::hs256};
    if (ca.profile) issuer.profile = "shortlived";
    if (plan.fallback && &ca == &plan.cas.front()) issuer.fallback = {plan.cas.back().issuer};
    draft.issuers.push_back(std::move(issuer));
  }
  for (const auto& host : plan.hosts) {
    VirtualHostDraft made;
    made.where = "simulated.conf:10";
    made.names = host.names;
    made.directive.where = made.where;
    made.directive.issuer = host.issuer;
    made.directive.key_types = host.key_types;
    made.directive.challenges = host.challenges;
    made.tls_ports = {443};
    draft.hosts.push_back(std::move(made));
  }
  draft.has_port_443 = true;
  return draft;
}

bool Plan::has(IncidentType type) const {
  return std::any_of(incidents.begin(), incidents.end(), [type](const Incident& one) { return one.type == type; });
}

std::string Plan::described() const {
  std::string text =
      cat("certificates live ", format_duration(lifetime), ", faults end after ", format_duration(faults_end));
  for (const auto& ca : cas) {
    text += cat("; ", ca.issuer, ca.order_list ? " lists orders" : "", ca.reuses_orders ? " reuses orders" : "",
                ca.reuses_authorizations ? " reuses authorizations" : "", ca.finalizes_at_once ? " issues at once" : "",
                ca.renewal_information ? " suggests renewals" : "", ca.binding ? " wants a binding" : "");
  }
  for (const auto& host : hosts) text += cat("; ", join(host.names, " "), " from ", host.issuer);
  return text;
}

const char* incident_name(IncidentType type) {
  constexpr const char* kWords[] = {"death at an await",
                                    "death at a call",
                                    "death at an exchange",
                                    "power cut",
                                    "restart",
                                    "reload",
                                    "change of the configuration",
                                    "clock jumps",
                                    "clock is right again",
                                    "trouble at the CA",
                                    "calm at the CA",
                                    "CA forgets accounts",
                                    "CA forgets orders",
                                    "CA revokes",
                                    "CA moves its windows",
                                    "wrong certificates",
                                    "right certificates",
                                    "trouble in the DNS",
                                    "calm in the DNS",
                                    "trouble on the disk",
                                    "disk is full",
                                    "disk is read-only",
                                    "calm on the disk"};
  return kWords[static_cast<std::size_t>(type)];
}

}  // namespace acme_test
