#include "common/client/new_order.hpp"

#include <algorithm>
#include <iterator>

#include "common/base/text.hpp"
#include "common/client/progress.hpp"

namespace acme {

namespace {

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

Task<Result<PrivateKey>> key_for(OrderContext context, const OrderRequest& request) {
  if (request.key && request.key->type() == request.key_type) co_return *request.key;
  tell_step(context, "making the key", to_string(request.key_type));
  auto making = context.keys->make(request.key_type);
  auto key = co_await std::move(making);
  co_return key;
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

}  // namespace

bool is_of_sibling(const OrderContext& context, const OrderRequest& request, const std::string& url) {
  return std::any_of(request.siblings.begin(), request.siblings.end(), [&](const std::string& id) {
    const auto stored = context.store->load_order(id);
    return stored && stored->has_value() && (*stored)->order_url == url;
  });
}

OrderInFlight in_flight(const StoredOrder& stored, PrivateKey key) {
  OrderInFlight order;
  order.url = stored.order_url;
  order.profile = stored.profile;
  order.started = stored.started;
  order.key = std::move(key);
  return order;
}

Task<Result<std::pair<StoredOrder, PrivateKey>>> prepare_order(OrderContext context, const OrderRequest& request) {
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

Task<Result<BegunOrder>> create_order(OrderContext context, const OrderRequest& request, StoredOrder stored,
                                      PrivateKey key) {
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

}  // namespace acme
