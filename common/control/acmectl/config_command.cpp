#include "common/base/text.hpp"
#include "common/control/acmectl/commands.hpp"
#include "common/control/acmectl/engine_client.hpp"
#include "common/control/acmectl/shown_issuer.hpp"
#include "common/control/acmectl/table.hpp"
#include "common/control/acmectl/terminal.hpp"

namespace acme {

namespace {

struct Configured {
  std::string state;
  std::vector<IssuerRow> issuers;
  std::vector<CertificateRow> certificates;
};

void print_lines(const Configured& configured) {
  tell(cat(configured.state, ":"));
  for (const auto& issuer : configured.issuers) {
    for (const auto& line : issuer_lines(issuer)) tell(line);
  }
  Table table{{"NAME", "ISSUER", "KEY", "IDENTIFIERS"}};
  for (const auto& row : configured.certificates) {
    table.add({row.name, row.issuer, row.key_type, join(row.names, " ")});
  }
  for (const auto& line : table.lines()) tell(line);
}

bool print_json(const std::vector<Configured>& all) {
  JsonBuilder directories = JsonBuilder::array();
  for (const auto& configured : all) {
    JsonBuilder issuers = JsonBuilder::array();
    for (const auto& issuer : configured.issuers) issuers.add(to_json(issuer));
    JsonBuilder certificates = JsonBuilder::array();
    for (const auto& row : configured.certificates) certificates.add(to_json(row));
    JsonBuilder directory = JsonBuilder::object();
    directory.set("state_path", configured.state).set("issuers", std::move(issuers));
    directory.set("certificates", std::move(certificates));
    directories.add(std::move(directory));
  }
  JsonBuilder json = JsonBuilder::object();
  json.set("version", kControlVersion).set("state_directories", std::move(directories));
  return print(json.text() + "\n");
}

}  // namespace

Outcome show_config(const Options& options) {
  auto states = state_directories(options.state);
  if (!states) return outcome_of(states.error());
  ControlRequest request;
  request.verb = ControlVerb::config;
  std::vector<Configured> all;
  const Outcome done = ask_engines(
      *states, request,
      [&all](const std::string& state) {
        all.push_back({state, {}, {}});
      },
      [&all](ControlAnswer& answer) {
        if (auto* issuer = std::get_if<IssuerRow>(&answer)) all.back().issuers.push_back(std::move(*issuer));
        if (auto* row = std::get_if<CertificateRow>(&answer)) all.back().certificates.push_back(std::move(*row));
      });
  if (!done.done()) return done;
  if (options.json) return print_json(all) ? done : failure(ExitCode::failed, "cannot write the answer");
  for (const auto& configured : all) print_lines(configured);
  return done;
}

}  // namespace acme
