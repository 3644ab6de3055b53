#include "common/control/acmectl/commands.hpp"
#include "common/control/acmectl/engine_client.hpp"
#include "common/control/acmectl/shown_certificate.hpp"
#include "common/control/acmectl/table.hpp"
#include "common/control/acmectl/terminal.hpp"

#include "common/base/text.hpp"

namespace acme {

namespace {

struct Listing {
  EngineRow engine;
  std::vector<CertificateRow> certificates;
};

/// What every engine says, one listing for each state directory.
Outcome ask_for_listings(const Options& options, std::vector<Listing>& listings) {
  auto states = state_directories(options.state);
  if (!states) return outcome_of(states.error());
  ControlRequest request;
  request.verb = ControlVerb::status;
  request.name = options.name;
  request.orphans = true;
  if (!options.name.empty() && states->size() > 1) {
    const Found found = find_certificate(*states, options.name);
    if (!found.outcome.done()) return found.outcome;
    *states = {found.state};
  }
  return ask_engines(
      *states, request, [&listings](const std::string&) { listings.emplace_back(); },
      [&listings](ControlAnswer& answer) {
        if (auto* engine = std::get_if<EngineRow>(&answer)) listings.back().engine = std::move(*engine);
        if (auto* row = std::get_if<CertificateRow>(&answer)) listings.back().certificates.push_back(std::move(*row));
      });
}

Outcome print_json(const std::vector<Listing>& listings) {
  JsonBuilder directories = JsonBuilder::array();
  for (const auto& listing : listings) {
    JsonBuilder certificates = JsonBuilder::array();
    for (const auto& row : listing.certificates) certificates.add(to_json(row));
    JsonBuilder directory = to_json(listing.engine);
    directory.set("certificates", std::move(certificates));
    directories.add(std::move(directory));
  }
  JsonBuilder all = JsonBuilder::object();
  all.set("version", kControlVersion).set("state_directories", std::move(directories));
  if (print(all.text() + "\n")) return {};
  return failure(ExitCode::failed, "cannot write the answer");
}

void print_table(const Listing& listing, UtcTime now) {
  Table table{status_heading()};
  for (const auto& row : listing.certificates) table.add(status_cells(row, now));
  for (const auto& line : table.lines()) tell(line);
  for (const auto& row : listing.certificates) {
    if (serves_another(row)) tell(cat(row.name, ": ", row.served_detail));
    if (row.last_error.empty()) continue;
    tell(row.last_error.starts_with(row.name) ? shown_error(row) : cat(row.name, ": ", shown_error(row)));
  }
}

}  // namespace

Outcome show_status(const Options& options) {
  std::vector<Listing> listings;
  const Outcome asked = ask_for_listings(options, listings);
  if (!asked.done()) return asked;
  if (options.json) return print_json(listings);
  const UtcTime now = SystemClock{}.now();
  for (const auto& listing : listings) {
    tell(cat(listing.engine.state_path, " (", listing.engine.server, ", process ", listing.engine.process, ")"));
    if (listing.certificates.empty()) {
      tell("no certificates are configured");
    } else {
      print_table(listing, now);
    }
  }
  return asked;
}

Outcome show_certificates(const Options& options) {
  std::vector<Listing> listings;
  const Outcome asked = ask_for_listings(options, listings);
  if (!asked.done()) return asked;
  const UtcTime now = SystemClock{}.now();
  for (const auto& listing : listings) {
    tell(cat("Certificates of ", listing.engine.state_path, ":"));
    if (listing.certificates.empty()) tell("  No certificates found.");
    for (const auto& row : listing.certificates) {
      for (const auto& line : certificate_lines(row, now)) tell(line);
    }
  }
  return asked;
}

}  // namespace acme
