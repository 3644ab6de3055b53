#include <unistd.h>

#include "common/base/text.hpp"
#include "common/control/acmectl/commands.hpp"
#include "common/control/acmectl/engine_client.hpp"
#include "common/control/acmectl/terminal.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

bool is_file_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos && name.size() <= 250;
}

Status write_pem(const std::string& directory, const ExportedCertificate& exported) {
  if (!is_file_name(exported.name)) return Error{ErrorKind::malformed, "the engine named no file to write"};
  auto opened = open_directory(directory);
  if (!opened) return std::move(opened).error();
  const Secret pem{cat(exported.fullchain_pem, exported.key_pem.view())};
  auto written = write_file_at(opened->get(), exported.name + ".pem", pem.view(), 0600, Durability::durable);
  if (!written) return std::move(written).error().with_context(directory);
  tell(cat(directory, "/", exported.name, ".pem"));
  return {};
}

}  // namespace

Outcome export_pem(const Options& options) {
  auto states = state_directories(options.state);
  if (!states) return outcome_of(states.error());
  const Found found = find_certificate(*states, options.name);
  if (!found.outcome.done()) return found.outcome;
  ControlRequest request;
  request.verb = ControlVerb::export_pem;
  request.name = options.name;
  Status written;
  const Outcome done = ask_engine(found.state, request, [&](ControlAnswer& answer) {
    const auto* exported = std::get_if<ExportedCertificate>(&answer);
    if (exported == nullptr || !written) return;
    if (!options.output.empty()) {
      written = write_pem(options.output, *exported);
    } else if (!print(exported->fullchain_pem) || !print(exported->key_pem.view())) {
      written = Error{ErrorKind::io, "cannot write to standard output"};
    }
  });
  if (!written) return failure(ExitCode::failed, written.error().message, written.error().hint);
  return done;
}

}  // namespace acme
