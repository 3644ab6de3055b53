// ScriptedDns: a DnsLookup that answers from a table, as a recursive resolver would (CNAMEs are followed), and keeps
// every question. A name of which nothing is known does not exist.
//
//     ScriptedDns dns{scheduler};
//     dns.set("example.org", DnsType::txt, {"one", "two"});
//     dns.set_at("192.0.2.1", "example.org", DnsType::txt, {});   // what this server alone says
//     dns.silence("slow.example");                                // no answer: the question's limit passes
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "common/base/scheduler.hpp"
#include "common/dns/dns_lookup.hpp"

namespace acme_test {

class ScriptedDns final : public acme::DnsLookup {
 public:
  explicit ScriptedDns(acme::Scheduler& scheduler) : scheduler_{scheduler} {}

  acme::Task<acme::Result<acme::DnsAnswer>> ask(acme::DnsQuestion question) override;

  /// The records of this name and type, replacing those set before; none: the name exists, without such records.
  void set(const std::string& name, acme::DnsType type, const std::vector<std::string>& data) {
    set_at({}, name, type, data);
  }
  /// The same for questions that go to this server alone (as written in DnsQuestion::servers).
  void set_at(const std::string& server, const std::string& name, acme::DnsType type,
              const std::vector<std::string>& data);
  void set_caa(const std::string& name, const std::vector<acme::CaaRecord>& records);
  /// A zone: SOA and NS records; negative answers below it carry the SOA.
  void set_zone(const std::string& name, const std::vector<std::string>& name_servers);
  /// Every question about this name: refused, failed.
  void set_outcome(const std::string& name, acme::DnsOutcome outcome) { outcomes_[name] = outcome; }
  /// What a validating resolver does of a zone with a broken signature: SERVFAIL, unless checking is disabled.
  void set_bogus(const std::string& name) { bogus_.insert(name); }
  /// No answer for this name, or from this server (by its address).
  void silence(const std::string& name_or_server) { silent_.insert(name_or_server); }
  void unsilence(const std::string& name_or_server) { silent_.erase(name_or_server); }
  /// The server answers without authority, or refuses.
  void set_server_outcome(const std::string& server, acme::DnsOutcome outcome, bool authoritative = true);
  /// How long each answer takes from now on.
  void set_delay(acme::Duration delay) { delay_ = delay; }
  /// Called before each answer: a record that appears after a while.
  void on_question(std::function<void(const acme::DnsQuestion&)> hook) { hook_ = std::move(hook); }

  const std::vector<acme::DnsQuestion>& questions() const noexcept { return questions_; }
  std::size_t count(const std::string& name, acme::DnsType type) const;
  std::size_t most_at_once() const noexcept { return most_at_once_; }

 private:
  using Key = std::tuple<std::string, std::string, acme::DnsType>;  // server or "", name, type
  bool is_silent(const acme::DnsQuestion& question) const;
  acme::DnsAnswer answer(const acme::DnsQuestion& question) const;
  const std::vector<acme::DnsRecord>* find(const std::string& server, const std::string& name,
                                           acme::DnsType type) const;
  bool exists(const std::string& name) const;

  acme::Scheduler& scheduler_;
  std::map<Key, std::vector<acme::DnsRecord>> table_;
  std::map<std::string, acme::DnsOutcome> outcomes_;
  std::map<std::string, std::pair<acme::DnsOutcome, bool>> server_outcomes_;
  std::set<std::string> silent_;
  std::set<std::string> bogus_;
  acme::Duration delay_{0};
  std::function<void(const acme::DnsQuestion&)> hook_;
  std::vector<acme::DnsQuestion> questions_;
  std::size_t under_way_ = 0;
  std::size_t most_at_once_ = 0;
};

}  // namespace acme_test
