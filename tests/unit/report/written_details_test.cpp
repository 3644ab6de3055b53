// What the writer of the status remembers of certificates: enough to read nothing back, never what is not so.
#include "common/report/written_details.hpp"

#include <filesystem>
#include <fstream>

#include "common/report/status_files.hpp"
#include "common/store/file_io.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

CertificateDetail detail_of(const std::string& id, const std::string& reason = "half of its lifetime is left") {
  CertificateDetail detail;
  detail.summary.id = id;
  detail.reason = reason;
  return detail;
}

void only_what_was_written_is_the_same() {
  WrittenDetails written;
  CHECK(written.find("a-1") == nullptr);
  CHECK(!written.is(detail_of("a-1"), 10));
  written.keep(detail_of("a-1"), 10);
  CHECK(written.find("a-1") != nullptr && *written.find("a-1") == detail_of("a-1"));
  CHECK(written.is(detail_of("a-1"), 10));
  CHECK(!written.is(detail_of("a-1", "by an operator's word"), 10));
  CHECK(!written.is(detail_of("a-1"), 11));
  CHECK(!written.is(detail_of("a-1"), std::nullopt));
  CHECK(!written.is(detail_of("b-1"), 10));
  written.forget("a-1");
  CHECK(written.find("a-1") == nullptr);
}

void the_latest_take_the_place_of_the_oldest() {
  WrittenDetails written;
  for (int i = 0; i < 1000; ++i) written.keep(detail_of("n-" + std::to_string(i)), 10);
  CHECK(written.find("n-0") == nullptr && written.find("n-900") == nullptr);
  CHECK(written.find("n-999") != nullptr && written.find("n-990") != nullptr);
  written.keep(detail_of("n-990", "another"), 20);
  CHECK(written.find("n-990")->reason == "another");
}

struct Place {
  Place() {
    std::filesystem::create_directory(directory / "engine");
    engine = *open_directory(directory / "engine");
    writer = *StatusWriter::open(engine.get());
  }
  std::string file(const std::string& id) const { return directory / ("engine/status/certificates/" + id + ".json"); }

  TemporaryDirectory directory;
  UniqueFd engine;
  std::optional<StatusWriter> writer;
  FileStatus reader{directory.path()};
};

void what_was_taken_away_or_cut_is_written_again() {
  Place place;
  CHECK(*place.writer->save_detail(detail_of("a-1")));
  CHECK(!*place.writer->save_detail(detail_of("a-1")));
  std::filesystem::remove(place.file("a-1"));
  CHECK(*place.writer->save_detail(detail_of("a-1")));
  CHECK(place.reader.certificate("a-1").ok());
  std::ofstream{place.file("a-1")} << "{";
  CHECK(*place.writer->save_detail(detail_of("a-1")));
  CHECK(place.reader.certificate("a-1").ok());
}

void what_could_not_be_written_is_not_remembered() {
  Place place;
  CHECK(*place.writer->save_detail(detail_of("a-1")));
  // Nothing can be renamed to a directory.
  std::filesystem::remove(place.file("a-1"));
  std::filesystem::create_directory(place.file("a-1"));
  CHECK(!place.writer->save_detail(detail_of("a-1", "another")).ok());
  CHECK(place.writer->written_lately("a-1") == nullptr);
  std::filesystem::remove(place.file("a-1"));
  CHECK(*place.writer->save_detail(detail_of("a-1", "another")));
  CHECK(place.writer->written_lately("a-1")->reason == "another");
}

}  // namespace

int main() {
  return acme_test::run(
      "written_details",
      {ACME_TEST(only_what_was_written_is_the_same), ACME_TEST(the_latest_take_the_place_of_the_oldest),
       ACME_TEST(what_was_taken_away_or_cut_is_written_again), ACME_TEST(what_could_not_be_written_is_not_remembered)});
}
