// What an attempt at a certificate is called, and who keeps how it goes.
#include "common/base/text.hpp"
#include "common/runtime/tended_certificate.hpp"

namespace acme {

std::string TendedCertificate::reason() const {
  if (with_sibling_) return "with its other kind of key";
  return state_.renew_reason;
}

std::string TendedCertificate::beginning() const {
  const std::string names = cat(config_.names.size(), config_.names.size() == 1 ? " name, " : " names, ");
  const std::string why = version_ > 0 && !reason().empty() && !wanted_now_ ? cat(": ", reason()) : "";
  return cat(config_.first_name, ": ", version_ > 0 ? "renewing" : "obtaining", " the certificate from ",
             issuer().config().name, " (", names, to_string(config_.key_type), ")", why);
}

AttemptRecorder& TendedCertificate::recorder() {
  if (!recorder_) {
    recorder_ = std::make_unique<AttemptRecorder>(services_.scheduler->clock(), [this] { tell_changed(); });
  }
  return *recorder_;
}

void TendedCertificate::begin_attempt() {
  std::vector<std::string> names;
  for (const auto& name : config_.names) names.push_back(name.value);
  std::string why = version_ > 0 ? reason() : "there is none yet";
  if (wanted_now_) why = "by an operator's word";
  recorder().begin(issuer().config().name, why, names);
}

}  // namespace acme
