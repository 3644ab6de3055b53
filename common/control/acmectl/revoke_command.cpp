#include "common/base/operator_file.hpp"
#include "common/base/text.hpp"
#include "common/control/acmectl/commands.hpp"
#include "common/control/acmectl/engine_client.hpp"
#include "common/control/acmectl/terminal.hpp"
#include "common/control/revocation_reason.hpp"

namespace acme {

namespace {

/// The engine that knows the certificate, and what the operator is to confirm.
struct Target {
  Outcome outcome;
  std::string state;
  std::string description;
};

Target named_target(const std::vector<std::string>& states, const Options& options) {
  Found found = find_certificate(states, options.name);
  Target target{std::move(found.outcome), std::move(found.state), ""};
  for (const auto& row : found.rows) {
    if (!target.description.empty()) target.description += " and ";
    target.description += cat(row.name, " (", row.key_type, ", serial ",
                              options.serial.empty() ? row.serial : options.serial, ", from ", row.issued_by, ")");
  }
  return target;
}

/// By serial number or from a file: there must be one engine to ask.
Target only_target(const std::vector<std::string>& states, std::string description) {
  if (states.size() == 1) return {Outcome{}, states.front(), std::move(description)};
  return {failure(ExitCode::ambiguous_name, cat("there are ", states.size(), " state directories"),
                  "choose one by --state"),
          "", ""};
}

Status read_files(const Options& options, ControlRequest& request) {
  if (options.certificate_file.empty()) return {};
  auto certificate = read_operator_file(options.certificate_file);
  if (!certificate) return std::move(certificate).error();
  request.certificate_pem = certificate->view();
  if (options.key_file.empty()) return {};
  auto key = read_operator_file(options.key_file);
  if (!key) return std::move(key).error();
  request.key_pem = *std::move(key);
  return {};
}

}  // namespace

Outcome revoke(const Options& options) {
  auto states = state_directories(options.state);
  if (!states) return outcome_of(states.error());
  ControlRequest request;
  request.verb = ControlVerb::revoke;
  request.name = options.name;
  request.issuer = options.issuer;
  request.reason = options.reason;
  request.serial = options.serial;
  request.order_new = !options.no_renew;
  if (auto read = read_files(options, request); !read) return outcome_of(read.error());
  Target target = !options.name.empty()               ? named_target(*states, options)
                  : !options.certificate_file.empty() ? only_target(*states, cat("of ", options.certificate_file))
                                                      : only_target(*states, cat("with serial ", options.serial));
  if (!target.outcome.done()) return target.outcome;
  const std::string question = cat("Revoke the certificate ", target.description, " for good, reason ",
                                   revocation_reason_name(options.reason), "?");
  if (auto declined = unless_confirmed(options, question)) return *declined;
  Outcome done = ask_engine(target.state, request, show_progress);
  if (done.done()) tell(done.message);
  return done;
}

}  // namespace acme
