#include "common/config/values.hpp"

#include <algorithm>
#include <limits>

#include "common/base/challenge_type.hpp"
#include "common/base/server_address.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::string_view kAcceptedKeys = "accepted: ecdsa:256, ecdsa:384, ecdsa:521, rsa:2048, rsa:3072, rsa:4096";

Result<KeyType> parse_key_type(std::string_view text) {
  const auto pieces = split(text, ':');
  const bool ecdsa = pieces[0] == "ecdsa";
  if (!ecdsa && pieces[0] != "rsa") {
    return Error{ErrorKind::configuration, cat("unknown key type \"", cleaned(text, 80), "\""),
                 std::string{kAcceptedKeys}};
  }
  KeyType type{ecdsa ? KeyAlgorithm::ecdsa : KeyAlgorithm::rsa, ecdsa ? 256 : 2048};
  if (pieces.size() == 1) return type;
  const auto bits = pieces.size() == 2 ? parse_number(pieces[1]) : std::nullopt;
  for (const int size : {256, 384, 521, 2048, 3072, 4096}) {
    if (bits != static_cast<std::uint64_t>(size) || ecdsa != (size < 1024)) continue;
    type.bits = size;
    return type;
  }
  return Error{ErrorKind::configuration, cat("bad key size in \"", cleaned(text, 80), "\""),
               std::string{kAcceptedKeys}};
}

/// Seconds of the unit `c`; 0 when there is none of that name.
std::uint64_t unit_seconds(char c) {
  switch (c) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 86400;
    case 'w': return 604800;
    default: return 0;
  }
}

}  // namespace

Result<std::vector<KeyType>> parse_key_types(std::string_view text) {
  std::vector<KeyType> types;
  for (const auto piece : split(text, ',')) {
    auto type = parse_key_type(piece);
    if (!type) return std::move(type).error();
    for (const auto& other : types) {
      if (other.algorithm != type->algorithm) continue;
      return Error{ErrorKind::configuration, cat("two keys of the same kind in \"", cleaned(text, 80), "\""),
                   "a TLS server holds one ECDSA and one RSA certificate at the most"};
    }
    types.push_back(*type);
  }
  return types;
}

Result<Seconds> parse_time(std::string_view text) {
  const auto bad = [&] {
    return Error{ErrorKind::configuration, cat("bad time \"", cleaned(text, 80), "\""),
                 "a number with a unit: 30s, 10m, 12h, 15d, 2w"};
  };
  std::uint64_t total = 0;
  std::string_view rest = text;
  if (rest.empty()) return bad();
  while (!rest.empty()) {
    const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const auto number = parse_number(rest.substr(0, digits));
    const std::uint64_t unit = digits < rest.size() ? unit_seconds(rest[digits]) : 1;
    if (!number || unit == 0 || *number > 100ULL * 365 * 86400) return bad();
    total += *number * unit;
    if (total > 100ULL * 365 * 86400) return bad();
    rest.remove_prefix(std::min(digits + 1, rest.size()));
  }
  return Seconds{static_cast<std::int64_t>(total)};
}

Result<RenewBefore> parse_renew_before(std::string_view text) {
  RenewBefore value;
  if (text.empty() || text.back() != '%') {
    auto time = parse_time(text);
    if (!time) return Error{ErrorKind::configuration, time.error().message, "e.g. 30d, 36h or 33%"};
    if (time->count() == 0) return Error{ErrorKind::configuration, "renew_before is zero", "e.g. 30d, 36h or 33%"};
    value.time = *time;
    return value;
  }
  const auto percent = parse_number(text.substr(0, text.size() - 1));
  if (!percent || *percent < 1 || *percent > 99) {
    return Error{ErrorKind::configuration, cat("bad percentage \"", cleaned(text, 80), "\""),
                 "1% to 99% of the certificate's lifetime"};
  }
  value.percent = static_cast<int>(*percent);
  return value;
}

Result<Seconds> parse_lifetime(std::string_view text) {
  auto time = parse_time(text);
  if (time && *time >= Seconds{30} && *time <= std::chrono::days{3660}) return time;
  return Error{ErrorKind::configuration, cat("bad lifetime \"", cleaned(text, 80), "\""),
               "30s to 3660d: 12h, 7d, 90d; the CA may refuse it"};
}

Result<bool> parse_flag(std::string_view text) {
  if (equals_no_case(text, "on")) return true;
  if (equals_no_case(text, "off")) return false;
  return Error{ErrorKind::configuration, cat("\"", cleaned(text, 80), "\" is neither on nor off")};
}

Result<std::string> parse_challenge(std::string_view text) {
  std::string accepted;
  for (const std::string_view type : kChallengeTypes) {
    // As nginx's own module has them: without the number too.
    if (text == type || text == type.substr(0, type.rfind('-'))) return std::string{type};
    accepted += cat(accepted.empty() ? "" : ", ", type);
  }
  return Error{ErrorKind::configuration, cat("unknown challenge \"", cleaned(text, 80), "\""),
               cat("accepted: ", accepted)};
}

Result<std::vector<std::string>> parse_challenges(std::span<const std::string_view> texts) {
  std::vector<std::string> challenges;
  for (const auto text : texts) {
    auto challenge = parse_challenge(text);
    if (!challenge) return std::move(challenge).error();
    if (std::find(challenges.begin(), challenges.end(), *challenge) != challenges.end()) {
      return Error{ErrorKind::configuration, cat("challenge ", *challenge, " is named twice"),
                   "each type once, the one to try first in front"};
    }
    challenges.push_back(*std::move(challenge));
  }
  return challenges;
}

Result<std::vector<std::string>> parse_server_addresses(std::span<const std::string_view> texts) {
  std::vector<std::string> servers;
  for (const auto text : texts) {
    const auto server = parse_server_address(text);
    if (!server) {
      return Error{ErrorKind::configuration, cat("bad address \"", cleaned(text, 80), "\""),
                   "an IP address, with :PORT or without: 192.0.2.53, [2001:db8::53]:5353"};
    }
    if (std::find(servers.begin(), servers.end(), server->text()) != servers.end()) {
      return Error{ErrorKind::configuration, cat(server->text(), " is named twice"), "each server once"};
    }
    servers.push_back(server->text());
  }
  return servers;
}

}  // namespace acme
