#include "common/client/order_flow.hpp"

#include "common/base/text.hpp"
#include "common/client/authorization_look.hpp"
#include "common/client/authorizations.hpp"
#include "common/client/before_order.hpp"
#include "common/client/download.hpp"
#include "common/client/issued_count.hpp"
#include "common/client/issued_doubts.hpp"
#include "common/client/next_step.hpp"
#include "common/client/poll_pause.hpp"
#include "common/client/progress.hpp"
#include "common/client/stored_order.hpp"
#include "common/crypto/csr.hpp"
#include "common/protocol/headers.hpp"

namespace acme {

namespace {

/// How long one run may wait for a CA before it is left for later; the order stays.
constexpr Duration kPatience = std::chrono::minutes{15};

struct Seen {
  OrderObject order;
  std::optional<Seconds> retry_after;
};

/// The CA refuses for now, and not for what was asked.
bool is_passing(const Error& error) {
  return error.problem_type == "rateLimited" || error.problem_type == "serverInternal" ||
         error.problem_type == "badNonce" || error.http_status / 100 == 5;
}

/// An order that the CA no longer knows is no order; some say so without a problem document.
bool is_unknown(const Error& error) {
  const int status = error.http_status;
  return status == 404 || status == 410 || (status == 403 && error.kind == ErrorKind::problem);
}

/// The order will not become a certificate by what is configured.
bool is_refusal(const Error& error) {
  if (error.kind == ErrorKind::configuration) return true;
  return error.kind == ErrorKind::validation && error.problem_type != kNotPrepared;
}

class Flow {
 public:
  Flow(OrderContext context, OrderRequest request) : context_{context}, request_{std::move(request)} {}

  Task<Result<IssuedCertificate>> run();

 private:
  Task<Result<Seen>> look();
  Result<Seen> read(const HttpResponse& response) const;
  Task<Status> advance(const Seen& seen);
  Task<Status> finalize(std::string url);
  Task<Status> pause(std::optional<Seconds> retry_after);
  Task<Result<IssuedCertificate>> fetch(std::string url);
  Task<Error> give_up(OrderObject order);
  bool has_stored_order() const;
  void tell_names_proved();
  void take_proofs_back();
  Error ended(Error error);
  Error unseen(Error error);

