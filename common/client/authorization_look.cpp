#include "common/client/authorization_look.hpp"

#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/client/challenge_choice.hpp"
#include "common/client/failed_validation.hpp"
#include "common/client/progress.hpp"

namespace acme {

namespace {

/// What asking the authorizations of an invalid order brought.
struct Collected {
  std::vector<Subproblem> failed;
  std::optional<Error> unanswered;
};

Task<void> collect_failed(OrderContext context, const OrderRequest& request, std::string url, Collected& collected) {
  auto fetch = fetch_authorization(context, std::move(url));
  auto authorization = co_await std::move(fetch);
  if (authorization && authorization->status == AuthorizationStatus::invalid) {
    collected.failed.push_back(told_failure(context, request, *authorization));
  }
  if (authorization && authorization->status == AuthorizationStatus::valid) {
    tell_name(context, name_of(*authorization).value, NameStage::valid);
  }
  if (!authorization && authorization.error().kind != ErrorKind::problem) {
    collected.unanswered = std::move(authorization).error();
  }
}

}  // namespace

Task<Result<AuthorizationObject>> fetch_authorization(OrderContext context, std::string url) {
  auto task = context.session->post(std::move(url), "");
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error().with_context("authorization");
  co_return as_answer(parse_authorization(response->body, context.session->allow_http()));
}

Subproblem told_failure(const OrderContext& context, const OrderRequest& request,
                        const AuthorizationObject& authorization) {
  Subproblem failed = failed_proof(context, request, authorization);
  tell_name(context, failed.identifier, NameStage::failed, failed.challenge, failed.detail);
  return failed;
}

Task<Error> explain_invalid_order(OrderContext context, const OrderRequest& request, OrderObject order) {
  tell_step(context, "asking the CA why it refused");
  Collected collected;
  std::vector<Task<void>> tasks;
  for (const auto& url : order.authorizations) tasks.push_back(collect_failed(context, request, url, collected));
  auto all = join_all(*context.scheduler, std::move(tasks));
  co_await std::move(all);
  // Not half of the reasons: the order stays invalid, and is asked again.
  if (collected.unanswered) co_return *std::move(collected.unanswered);
  if (!collected.failed.empty()) co_return failed_validation(request, std::move(collected.failed));
  if (order.error) co_return std::move(*order.error).with_context(request.title);
  co_return Error{ErrorKind::problem, request.title + ": the CA made the order invalid and gives no reason"};
}

}  // namespace acme
