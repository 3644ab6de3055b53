#include "common/preflight/name_addresses.hpp"

#include "common/base/ip_address.hpp"
#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/preflight/address_kind.hpp"

namespace acme {

namespace {

AddressAnswer to_answer(const DnsAnswer& answer, bool any) {
  switch (answer.outcome) {
    case DnsOutcome::found: return any ? AddressAnswer::found : AddressAnswer::none;
    case DnsOutcome::no_name: return AddressAnswer::no_name;
    case DnsOutcome::refused: return AddressAnswer::refused;
    case DnsOutcome::failed: break;
  }
  return AddressAnswer::failed;
}

Task<void> look_up(DnsLookup& lookup, DnsQuestion question, FamilyAddresses& family, std::string& alias) {
  auto asking = lookup.ask(question);
  auto answer = co_await std::move(asking);
  if (!answer) co_return;
  for (const auto& record : answer->records) {
    if (record.type == question.type) family.addresses.push_back(record.data);
    if (record.type == DnsType::cname) alias = record.data;
  }
  family.answer = to_answer(*answer, !family.addresses.empty());
  if (family.answer != AddressAnswer::failed) co_return;
  question.checking_disabled = true;
  auto again = lookup.ask(std::move(question));
  auto unchecked = co_await std::move(again);
  const bool answers =
      unchecked && (unchecked->outcome == DnsOutcome::found || unchecked->outcome == DnsOutcome::no_name);
  if (answers) family.answer = AddressAnswer::bogus;
}

void append_few(std::vector<std::string>& to, const std::vector<std::string>& from, std::size_t most) {
  for (std::size_t i = 0; i < from.size() && i < most; ++i) to.push_back(from[i]);
}

/// The answer that explains that there is no address at all.
AddressAnswer worse_of(AddressAnswer a, AddressAnswer b) {
  for (const auto answer : {AddressAnswer::no_name, AddressAnswer::bogus, AddressAnswer::failed, AddressAnswer::refused,
                            AddressAnswer::silent}) {
    if (a == answer || b == answer) return answer;
  }
  return AddressAnswer::none;
}

Finding judge_absence(const std::string& name, const NameAddresses& addresses) {
  const std::string at =
      addresses.alias.empty() ? name : cat(name, " (a CNAME to ", cleaned(addresses.alias, 260), ")");
  const auto finding = [&](Severity severity, const std::string& what) {
    return Finding{"dns", name, severity, cat(at, what)};
  };
  const std::string records = cat("add an A or AAAA record for ", name, " that leads to this server");
  switch (worse_of(addresses.v4.answer, addresses.v6.answer)) {
    case AddressAnswer::no_name:
      return finding(Severity::failure, " does not exist in the DNS")
          .because("NXDOMAIN: there is no record of this name, or not yet everywhere")
          .mended_by(cat(records, ", or take the name out of the configuration"));
    case AddressAnswer::bogus:
      return finding(Severity::failure, " fails DNSSEC validation")
          .because(
              "its signatures or the DS record at its parent are wrong or expired; resolvers that check say SERVFAIL")
          .mended_by(
              "sign the zone anew, or remove the DS record at the registrar; delv or dnsviz.net show where it breaks");
    case AddressAnswer::failed:
      return finding(Severity::warning, " cannot be looked up")
          .because(
              "SERVFAIL: its name servers are broken or cannot be reached, or this machine's resolver is in trouble")
          .mended_by(cat("try `dig ", name, " A` here and elsewhere, and mend the zone's name servers"));
    case AddressAnswer::refused:
      return finding(Severity::note, " cannot be looked up from here")
          .because("the resolver of this machine refuses to answer")
          .mended_by("see /etc/resolv.conf, or name another one in the issuer: `resolver` (Apache: `AcmeResolver`)");
    case AddressAnswer::silent:
      return finding(Severity::note, " cannot be looked up from here")
          .because("no resolver of this machine answers")
          .mended_by("see /etc/resolv.conf, or name another one in the issuer: `resolver` (Apache: `AcmeResolver`)");
    default:
      return finding(Severity::failure, " has no address in the DNS").because("neither A nor AAAA").mended_by(records);
  }
}

bool is_trouble(AddressAnswer answer) {
  return answer != AddressAnswer::found && answer != AddressAnswer::none && answer != AddressAnswer::silent;
}

}  // namespace

std::vector<std::string> NameAddresses::in_order(std::size_t most) const {
  std::vector<std::string> all;
  append_few(all, v6.addresses, most);
  append_few(all, v4.addresses, most);
  return all;
}

Task<NameAddresses> look_up_addresses(Scheduler& scheduler, DnsLookup& lookup, std::string name,
                                      std::vector<std::string> resolvers, Duration limit) {
  NameAddresses found;
  if (parse_ip(name)) {
    FamilyAddresses& own = is_ipv6(name) ? found.v6 : found.v4;
    found.v4.answer = found.v6.answer = AddressAnswer::none;
    own.answer = AddressAnswer::found;
    own.addresses.push_back(name);
    co_return found;
  }
  DnsQuestion for_v4{name, DnsType::a};
  for_v4.servers = std::move(resolvers);
  for_v4.limit = limit;
  DnsQuestion for_v6 = for_v4;
  for_v6.type = DnsType::aaaa;
  std::vector<Task<void>> tasks;
  tasks.push_back(look_up(lookup, std::move(for_v4), found.v4, found.alias));
  tasks.push_back(look_up(lookup, std::move(for_v6), found.v6, found.alias));
  auto both = join_all(scheduler, std::move(tasks));
  co_await std::move(both);
  co_return found;
}

Finding judge_addresses(const std::string& name, const NameAddresses& addresses) {
  if (!addresses.any()) return judge_absence(name, addresses);
  const std::vector<std::string> all = addresses.in_order(4);
  std::string sentence = cat(name, " leads to ", join(all, ", "));
  if (!addresses.alias.empty()) sentence += cat(" (a CNAME to ", cleaned(addresses.alias, 260), ")");
  const bool broken = is_trouble(addresses.v4.answer) || is_trouble(addresses.v6.answer);
  if (!broken) return {"dns", name, Severity::ok, std::move(sentence)};
  const char* family = is_trouble(addresses.v4.answer) ? "A" : "AAAA";
  return Finding{"dns", name, Severity::warning, std::move(sentence)}
      .because(cat("the question for its ", family, " records fails, which some CAs take for a failure of the name"))
      .mended_by("have its name servers answer every type of record, with no data where there is none");
}

}  // namespace acme
