#include "common/runtime/server_file.hpp"

#include <unistd.h>

#include <array>
#include <climits>

#include "common/base/text.hpp"
#include "common/control/plan_report.hpp"
#include "common/runtime/control_rows.hpp"
#include "common/store/file_io.hpp"

namespace acme {

std::string running_program() {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t length = ::readlink("/proc/self/exe", buffer.data(), buffer.size() - 1);
  std::string path(buffer.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  constexpr std::string_view deleted = " (deleted)";
  if (path.ends_with(deleted)) path.resize(path.size() - deleted.size());
  return path;
}

std::vector<std::string> environment_with_prefix(const std::string& prefix) {
  std::vector<std::string> found;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text{*variable};
    if (text.starts_with(prefix)) found.emplace_back(text);
  }
  return found;
}

Status write_server_file(const std::string& state_path, const std::string& server, std::vector<std::string> argv,
                         std::vector<std::string> environment) {
  ServerTest test;
  test.server = server;
  test.argv = std::move(argv);
  test.environment = std::move(environment);
  const std::string text = to_json(test);
  auto directory = open_directory(state_path);
  if (!directory) return std::move(directory).error();
  const auto there = read_file_at(directory->get(), kServerFile, text.size());
  if (there && *there == text) return {};
  return write_file_at(directory->get(), kServerFile, text, 0644, Durability::volatile_);
}

void report_to_acmectl(const Configuration& configuration) {
  const int descriptor = plan_descriptor();
  if (descriptor < 0) return;
  std::vector<CertificateRow> rows;
  for (const auto& certificate : configuration.certificates) rows.push_back(configured_row(certificate));
  write_plan_report(descriptor, rows);
}

}  // namespace acme
