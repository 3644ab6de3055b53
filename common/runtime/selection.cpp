#include "common/runtime/selection.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/config/names.hpp"

namespace acme {

namespace {

constexpr std::size_t kShownCandidates = 10;

std::vector<TendedCertificate*> narrowed(const std::vector<TendedCertificate*>& found, const std::string& name) {
  for (TendedCertificate* tended : found) {
    if (tended->config().id == name) return {tended};
  }
  std::vector<TendedCertificate*> first;
  for (TendedCertificate* tended : found) {
    if (tended->config().first_name == name) first.push_back(tended);
  }
  return first.empty() ? found : first;
}

/// In several key types it is one certificate.
bool is_one(const std::vector<TendedCertificate*>& found) {
  return std::all_of(found.begin(), found.end(), [&](const TendedCertificate* tended) {
    return tended->config().names == found.front()->config().names &&
           tended->config().issuer == found.front()->config().issuer;
  });
}

ControlEnd ambiguous(const std::vector<TendedCertificate*>& found, const std::string& name) {
  std::string candidates;
  for (std::size_t i = 0; i < std::min(found.size(), kShownCandidates); ++i) {
    candidates += cat(i > 0 ? ", " : "", found[i]->config().id);
  }
  if (found.size() > kShownCandidates) candidates += ", ...";
  return control_failure(ControlFailure::ambiguous_name,
                         cat(cleaned(name), " is in ", found.size(), " certificates: ", candidates),
                         "name one of these ids");
}

}  // namespace

Selection select_certificates(const Engine& engine, const std::string& name) {
  Selection selection;
  if (name.empty()) {
    for (const auto& tended : engine.certificates()) selection.certificates.push_back(tended.get());
    return selection;
  }
  std::string meant = name;
  auto found = engine.find_certificates(meant);
  if (found.empty()) {
    const auto parsed = parse_name(name);
    if (parsed) meant = parsed->value;
    found = engine.find_certificates(meant);
  }
  found = narrowed(found, meant);
  if (found.empty()) {
    selection.problem = control_failure(ControlFailure::unknown_name, cat("no certificate is called ", cleaned(name)),
                                        "acmectl certificates lists them");
  } else if (!is_one(found)) {
    selection.problem = ambiguous(found, name);
  } else {
    selection.certificates = std::move(found);
  }
  return selection;
}

SelectedIssuer select_issuer(const Engine& engine, const Configuration& configuration, const std::string& name) {
  SelectedIssuer selected;
  std::string names;
  for (const auto& [each, config] : configuration.issuers) names += cat(names.empty() ? "" : ", ", each);
  const bool only = name.empty() && configuration.issuers.size() == 1;
  selected.issuer = engine.issuer(only ? configuration.issuers.begin()->first : name);
  if (selected.issuer != nullptr) return selected;
  selected.problem = name.empty()
                         ? control_failure(ControlFailure::ambiguous_name, cat("there are several issuers: ", names),
                                           "name one of them")
                         : control_failure(ControlFailure::unknown_name, cat("no issuer is called ", cleaned(name)),
                                           cat("there are: ", names));
  return selected;
}

}  // namespace acme