  OrderContext context_;
  OrderRequest request_;
  OrderInFlight order_;
  std::optional<Seen> known_;  // newOrder's and finalize's own answers: no need to look
  PollPause poll_;
  bool proving_ = false;
  bool finalizing_ = false;  // the CSR was sent
  bool finalized_ = false;   // and the CA took it
};

void Flow::take_proofs_back() {
  context_.live->withdraw();
  if (context_.dns != nullptr) context_.dns->retire(request_.certificate_id);
}

/// The order cannot become a certificate: forget it, so that the next run makes a new one.
Error Flow::ended(Error error) {
  take_proofs_back();
  auto removed = context_.store->remove_order(request_.certificate_id);
  if (!removed) context_.log->warn(describe(removed.error()));
  return error;
}

Error Flow::unseen(Error error) {
  if (!is_unknown(error)) return error;
  // Forgotten after it was finalized: the certificate may well be there.
  if (finalized_) note_issued(context_, request_, order_.url);
  return ended(std::move(error));
}

bool Flow::has_stored_order() const {
  const auto stored = context_.store->load_order(request_.certificate_id);
  return stored && stored->has_value() && !(*stored)->order_url.empty();
}

void Flow::tell_names_proved() {
  for (const auto& name : request_.names) tell_name(context_, name.value, NameStage::valid);
  tell_step(context_, "asking for the certificate");
}

Task<Result<Seen>> Flow::look() {
  if (known_) {
    Seen seen = *std::move(known_);
    known_.reset();
    co_return seen;
  }
  auto task = context_.session->post(order_.url, "");
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error().with_context("order for " + request_.title);
  auto seen = read(*response);
  if (!seen) co_return std::move(seen).error().with_context("order for " + request_.title);
  co_return seen;
}

Result<Seen> Flow::read(const HttpResponse& response) const {
  auto order = as_answer(parse_order(response.body, context_.session->allow_http()));
  if (!order) return std::move(order).error();
  Seen seen;
  seen.order = *std::move(order);
  seen.retry_after = parse_retry_after(response.header("retry-after"), context_.scheduler->clock().now());
  return seen;
}

Task<Status> Flow::finalize(std::string url) {
  CsrOptions options;
  options.common_name = request_.common_name;
  options.must_staple = request_.must_staple;
  auto csr = make_csr(*order_.key, request_.names, options);
  if (!csr) co_return std::move(csr).error();
  auto task = context_.session->post(std::move(url), finalize_request(*csr));
  auto response = co_await std::move(task);
  if (response) {
    finalized_ = true;
    auto seen = read(*response);
    if (seen) known_ = *std::move(seen);
    co_return Status{};
  }
  Error error = std::move(response).error();
  // The CA may be a step behind or ahead (a request whose answer was lost): its order tells.
  if (error.problem_type == "orderNotReady") co_return Status{};
  const bool final_refusal = error.kind == ErrorKind::problem && !is_passing(error);
  error = std::move(error).with_context("finalize for " + request_.title);
  if (final_refusal) co_return ended(std::move(error));
  co_return error;
}

Task<Status> Flow::pause(std::optional<Seconds> retry_after) {
  if (poll_.total() > kPatience) {
    Error error{ErrorKind::transport, cat(request_.title, ": the CA is still working on the order after ",
                                          format_duration(std::chrono::floor<Seconds>(poll_.total())))};
    error.problem_type = "unfinished";
    co_return error;
  }
  const Wake wake = co_await context_.scheduler->sleep_for(poll_.next(retry_after));
  if (wake == Wake::cancelled) co_return Error{ErrorKind::cancelled, "the engine is stopping"};
  co_return Status{};
}

Task<Status> Flow::advance(const Seen& seen) {
  switch (next_step(seen.order, proving_, finalized_)) {
    case OrderStep::prove_names: {
      auto task = answer_authorizations(context_, request_, seen.order.authorizations);
      auto answered = co_await std::move(task);
      if (!answered && is_refusal(answered.error())) co_return ended(std::move(answered).error());
      if (!answered) co_return answered;
      proving_ = true;
      tell_step(context_, "waiting until the CA has validated the names");
      auto wait = pause(std::nullopt);
      auto waited = co_await std::move(wait);
      co_return waited;
    }
    case OrderStep::finalize: {
      // Once: a CA that says "ready" and "not ready" by turns is not asked without end.
      if (!finalizing_) poll_ = PollPause{};
      if (!finalizing_) tell_names_proved();
      finalizing_ = true;
      auto task = finalize(seen.order.finalize);
      auto sent = co_await std::move(task);
      if (!sent) co_return sent;
      if (finalized_) tell_step(context_, "waiting until the CA has issued the certificate");
      if (known_ && known_->order.status != OrderStatus::ready) co_return Status{};
      known_.reset();
      auto wait = pause(std::nullopt);
      auto waited = co_await std::move(wait);
      co_return waited;
    }
    default: {
      auto wait = pause(seen.retry_after);
      auto waited = co_await std::move(wait);
      co_return waited;
    }
  }
}

Task<Result<IssuedCertificate>> Flow::fetch(std::string url) {
  tell_step(context_, "downloading the certificate");
  auto task = download_chain(context_, request_, std::move(url));
  auto chain = co_await std::move(task);
  if (!chain) co_return std::move(chain).error();
  tell_step(context_, "checking the certificate");
  const UtcTime now = context_.scheduler->clock().now();
  auto verified = verify_issued(*chain, *order_.key, request_.names, now);
  if (!verified) {
    Error error = std::move(verified).error().with_context(request_.title);
    error = std::move(error).with_hint(
        "it is not served; is the issuer's URL right, and does nothing stand between this server and the CA?");
    if (error.problem_type == "dates" && !has_expired(chain->facts(), order_.started, now)) co_return error;
    co_return ended(std::move(error));
  }
  tell_what_is_missing(context_, request_, chain->facts());
  take_proofs_back();
  co_return IssuedCertificate{*std::move(chain), *order_.key, order_.profile};
}

Task<Error> Flow::give_up(OrderObject order) {
  auto task = explain_invalid_order(context_, request_, std::move(order));
  auto error = co_await std::move(task);
  const bool told = error.kind == ErrorKind::problem || error.kind == ErrorKind::validation;
  if (!told) co_return error;
  co_return ended(std::move(error));
}

Task<Result<IssuedCertificate>> Flow::run() {
  auto look_first = look_before_order(context_, request_);
  auto looked = co_await std::move(look_first);
  // An order that is made already ends as the CA says.
  if (!looked && has_stored_order()) {
    request_.narrowed.clear();
  } else if (!looked) {
    co_return std::move(looked).error();
  }
  auto begin = find_or_create_order(context_, request_);
  auto begun = co_await std::move(begin);
  if (!begun) co_return std::move(begun).error();
  order_ = std::move(begun->order);
  // What another order of this certificate left live would be in the way.
  if (begun->answer) context_.live->withdraw();
  if (begun->answer) known_ = Seen{*std::move(begun->answer), std::nullopt};
  for (;;) {
    auto looking = look();
    auto seen = co_await std::move(looking);
    if (!seen) co_return unseen(std::move(seen).error());
    const OrderStep step = next_step(seen->order, proving_, finalized_);
    if (step == OrderStep::download) {
      // Before anything else can go wrong: for the CA it counts already.
      note_issued(context_, request_, order_.url);
      auto task = fetch(seen->order.certificate);
      auto issued = co_await std::move(task);
      co_return issued;
    }
    if (step == OrderStep::give_up) {
      auto task = give_up(std::move(seen->order));
      auto error = co_await std::move(task);
      co_return error;
    }
    auto task = advance(*seen);
    auto advanced = co_await std::move(task);
    if (!advanced) co_return std::move(advanced).error();
  }
}

}  // namespace

Task<Result<IssuedCertificate>> run_order(OrderContext context, OrderRequest request) {
  Flow flow{context, std::move(request)};
  auto task = flow.run();
  auto issued = co_await std::move(task);
  co_return issued;
}

}  // namespace acme
