#include "common/client/dns_persist.hpp"

#include <algorithm>

#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/protocol/dns_challenge.hpp"

namespace acme {

namespace {

constexpr Seconds kPatience{5};
constexpr Seconds kTwoWeeks = std::chrono::days{14};
constexpr std::size_t kMostLooked = 100;

/// The TXT records at one name; nullopt: no answer.
using Texts = std::optional<std::vector<std::string>>;

Task<void> read_texts(DnsLookup& lookup, std::string name, std::vector<std::string> servers, Texts& texts) {
  DnsQuestion question{std::move(name), DnsType::txt};
  question.servers = std::move(servers);
  question.limit = kPatience;
  auto task = lookup.ask(std::move(question));
  auto answer = co_await std::move(task);
  const bool known = answer && (answer->outcome == DnsOutcome::found || answer->outcome == DnsOutcome::no_name);
  if (!known) co_return;
  texts.emplace();
  for (auto& record : answer->records) {
    if (record.type == DnsType::txt) texts->push_back(std::move(record.data));
  }
}

/// Each name asked for once, all side by side.
Task<void> read_all(Scheduler& scheduler, DnsLookup& lookup, std::vector<std::string> servers,
                    std::map<std::string, Texts>& by_name) {
  std::vector<Task<void>> tasks;
  for (auto& [name, texts] : by_name) tasks.push_back(read_texts(lookup, name, servers, texts));
  auto all = join_all(scheduler, std::move(tasks));
  co_await std::move(all);
}

/// "a.b.example.org": b.example.org, example.org.
std::vector<Identifier> names_above(const Identifier& name) {
  std::vector<Identifier> above;
  std::string_view rest = name.value;
  if (name.wildcard()) rest.remove_prefix(2);
  for (;;) {
    const auto dot = rest.find('.');
    if (dot == std::string_view::npos) return above;
    rest.remove_prefix(dot + 1);
    if (rest.find('.') == std::string_view::npos) return above;
    above.push_back({IdentifierType::dns, std::string{rest}});
  }
}

/// A record for a wildcard does for its base as well.
bool wants_wildcard(const Identifier& name, const std::vector<Identifier>& names) {
  if (name.wildcard()) return true;
  const Identifier wildcard{name.type, "*." + name.value};
  return std::find(names.begin(), names.end(), wildcard) != names.end();
}

PersistFinding judge(const Identifier& name, const std::map<std::string, Texts>& by_name, DnsPersistNeed need,
                     UtcTime now) {
  PersistFinding finding;
  const Texts& own = by_name.at(dns_persist_record_name(name));
  finding.asked = own.has_value();
  auto best = judge_dns_persist_records(own ? *own : std::vector<std::string>{}, need, now);
  finding.flaw = best.flaw;
  need.wildcard = true;
  for (const auto& above : names_above(name)) {
    if (best.found) break;
    const Texts& texts = by_name.at(dns_persist_record_name(above));
    if (texts) best = judge_dns_persist_records(*texts, need, now);
  }
  finding.found = best.found;
  finding.until = best.until;
  return finding;
}

}  // namespace

Task<std::vector<PersistFinding>> find_persist_records(OrderContext context, const OrderRequest& request,
                                                       std::vector<Identifier> names, std::vector<std::string> ca_names,
                                                       std::string account_url) {
  std::vector<PersistFinding> findings(names.size());
  if (context.lookup == nullptr || ca_names.empty()) co_return findings;
  std::map<std::string, Texts> by_name;
  for (const auto& name : names) {
    by_name.try_emplace(dns_persist_record_name(name));
    for (const auto& above : names_above(name)) by_name.try_emplace(dns_persist_record_name(above));
  }
  auto reading = read_all(*context.scheduler, *context.lookup, request.resolvers, by_name);
  co_await std::move(reading);
  DnsPersistNeed need;
  need.issuer_domains = ca_names;
  need.account_url = std::move(account_url);
  for (std::size_t i = 0; i < names.size(); ++i) {
    need.wildcard = names[i].wildcard();
    findings[i] = judge(names[i], by_name, need, context.scheduler->clock().now());
    DnsPersistRecord record;
    record.issuer_domain = ca_names.front();
    record.account_url = need.account_url;
    record.wildcard = wants_wildcard(names[i], request.names);
    findings[i].record = dns_persist_line(names[i], record);
  }
  co_return findings;
}

UtcTime persist_warning_time(UtcTime now, std::optional<Seconds> lifetime) {
  return now + std::max(kTwoWeeks, lifetime ? *lifetime * 4 / 3 : Seconds{0});
}

Task<std::map<std::string, std::string>> find_persist_accounts(Scheduler& scheduler, DnsLookup& lookup,
                                                               std::vector<Identifier> names,
                                                               std::vector<std::string> ca_names,
                                                               std::vector<std::string> servers) {
  if (names.size() > kMostLooked) names.resize(kMostLooked);
  std::map<std::string, Texts> by_name;
  for (const auto& name : names) by_name.try_emplace(dns_persist_record_name(name));
  auto reading = read_all(scheduler, lookup, std::move(servers), by_name);
  co_await std::move(reading);
  DnsPersistNeed need;
  need.issuer_domains = std::move(ca_names);
  std::map<std::string, std::string> accounts;
  for (const auto& [name, texts] : by_name) {
    if (!texts) continue;
    const auto finding = judge_dns_persist_records(*texts, need, scheduler.clock().now());
    if (!finding.other_accounts.empty()) accounts[name] = finding.other_accounts.front();
  }
  co_return accounts;
}

}  // namespace acme
