#include "common/challenge/provider_challenges.hpp"

#include <algorithm>
#include <set>

#include "common/base/text.hpp"
#include "common/dns/authoritative.hpp"
#include "common/dns/resolv_conf.hpp"
#include "common/dns/zone.hpp"

namespace acme {

namespace {

/// A resolver that does not answer delays an order by this.
constexpr Duration kCnameLimit = std::chrono::seconds{5};

bool says_no(const Error& error) { return error.kind == ErrorKind::problem || error.kind == ErrorKind::configuration; }

/// Empty: the zones' own name servers.
std::vector<std::string> servers_to_check(const ConfiguredProvider& configured, const Clock& clock) {
  if (configured.config->check != DnsCheck::resolvers || !configured.config->check_servers.empty()) {
    return configured.config->check_servers;
  }
  if (!configured.issuer->resolvers.empty()) return configured.issuer->resolvers;
  return SystemResolvers{clock, "/etc/resolv.conf"}.servers();
}

}  // namespace

TxtRecord ProviderChallenges::Piece::record() const {
  const bool before = provider->provider && provider->provider->takes_names_before_cname();
  return {before ? challenge.record_name : target, challenge.value};
}

Task<std::vector<Status>> ProviderChallenges::present(std::string issuer, std::string certificate_id,
                                                      std::vector<DnsChallenge> challenges) {
  const IssuerConfig* config = services_.providers->issuer(issuer);
  std::vector<Status> results(challenges.size());
  if (config == nullptr) {
    for (auto& result : results) result = Error{ErrorKind::internal, cat("no issuer ", issuer)};
    co_return results;
  }
  std::vector<Piece> pieces(challenges.size());
  std::vector<Task<void>> finding;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    pieces[i].challenge = std::move(challenges[i]);
    finding.push_back(find_target(*config, pieces[i]));
  }
  auto found = join_all(*services_.scheduler, std::move(finding));
  co_await std::move(found);
  for (auto& piece : pieces) piece.status = choose_provider(issuer, piece);
  const Status written = write_down(certificate_id, pieces);
  std::map<ConfiguredProvider*, Group> groups;
  for (auto& piece : pieces) {
    if (piece.status && !written) piece.status = written;
    if (piece.status) groups[piece.provider].push_back(&piece);
  }
  std::vector<Task<void>> setting;
  for (auto& [provider, group] : groups) setting.push_back(set(std::move(group)));
  auto all = join_all(*services_.scheduler, std::move(setting));
  co_await std::move(all);
  retire_failed(certificate_id, pieces);
  for (std::size_t i = 0; i < pieces.size(); ++i) results[i] = std::move(pieces[i].status);
  co_return results;
}

/// No CA is told of them, so they need not wait for the end of the order.
void ProviderChallenges::retire_failed(const std::string& certificate_id, const std::vector<Piece>& pieces) {
  std::vector<TxtRecord> records;
  for (const auto& piece : pieces) {
    const bool failed = !piece.status && piece.status.error().kind != ErrorKind::cancelled;
    if (failed && piece.provider != nullptr) records.push_back(piece.record());
  }
  services_.book->retire(certificate_id, records);
}

/// A lookup that fails is no answer: most names have no CNAME.
Task<void> ProviderChallenges::find_target(const IssuerConfig& issuer, Piece& piece) {
  piece.target = piece.challenge.record_name;
  DnsRoute route{issuer.resolvers};
  route.limit = kCnameLimit;
  auto task = follow_cnames(*services_.lookup, piece.challenge.record_name, std::move(route));
  auto followed = co_await std::move(task);
  if (followed) {
    piece.target = *std::move(followed);
    co_return;
  }
  if (followed.error().kind == ErrorKind::cancelled) co_return;
  services_.log->warn(cat(piece.challenge.name, ": whether ", piece.challenge.record_name,
                          " has a CNAME is not known, its own name is used: ", describe(followed.error())));
}

Status ProviderChallenges::choose_provider(const std::string& issuer, Piece& piece) {
  piece.provider = services_.providers->choose(issuer, piece.challenge.record_name, piece.target);
  if (piece.provider == nullptr) {
    const std::string alias =
        piece.target == piece.challenge.record_name ? "" : cat(" (a CNAME to ", piece.target, ")");
    return Error{ErrorKind::configuration,
                 cat("no dns_provider of the issuer ", issuer, " is for ", piece.challenge.record_name, alias),
                 "name its zone in zone=, or add a dns_provider without one"};
  }
  if (!piece.provider->provider) return piece.provider->error;
  return {};
}

