// EngineClient: one request to one engine, and its answers one after the other.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/control/acmectl/exit_code.hpp"
#include "common/control/messages.hpp"

namespace acme {

/// Where acmectl looks when it is not told.
inline constexpr const char* kDefaultStateRoot = "/var/lib/acme";

/// The named one; else each directory below `root` that has an engine/, sorted.
/// ErrorKind::not_found: there is none.
Result<std::vector<std::string>> state_directories(const std::string& named,
                                                   const std::string& root = kDefaultStateRoot);

using AnswerHandler = std::function<void(ControlAnswer&)>;

/// Asks the engine of this state directory; `handle` sees each answer but the last, which becomes the outcome.
Outcome ask_engine(const std::string& state, const ControlRequest& request, const AnswerHandler& handle);

/// Asks all. One that is not running is told on standard error and skipped while another is; the first failure of
/// any other kind ends it, what each did is told. `before` sees each state directory whose engine answers.
Outcome ask_engines(const std::vector<std::string>& states, const ControlRequest& request,
                    const std::function<void(const std::string&)>& before, const AnswerHandler& handle);

/// The one engine that has this certificate: asked for its rows. unknown_name; ambiguous_name when several have it.
struct Found {
  Outcome outcome;
  std::string state;
  std::vector<CertificateRow> rows;
};
Found find_certificate(const std::vector<std::string>& states, const std::string& name);

}  // namespace acme
