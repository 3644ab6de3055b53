// README.md, the alert rules and the dashboard speak of the metrics that there are. Run from the top of the repository.
#include "common/report/metric_families.hpp"

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "common/base/text.hpp"
#include "common/report/metrics.hpp"
#include "tests/check.hpp"
#include "tests/fakes/metric_sample.hpp"

using namespace acme;
using namespace acme_test;

namespace {

std::string file(const char* path) {
  std::ifstream in{path};
  CHECK(in.good());
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// What the first group of `pattern` matches.
std::set<std::string> found(const std::string& text, const char* pattern) {
  const std::regex expression{pattern};
  std::set<std::string> all;
  for (std::sregex_iterator at{text.begin(), text.end(), expression}, end; at != end; ++at) all.insert((*at)[1]);
  return all;
}

std::set<std::string> exported() {
  MemoryStatus source;
  fill_sample(source);
  auto text = metrics_text(source, MetricsFormat::prometheus, kSampleNow);
  CHECK_OK(text);
  return found(join(*text, ""), "# TYPE ([a-z_]+) ");
}

void check_within(const std::set<std::string>& names, const std::set<std::string>& all) {
  CHECK(!names.empty());
  for (const auto& name : names) {
    const std::string family = std::regex_replace(name, std::regex{"_(bucket|sum|count)$"}, "");
    if (!all.contains(family)) print_message("not exported: %s\n", name.c_str());
    CHECK(all.contains(family));
  }
}

/// As in a link to it.
std::set<std::string> headings(const std::string& readme) {
  std::set<std::string> all;
  for (const auto& heading : found(readme, "\n#+ ([^\n]+)")) {
    std::string anchor = std::regex_replace(to_lower(heading), std::regex{"[^a-z0-9 -]"}, "");
    all.insert(std::regex_replace(anchor, std::regex{" "}, "-"));
  }
  return all;
}

}  // namespace

static void the_readme_lists_what_is_exported() {
  const auto listed = found(file("README.md"), "\n\\| `(acme_[a-z_]+)` \\| (?:gauge|counter|histogram)");
  const auto all = exported();
  check_within(listed, all);
  check_within(all, listed);
  CHECK_EQ(all.size(), 27U);
}

static void alerts_and_dashboard_name_what_is_exported() {
  for (const char* path :
       {"conf-examples/monitoring/acme-alerts.yml", "conf-examples/monitoring/acme-dashboard.json"}) {
    check_within(found(file(path), "\\b(acme_[a-z_]+)"), exported());
  }
}

static void runbooks_point_to_sections() {
  const auto anchors = found(file("conf-examples/monitoring/acme-alerts.yml"), "runbook: README.md#([a-z-]+)");
  CHECK(anchors.size() >= 4);
  const auto there = headings(file("README.md"));
  for (const auto& anchor : anchors) {
    if (!there.contains(anchor)) print_message("no section %s\n", anchor.c_str());
    CHECK(there.contains(anchor));
  }
}

int main() {
  return acme_test::run("metric_families",
                        {ACME_TEST(the_readme_lists_what_is_exported),
                         ACME_TEST(alerts_and_dashboard_name_what_is_exported), ACME_TEST(runbooks_point_to_sections)});
}
