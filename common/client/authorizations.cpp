#include "common/client/authorizations.hpp"

#include <algorithm>
#include <memory>

#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/protocol/jws.hpp"

namespace acme {

namespace {

std::string shown(const AuthorizationObject& authorization) {
  return authorization.wildcard ? "*." + authorization.identifier.value : authorization.identifier.value;
}

Subproblem subproblem_of(const AuthorizationObject& authorization) {
  Subproblem sub{shown(authorization), "", ""};
  for (const auto& challenge : authorization.challenges) {
    if (!challenge.error) continue;
    sub.type = challenge.error->problem_type;
    sub.detail = challenge.error->message;
  }
  if (sub.detail.empty()) sub.detail = "the CA gives no reason";
  return sub;
}

/// What to check, by the type of the problem a validation ended with.
std::string validation_hint(const std::vector<Subproblem>& subproblems) {
  const std::string type = subproblems.empty() ? "" : subproblems.front().type;
  if (type == "connection") return "can the CA reach this server on port 80? check DNS, firewall and router";
  if (type == "dns") return "does the name exist, and do its A and AAAA records point to this server?";
  if (type == "unauthorized" || type == "incorrectResponse") {
    return "another server answered: check that A and AAAA both point here and what stands in front of this server";
  }
  if (type == "caa") return "the name's CAA record does not let this CA issue: change the record or the issuer";
  return "check that the name points to this server and that port 80 is reachable from outside";
}

Error validation_error(std::string title, std::vector<Subproblem> subproblems) {
  const bool single = subproblems.size() == 1;
  Error error{ErrorKind::validation,
              cat(title, ": the CA could not validate ", single ? subproblems.front().identifier : "all names")};
  if (!subproblems.empty()) error.problem_type = subproblems.front().type;
  error.hint = validation_hint(subproblems);
  error.subproblems = std::move(subproblems);
  return error;
}

const ChallengeObject* choose(const AuthorizationObject& authorization, const std::vector<std::string>& preferred) {
  for (const auto& type : preferred) {
    for (const auto& challenge : authorization.challenges) {
      if (challenge.type == type && !challenge.token.empty()) return &challenge;
    }
  }
  return nullptr;
}

Error nothing_offered(const AuthorizationObject& authorization, const std::vector<std::string>& preferred) {
  std::vector<std::string> offered;
  for (const auto& challenge : authorization.challenges) offered.push_back(cleaned(challenge.type, 40));
  return {ErrorKind::configuration,
          cat(shown(authorization), ": the CA offers ", offered.empty() ? "no challenge" : join(offered, ", "),
              ", none of which is configured (", join(preferred, ", "), ")"),
          "choose another issuer, or names that this CA proves by one of them"};
}

Task<Result<AuthorizationObject>> fetch_authorization(OrderContext context, std::string url) {
  auto task = context.session->post(std::move(url), "");
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error().with_context("authorization");
  co_return as_answer(parse_authorization(response->body, context.session->allow_http()));
}

Task<Status> announce(OrderContext context, const OrderRequest& request, PublishedChallenge challenge) {
  if (context.challenge_published == nullptr || !*context.challenge_published) co_return Status{};
  const std::string name = challenge.name;
  auto task = (*context.challenge_published)(std::move(challenge));
  auto prepared = co_await std::move(task);
  if (prepared || prepared.error().kind == ErrorKind::cancelled) co_return prepared;
  co_return std::move(prepared).error().with_context(cat(request.title, ": challenge for ", name));
}

Task<Status> answer_one(OrderContext context, const OrderRequest& request, std::string url) {
  auto fetch = fetch_authorization(context, std::move(url));
  auto authorization = co_await std::move(fetch);
  if (!authorization) co_return std::move(authorization).error();
  if (authorization->status == AuthorizationStatus::valid) co_return Status{};
  if (authorization->status != AuthorizationStatus::pending) {
    co_return validation_error(request.title, {subproblem_of(*authorization)});
  }
  const ChallengeObject* challenge = choose(*authorization, request.challenges);
  if (challenge == nullptr) co_return nothing_offered(*authorization, request.challenges);
  auto proof = key_authorization(challenge->token, *context.session->account_key());
  if (!proof) co_return std::move(proof).error();
  auto published = context.live->publish(challenge->token, *proof);
  if (!published) co_return published;
  // A flow that resumes may find the challenge under way: then the CA needs no second word.
  if (challenge->status != ChallengeStatus::pending) co_return Status{};
  PublishedChallenge ready{request.certificate_id, shown(*authorization), challenge->type, challenge->token, *proof};
  auto preparing = announce(context, request, std::move(ready));
  auto prepared = co_await std::move(preparing);
  if (!prepared) co_return prepared;
  auto task = context.session->post(challenge->url, "{}");
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error().with_context(cat("challenge for ", shown(*authorization)));
  co_return Status{};
}

Task<void> answer_into(OrderContext context, const OrderRequest& request, std::string url, Status& result) {
  auto task = answer_one(context, request, std::move(url));
  result = co_await std::move(task);
}

/// One error of many: all validation failures together, else the first failure.
Status gather(const OrderRequest& request, std::vector<Status> results) {
  std::vector<Subproblem> failed;
  const Status* other = nullptr;
  for (auto& result : results) {
    if (result) continue;
    if (result.error().kind == ErrorKind::validation) {
      const auto& subs = result.error().subproblems;
      failed.insert(failed.end(), subs.begin(), subs.end());
    } else if (other == nullptr) {
      other = &result;
    }
  }
  if (!failed.empty()) return validation_error(request.title, std::move(failed));
  return other == nullptr ? Status{} : *other;
}

/// What asking the authorizations of an invalid order brought.
struct Collected {
  std::vector<Subproblem> failed;
  std::optional<Error> unanswered;
};

Task<void> collect_failed(OrderContext context, std::string url, Collected& collected) {
  auto fetch = fetch_authorization(context, std::move(url));
  auto authorization = co_await std::move(fetch);
  if (authorization && authorization->status == AuthorizationStatus::invalid) {
    collected.failed.push_back(subproblem_of(*authorization));
  }
  if (!authorization && authorization.error().kind != ErrorKind::problem) {
    collected.unanswered = std::move(authorization).error();
  }
}

}  // namespace

Task<Status> answer_authorizations(OrderContext context, const OrderRequest& request,
                                   std::vector<std::string> authorization_urls) {
  std::vector<Status> results(authorization_urls.size());
  std::vector<Task<void>> tasks;
  for (std::size_t i = 0; i < authorization_urls.size(); ++i) {
    tasks.push_back(answer_into(context, request, authorization_urls[i], results[i]));
  }
  auto all = join_all(*context.scheduler, std::move(tasks));
  co_await std::move(all);
  co_return gather(request, std::move(results));
}

Task<Error> explain_invalid_order(OrderContext context, const OrderRequest& request, OrderObject order) {
  Collected collected;
  std::vector<Task<void>> tasks;
  for (const auto& url : order.authorizations) tasks.push_back(collect_failed(context, url, collected));
  auto all = join_all(*context.scheduler, std::move(tasks));
  co_await std::move(all);
  // Not half of the reasons: the order stays invalid, and is asked again.
  if (collected.unanswered) co_return *std::move(collected.unanswered);
  if (!collected.failed.empty()) co_return validation_error(request.title, std::move(collected.failed));
  if (order.error) co_return std::move(*order.error).with_context(request.title);
  co_return Error{ErrorKind::problem, request.title + ": the CA made the order invalid and gives no reason"};
}

}  // namespace acme
