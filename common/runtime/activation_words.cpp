#include "common/runtime/activation_words.hpp"

#include <algorithm>
#include <array>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::size_t kShownFingerprint = 16;
constexpr std::string_view kPlaceholder = "acme placeholder";  // make_placeholder()

std::string where(const ActivationTarget& target) { return cat(target.name, " at ", place_of(target.probe)); }

std::string shown_leaf(const ShownLeaf& leaf) {
  return cat("\"", leaf.subject, "\" from \"", leaf.issuer, "\", SHA-256 ",
             leaf.fingerprint.substr(0, kShownFingerprint), "..., valid to ", format_for_people(leaf.not_after));
}

std::string other_leaf(const ActivationTarget& target, const ShownLeaf& leaf, const LeafOrigin& origin) {
  if (origin.version > 0) {
    return cat("version ", origin.version, " of the certificate is served for ", where(target), " still (valid to ",
               format_for_people(leaf.not_after),
               "): a process from before accepts connections, or another instance of the server does, or this one "
               "cannot read the new version and its log says why");
  }
  if (!origin.other.empty()) {
    return cat("the certificate of ", origin.other, " is served for ", where(target),
               ": the virtual host of that name answers there, as the default or because it has this name too");
  }
  if (leaf.subject == kPlaceholder) {
    return cat("the placeholder is served for ", where(target),
               ": the server's processes cannot read the certificate (their log says why), or the virtual host that "
               "answers there has none yet");
  }
  return cat("another certificate is served for ", where(target), ": ", shown_leaf(leaf),
             "; it is none of this engine's: a virtual host with a certificate of its own wins for this name there, or "
             "another program accepts the connections");
}

}  // namespace

ActivationVerdict judge(const ActivationTarget& target, const Result<ShownLeaf>& shown, const LeafOrigin& origin) {
  if (shown && origin.expected) return {ServedState::live, cat("seen at ", place_of(target.probe))};
  if (shown) return {ServedState::other, other_leaf(target, *shown, origin)};
  const Error& error = shown.error();
  const bool nothing_seen = error.kind == ErrorKind::not_found || error.kind == ErrorKind::cancelled;
  if (nothing_seen) return {ServedState::unknown, cat(place_of(target.probe), ": ", error.message)};
  return {ServedState::unreachable, cat("no TLS connection for ", where(target), ": ", error.message)};
}

ActivationVerdict worst_of(const std::vector<ActivationVerdict>& verdicts) {
  constexpr std::array kWorstFirst{ServedState::other, ServedState::unreachable, ServedState::live,
                                   ServedState::unknown};
  for (const ServedState state : kWorstFirst) {
    const auto found = std::find_if(verdicts.begin(), verdicts.end(),
                                    [state](const ActivationVerdict& one) { return one.state == state; });
    if (found != verdicts.end()) return *found;
  }
  return {};
}

}  // namespace acme
