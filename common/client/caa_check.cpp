#include "common/client/caa_check.hpp"

#include <algorithm>
#include <array>

#include "common/base/text.hpp"
#include "common/client/progress.hpp"

namespace acme {

namespace {

bool is_special_use(std::string_view name) {
  constexpr std::array<std::string_view, 7> kTops{".test",  ".example",  ".invalid",  ".localhost",
                                                  ".local", ".internal", ".home.arpa"};
  return std::any_of(kTops.begin(), kTops.end(), [&](std::string_view top) { return name.ends_with(top); });
}

std::string base_of(const Identifier& name) { return name.wildcard() ? name.value.substr(2) : name.value; }

/// What is looked up; IP addresses have no CAA records.
std::vector<Identifier> names_to_ask(const OrderRequest& request) {
  std::vector<Identifier> names;
  for (const auto& name : request.names) {
    if (name.type != IdentifierType::dns) continue;
    if (request.resolvers.empty() && is_special_use(name.value)) continue;
    names.push_back(name);
  }
  return names;
}

const char* words_for(CaaRefusal refusal) {
  switch (refusal) {
    case CaaRefusal::nobody: return "its CAA records let no CA issue";
    case CaaRefusal::other_ca: return "its CAA records let other CAs issue, not this one";
    case CaaRefusal::account: return "its CAA records let this CA issue for another account only";
    case CaaRefusal::method: return "its CAA records let this CA issue by other challenges only";
    case CaaRefusal::unknown_word: return "its CAA records have a critical one that no CA knows";
    case CaaRefusal::none: break;
  }
  return "its CAA records forbid it";
}

Error forbidden(const OrderContext& context, const OrderRequest& request, const Identifier& name,
                const CaaFindings& findings, const CaaVerdict& verdict, const std::vector<std::string>& ca_names) {
  const std::string subject = name.value == request.title ? name.value : cat(request.title, ": ", name.value);
  Error error{ErrorKind::configuration, cat(subject, ": ", words_for(verdict.refusal), " (at ", findings.owner, ": ",
                                            cleaned(join(verdict.records, ", "), 300), "); nothing is ordered from ",
                                            context.session->endpoint().issuer)};
  const Identifier owner{IdentifierType::dns, (name.wildcard() ? "*." : "") + findings.owner};
  error.hint =
      verdict.refusal == CaaRefusal::unknown_word || ca_names.empty()
          ? std::string{"change the record, or the issuer"}
          : cat("change the issuer, or add ",
                recommended_caa(owner, ca_names.front(), context.session->account_url(), request.types_for(name)));
  error.problem_type = "caa";
  return error;
}

}  // namespace

std::string recommended_caa(const Identifier& name, const std::string& ca_name, const std::string& account_url,
                            const std::vector<std::string>& methods) {
  std::string value = ca_name;
  if (!account_url.empty()) value += cat("; accounturi=", account_url);
  if (!methods.empty()) value += cat("; validationmethods=", join(methods, ","));
  return cat(base_of(name), ". CAA 0 ", name.wildcard() ? "issuewild" : "issue", " \"", value, "\"");
}

Task<Status> check_caa(OrderContext context, OrderRequest& request, std::vector<std::string> ca_names) {
  if (context.caa == nullptr || !request.check_caa) co_return Status{};
  const std::vector<Identifier> names = names_to_ask(request);
  if (names.empty()) co_return Status{};
  tell_step(context, "reading the CAA records");
  std::vector<std::string> asked;
  for (const auto& name : names) asked.push_back(base_of(name));
  auto task = context.caa->read(std::move(asked), request.resolvers);
  auto reading = co_await std::move(task);
  for (std::size_t i = 0; i < names.size() && i < reading.names.size(); ++i) {
    const auto& findings = reading.names[i];
    if (!findings || findings->records.empty()) continue;
    CaaRequest wanted;
    wanted.ca_names = ca_names;
    wanted.account_url = context.session->account_url();
    wanted.wildcard = names[i].wildcard();
    const std::vector<std::string> configured = request.types_for(names[i]);
    std::vector<std::string> allowed;
    CaaVerdict refused;
    for (const auto& type : configured) {
      wanted.method = type;
      const CaaVerdict verdict = evaluate_caa(findings->records, wanted);
      if (verdict.allowed()) allowed.push_back(type);
      if (!verdict.allowed() && refused.allowed()) refused = verdict;
    }
    if (allowed.empty() && !refused.allowed()) {
      co_return forbidden(context, request, names[i], *findings, refused, ca_names);
    }
    if (allowed.size() < configured.size()) {
      context.log->info(
          cat(names[i].value, ": its CAA records allow ", join(allowed, ", "), " of ", join(configured, ", ")));
    }
    request.narrowed[names[i].value] = std::move(allowed);
  }
  co_return Status{};
}

}  // namespace acme
