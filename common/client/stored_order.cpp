#include "common/client/stored_order.hpp"

#include <algorithm>
#include <iterator>

#include "common/base/text.hpp"
#include "common/client/progress.hpp"

namespace acme {

namespace {

/// How many of an account's orders are looked at for one whose URL was lost.
constexpr std::size_t kMaxLookedAt = 10;

bool same_purpose(const StoredOrder& stored, const OrderContext& context, const OrderRequest& request) {
  return stored.names == request.names && stored.directory_url == context.session->endpoint().directory_url &&
         stored.account_url == context.session->account_url();
}

/// The profile to ask for: what is configured, if the CA offers it.
Result<std::string> profile_for(const OrderContext& context, const OrderRequest& request, const Directory& directory) {
  if (request.profile.empty()) return std::string{};
  const auto& offered = directory.profiles;
  if (std::find(offered.begin(), offered.end(), request.profile) != offered.end()) return request.profile;
  if (request.profile_required) {
    return Error{ErrorKind::configuration,
                 cat(request.title, ": the CA does not offer the profile \"", request.profile, "\""),
                 offered.empty() ? "it offers none" : cat("it offers: ", cleaned(join(offered, ", ")))};
  }
  context.log->warn(
      cat(request.title, ": the CA does not offer the profile \"", request.profile, "\", ordered without"));
  return std::string{};
}

std::vector<Identifier> sorted(std::vector<Identifier> names) {
  std::sort(names.begin(), names.end());
  return names;
}

/// The order of another certificate for the same names, which only differs in the key.
bool is_of_sibling(const OrderContext& context, const OrderRequest& request, const std::string& url) {
  return std::any_of(request.siblings.begin(), request.siblings.end(), [&](const std::string& id) {
    const auto stored = context.store->load_order(id);
    return stored && stored->has_value() && (*stored)->order_url == url;
  });
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

OrderInFlight in_flight(const StoredOrder& stored, PrivateKey key) {
  OrderInFlight order;
  order.url = stored.order_url;
  order.profile = stored.profile;
  order.started = stored.started;
  order.key = std::move(key);
  return order;
}

Task<Result<PrivateKey>> key_for(OrderContext context, const OrderRequest& request) {
  if (request.key && request.key->type() == request.key_type) co_return *request.key;
  tell_step(context, "making the key", to_string(request.key_type));
  auto making = context.keys->make(request.key_type);
  auto key = co_await std::move(making);
  co_return key;
}

/// Key made, intent stored, ledger written: after this newOrder may be sent.
Task<Result<std::pair<StoredOrder, PrivateKey>>> prepare(OrderContext context, const OrderRequest& request) {
  auto directory_task = context.session->directory();
  auto directory = co_await std::move(directory_task);
  if (!directory) co_return std::move(directory).error();
  auto profile = profile_for(context, request, *directory);
  if (!profile) co_return std::move(profile).error();
  auto making = key_for(context, request);
  auto key = co_await std::move(making);
  if (!key) co_return std::move(key).error();
  auto pem = key->to_pem();
  if (!pem) co_return std::move(pem).error();
  StoredOrder stored;
  stored.issuer = context.session->endpoint().issuer;
  stored.directory_url = context.session->endpoint().directory_url;
  stored.account_url = context.session->account_url();
  stored.names = request.names;
  stored.profile = *std::move(profile);
  stored.started = context.scheduler->clock().now();
  stored.key_pem = *std::move(pem);
  auto saved = context.store->save_order(request.certificate_id, stored);
  if (!saved) co_return std::move(saved).error().with_context("order for " + request.title);
  co_return std::pair<StoredOrder, PrivateKey>{std::move(stored), *std::move(key)};
}

/// Before the CA is asked: an order that could not be counted is not made.
Status note_order(const OrderContext& context, const OrderRequest& request, bool replaces) {
  LedgerEntry entry;
  entry.time = context.scheduler->clock().now();
  entry.event = replaces ? LedgerEvent::replacement_order : LedgerEvent::new_order;
  entry.issuer = context.session->endpoint().issuer;
  entry.subject = request.certificate_id;
  auto noted = context.ledger->append(entry);
  if (!noted) return std::move(noted).error().with_context("order for " + request.title);
  return {};
}

/// CAs say in many words that they choose the dates themselves.
bool speaks_of_lifetime(const Error& error) {
  const std::string text = to_lower(error.message);
  constexpr std::string_view kWords[] = {"notafter", "not after", "notbefore", "validity", "lifetime", "duration"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

/// The reference to the old certificate may be what the CA minds. One that does not find that certificate answers
/// serverInternal; with a Retry-After it is busy.
bool may_mind_reference(const Error& error) {
  if (error.kind != ErrorKind::problem) return false;
  const bool lost = error.problem_type == "serverInternal" && !error.retry_after;
  return error.http_status == 409 || error.problem_type == "malformed" || lost;
}

/// Leaves out of a refused order what it can do without, and may be what the CA minds; false: there is nothing.
bool ease(const OrderContext& context, const OrderRequest& request, const Error& error, NewOrderRequest& wanted) {
  const bool refused = error.kind == ErrorKind::problem && error.http_status / 100 == 4;
  const bool malformed = error.problem_type == "malformed";
  const bool of_lifetime = refused && wanted.not_after && speaks_of_lifetime(error);
  if (!wanted.replaces.empty() && !of_lifetime && may_mind_reference(error)) {
    context.log->info(cat(request.title, ": the CA refused the reference to the old certificate, ordered without"));
    wanted.replaces.clear();
    return true;
  }
  if (!of_lifetime && !(wanted.not_after && malformed)) return false;
  const std::string line =
      cat(request.title, ": the CA does not let `lifetime` be chosen, ordered without (", error.message, ")");
  // Several orders may find out at once.
  if (!context.habits->refuses_lifetime) context.log->warn(line);
  context.habits->refuses_lifetime = true;
  wanted.not_after.reset();
  return true;
}

Task<Result<HttpResponse>> send_new_order(OrderContext context, const OrderRequest& request, std::string profile) {
  auto directory_task = context.session->directory();
  auto directory = co_await std::move(directory_task);
  if (!directory) co_return std::move(directory).error();
  NewOrderRequest wanted;
  wanted.identifiers = request.names;
  wanted.profile = std::move(profile);
  wanted.replaces = directory->renewal_info.empty() ? std::string{} : request.replaces;
  tell_step(context, "making the order");
  const bool with_lifetime = request.lifetime && !context.habits->refuses_lifetime;
  if (with_lifetime) wanted.not_after = context.scheduler->clock().now() + *request.lifetime;
  for (;;) {
    auto noted = note_order(context, request, !wanted.replaces.empty());
    if (!noted) co_return std::move(noted).error();
    auto task = context.session->post(directory->new_order, to_json(wanted), "", true);
    auto response = co_await std::move(task);
    if (response) co_return response;
    if (!ease(context, request, response.error(), wanted)) co_return response;
  }
}

Task<Result<BegunOrder>> create(OrderContext context, const OrderRequest& request, StoredOrder stored, PrivateKey key) {
  auto sending = send_new_order(context, request, stored.profile);
  auto response = co_await std::move(sending);
  if (!response) {
    Error error = std::move(response).error().with_context("new order for " + request.title);
    // Refused: there is no order, and the intent must not make us look for one. Without an answer, or after a failure
    // at the CA's side, there may be one.
    if (error.kind == ErrorKind::problem && error.http_status / 100 != 5) {
      auto removed = context.store->remove_order(request.certificate_id);
      if (!removed) context.log->warn(describe(removed.error()));
    }
    co_return error;
  }
  stored.order_url = std::string{response->header("location")};
  if (!acceptable_url(stored.order_url, context.session->allow_http())) {
    co_return Error{ErrorKind::server_error, cat("new order for ", request.title, ": no usable Location in the answer"),
                    std::string{advice("not-acme")}};
  }
  // A CA may answer with an order that is pending already. Two keys cannot both be certified by it.
  if (is_of_sibling(context, request, stored.order_url)) {
    Error error{ErrorKind::server_error, cat("new order for ", request.title,
                                             ": the CA offers the one for the other key type, still under way")};
    error.problem_type = "unfinished";
    co_return error;
  }
  auto saved = context.store->save_order(request.certificate_id, stored);
  if (!saved) co_return std::move(saved).error().with_context("order for " + request.title);
  auto answer = as_answer(parse_order(response->body, context.session->allow_http()));
  if (!answer) co_return std::move(answer).error().with_context("new order for " + request.title);
  BegunOrder begun;
  begun.order = in_flight(stored, std::move(key));
  begun.answer = *std::move(answer);
  co_return begun;
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
  if (!loaded->has_value() || !same_purpose(**loaded, context, request)) co_return Found{};
  StoredOrder stored = *std::move(*loaded);
  auto key = PrivateKey::from_pem(stored.key_pem.view());
  if (!key) co_return Found{};
  if (stored.order_url.empty()) {
    auto searching = search_orders(context, request);
    auto found = co_await std::move(searching);
    if (!found) co_return std::move(found).error().with_context("order for " + request.title);
    if (found->empty()) {
      auto creating = create(context, request, std::move(stored), *std::move(key));
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
  auto preparing = prepare(context, request);
  auto prepared = co_await std::move(preparing);
  if (!prepared) co_return std::move(prepared).error();
  auto creating = create(context, request, std::move(prepared->first), std::move(prepared->second));
  auto begun = co_await std::move(creating);
  co_return begun;
}

}  // namespace acme
