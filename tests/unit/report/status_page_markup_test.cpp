// What tidy, an HTML parser and a JSON schema validator say about the page: written to files, looked at by
// tests/tools/check_status_answers.py.
#include <cstdlib>

#include "common/base/text.hpp"
#include "common/report/status_page.hpp"
#include "tests/check.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tests/unit/report/every_text.hpp"

using namespace acme;
using namespace acme_test;

namespace {

struct Writer {
  TemporaryDirectory folder;

  /// "NAME.html" and "NAME.json".
  void write(const std::string& name, const std::string& query, StatusSource& source, UtcTime now = kSampleNow) {
    for (const char* format : {"html", "json"}) {
      const std::string whole = cat("format=", format, "&", query);
      std::string body;
      for (const auto& piece : answer_status({"GET", "", whole, "", now}, source).body) body += piece;
      spill(folder / cat(name, ".", format), body);
    }
  }

  /// What the checks found; nothing when all is well.
  std::string findings() {
    const std::string output = folder / "findings";
    const std::string command = cat("/usr/bin/python3 tests/tools/check_status_answers.py ", folder.path(),
                                    " conf-examples/monitoring/status.schema.json >", output, " 2>&1");
    const int status = std::system(command.c_str());
    return status == 0 ? "" : cat("status ", status, ": ", slurp(output));
  }
};

}  // namespace

static void every_page_is_valid() {
  Writer writer;
  auto source = sample_status();
  for (int i = 0; i < 120; ++i) source.add(sample_summary(cat("n", i, ".example"), CertificateStanding::valid));
  writer.write("overview", "", source);
  writer.write("page-2", "page=2&per_page=10", source);
  writer.write("filtered", "state=failing,none&q=example", source);
  writer.write("no-match", "q=nothing", source);
  for (std::size_t i = 0; i < kStandings; ++i) {
    const std::string name = standing_name(static_cast<CertificateStanding>(i));
    writer.write("certificate-" + name, cat("certificate=", name, ".example-1a2b3c4d"), source);
  }
  source.shown.reload_pending = "nginx.conf changed on disk";
  writer.write("stale", "", source, kSampleNow + Seconds{9999});
  writer.write("unknown-certificate", "certificate=nobody", source);
  writer.write("unknown-state", "state=dead", source);
  CHECK_EQ(writer.findings(), "");
}

static void pages_without_much_are_valid() {
  Writer writer;
  MemoryStatus source;
  writer.write("nothing-at-all", "", source);
  source.shown = sample_overview();
  source.shown.issuers = {IssuerHealth{}};
  source.add(sample_summary("x.example", CertificateStanding::none));
  source.count();
  writer.write("one-waiting", "", source);
  writer.write("one-waiting-certificate", "certificate=x.example-1a2b3c4d", source);
  source.broken = Error{ErrorKind::malformed, "short"};
  writer.write("damaged", "", source);
  writer.write("damaged-certificate", "certificate=x", source);
  CHECK_EQ(writer.findings(), "");
}

static void hostile_texts_leave_valid_pages_of_the_same_structure() {
  Writer writer;
  std::vector<std::string> texts = nasty_texts();
  texts.insert(texts.begin(), "harmless");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto source = status_of(texts[i]);
    source.details.front().summary.id = "id";
    writer.write(cat("overview~", 100 + i), "", source);
    writer.write(cat("certificate~", 100 + i), "certificate=id", source);
  }
  CHECK_EQ(writer.findings(), "");
}

int main() {
  return acme_test::run("status_page_markup", {ACME_TEST(every_page_is_valid), ACME_TEST(pages_without_much_are_valid),
                                               ACME_TEST(hostile_texts_leave_valid_pages_of_the_same_structure)});
}
