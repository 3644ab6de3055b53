#include "common/config/certificate_rules.hpp"

#include "common/base/text.hpp"
#include "common/config/issuer_rules.hpp"

namespace acme {

namespace {

/// A shorter one may begin and end between two windows.
constexpr Seconds kShortestForWindow = std::chrono::days{2};

Status check(const CertificateConfig& certificate, const CertificateDirective& directive, const IssuerConfig& issuer) {
  if (!certificate.lifetime) return {};
  const Seconds lifetime = *certificate.lifetime;
  const std::string& where = directive.lifetime || directive.renew_before ? directive.where : issuer.where;
  if (certificate.renew_before && certificate.renew_before->time && *certificate.renew_before->time >= lifetime) {
    return config_error(
        where,
        cat("renew_before ", format_duration(*certificate.renew_before->time), " is not within lifetime ",
            format_duration(lifetime)),
        "renew_before is counted back from the end of the lifetime: make it shorter, or say it in percent");
  }
  if (issuer.renew_window && lifetime < kShortestForWindow) {
    return config_error(where,
                        cat("lifetime ", format_duration(lifetime), " with renew_window, which opens once a day only"),
                        "leave one of the two out");
  }
  return {};
}

}  // namespace

Result<CertificateConfig> certificate_settings(const CertificateDirective& directive, const IssuerConfig& issuer) {
  CertificateConfig certificate;
  certificate.issuer = issuer.name;
  certificate.fallback = issuer.fallback;
  certificate.renew_before = directive.renew_before ? directive.renew_before : issuer.renew_before;
  certificate.lifetime = directive.lifetime ? directive.lifetime : issuer.lifetime;
  certificate.must_staple = directive.must_staple.value_or(issuer.must_staple);
  certificate.reuse_key = directive.reuse_key.value_or(issuer.reuse_key);
  Status checked = check(certificate, directive, issuer);
  if (!checked) return std::move(checked).error();
  return certificate;
}

std::string differing_setting(const CertificateConfig& one, const CertificateConfig& other) {
  if (one.challenges != other.challenges) return "challenge";
  if (one.renew_before != other.renew_before) return "renew_before";
  if (one.lifetime != other.lifetime) return "lifetime";
  if (one.must_staple != other.must_staple) return "must_staple";
  if (one.reuse_key != other.reuse_key) return "reuse_key";
  return {};
}

}  // namespace acme
