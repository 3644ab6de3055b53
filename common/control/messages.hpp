// What acmectl and the engine say to each other over control.sock: one JSON object a line, each way.
//
//     acmectl -> engine   one request:            {"acmectl":1,"command":"renew","name":"example.com","force":true}
//     engine -> acmectl   any number of answers:  {"progress":{"level":"notice","line":"example.com: renewing"}}
//                                                 {"certificate":{...}}  {"issuer":{...}}  {"engine":{...}}
//                                                 {"finding":{...}}
//                         and one at the end:     {"done":{"message":"..."}}
//                                              or {"failed":{"code":"unknown-name","message":"...","hint":"..."}}
//
// A list of ten thousand certificates is ten thousand lines, so that no message is large. Both sides may lie: what
// is read is checked, what is shown is cleaned (base/text.hpp) by who shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/log.hpp"
#include "common/base/result.hpp"
#include "common/base/secret.hpp"
#include "common/control/rows.hpp"
#include "common/report/finding.hpp"

namespace acme {

inline constexpr int kControlVersion = 1;
inline constexpr const char* kControlSocket = "control.sock";
/// Of one line: a request (a certificate chain and a key may be in it), an answer.
inline constexpr std::size_t kLongestRequest = 256 * 1024;
inline constexpr std::size_t kLongestAnswer = 1024 * 1024;

enum class ControlVerb : std::uint8_t {
  status,        // the engine's row, a row for each certificate
  config,        // rows for issuers and certificates as they are configured
  account_show,  // a row for each issuer, as the CA tells
  renew,
  revoke,
  account_rollover,
  account_deactivate,
  export_pem,
  notify_test,  // a test notice to each receiver
  check,        // findings: would an order succeed?
};

/// Changes nothing and shows no secret.
bool is_read_only(ControlVerb verb);

struct ControlRequest {
  ControlVerb verb = ControlVerb::status;
  std::string name;      // id, first name or any name of a certificate; empty: all of them
  std::string issuer;    // of the account verbs and of a foreign certificate; empty: the only one
  bool orphans = false;  // status: what is stored and no longer configured, too
  bool force = false;    // renew: not due yet
  bool dry_run = false;
  int reason = 0;  // revoke
  std::string serial;
  std::string certificate_pem;  // a foreign certificate
  Secret key_pem;               // and its key; empty: by the account
  bool order_new = true;        // after it was revoked
};

std::string to_json(const ControlRequest& request);
/// ErrorKind::malformed says what is wrong with it.
Result<ControlRequest> parse_control_request(std::string_view line);

struct ControlProgress {
  LogLevel level = LogLevel::info;
  std::string line;
};

/// Why a command came to nothing; each is an exit code of acmectl.
enum class ControlFailure : std::uint8_t {
  failed,
  usage,
  permission,
  unknown_name,
  ambiguous_name,
  declined,
  stopping
};

struct ControlEnd {
  std::optional<ControlFailure> failure;  // nullopt: done
  std::string message;
  std::string hint;
};

struct ExportedCertificate {
  std::string name;  // as in live/
  std::string fullchain_pem;
  Secret key_pem;
};

using ControlAnswer =
    std::variant<ControlProgress, EngineRow, CertificateRow, IssuerRow, ExportedCertificate, Finding, ControlEnd>;

std::string to_json(const ControlAnswer& answer);
/// ErrorKind::malformed.
Result<ControlAnswer> parse_control_answer(std::string_view line);

ControlEnd control_failure(ControlFailure failure, std::string message, std::string hint = {});
/// ErrorKind::permission and cancelled have codes of their own.
ControlEnd control_failure(const Error& error);

}  // namespace acme
