// Finding: what a look at the server, at a name or at a CA brought: one sentence, and when something is wrong also why
// and what to change. `acmectl check` shows them all; before an order those that are failures matter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace acme {

enum class Severity : std::uint8_t {
  ok,
  note,     // worth knowing, or nothing that can be told from here
  warning,  // an order may well succeed all the same
  failure,  // an order would fail
};
inline constexpr std::size_t kSeverities = 4;

/// "ok", "note", "warning", "failure".
const char* severity_name(Severity severity);
std::optional<Severity> parse_severity(std::string_view name);

/// What others say (a server, the DNS) is cleaned already.
struct Finding {
  Finding() = default;
  Finding(std::string what, std::string of, Severity how_bad, std::string found)
      : check{std::move(what)}, subject{std::move(of)}, severity{how_bad}, sentence{std::move(found)} {}

  Finding because(std::string why) && {
    cause = std::move(why);
    return std::move(*this);
  }
  Finding mended_by(std::string how) && {
    fix = std::move(how);
    return std::move(*this);
  }

  std::string check;  // "dns", "http-01", "tls-alpn-01", "dns-01", "caa", "port-80", "state", "clock", "ca", "account"
  std::string subject;  // a name, an issuer, a path; empty: the server
  Severity severity = Severity::ok;
  std::string sentence;
  std::string cause;  // may be empty, as the next
  std::string fix;    // the directive, record or command to change

  friend bool operator==(const Finding&, const Finding&) = default;
};

inline bool is_failure(const Finding& finding) { return finding.severity == Severity::failure; }

/// "sentence: cause; fix", for a line of the log.
std::string describe(const Finding& finding);

}  // namespace acme
