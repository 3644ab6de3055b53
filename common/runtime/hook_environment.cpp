#include "common/runtime/hook_environment.hpp"

#include "common/base/text.hpp"
#include "common/config/hook_event.hpp"

namespace acme {

std::vector<std::string> hook_environment(const HookFacts& facts) {
  const CertificateConfig& certificate = *facts.certificate;
  std::vector<std::string> names;
  for (const auto& name : certificate.names) names.push_back(name.value);
  std::vector<std::string> environment{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                       "LANG=C.UTF-8"};
  const auto add = [&](const std::string& name, std::string_view value) {
    environment.push_back(cat(name, "=", cleaned(value, 64 * 1024)));
  };
  add("ACME_EVENT", hook_event_name(facts.event));
  add("ACME_NAME", certificate.first_name);
  add("ACME_NAMES", join(names, " "));
  // It may come from a fallback.
  const bool issued = facts.meta != nullptr && facts.event != HookEvent::failed;
  add("ACME_ISSUER", issued ? facts.meta->issuer : certificate.issuer);
  add("ACME_CERTIFICATE_ID", certificate.id);
  add("ACME_KEY_TYPE", to_string(certificate.key_type));
  if (!facts.message.empty()) add("ACME_MESSAGE", cleaned(facts.message));
  if (facts.meta != nullptr) {
    add("ACME_SERIAL", facts.meta->serial);
    add("ACME_NOT_AFTER", format_rfc3339(facts.meta->not_after));
  }
  for (const auto& [name, value] : facts.more) add(name, value);
  if (facts.event == HookEvent::renewed || facts.event == HookEvent::installed) {
    add("RENEWED_LINEAGE", facts.live_path);
    add("RENEWED_DOMAINS", join(names, " "));
  }
  return environment;
}

}  // namespace acme
