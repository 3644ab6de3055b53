#include "common/client/stored_order.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/client/progress.hpp"

namespace acme {

namespace {

/// How many of an account's orders are looked at for one whose URL was lost.
constexpr std::size_t kMaxLookedAt = 10;

/// Why it cannot be gone on with; empty: it can.
std::string hindrance(const StoredOrder& stored, const OrderContext& context, const OrderRequest& request) {
  if (stored.names != request.names) return "is for other names";
  if (stored.directory_url != context.session->endpoint().directory_url) return "is at another CA";
  if (stored.account_url != context.session->account_url()) return "is of another account";
  return {};
}

std::vector<Identifier> sorted(std::vector<Identifier> names) {
  std::sort(names.begin(), names.end());
  return names;
}

/// Nobody answered: whether the CA has such an order is not known.
bool is_unanswered(const Error& error) {
  return error.kind == ErrorKind::transport || error.kind == ErrorKind::cancelled || error.http_status / 100 == 5;
}

/// An order of this account for just these names that can still become a certificate; "" when there is none.
Task<Result<std::string>> search_orders(OrderContext context, const OrderRequest& request) {
  const std::string none;
  if (request.orders_url.empty()) co_return none;
  auto list_task = context.session->post(request.orders_url, "");
  auto list = co_await std::move(list_task);
  if (!list && is_unanswered(list.error())) co_return std::move(list).error().with_context("orders of the account");
  if (!list) co_return none;
  auto urls = parse_order_list(list->body, context.session->allow_http());
  if (!urls) co_return none;
  std::reverse(urls->begin(), urls->end());
  if (urls->size() > kMaxLookedAt) urls->resize(kMaxLookedAt);
  for (const auto& url : *urls) {
    auto task = context.session->post(url, "");
    auto response = co_await std::move(task);
    if (!response && is_unanswered(response.error())) co_return std::move(response).error();
    if (!response) continue;
    auto order = parse_order(response->body, context.session->allow_http());
    // Not one that was finalized: its key is not known to be ours.
    const bool usable = order && (order->status == OrderStatus::pending || order->status == OrderStatus::ready);
    const bool ours = usable && sorted(order->identifiers) == request.names && !is_of_sibling(context, request, url);
    if (ours) co_return url;
  }
  co_return none;
}

/// The stored order when it can be gone on with; nullopt: make a new one.
Task<Result<std::optional<BegunOrder>>> resume(OrderContext context, const OrderRequest& request) {
  using Found = std::optional<BegunOrder>;
  auto loaded = context.store->load_order(request.certificate_id);
  const bool damaged =
      !loaded && (loaded.error().kind == ErrorKind::malformed || loaded.error().kind == ErrorKind::crypto);
  if (!loaded && !damaged) co_return std::move(loaded).error().with_context("order for " + request.title);
  if (damaged) {
    context.log->warn(
        cat(request.title, ": the stored order cannot be read, a new one is made: ", describe(loaded.error())));
    co_return Found{};
  }
  if (!loaded->has_value()) co_return Found{};
  StoredOrder stored = *std::move(*loaded);
  auto key = PrivateKey::from_pem(stored.key_pem.view());
  const std::string hindered = key ? hindrance(stored, context, request) : "has a key that cannot be read";
  if (!hindered.empty()) {
    if (stored.order_url.empty()) co_return Found{};
    context.log->notice(cat(request.title, ": the order ", stored.order_url, " ", hindered, ", a new one is made"));
    co_return Found{};
  }
  if (stored.order_url.empty()) {
    auto searching = search_orders(context, request);
    auto found = co_await std::move(searching);
    if (!found) co_return std::move(found).error().with_context("order for " + request.title);
    if (found->empty()) {
      auto creating = create_order(context, request, std::move(stored), *std::move(key));
      auto begun = co_await std::move(creating);
      if (!begun) co_return std::move(begun).error();
      co_return Found{*std::move(begun)};
    }
    stored.order_url = *std::move(found);
    auto saved = context.store->save_order(request.certificate_id, stored);
    if (!saved) co_return std::move(saved).error();
  }
  context.log->notice(cat(request.title, ": going on with the order ", stored.order_url));
  tell_step(context, "going on with the order from before", stored.order_url);
  BegunOrder begun;
  begun.order = in_flight(stored, *std::move(key));
  co_return Found{std::move(begun)};
}

}  // namespace

Task<Result<BegunOrder>> find_or_create_order(OrderContext context, const OrderRequest& request) {
  auto resuming = resume(context, request);
  auto resumed = co_await std::move(resuming);
  if (!resumed) co_return std::move(resumed).error();
  if (resumed->has_value()) co_return std::move(**resumed);
  auto preparing = prepare_order(context, request);
  auto prepared = co_await std::move(preparing);
  if (!prepared) co_return std::move(prepared).error();
  auto creating = create_order(context, request, std::move(prepared->first), std::move(prepared->second));
  auto begun = co_await std::move(creating);
  co_return begun;
}

}  // namespace acme
