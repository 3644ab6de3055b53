#include "common/client/before_order.hpp"

#include <algorithm>

#include "common/base/challenge_type.hpp"
#include "common/base/text.hpp"
#include "common/client/caa_check.hpp"
#include "common/client/dns_persist.hpp"
#include "common/client/progress.hpp"

namespace acme {

namespace {

constexpr std::size_t kShownRecords = 20;

bool contains(const std::vector<std::string>& list, std::string_view entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

void start_narrowing(OrderRequest& request) {
  for (const auto& name : request.names) {
    auto& types = request.narrowed[name.value];
    types.clear();
    for (const auto& type : request.challenges) {
      if (can_prove(type, name)) types.push_back(type);
    }
  }
}

Error missing_records(const OrderRequest& request, const std::vector<std::string>& names,
                      const std::vector<std::string>& records, const std::string& flaw) {
  const std::string rest = names.size() > 1 ? cat(" and ", names.size() - 1, " more") : "";
  const std::string why = flaw.empty() ? "there is no TXT record that lets this account prove it by dns-persist-01"
                                       : cat("its TXT record for dns-persist-01 ", flaw);
  Error error{ErrorKind::configuration,
              cat(request.title, ": ", names.front(), rest, ": ", why, "; nothing is ordered")};
  std::vector<std::string> shown = records;
  if (shown.size() > kShownRecords) shown.resize(kShownRecords);
  error.hint =
      cat("set ", join(shown, " and "), records.size() > shown.size() ? " and others" : "", "; it can stay for good");
  error.problem_type = "dnsPersist";
  return error;
}

void tell_end(const OrderContext& context, const OrderRequest& request, const Identifier& name,
              const PersistFinding& finding) {
  const UtcTime now = context.scheduler->clock().now();
  if (!finding.until || *finding.until > persist_warning_time(now, request.usual_lifetime)) return;
  context.log->warn(cat(name.value, ": the TXT record for dns-persist-01 ends on ", format_for_people(*finding.until),
                        " (persistUntil): renewals after it will fail; set a later one, or none"));
}

/// Names that dns-persist-01 may prove by what is configured.
std::vector<Identifier> persist_names(const OrderRequest& request) {
  std::vector<Identifier> names;
  for (const auto& name : request.names) {
    if (contains(request.types_for(name), kDnsPersist01)) names.push_back(name);
  }
  return names;
}

Task<Status> look_for_persist_records(OrderContext context, OrderRequest& request, std::vector<std::string> ca_names) {
  const std::vector<Identifier> names = persist_names(request);
  if (names.empty()) co_return Status{};
  tell_step(context, "looking for the records of dns-persist-01");
  auto finding = find_persist_records(context, request, names, std::move(ca_names), context.session->account_url());
  const auto findings = co_await std::move(finding);
  std::vector<std::string> unprovable;
  std::vector<std::string> records;
  std::string flaw;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (findings[i].found) tell_end(context, request, names[i], findings[i]);
    if (findings[i].found || !findings[i].asked) continue;
    auto& types = request.narrowed[names[i].value];
    std::erase(types, kDnsPersist01);
    if (!types.empty()) {
      context.log->info(cat(names[i].value, ": no record for dns-persist-01 (it would be ", findings[i].record,
                            "), proved by ", types.front()));
      continue;
    }
    if (unprovable.empty()) flaw = findings[i].flaw;
    unprovable.push_back(names[i].value);
    if (!contains(records, findings[i].record)) records.push_back(findings[i].record);
  }
  if (unprovable.empty()) co_return Status{};
  co_return missing_records(request, unprovable, records, flaw);
}

}  // namespace

Task<Status> look_before_order(OrderContext context, OrderRequest& request) {
  start_narrowing(request);
  if (context.lookup == nullptr) co_return Status{};
  auto fetching = context.session->directory();
  auto directory = co_await std::move(fetching);
  if (!directory) co_return std::move(directory).error();
  const auto& told = directory->caa_identities;
  const std::vector<std::string> ca_names = told.empty() ? request.ca_names : told;
  auto checking = check_caa(context, request, ca_names);
  auto checked = co_await std::move(checking);
  if (!checked) co_return checked;
  auto looking = look_for_persist_records(context, request, ca_names);
  auto looked = co_await std::move(looking);
  co_return looked;
}

}  // namespace acme
