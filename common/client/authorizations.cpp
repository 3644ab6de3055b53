#include "common/client/authorizations.hpp"

#include <algorithm>
#include <memory>

#include "common/base/challenge_type.hpp"
#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/client/authorization_look.hpp"
#include "common/client/challenge_answers.hpp"
#include "common/client/challenge_choice.hpp"
#include "common/client/failed_validation.hpp"
#include "common/client/progress.hpp"

namespace acme {

namespace {

/// One authorization on its way.
struct Answering {
  std::string url;
  AuthorizationObject authorization;
  Identifier name;
  std::vector<std::string> types;  // left to try in this order, best first
  std::optional<ChosenChallenge> chosen;
  bool open = true;  // something is to be done yet
  Status status;     // while open: of preparing the proof, which is no reason to end while another challenge is left

  void end(Status how) {
    status = std::move(how);
    open = false;
  }
};

Error nothing_offered(const Answering& one, const std::vector<std::string>& configured) {
  std::vector<std::string> offered;
  for (const auto& challenge : one.authorization.challenges) offered.push_back(cleaned(challenge.type, 40));
  return {ErrorKind::configuration,
          cat(one.name.value, ": the CA offers ", offered.empty() ? "no challenge" : join(offered, ", "),
              ", none of which is configured (", join(configured, ", "), ")"),
          "choose another issuer, or names that this CA proves by one of them"};
}

/// The CA validates the name itself, or (RFC 9444) a parent domain instead.
bool is_ordered(const OrderRequest& request, const Identifier& name) {
  return std::any_of(request.names.begin(), request.names.end(), [&](const Identifier& ordered) {
    const bool below = name.type == IdentifierType::dns && ordered.type == name.type && !name.wildcard() &&
                       ordered.value.ends_with("." + name.value);
    return ordered == name || below;
  });
}

/// Nothing is proved for whom it does not concern.
Error not_ordered(const OrderRequest& request, const Identifier& name) {
  Error error{ErrorKind::server_error,
              cat(request.title, ": the CA wants a proof of ", cleaned(name.value, 253), ", which was not ordered"),
              std::string{advice("not-acme")}};
  error.problem_type = "otherName";
  return error;
}

Task<Status> announce(OrderContext context, const OrderRequest& request, const ChosenChallenge& chosen) {
  const bool nothing_new = chosen.challenge.type == kDnsPersist01;
  if (nothing_new || context.challenge_published == nullptr || !*context.challenge_published) co_return Status{};
  PublishedChallenge ready{request.certificate_id, chosen.name.value, chosen.challenge.type, chosen.challenge.token,
                           chosen.key_authorization};
  auto task = (*context.challenge_published)(std::move(ready));
  auto prepared = co_await std::move(task);
  if (prepared || prepared.error().kind == ErrorKind::cancelled) co_return prepared;
  co_return std::move(prepared).error().with_context(cat(request.title, ": challenge for ", chosen.name.value));
}

/// The proof is in place.
Task<void> tell_ca(OrderContext context, const OrderRequest& request, Answering& one) {
  const ChosenChallenge& chosen = *one.chosen;
  if (context.proofs != nullptr) (*context.proofs)[chosen.name.value].answered = chosen.challenge.type;
  one.end(Status{});
  // A flow that resumes may find the challenge under way: then the CA needs no second word.
  const bool told_before = chosen.challenge.status != ChallengeStatus::pending;
  tell_name(context, chosen.name.value, told_before ? NameStage::validating : NameStage::prepared,
            chosen.challenge.type);
  if (told_before) co_return;
  auto announcing = announce(context, request, chosen);
  auto announced = co_await std::move(announcing);
  if (!announced) {
    one.end(std::move(announced));
    co_return;
  }
  auto task = context.session->post(chosen.challenge.url, "{}");
  auto response = co_await std::move(task);
  if (response) {
    tell_name(context, chosen.name.value, NameStage::validating, chosen.challenge.type);
    co_return;
  }
  one.end(std::move(response).error().with_context(cat("challenge for ", chosen.name.value)));
}

/// http-01, and dns-persist-01, for which nothing is to be done.
Task<void> answer_directly(OrderContext context, const OrderRequest& request, Answering& one) {
  if (one.chosen->challenge.type == kHttp01) one.status = publish_http(context, *one.chosen);
  if (!one.status) co_return;
  auto task = tell_ca(context, request, one);
  co_await std::move(task);
}

/// In the order of the names; each is told of as soon as it is live.
Task<void> answer_by_tls(OrderContext context, const OrderRequest& request, std::vector<Answering*> all) {
  TaskGroup telling{*context.scheduler};
  for (Answering* one : all) {
    auto publishing = publish_tls(context, *one->chosen);
    one->status = co_await std::move(publishing);
    if (one->status) telling.spawn(tell_ca(context, request, *one));
  }
  auto ended = telling.all_ended();
  co_await std::move(ended);
}

Task<void> answer_by_records(OrderContext context, const OrderRequest& request, std::vector<Answering*> all) {
  std::vector<const ChosenChallenge*> chosen;
  for (const Answering* one : all) chosen.push_back(&*one->chosen);
  auto presenting = present_records(context, request, chosen);
  auto presented = co_await std::move(presenting);
  std::vector<Task<void>> tasks;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i]->status = std::move(presented[i]);
    if (all[i]->status) tasks.push_back(tell_ca(context, request, *all[i]));
  }
  auto told = join_all(*context.scheduler, std::move(tasks));
  co_await std::move(told);
}

