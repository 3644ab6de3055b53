// What the engine tells acmectl of its certificates and issuers (control/rows.hpp).
#pragma once

#include "common/control/rows.hpp"
#include "common/runtime/engine.hpp"

namespace acme {

/// As configured.
CertificateRow configured_row(const CertificateConfig& config);
IssuerRow configured_row(const IssuerConfig& config);

/// With what is stored and what comes next. `live`: the folder below live/ that it would have.
CertificateRow certificate_row(TendedCertificate& tended, const std::string& live, UtcTime now);
/// What is stored and in no configuration; nullopt: it cannot be read.
std::optional<CertificateRow> orphan_row(Store& store, const std::string& id);

}  // namespace acme
