#include "common/protocol/dns_challenge.hpp"

#include <algorithm>
#include <set>

#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"

namespace acme {

namespace {

constexpr std::size_t kLabelBytes = 10;
constexpr std::size_t kMaxShown = 200;

/// Without "*.".
std::string_view base_of(const Identifier& name) {
  const std::string_view value = name.value;
  return name.wildcard() ? value.substr(2) : value;
}

/// RFC 4648 §6 in lower case, of a whole number of five-byte groups.
std::string base32(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::string out;
  for (std::size_t bit = 0; bit < bytes.size() * 8; bit += 5) {
    std::size_t index = 0;
    for (std::size_t at = bit; at < bit + 5; ++at) {
      const unsigned byte = bytes[at / 8];
      index = index * 2 + (byte >> (7 - at % 8) & 1U);
    }
    out += alphabet[index];
  }
  return out;
}

/// RFC 8659 §4.2: the value of a parameter has no space, no control byte and no semicolon.
bool is_parameter_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7f && c != ';'; });
}

/// RFC 8659 §4.2: a tag, or a label of the CA's domain.
bool is_label(std::string_view text) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), good);
}

Error flawed(std::string_view text, const std::string& why) {
  return {ErrorKind::malformed, cat("\"", cleaned(text, kMaxShown), "\" ", why)};
}

/// One "tag=value" into `record`; what is wrong with it, or "".
std::string read_parameter(std::string_view parameter, std::set<std::string>& seen, DnsPersistRecord& record) {
  const auto equals = parameter.find('=');
  if (equals == std::string_view::npos) return "has a parameter that is not tag=value";
  const std::string tag = to_lower(trim(parameter.substr(0, equals)));
  const std::string_view value = trim(parameter.substr(equals + 1));
  if (tag.empty()) return "has a parameter without a tag";
  if (!is_label(tag)) return "has a tag with characters that are not allowed";
  if (!seen.insert(tag).second) return cat("has two ", cleaned(tag, 40));
  if (!is_parameter_value(value))
    return cat("has a value of ", cleaned(tag, 40), " with characters that are not allowed");
  if (tag == "accounturi") {
    if (value.empty()) return "has an empty accounturi";
    record.account_url = std::string{value};
  } else if (tag == "policy") {
    record.wildcard = equals_no_case(value, "wildcard");
  } else if (tag == "persistuntil") {
    const auto seconds = parse_number(value);
    constexpr std::uint64_t farthest = 253402300799;  // the year 9999: as good as never
    if (!seconds) return "has a persistUntil that is no number of seconds since 1970";
    record.until = UtcTime{Seconds{static_cast<std::int64_t>(std::min(*seconds, farthest))}};
  }
  return "";
}

/// Why a record of this CA does not do; "" when it does.
std::string flaw_of(const DnsPersistRecord& record, const DnsPersistNeed& need, UtcTime now) {
  if (record.account_url.empty()) return "has no accounturi";
  if (record.account_url != need.account_url) {
    return cat("is for another account, ", cleaned(record.account_url, kMaxShown));
  }
  if (need.wildcard && !record.wildcard) return "lacks policy=wildcard";
  if (record.until && now > *record.until) return cat("ended on ", format_for_people(*record.until));
  return "";
}

void keep_latest(DnsPersistFinding& finding, const std::optional<UtcTime>& until) {
  if (!finding.found || !until)
    finding.until = until;
  else if (finding.until)
    finding.until = std::max(*finding.until, *until);
  finding.found = true;
}

}  // namespace

Result<std::string> dns01_value(std::string_view key_authorization) {
  auto hash = sha256(key_authorization);
  if (!hash) return std::move(hash).error();
  return base64url_encode(*hash);
}

std::string dns01_record_name(const Identifier& name) { return cat("_acme-challenge.", base_of(name)); }

Result<std::string> dns_account_label(std::string_view account_url) {
  auto hash = sha256(account_url);
  if (!hash) return std::move(hash).error();
  return "_" + base32(std::span{*hash}.first(kLabelBytes));
}

Result<std::string> dns_account01_record_name(std::string_view account_url, const Identifier& name) {
  auto label = dns_account_label(account_url);
  if (!label) return label;
  return cat(*label, ".", dns01_record_name(name));
}

std::string dns_persist_record_name(const Identifier& name) { return cat("_validation-persist.", base_of(name)); }

std::string to_text(const DnsPersistRecord& record) {
  std::string text = cat(record.issuer_domain, "; accounturi=", record.account_url);
  if (record.wildcard) text += "; policy=wildcard";
  if (record.until) text += cat("; persistUntil=", record.until->time_since_epoch().count());
  return text;
}

std::string dns_persist_line(const Identifier& name, const DnsPersistRecord& record) {
  return cat(dns_persist_record_name(name), ". TXT \"", to_text(record), "\"");
}

Result<DnsPersistRecord> parse_dns_persist_record(std::string_view text) {
  const auto pieces = split(text, ';');
  DnsPersistRecord record;
  record.issuer_domain = to_lower(trim(pieces.front()));
  if (record.issuer_domain.empty()) return flawed(text, "names no CA");
  const auto labels = split(record.issuer_domain, '.');
  if (!std::all_of(labels.begin(), labels.end(), is_label)) return flawed(text, "names a CA by what is no domain");
  std::set<std::string> seen;
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const std::string_view parameter = trim(pieces[i]);
    if (parameter.empty()) return flawed(text, "has an empty parameter, or a semicolon at its end");
    const std::string wrong = read_parameter(parameter, seen, record);
    if (!wrong.empty()) return flawed(text, wrong);
  }
  return record;
}

DnsPersistFinding judge_dns_persist_records(std::span<const std::string> texts, const DnsPersistNeed& need,
                                            UtcTime now) {
  DnsPersistFinding finding;
  for (const auto& text : texts) {
    const std::string issuer = to_lower(trim(split(text, ';').front()));
    const bool of_this_ca = std::any_of(need.issuer_domains.begin(), need.issuer_domains.end(),
                                        [&](const std::string& domain) { return equals_no_case(domain, issuer); });
    if (!of_this_ca) continue;
    const auto record = parse_dns_persist_record(text);
    const std::string flaw = record ? flaw_of(*record, need, now) : record.error().message;
    if (flaw.empty()) {
      keep_latest(finding, record->until);
      continue;
    }
    const bool others = record && !record->account_url.empty() && record->account_url != need.account_url;
    if (others) finding.other_accounts.push_back(record->account_url);
    if (finding.flaw.empty() || !others) finding.flaw = flaw;
  }
  if (finding.found) finding.flaw.clear();
  return finding;
}

}  // namespace acme
