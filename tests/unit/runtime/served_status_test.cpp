#include "common/runtime/served_status.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/fakes/temporary_directory.hpp"

#include "tests/check.hpp"

using namespace acme;
using acme_test::TemporaryDirectory;

namespace {

UtcTime at(int seconds) { return UtcTime{Seconds{1'900'000'000 + seconds}}; }

/// One set with two certificates, "one" and "two", and a set without.
Configuration configuration() {
  Configuration configuration;
  for (const char* id : {"one", "two"}) {
    CertificateConfig certificate;
    certificate.id = id;
    configuration.certificates.push_back(certificate);
  }
  ManagedSet set;
  set.certificates = {0, 1};
  configuration.sets = {set, {}};
  return configuration;
}

CertificateDetail detail(const char* id, CertificateStanding standing, std::optional<UtcTime> not_after) {
  CertificateDetail detail;
  detail.summary.id = id;
  detail.summary.name = id;
  detail.summary.standing = standing;
  detail.summary.not_after = not_after;
  detail.summary.version = not_after ? 1 : 0;
  return detail;
}

struct World {
  TemporaryDirectory directory;
  UniqueFd engine;
  Configuration config = configuration();
  std::optional<StatusWriter> writer;

  World() {
    const std::string path = directory.path() + "/engine";
    CHECK_EQ(0, ::mkdir(path.c_str(), 0700));
    engine = UniqueFd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  }
  void write(std::vector<CertificateDetail> details) {
    auto opened = StatusWriter::open(engine.get());
    CHECK_OK(opened);
    writer = *std::move(opened);
    std::vector<CertificateSummary> all;
    for (const auto& each : details) all.push_back(each.summary);
    CHECK_OK(writer->begin(all, at(0)));
    for (const auto& each : details) CHECK_OK(writer->save_detail(each));
  }
  HostStanding look(int seconds) { return ServedStatus{directory.path(), config}.of_set(0, at(seconds)); }
};

}  // namespace

static void nothing_written_is_unknown() {
  World world;
  CHECK_EQ(world.look(0).word, "unknown");
  CHECK_EQ(world.look(0).expires, "");
}

static void of_two_keys_the_worse_and_the_earlier() {
  using enum CertificateStanding;
  struct Row {
    CertificateStanding one, two;
    const char* word;
  };
  for (const Row& row : {Row{valid, valid, "valid"}, Row{valid, ordering, "ordering"}, Row{failing, valid, "failing"},
                         Row{expired, failing, "expired"}, Row{none, ordering, "none"},
                         Row{revoked, expiring, "revoked"}, Row{expiring, failing, "expiring"}}) {
    World world;
    world.write({detail("one", row.one, at(2000)), detail("two", row.two, at(1000))});
    CHECK_EQ(world.look(0).word, row.word);
    CHECK_EQ(world.look(0).expires, format_rfc3339(at(1000)));
  }
}

static void one_that_is_missing_counts_for_nothing() {
  World world;
  world.write({detail("two", CertificateStanding::valid, at(1000))});
  CHECK_EQ(world.look(0).word, "valid");
}

static void before_the_first_certificate_there_is_no_date() {
  World world;
  world.write({detail("one", CertificateStanding::ordering, {}), detail("two", CertificateStanding::ordering, {})});
  CHECK_EQ(world.look(0).word, "ordering");
  CHECK_EQ(world.look(0).expires, "");
}

static void time_goes_on_without_an_engine() {
  World world;
  world.write(
      {detail("one", CertificateStanding::valid, at(1000)), detail("two", CertificateStanding::valid, at(2000))});
  CHECK_EQ(world.look(999).word, "valid");
  CHECK_EQ(world.look(1000).word, "expired");
}

static void it_is_read_once_a_second() {
  World world;
  world.write({detail("one", CertificateStanding::valid, at(1000))});
  ServedStatus served{world.directory.path(), world.config};
  CHECK_EQ(served.of_set(0, at(1)).word, "valid");
  world.write({detail("one", CertificateStanding::failing, at(1000))});
  CHECK_EQ(served.of_set(0, at(1)).word, "valid");
  CHECK_EQ(served.of_set(0, at(2)).word, "failing");
  CHECK_EQ(served.of_set(1, at(2)).word, "unknown");
}

static void without_a_managed_certificate_the_page_says_so() {
  const Configuration empty;
  ServedStatus served{"/nonexistent", empty};
  StatusRequest request;
  request.method = "GET";
  request.now = at(0);
  const auto response = served.answer(request);
  CHECK_EQ(200, response->status);
  std::string body;
  for (const auto& piece : response->body) body += piece;
  CHECK(body.find("manages no certificate") != std::string::npos);
  CHECK(!served.overview());
}

int main() {
  return acme_test::run(
      "served_status",
      {ACME_TEST(nothing_written_is_unknown), ACME_TEST(of_two_keys_the_worse_and_the_earlier),
       ACME_TEST(one_that_is_missing_counts_for_nothing), ACME_TEST(before_the_first_certificate_there_is_no_date),
       ACME_TEST(time_goes_on_without_an_engine), ACME_TEST(it_is_read_once_a_second),
       ACME_TEST(without_a_managed_certificate_the_page_says_so)});
}
