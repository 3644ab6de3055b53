#include "common/control/plan_report.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "common/base/text.hpp"
#include "common/control/messages.hpp"
#include "common/store/record_fields.hpp"

namespace acme {

namespace {

constexpr std::uint64_t kLargestDescriptor = 1024;

std::vector<std::string> texts_of(const Json& array) {
  std::vector<std::string> texts;
  for (const auto& item : array.items()) {
    if (auto text = item.string()) texts.push_back(*std::move(text));
  }
  return texts;
}

}  // namespace

int plan_descriptor() {
  const char* text = std::getenv(kPlanDescriptor);
  const auto number = text != nullptr ? parse_number(text) : std::nullopt;
  if (!number || *number < 3 || *number > kLargestDescriptor) return -1;
  const int fd = static_cast<int>(*number);
  // A file that has no name is nobody's file.
  struct stat facts {};
  return ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_nlink == 0 ? fd : -1;
}

void write_plan_report(int descriptor, const std::vector<CertificateRow>& rows) {
  std::string text;
  for (const auto& row : rows) text += to_json(ControlAnswer{row}) + "\n";
  text += to_json(ControlAnswer{ControlEnd{}}) + "\n";
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

Result<std::vector<CertificateRow>> parse_plan_report(std::string_view text) {
  std::vector<CertificateRow> rows;
  for (const auto line : split(text, '\n')) {
    if (line.empty()) continue;
    auto answer = parse_control_answer(line);
    if (!answer) return std::move(answer).error();
    if (auto* row = std::get_if<CertificateRow>(&*answer)) rows.push_back(std::move(*row));
    if (std::holds_alternative<ControlEnd>(*answer)) return rows;
  }
  return Error{ErrorKind::malformed, "the server's configuration test did not say what it read"};
}

std::string to_json(const ServerTest& test) {
  JsonBuilder json = JsonBuilder::object();
  json.set("version", 1).set("server", test.server);
  json.set("argv", array_of(test.argv)).set("environment", array_of(test.environment));
  return json.text() + "\n";
}

Result<ServerTest> parse_server_test(std::string_view text) {
  auto json = Json::parse(text);
  if (!json) return std::move(json).error();
  ServerTest test;
  test.server = (*json)["server"].string().value_or("");
  test.argv = texts_of((*json)["argv"]);
  test.environment = texts_of((*json)["environment"]);
  if (test.argv.empty() || test.argv.front().empty() || test.argv.front().front() != '/') {
    return Error{ErrorKind::malformed, "it names no program"};
  }
  return test;
}

}  // namespace acme
