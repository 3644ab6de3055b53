// The values that directives take: key types, times, flags, challenges. Errors are
// ErrorKind::configuration and say what is accepted.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/model.hpp"

namespace acme {

/// "ecdsa:256", "rsa", "rsa:2048,ecdsa:384": one type at least, one of each algorithm at most.
Result<std::vector<KeyType>> parse_key_types(std::string_view text);
/// "30s", "5m", "12h", "15d", "2w", "1d12h"; a bare number is seconds. At most 100 years.
Result<Seconds> parse_time(std::string_view text);
/// A time, or "33%" of the lifetime.
Result<RenewBefore> parse_renew_before(std::string_view text);
/// A time of 30 s to 10 years that a certificate may live.
Result<Seconds> parse_lifetime(std::string_view text);
/// on | off
Result<bool> parse_flag(std::string_view text);
/// Challenge types by their RFC name or nginx's short one ("http"), as RFC names; none twice.
Result<std::vector<std::string>> parse_challenges(std::span<const std::string_view> texts);

/// ADDRESS[:PORT], at least one, none twice, in canonical form.
Result<std::vector<std::string>> parse_server_addresses(std::span<const std::string_view> texts);

}  // namespace acme
