#include "tests/simulation/ca_view.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/crypto/openssl_handles.hpp"
#include "common/protocol/headers.hpp"
#include "common/renew/limits.hpp"
#include "tests/fakes/ca_jws.hpp"

namespace acme_test {

using namespace acme;

namespace {

constexpr Seconds kHour{3600};
constexpr Seconds kWeek = std::chrono::days{7};
/// Ten seconds, a fifth less by chance, less what the CA is away and what a clock of whole seconds cuts off.
constexpr Duration kShortestPause = std::chrono::milliseconds{6800};
constexpr std::size_t kMostInTenSeconds = 150;

std::vector<Identifier> sorted(std::vector<Identifier> names) {
  std::sort(names.begin(), names.end());
  return names;
}

std::string shown(const std::vector<Identifier>& names) {
  std::string text;
  for (const auto& name : names) text += cat(text.empty() ? "" : "+", name.value);
  return text;
}

/// Newest last, none older than `span`.
template <class Time, class Span>
std::size_t count_within(std::deque<Time>& times, Time now, Span span) {
  times.push_back(now);
  while (times.front() <= now - span) times.pop_front();
  return times.size();
}

bool has_key_of(const std::vector<std::uint8_t>& csr, const Secret& key_pem) {
  const unsigned char* position = csr.data();
  const X509ReqPtr request{d2i_X509_REQ(nullptr, &position, static_cast<long>(csr.size()))};
  const auto key = PrivateKey::from_pem(key_pem.view());
  return request && key && EVP_PKEY_eq(X509_REQ_get0_pubkey(request.get()), key->get()) == 1;
}

/// What a newOrder asks for.
struct Wanted {
  std::vector<Identifier> names;
  bool with_reference = false;
};
std::optional<Wanted> wanted_by(const HttpRequest& request) {
  const auto jws = read_jws(request.body);
  const auto payload = jws ? Json::parse(jws->payload) : Result<Json>{Error{ErrorKind::malformed, "no JWS"}};
  if (!payload) return std::nullopt;
  Wanted wanted;
  wanted.with_reference = payload->has("replaces");
  for (const auto& entry : (*payload)["identifiers"].items()) {
    wanted.names.push_back({IdentifierType::dns, entry["value"].string().value_or("")});
  }
  wanted.names = sorted(std::move(wanted.names));
  return wanted;
}

}  // namespace

CaView::CaView(std::string name, SimulatedCa& ca, Services services)
    : name_{std::move(name)}, ca_{ca}, services_{std::move(services)} {
  ca_.afterwards = [this](CaRequest kind, SimulatedCa::Answer& answer) {
    if (kind == CaRequest::certificate && answer && answer->status == 200) services_.history->count("downloads");
    processed(kind);
  };
}

bool CaView::is_usable(const CaOrder& order) const {
  if (order.forgotten || order.status == "invalid" || fetched_.contains(order.url)) return false;
  const auto& accounts = ca_.records().accounts;
  return std::any_of(accounts.begin(), accounts.end(), [&](const CaAccount& account) {
    return account.url == order.account && !account.forgotten && !account.deactivated;
  });
}

void CaView::count_request() {
  if (count_within(requests_, services_.clock->steady_now(), std::chrono::seconds{10}) <= kMostInTenSeconds) return;
  services_.history->violated(cat(name_, " gets more than ", kMostInTenSeconds, " requests in 10 s"));
}

void CaView::arrives(const HttpRequest& request) {
  const bool of_order = request.url.ends_with("/new-order");
  if (request.url.find("/renewal-info") == std::string::npos) last_request_ = services_.clock->steady_now();
  count_request();
  if (!of_order) return;
  const auto wanted = wanted_by(request);
  if (!wanted) return;
  const SteadyTime now = services_.clock->steady_now();
  if (const auto held = held_.find(wanted->names); held != held_.end() && now < held->second.until) {
    services_.history->violated(cat(name_, " is asked for ", shown(wanted->names), " ",
                                    format_duration(std::chrono::floor<Seconds>(held->second.until - now)),
                                    " before the time that it named"));
  }
  const auto refused = refused_.find(wanted->names);
  if (refused == refused_.end()) return;
  const bool eased = refused->second.with_reference && !wanted->with_reference;
  if (!eased && now - refused->second.at < kShortestPause && services_.wanted(wanted->names) < 2) {
    services_.history->violated(
        cat(name_, " is asked for ", shown(wanted->names), " again after ",
            std::chrono::duration_cast<std::chrono::milliseconds>(now - refused->second.at).count(), " ms"));
  }
}

void CaView::answered(CaRequest kind, const HttpRequest& request, const Result<HttpResponse>& answer) {
  if (kind == CaRequest::certificate && answer && answer->status == 200) {
    const std::string number = request.url.substr(request.url.rfind('/') + 1);
    fetched_.insert(request.url.substr(0, request.url.find("/certificate/")) + "/order/" + number);
  }
  if (!request.url.ends_with("/new-order")) return;
  const auto wanted = wanted_by(request);
  const bool nonce = answer && answer->body.find("badNonce") != std::string::npos;
  const bool unknown = answer && answer->body.find("accountDoesNotExist") != std::string::npos;
  if (!wanted || nonce) return;
  refused_.erase(wanted->names);
  if (unknown) return;
  if (answer && answer->status == 201) {
    const std::string url{answer->header("location")};
    if (!url.empty()) services_.made(url, wanted->names);
    return;
  }
  const SteadyTime now = services_.clock->steady_now();
  refused_[wanted->names] = {now, wanted->with_reference};
  if (!answer || answer->body.find("rateLimited") == std::string::npos) return;
  const auto pause = parse_retry_after(answer->header("retry-after"), services_.clock->now());
  if (pause) refused_.erase(wanted->names);  // the CA says when
  // Beyond that nobody means it.
  if (pause && *pause < std::chrono::days{8}) held_[wanted->names] = {now, now + *pause - Seconds{1}};
}

void CaView::excuse_retries() {
  refused_.clear();
  // Whoever dies as the answer comes has not written it down.
  const SteadyTime lately = services_.clock->steady_now() - Seconds{1};
  std::erase_if(held_, [lately](const auto& one) { return one.second.told > lately; });
}

void CaView::excuse_counts() {
  failures_.clear();
  issued_.clear();
  orders_.clear();
}

void CaView::excuse_newest() {
  const UtcTime since = services_.clock->now() - Seconds{1};
  for (auto& [names, times] : issued_) {
    while (!times.empty() && times.back() >= since) times.pop_back();
  }
}

void CaView::processed(CaRequest) {
  const CaRecords& records = ca_.records();
  if (records.accounts.size() > accounts_seen_) {
    accounts_seen_ = records.accounts.size();
    services_.history->add(name_, cat("has account ", records.accounts.back().url));
    if (accounts_seen_ > accounts_allowed_) services_.history->violated(name_ + " gets another account without need");
  }
  while (orders_seen_ < records.orders.size()) see_new_order(records.orders[orders_seen_++]);
  see_finalized();
  see_failed_validations();
  see_issued();
}

void CaView::see_new_order(const CaOrder& order) {
  const Names names = sorted(order.names);
  services_.history->add(name_, cat("makes order ", order.url, " for ", shown(names)));
  services_.history->count("orders");
  // One that names what it replaces is exempt.
  if (order.replaces.empty() && count_within(orders_, services_.clock->now(), kOrderSpan) > kOrdersPerSpan) {
    services_.history->violated(name_ + " gets more orders than it allows");
  }
  std::size_t usable = 0;
  std::string which;
  for (const auto& [id, stored] : services_.stored()) {
    for (const auto& other : ca_.records().orders) {
      if (other.url != stored.order_url || other.url == order.url || sorted(other.names) != names) continue;
      if (!is_usable(other) || other.account != order.account) continue;
      ++usable;
      which += cat(" ", other.url, " (", other.status, ")");
    }
  }
  if (usable >= std::max<std::size_t>(services_.wanted(names), 1)) {
    services_.history->violated(cat(name_, " gets a second order for ", shown(names), " while we know of", which));
  }
}

void CaView::see_finalized() {
  for (const auto& order : ca_.records().orders) {
    if (!order.finalized || !finalized_seen_.insert(order.url).second) continue;
    const auto all = services_.stored();
    const bool kept = std::any_of(all.begin(), all.end(), [&](const auto& row) {
      return row.second.order_url == order.url && has_key_of(order.csr, row.second.key_pem);
    });
    if (!kept) services_.history->violated(cat(order.url, " is finalized with a key that is not stored"));
  }
}

void CaView::see_failed_validations() {
  for (const auto& one : ca_.records().authorizations) {
    if (one.status != "invalid" || !failed_seen_.insert(one.url).second) continue;
    services_.history->add(name_,
                           cat("cannot validate ", one.name.value, " by ", one.told_type, ": ", one.problem_type));
    services_.history->count("failed validations");
    // What is answered in a garbled way, or not at all, we cannot count.
    if (services_.in_trouble()) continue;
    auto& times = failures_[{one.account, one.name.value}];
    if (count_within(times, one.decided, kHour) > 5) {
      services_.history->violated(cat(name_, " fails to validate ", one.name.value, " more than 5 times in an hour"));
    }
  }
}

void CaView::see_issued() {
  for (const auto& order : ca_.records().orders) {
    if (order.chain.empty() || !issued_seen_.insert(order.url).second) continue;
    const Names names = sorted(order.names);
    services_.history->add(name_, cat("issues for ", shown(names)));
    services_.history->count("certificates");
    // One whose order is answered in a garbled way, or not at all, we cannot count.
    if (services_.in_trouble()) continue;
    const std::size_t limit =
        same_names_per_week(services_.lifetime, std::max<std::size_t>(services_.wanted(names), 1));
    const std::size_t count = count_within(issued_[names], services_.clock->now(), kWeek);
    limit_was_reached_ = limit_was_reached_ || count >= limit;
    if (count > limit) {
      services_.history->violated(
          cat(name_, " issues more than ", limit, " certificates for ", shown(names), " in 7 days"));
    }
  }
}

}  // namespace acme_test
