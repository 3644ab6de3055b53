#include "common/dns/zone.hpp"

#include <algorithm>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::size_t kMostLinks = 8;

/// The SOA in the answer or, of a zone at or above the name, beside a negative answer.
const DnsRecord* zone_record(const DnsAnswer& answer, const std::string& name) {
  for (const auto& record : answer.records) {
    if (record.type == DnsType::soa && record.owner == name) return &record;
  }
  if (!answer.records.empty()) return nullptr;  // a CNAME: its target's zone is none of ours
  for (const auto& record : answer.authority) {
    const bool above = name == record.owner || name.ends_with("." + record.owner);
    if (record.type == DnsType::soa && above && !record.owner.empty()) return &record;
  }
  return nullptr;
}

}  // namespace

DnsQuestion DnsRoute::question(const std::string& name, DnsType type) const {
  DnsQuestion question{name, type};
  question.servers = servers;
  question.recursive = recursive;
  question.limit = limit;
  return question;
}

Status usable(const Result<DnsAnswer>& answer, const std::string& what) {
  if (!answer) return Error{answer.error()}.with_context(what);
  if (answer->outcome == DnsOutcome::refused)
    return Error{ErrorKind::server_error, what + ": the name server refuses to answer"};
  if (answer->outcome == DnsOutcome::failed)
    return Error{ErrorKind::server_error, what + ": the name server fails (SERVFAIL)"};
  return {};
}

std::vector<std::string> with_parents(const std::string& name) {
  std::vector<std::string> names;
  for (std::string_view rest = name; !rest.empty();) {
    names.emplace_back(rest);
    const auto dot = rest.find('.');
    rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
  }
  return names;
}

Task<Result<Zone>> find_zone(DnsLookup& lookup, std::string name, DnsRoute route) {
  for (const auto& candidate : with_parents(name)) {
    auto task = lookup.ask(route.question(candidate, DnsType::soa));
    const auto answer = co_await std::move(task);
    Status good = usable(answer, "SOA of " + candidate);
    if (!good) co_return std::move(good).error();
    if (const DnsRecord* record = zone_record(*answer, candidate)) co_return Zone{record->owner, record->data};
  }
  co_return Error{ErrorKind::not_found, "no zone was found for " + name, "is the domain delegated to name servers?"};
}

Task<Result<std::string>> follow_cnames(DnsLookup& lookup, std::string name, DnsRoute route) {
  std::vector<std::string> seen{name};
  for (;;) {
    const std::string here = seen.back();
    auto task = lookup.ask(route.question(here, DnsType::cname));
    const auto answer = co_await std::move(task);
    Status good = usable(answer, "CNAME of " + here);
    if (!good) co_return std::move(good).error();
    const auto is_link = [&](const DnsRecord& record) { return record.type == DnsType::cname && record.owner == here; };
    const auto link = std::find_if(answer->records.begin(), answer->records.end(), is_link);
    if (link == answer->records.end()) co_return here;
    if (std::find(seen.begin(), seen.end(), link->data) != seen.end())
      co_return Error{ErrorKind::configuration,
                      cat("the CNAMEs at ", name, " go round in a circle (", link->data, ')')};
    if (seen.size() > kMostLinks)
      co_return Error{ErrorKind::configuration, cat("more than ", kMostLinks, " CNAMEs in a row at ", name)};
    seen.push_back(link->data);
  }
}

}  // namespace acme
