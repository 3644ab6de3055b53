// The compiled configuration of a configuration test, for `acmectl plan`: which certificates a load would want. The
// test is run by acmectl with a descriptor to write to; there are no secrets in it.
#pragma once

#include <string>
#include <vector>

#include "common/control/rows.hpp"

namespace acme {

/// Names the inherited descriptor, in the environment of the configuration test.
inline constexpr const char* kPlanDescriptor = "ACME_PLAN_DESCRIPTOR";
/// How the parent tells acmectl how its configuration is tested: <state>/server.json, written by who loads the
/// configuration.
inline constexpr const char* kServerFile = "server.json";

/// The descriptor, when the environment names one that is a memory file; -1: nobody asked.
int plan_descriptor();
/// Best effort: a test's outcome does not depend on it.
void write_plan_report(int descriptor, const std::vector<CertificateRow>& rows);
/// ErrorKind::malformed: it is not complete.
Result<std::vector<CertificateRow>> parse_plan_report(std::string_view text);

/// What server.json holds.
struct ServerTest {
  std::string server;                    // "nginx"
  std::vector<std::string> argv;         // the program by its absolute path first
  std::vector<std::string> environment;  // "NAME=value", of what the configuration may name
};
std::string to_json(const ServerTest& test);
/// ErrorKind::malformed.
Result<ServerTest> parse_server_test(std::string_view text);

}  // namespace acme
