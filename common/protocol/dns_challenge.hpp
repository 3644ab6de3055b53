// What DNS challenges put into the DNS, as pure text: the TXT record of an order (RFC 8555 §8.4,
// draft-ietf-acme-dns-account-label) and the one that stays for good (draft-ietf-acme-dns-persist).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

namespace acme {

/// RFC 8555 §8.4: base64url(SHA-256(key authorization)).
Result<std::string> dns01_value(std::string_view key_authorization);
/// "_acme-challenge.example.org", for "*.example.org" too.
std::string dns01_record_name(const Identifier& name);

/// "_ujmmovf2vn55tgye": an underscore, then base32 in lower case of the first ten bytes of SHA-256(account URL).
Result<std::string> dns_account_label(std::string_view account_url);
/// "_ujmmovf2vn55tgye._acme-challenge.example.org"; its value is dns01_value().
Result<std::string> dns_account01_record_name(std::string_view account_url, const Identifier& name);

/// "_validation-persist.example.org", for "*.example.org" too.
std::string dns_persist_record_name(const Identifier& name);

/// A record that lets one account at one CA have certificates for a name.
struct DnsPersistRecord {
  std::string issuer_domain;     // of the CA, "letsencrypt.org": lower case
  std::string account_url;       // accounturi; empty: not there, and the record proves nothing
  bool wildcard = false;         // policy=wildcard: for "*.NAME" and names below, too
  std::optional<UtcTime> until;  // persistUntil; none: without end

  friend bool operator==(const DnsPersistRecord&, const DnsPersistRecord&) = default;
};

/// "letsencrypt.org; accounturi=https://...; policy=wildcard; persistUntil=1767225600".
std::string to_text(const DnsPersistRecord& record);
/// As in a zone file: `_validation-persist.example.org. TXT "letsencrypt.org; accounturi=..."`.
std::string dns_persist_line(const Identifier& name, const DnsPersistRecord& record);
/// ErrorKind::malformed: no issue-value of RFC 8659 §4.2, or a parameter of the draft that is wrong: the CA refuses
/// such a record as a whole. Unknown parameters and policies are passed over.
Result<DnsPersistRecord> parse_dns_persist_record(std::string_view text);

/// What a CA must find in the DNS.
struct DnsPersistNeed {
  std::vector<std::string> issuer_domains;  // any of them: the CA's
  std::string account_url;
  bool wildcard = false;  // policy=wildcard is needed
};

struct DnsPersistFinding {
  bool found = false;                       // a record that does
  std::optional<UtcTime> until;             // of the one that does longest; none: without end
  std::string flaw;                         // else: what is wrong with the one that comes nearest; empty: none is there
  std::vector<std::string> other_accounts;  // that records for this CA name
};

/// What the CA will make of these TXT records.
DnsPersistFinding judge_dns_persist_records(std::span<const std::string> texts, const DnsPersistNeed& need,
                                            UtcTime now);

}  // namespace acme
