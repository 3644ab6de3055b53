#include "tests/fakes/order_level_ca.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/client/issued_count.hpp"

namespace acme_test {

using namespace acme;

namespace {

constexpr Duration kIssuance = std::chrono::seconds{20};
constexpr Seconds kHour = std::chrono::hours{1};

Error out() { return {ErrorKind::transport, "no answer"}; }

/// Notes `time` and says how many there are within `span`.
std::size_t note(std::vector<UtcTime>& times, UtcTime time, Seconds span) {
  std::erase_if(times, [&](UtcTime old) { return old <= time - span; });
  times.push_back(time);
  return times.size();
}

}  // namespace

bool OrderLevelCa::is_out() const {
  return std::any_of(records_.outages.begin(), records_.outages.end(),
                     [&](const Span& outage) { return outage.contains(now()); });
}

Task<Status> OrderLevelCa::sign_in() {
  if (is_out()) co_return out();
  co_return Status{};
}

/// The limits of a public CA.
Status OrderLevelCa::take_order(const CertificateWish& wish) {
  LedgerEntry entry;
  entry.time = now();
  entry.event = wish.replaces.empty() ? LedgerEvent::new_order : LedgerEvent::replacement_order;
  entry.issuer = config().name;
  entry.subject = wish.certificate->id;
  auto noted = services_.ledger->append(entry);
  if (!noted) return noted;
  if (is_out()) return out();
  ++records_.orders_by_hour[std::chrono::floor<std::chrono::hours>(now())];
  const bool many = wish.replaces.empty() && note(records_.counted_orders, now(), 3 * kHour) > 300;
  if (many) ++records_.limits_broken;
  return {};
}

StoredCertificate OrderLevelCa::issue(const CertificateWish& wish) {
  const std::string& id = wish.certificate->id;
  const int number = ++records_.issued[id];
  const LedgerEntry entry{now(), LedgerEvent::issued, config().name,
                          issued_subject(name_set_key(wish.certificate->names), cat(id, "#", number))};
  // Counted even when it cannot be written.
  (void)services_.ledger->append(entry).ok();
  const auto before = records_.ends.find(id);
  if (before != records_.ends.end() && before->second <= now()) ++records_.expired;
  if (note(records_.same[id], now(), std::chrono::days{7}) > 5) ++records_.limits_broken;
  StoredCertificate issued;
  issued.meta.issuer = config().name;
  issued.meta.directory_url = config().uri;
  issued.meta.issued_at = now();
  issued.meta.not_before = now() - kHour;
  issued.meta.not_after = issued.meta.not_before + records_.lifetime;
  issued.meta.fingerprint = cat(id, "#", number);
  issued.meta.renewal_id = cat(issued.meta.not_before.time_since_epoch().count());
  records_.ends[id] = issued.meta.not_after;
  return issued;
}

Task<Result<StoredCertificate>> OrderLevelCa::obtain(CertificateWish wish) {
  auto taken = take_order(wish);
  if (!taken) co_return taken.error();
  const Wake wake = co_await services_.scheduler->sleep_for(kIssuance);
  if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "the engine is stopping"};
  if (is_out()) co_return out();
  if (random_.fraction() < records_.failures) {
    ++records_.refused;
    const std::string& name = wish.certificate->names.front().value;
    if (note(records_.failed[name], now(), kHour) > 5) ++records_.limits_broken;
    Error error{ErrorKind::validation, "not proved"};
    error.problem_type = "connection";
    error.subproblems.push_back({name, "connection", "no route"});
    co_return error;
  }
  co_return issue(wish);
}

Task<Result<RenewalInfo>> OrderLevelCa::renewal_info(std::string renewal_id) {
  ++records_.polls;
  if (is_out()) co_return out();
  const UtcTime not_before{Seconds{static_cast<std::int64_t>(parse_number(renewal_id).value_or(0))}};
  RenewalInfo info;
  info.start = not_before + records_.lifetime * 60 / 100;
  info.end = not_before + records_.lifetime * 70 / 100;
  const bool moves = records_.moved && *records_.moved <= now() && not_before < *records_.moved - 2 * kHour;
  if (moves && *records_.moved < info.start) {
    info.start = *records_.moved;
    info.end = info.start + records_.moved_within;
  }
  info.retry_after = std::chrono::days{1};
  co_return info;
}

}  // namespace acme_test
