#include "tests/fakes/scripted_dns.hpp"

#include <algorithm>

namespace acme_test {

using namespace acme;

namespace {

bool is_below(const std::string& name, const std::string& parent) {
  return name == parent || name.ends_with("." + parent);
}

}  // namespace

void ScriptedDns::set_at(const std::string& server, const std::string& name, DnsType type,
                         const std::vector<std::string>& data) {
  std::vector<DnsRecord>& records = table_[{server, name, type}];
  records.clear();
  for (const auto& text : data) {
    DnsRecord record;
    record.owner = name;
    record.type = type;
    record.ttl = 60;
    record.data = text;
    records.push_back(std::move(record));
  }
}

void ScriptedDns::set_caa(const std::string& name, const std::vector<CaaRecord>& records) {
  set(name, DnsType::caa, std::vector<std::string>(records.size()));
  auto& stored = table_[{std::string{}, name, DnsType::caa}];
  for (std::size_t i = 0; i < records.size(); ++i) stored[i].caa = records[i];
}

void ScriptedDns::set_zone(const std::string& name, const std::vector<std::string>& name_servers) {
  set(name, DnsType::soa, {name_servers.empty() ? "ns." + name : name_servers.front()});
  set(name, DnsType::ns, name_servers);
}

void ScriptedDns::set_server_outcome(const std::string& server, DnsOutcome outcome, bool authoritative) {
  server_outcomes_[server] = {outcome, authoritative};
}

bool ScriptedDns::is_silent(const DnsQuestion& question) const {
  if (silent_.contains(question.name)) return true;
  const auto silent = [&](const std::string& server) { return silent_.contains(server); };
  return !question.servers.empty() && std::all_of(question.servers.begin(), question.servers.end(), silent);
}

const std::vector<DnsRecord>* ScriptedDns::find(const std::string& server, const std::string& name,
                                                DnsType type) const {
  for (const std::string& who : {server, std::string{}}) {
    const auto found = table_.find({who, name, type});
    if (found != table_.end()) return &found->second;
  }
  return nullptr;
}

bool ScriptedDns::exists(const std::string& name) const {
  return std::any_of(table_.begin(), table_.end(),
                     [&](const auto& entry) { return is_below(std::get<1>(entry.first), name); });
}

DnsAnswer ScriptedDns::answer(const DnsQuestion& question) const {
  DnsAnswer answer;
  answer.authoritative = !question.recursive;
  const std::string server = question.servers.empty() ? std::string{} : question.servers.front();
  if (const auto said = server_outcomes_.find(server); said != server_outcomes_.end()) {
    answer.outcome = said->second.first;
    answer.authoritative = said->second.second;
    if (answer.outcome != DnsOutcome::found) return answer;
  }
  std::string name = question.name;
  for (int links = 0; links < 16; ++links) {
    if (bogus_.contains(name) && !question.checking_disabled) {
      answer.outcome = DnsOutcome::failed;
      answer.records.clear();
      return answer;
    }
    if (const auto said = outcomes_.find(name); said != outcomes_.end()) {
      answer.outcome = said->second;
      return answer;
    }
    const auto* records = find(server, name, question.type);
    if (records) answer.records.insert(answer.records.end(), records->begin(), records->end());
    const auto* alias = find(server, name, DnsType::cname);
    if (question.type == DnsType::cname || !alias || alias->empty()) break;
    answer.records.push_back(alias->front());
    name = alias->front().data;
  }
  if (!exists(name)) answer.outcome = DnsOutcome::no_name;
  if (!answer.records.empty()) return answer;
  for (const auto& [key, records] : table_) {
    if (std::get<2>(key) == DnsType::soa && !records.empty() && is_below(name, std::get<1>(key))) {
      if (answer.authority.empty() || answer.authority.front().owner.size() < records.front().owner.size())
        answer.authority = records;
    }
  }
  return answer;
}

Task<Result<DnsAnswer>> ScriptedDns::ask(DnsQuestion question) {
  questions_.push_back(question);
  if (hook_) hook_(question);
  most_at_once_ = std::max(most_at_once_, ++under_way_);
  const bool silent = is_silent(question);
  const Duration pause = silent ? question.limit : delay_;
  const Wake wake = co_await scheduler_.sleep_for(pause);
  --under_way_;
  if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "cancelled"};
  if (silent) co_return Error{ErrorKind::transport, "no name server answered for " + question.name};
  co_return answer(question);
}

std::size_t ScriptedDns::count(const std::string& name, DnsType type) const {
  return static_cast<std::size_t>(std::count_if(questions_.begin(), questions_.end(), [&](const DnsQuestion& asked) {
    return asked.name == name && asked.type == type;
  }));
}

}  // namespace acme_test
