// How an issuer is shown by `acmectl account show` and `acmectl config`.
#pragma once

#include <string>
#include <vector>

#include "common/control/rows.hpp"

namespace acme {

std::vector<std::string> account_lines(const IssuerRow& row);
std::vector<std::string> issuer_lines(const IssuerRow& row);

}  // namespace acme
