// How a certificate is shown: as a row of `acmectl status`, and in full, in certbot's words, by `acmectl certificates`.
#pragma once

#include <string>
#include <vector>

#include "common/control/rows.hpp"

namespace acme {

/// "2027-02-01 (60 days)"; "-" when there is none.
std::string shown_expiry(const CertificateRow& row, UtcTime now);
/// "2027-01-01 10:00 UTC, a third of its lifetime is left".
std::string shown_next(const CertificateRow& row, UtcTime now);
/// "the last error (what to do about it)".
std::string shown_error(const CertificateRow& row);
/// Clients do not get it: CertificateRow::served_detail says what they get.
bool serves_another(const CertificateRow& row);
/// The cells of a row below status_heading().
std::vector<std::string> status_cells(const CertificateRow& row, UtcTime now);
std::vector<std::string> status_heading();
/// The lines of `acmectl certificates`.
std::vector<std::string> certificate_lines(const CertificateRow& row, UtcTime now);

}  // namespace acme
