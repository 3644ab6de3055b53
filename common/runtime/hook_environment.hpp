// What a hook is told: its whole environment. Pure.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/config/model.hpp"
#include "common/store/store.hpp"

namespace acme {

struct HookFacts {
  HookEvent event = HookEvent::renewed;
  const CertificateConfig* certificate = nullptr;
  std::string live_path;                                  // its folder in live/, whether it is there yet or not
  const VersionMeta* meta = nullptr;                      // of the current version; nullptr: there is none
  std::string message;                                    // may hold a CA's words
  std::vector<std::pair<std::string, std::string>> more;  // of the event's own
};

/// "NAME=value": PATH and LANG, ACME_EVENT, ACME_NAME (the first), ACME_NAMES (all, by spaces), ACME_ISSUER,
/// ACME_CERTIFICATE_ID, ACME_KEY_TYPE, ACME_MESSAGE, ACME_SERIAL, ACME_NOT_AFTER, `more`; for renewed and installed
/// RENEWED_LINEAGE and RENEWED_DOMAINS, as certbot has them. Foreign text is cleaned.
std::vector<std::string> hook_environment(const HookFacts& facts);

}  // namespace acme
