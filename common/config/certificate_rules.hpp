// The settings of one certificate: its directive's over its issuer's over the defaults, and what must hold of them.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "common/config/model.hpp"

namespace acme {

/// All but id, names, key type and challenges (challenge_rules.hpp). ErrorKind::configuration, with the directive's
/// file and line: they contradict one another.
Result<CertificateConfig> certificate_settings(const CertificateDirective& directive, const IssuerConfig& issuer);

/// Two virtual hosts share a certificate, so both must want the same of it. Which setting differs ("renew_before");
/// empty: none.
std::string differing_setting(const CertificateConfig& one, const CertificateConfig& other);

}  // namespace acme