Task<void> fetch_into(OrderContext context, const OrderRequest& request, Answering& one) {
  auto fetching = fetch_authorization(context, one.url);
  auto authorization = co_await std::move(fetching);
  if (!authorization) {
    one.end(std::move(authorization).error());
    co_return;
  }
  one.authorization = *std::move(authorization);
  one.name = name_of(one.authorization);
  if (one.authorization.status == AuthorizationStatus::valid) {
    tell_name(context, one.name.value, NameStage::valid, "", "proved before");
    one.end(Status{});
    co_return;
  }
  if (!is_ordered(request, one.name)) {
    one.end(not_ordered(request, one.name));
    co_return;
  }
  if (one.authorization.status != AuthorizationStatus::pending) {
    one.end(failed_validation(request, {told_failure(context, request, one.authorization)}));
    co_return;
  }
  one.types = types_to_try(request.types_for(one.name), one.name, proof_of(context, one.name.value));
  if (context.proofs == nullptr) co_return;
  auto& offered = (*context.proofs)[one.name.value].offered;
  offered.clear();
  for (const auto& challenge : one.authorization.challenges) offered.push_back(challenge.type);
}

/// Takes the best challenge that is left for the name; what there is to tell when the one before failed.
void take_next(const OrderContext& context, const OrderRequest& request, Answering& one) {
  std::optional<ChosenChallenge> before = std::move(one.chosen);
  if (before) std::erase(one.types, before->challenge.type);
  one.chosen.reset();
  const ChallengeObject* challenge = choose_challenge(one.authorization, one.types);
  if (challenge == nullptr && !before) {
    // What failed once comes last, but comes, where the CA offers nothing else.
    one.types = types_to_try(request.types_for(one.name), one.name, nullptr);
    challenge = choose_challenge(one.authorization, one.types);
  }
  if (challenge == nullptr) {
    one.end(before ? not_prepared(request, *before, one.status.error())
                   : nothing_offered(one, request.types_for(one.name)));
    return tell_name(context, one.name.value, NameStage::failed, "", one.status.error().message);
  }
  std::string instead;
  if (before) {
    instead = cat(before->challenge.type, " could not be prepared (", describe(one.status.error()), ")");
    context.log->warn(cat(one.name.value, ": ", instead, ", trying ", challenge->type, " now"));
    one.status = Status{};
  }
  tell_name(context, one.name.value, NameStage::waiting, challenge->type, instead);
  auto chosen = chosen_challenge(context, one.name, *challenge);
  if (!chosen) return one.end(std::move(chosen).error());
  one.chosen = *std::move(chosen);
}

/// One try for each name that is open, all side by side.
Task<void> answer_once(OrderContext context, const OrderRequest& request, std::vector<Answering>& all) {
  std::vector<Task<void>> tasks;
  std::vector<Answering*> by_tls;
  std::vector<Answering*> by_records;
  for (auto& one : all) {
    if (one.open) take_next(context, request, one);
    if (!one.open) continue;
    const std::string& type = one.chosen->challenge.type;
    if (type == kTlsAlpn01) {
      by_tls.push_back(&one);
    } else if (sets_dns_record(type)) {
      by_records.push_back(&one);
    } else {
      tasks.push_back(answer_directly(context, request, one));
    }
  }
  std::sort(by_tls.begin(), by_tls.end(), [](const Answering* a, const Answering* b) { return a->name < b->name; });
  if (!by_tls.empty()) tasks.push_back(answer_by_tls(context, request, std::move(by_tls)));
  if (!by_records.empty()) tasks.push_back(answer_by_records(context, request, std::move(by_records)));
  auto joined = join_all(*context.scheduler, std::move(tasks));
  co_await std::move(joined);
  for (auto& one : all) {
    const bool stops = !one.status && one.status.error().kind == ErrorKind::cancelled;
    if (one.open && stops) one.open = false;
  }
}

/// One error of many: all validation failures together, else the first failure.
Status gather(const OrderRequest& request, const std::vector<Answering>& all) {
  std::vector<Subproblem> failed;
  const Status* other = nullptr;
  for (const auto& one : all) {
    if (one.status) continue;
    const Error& error = one.status.error();
    if (error.kind == ErrorKind::validation && error.problem_type != kNotPrepared) {
      failed.insert(failed.end(), error.subproblems.begin(), error.subproblems.end());
    } else if (other == nullptr) {
      other = &one.status;
    }
  }
  if (!failed.empty()) return failed_validation(request, std::move(failed));
  return other == nullptr ? Status{} : *other;
}

}  // namespace

Task<Status> answer_authorizations(OrderContext context, const OrderRequest& request,
                                   std::vector<std::string> authorization_urls) {
  tell_step(context, "preparing the proofs of the names");
  std::vector<Answering> all(authorization_urls.size());
  std::vector<Task<void>> fetching;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].url = std::move(authorization_urls[i]);
    fetching.push_back(fetch_into(context, request, all[i]));
  }
  auto fetched = join_all(*context.scheduler, std::move(fetching));
  co_await std::move(fetched);
  while (std::any_of(all.begin(), all.end(), [](const Answering& one) { return one.open; })) {
    auto answering = answer_once(context, request, all);
    co_await std::move(answering);
  }
  co_return gather(request, all);
}

}  // namespace acme
