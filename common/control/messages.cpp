#include "common/control/messages.hpp"

#include <array>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::array<const char*, 10> kVerbs{
    "status", "config",      "account-show", "renew", "revoke", "account-rollover", "account-deactivate",
    "export", "notify-test", "check"};
constexpr std::array<const char*, 7> kFailures{"failed",         "usage",    "permission", "unknown-name",
                                               "ambiguous-name", "declined", "stopping"};
constexpr std::array<const char*, 5> kLevels{"error", "warn", "notice", "info", "debug"};

template <class Enum, std::size_t size>
std::optional<Enum> find_word(const std::array<const char*, size>& words, const std::optional<std::string>& word) {
  for (std::size_t i = 0; word && i < size; ++i) {
    if (*word == words[i]) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

template <class Enum, std::size_t size>
const char* word_of(const std::array<const char*, size>& words, Enum value) {
  return words[static_cast<std::size_t>(value)];
}

JsonBuilder body_of(const ControlProgress& progress) {
  JsonBuilder json = JsonBuilder::object();
  json.set("level", word_of(kLevels, progress.level)).set("line", progress.line);
  return json;
}

JsonBuilder body_of(const ExportedCertificate& exported) {
  JsonBuilder json = JsonBuilder::object();
  json.set("name", exported.name).set("fullchain", exported.fullchain_pem).set("key", exported.key_pem.view());
  return json;
}

JsonBuilder body_of(const ControlEnd& end) {
  JsonBuilder json = JsonBuilder::object();
  if (end.failure) json.set("code", word_of(kFailures, *end.failure));
  json.set("message", end.message).set("hint", end.hint);
  return json;
}

JsonBuilder body_of(const EngineRow& row) { return to_json(row); }
JsonBuilder body_of(const CertificateRow& row) { return to_json(row); }
JsonBuilder body_of(const IssuerRow& row) { return to_json(row); }
JsonBuilder body_of(const Finding& finding) { return to_json(finding); }

const char* key_of(const ControlProgress&) { return "progress"; }
const char* key_of(const EngineRow&) { return "engine"; }
const char* key_of(const CertificateRow&) { return "certificate"; }
const char* key_of(const IssuerRow&) { return "issuer"; }
const char* key_of(const Finding&) { return "finding"; }
const char* key_of(const ExportedCertificate&) { return "export"; }
const char* key_of(const ControlEnd& end) { return end.failure ? "failed" : "done"; }

template <class Row>
Result<ControlAnswer> as_control_answer(Result<Row> row) {
  if (!row) return std::move(row).error();
  return ControlAnswer{*std::move(row)};
}

ControlAnswer parse_end(const Json& json, bool failed) {
  ControlEnd end;
  if (failed)
    end.failure = find_word<ControlFailure>(kFailures, json["code"].string()).value_or(ControlFailure::failed);
  end.message = json["message"].string().value_or("");
  end.hint = json["hint"].string().value_or("");
  return end;
}

ControlAnswer parse_export(const Json& json) {
  ExportedCertificate exported;
  exported.name = json["name"].string().value_or("");
  exported.fullchain_pem = json["fullchain"].string().value_or("");
  exported.key_pem = Secret{json["key"].string().value_or("")};
  return exported;
}

ControlAnswer parse_progress(const Json& json) {
  ControlProgress progress;
  progress.level = find_word<LogLevel>(kLevels, json["level"].string()).value_or(LogLevel::info);
  progress.line = json["line"].string().value_or("");
  return progress;
}

}  // namespace

bool is_read_only(ControlVerb verb) {
  return verb == ControlVerb::status || verb == ControlVerb::config || verb == ControlVerb::account_show ||
         verb == ControlVerb::check;
}

std::string to_json(const ControlRequest& request) {
  JsonBuilder json = JsonBuilder::object();
  json.set("acmectl", kControlVersion).set("command", word_of(kVerbs, request.verb));
  if (!request.name.empty()) json.set("name", request.name);
  if (!request.issuer.empty()) json.set("issuer", request.issuer);
  if (request.orphans) json.set("orphans", true);
  if (request.force) json.set("force", true);
  if (request.dry_run) json.set("dry_run", true);
  if (request.verb == ControlVerb::revoke) json.set("reason", request.reason).set("order_new", request.order_new);
  if (!request.serial.empty()) json.set("serial", request.serial);
  if (!request.certificate_pem.empty()) json.set("certificate", request.certificate_pem);
  if (!request.key_pem.empty()) json.set("key", request.key_pem.view());
  return json.text();
}

Result<ControlRequest> parse_control_request(std::string_view line) {
  auto json = Json::parse(line);
  if (!json) return std::move(json).error();
  const auto version = (*json)["acmectl"].integer();
  if (!version) return Error{ErrorKind::malformed, "this is no request of acmectl"};
  if (*version != kControlVersion) {
    return Error{ErrorKind::malformed,
                 cat("acmectl speaks version ", *version, ", the running server version ", kControlVersion),
                 "restart the server after an upgrade, or use the acmectl that came with it"};
  }
  ControlRequest request;
  const auto verb = find_word<ControlVerb>(kVerbs, (*json)["command"].string());
  if (!verb) return Error{ErrorKind::malformed, "the running server does not know this command"};
  request.verb = *verb;
  request.name = (*json)["name"].string().value_or("");
  request.issuer = (*json)["issuer"].string().value_or("");
  request.orphans = (*json)["orphans"].boolean().value_or(false);
  request.force = (*json)["force"].boolean().value_or(false);
  request.dry_run = (*json)["dry_run"].boolean().value_or(false);
  const auto reason = (*json)["reason"].integer().value_or(0);
  if (reason < 0 || reason > 10) return Error{ErrorKind::malformed, "the reason is no number of RFC 5280"};
  request.reason = static_cast<int>(reason);
  request.order_new = (*json)["order_new"].boolean().value_or(true);
  request.serial = (*json)["serial"].string().value_or("");
  request.certificate_pem = (*json)["certificate"].string().value_or("");
  request.key_pem = Secret{(*json)["key"].string().value_or("")};
  return request;
}

std::string to_json(const ControlAnswer& answer) {
  JsonBuilder json = JsonBuilder::object();
  std::visit([&json](const auto& body) { json.set(key_of(body), body_of(body)); }, answer);
  return json.text();
}

Result<ControlAnswer> parse_control_answer(std::string_view line) {
  auto parsed = Json::parse(line);
  if (!parsed) return std::move(parsed).error().with_context("the engine's answer");
  const Json& json = *parsed;
  if (json.has("progress")) return parse_progress(json["progress"]);
  if (json.has("engine")) return as_control_answer(parse_engine_row(json["engine"]));
  if (json.has("certificate")) return as_control_answer(parse_certificate_row(json["certificate"]));
  if (json.has("issuer")) return as_control_answer(parse_issuer_row(json["issuer"]));
  if (json.has("finding")) return as_control_answer(parse_finding(json["finding"]));
  if (json.has("export")) return parse_export(json["export"]);
  if (json.has("done")) return parse_end(json["done"], false);
  if (json.has("failed")) return parse_end(json["failed"], true);
  return Error{ErrorKind::malformed, "the engine's answer is of no kind that is known here"};
}

ControlEnd control_failure(ControlFailure failure, std::string message, std::string hint) {
  ControlEnd end;
  end.failure = failure;
  end.message = std::move(message);
  end.hint = std::move(hint);
  return end;
}

ControlEnd control_failure(const Error& error) {
  if (error.kind == ErrorKind::cancelled) return control_failure(ControlFailure::stopping, "the engine is stopping");
  return control_failure(ControlFailure::failed, error.message, error.hint);
}

}  // namespace acme