/// Before any provider hears of them.
Status ProviderChallenges::write_down(const std::string& certificate_id, std::vector<Piece>& pieces) {
  std::vector<RecordBook::Entry> entries;
  for (const auto& piece : pieces) {
    if (!piece.status) continue;
    const TxtRecord record = piece.record();
    RecordBook::Entry entry;
    entry.record.issuer = piece.provider->issuer->name;
    entry.record.provider = piece.provider->config->name;
    entry.record.certificate_id = certificate_id;
    entry.record.asked_name = piece.challenge.record_name;
    entry.record.name = record.name;
    entry.record.value = record.value;
    entry.record.set_at = services_.scheduler->clock().now();
    entry.provider = piece.provider;
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) return {};
  return services_.book->add(certificate_id, std::move(entries));
}

/// The records of these pieces, each once.
Task<Status> ProviderChallenges::ask_provider(const Group& group) {
  ConfiguredProvider& configured = *group.front()->provider;
  std::set<TxtRecord> once;
  for (const Piece* piece : group) once.insert(piece->record());
  std::vector<TxtRecord> records{once.begin(), once.end()};
  auto waiting = services_.book->wait_for_removals(&configured, records);
  const bool go_on = co_await std::move(waiting);
  if (!go_on) co_return Error{ErrorKind::cancelled, "stopping"};
  auto asking = configured.provider->present(std::move(records));
  auto asked = co_await std::move(asking);
  if (asked || asked.error().kind == ErrorKind::cancelled) co_return asked;
  co_return std::move(asked).error().with_context(cat("dns_provider ", configured.config->name));
}

Task<void> ProviderChallenges::set(Group group) {
  auto asking = ask_provider(group);
  auto asked = co_await std::move(asking);
  const auto elsewhere = [&](const Piece* piece) { return piece->target != group.front()->target; };
  if (!asked && says_no(asked.error()) && std::any_of(group.begin(), group.end(), elsewhere)) {
    auto one_by_one = set_by_name(group);
    co_await std::move(one_by_one);
  } else {
    for (Piece* piece : group) piece->status = asked;
  }
  std::erase_if(group, [](const Piece* piece) { return !piece->status; });
  if (group.empty()) co_return;
  auto looking = look(std::move(group));
  co_await std::move(looking);
}

/// Until the provider does not answer at all.
Task<void> ProviderChallenges::set_by_name(Group group) {
  std::map<std::string, Group> names;
  for (Piece* piece : group) names[piece->target].push_back(piece);
  Status status;
  for (auto& [name, pieces] : names) {
    if (status || says_no(status.error())) {
      auto asking = ask_provider(pieces);
      status = co_await std::move(asking);
    }
    for (Piece* piece : pieces) piece->status = status;
  }
}

Task<void> ProviderChallenges::look(Group group) {
  const ConfiguredProvider& configured = *group.front()->provider;
  const DnsProviderConfig& config = *configured.config;
  services_.log->info(cat(group.front()->challenge.name, ": ", group.front()->record().name, " TXT",
                          group.size() > 1 ? cat(" and ", group.size() - 1, " more") : "", " set by ", config.name));
  if (config.propagation_delay.count() > 0) {
    const Wake wake = co_await services_.scheduler->sleep_for(config.propagation_delay);
    if (wake == Wake::cancelled) {
      for (Piece* piece : group) piece->status = Error{ErrorKind::cancelled, "stopping"};
      co_return;
    }
  }
  if (config.check == DnsCheck::off) co_return;
  std::vector<ExpectedTxt> expected;
  for (const Piece* piece : group) expected.push_back({piece->target, piece->challenge.value});
  VisibilityOptions options;
  options.subject = group.front()->challenge.name;
  options.resolvers = configured.issuer->resolvers;
  options.check_servers = servers_to_check(configured, services_.scheduler->clock());
  options.limit = config.propagation_timeout;
  auto waiting = wait_until_visible({*services_.scheduler, *services_.lookup, *services_.log}, std::move(expected),
                                    std::move(options));
  auto seen = co_await std::move(waiting);
  for (std::size_t i = 0; i < group.size(); ++i) group[i]->status = std::move(seen[i]);
}

}  // namespace acme
