// RenewalInfo: when a CA would like a certificate renewed (ACME Renewal Information, RFC 9773 §4.2). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/base/time.hpp"

namespace acme {

struct RenewalInfo {
  UtcTime start;
  UtcTime end;                         // later than start
  std::string explanation_url;         // http or https, short and printable; else empty
  std::optional<Seconds> retry_after;  // when to ask again, from the answer's headers; the parser leaves it empty
};

/// ErrorKind::malformed names the member that is missing or wrong; a window that ends before or when it starts is
/// wrong, too.
Result<RenewalInfo> parse_renewal_info(std::string_view body);

}  // namespace acme
