// Rows: what acmectl shows of an engine, its certificates and its issuers, as JSON and back. They are also the shape of
// `acmectl status --json`, which README and man page describe: members are added, never renamed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/json/json.hpp"
#include "common/report/finding.hpp"
#include "common/report/standing.hpp"

namespace acme {

struct EngineRow {
  std::string state_path;
  std::string server;  // "ngx_acme/0.1 nginx/1.22.1"
  std::int64_t process = 0;
  std::optional<UtcTime> since;
};

/// Text from stores and CAs is in it: clean before showing.
struct CertificateRow {
  std::string id;
  std::string name;  // the first one
  std::vector<std::string> names;
  std::string issuer;    // that is configured
  std::string key_type;  // "ecdsa:256"
  std::vector<std::string> challenges;
  CertificateStanding standing = CertificateStanding::none;
  ServedState served = ServedState::unknown;
  std::string served_detail;  // where it was seen; or which other one is served there, and why
  // Of what is stored; version 0: nothing.
  std::uint64_t version = 0;
  std::string serial;
  std::string issued_by;  // the issuer that it came from
  std::string profile;
  std::optional<UtcTime> not_before;
  std::optional<UtcTime> not_after;
  std::string path;  // live/<name>, empty while there is none
  // What comes next.
  std::optional<UtcTime> next;  // the next attempt; nullopt: nothing is tried by itself
  std::string reason;           // why then
  std::uint32_t failures = 0;   // in a row
  std::string last_error;
  std::string hint;  // what an operator can do about it
  std::string last_error_type;
};

struct IssuerRow {
  std::string name;
  std::string directory;
  std::string staging;  // where dry runs go
  std::vector<std::string> contact;
  std::string external_account_id;
  std::string profile;
  std::string preferred_chain;
  std::string proxy;
  std::vector<std::string> fallback;
  std::vector<std::string> challenges;     // as they were written; empty: what the server can answer to
  std::vector<std::string> dns_providers;  // "rfc2136 for example.com, example.org"
  std::string account_url;                 // empty: none yet
  std::string account_status;              // as the CA says; empty: not asked
  std::string account_key;                 // "ecdsa:256"
  std::string account_key_file;
  bool verify = true;
  std::string trusted;                // file of roots
  std::vector<std::string> ca_names;  // domain names of the CA, in CAA records; empty: not asked
};

JsonBuilder to_json(const EngineRow& row);
JsonBuilder to_json(const CertificateRow& row);
JsonBuilder to_json(const IssuerRow& row);
JsonBuilder to_json(const Finding& finding);

/// What is missing or of another type has its default; ErrorKind::malformed without a name.
Result<EngineRow> parse_engine_row(const Json& json);
Result<CertificateRow> parse_certificate_row(const Json& json);
Result<IssuerRow> parse_issuer_row(const Json& json);
Result<Finding> parse_finding(const Json& json);

}  // namespace acme
