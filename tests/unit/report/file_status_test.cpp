// The files of engine/status/: what the writer leaves is what the reader finds, damaged files are told, and a reader
// and a writer do not disturb one another.
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "common/report/index_reader.hpp"
#include "common/report/status_files.hpp"
#include "common/store/file_io.hpp"
#include "tests/fakes/memory_status.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tests/unit/report/sample_summaries.hpp"

#include "tests/check.hpp"

using namespace acme;
using namespace acme_test;

namespace {

constexpr UtcTime kNow{Seconds{1772060000}};

/// A state directory with engine/ in it, a writer and a reader.
struct Place {
  Place() {
    std::filesystem::create_directory(directory / "engine");
    auto opened = open_directory(directory / "engine");
    CHECK(opened.ok());
    engine = *std::move(opened);
  }
  StatusWriter writer() {
    auto made = StatusWriter::open(engine.get());
    CHECK(made.ok());
    return *std::move(made);
  }
  std::string file(const std::string& name) const { return directory / ("engine/status/" + name); }

  TemporaryDirectory directory;
  UniqueFd engine;
  FileStatus reader{directory.path()};
};

std::vector<CertificateSummary> many(std::size_t count, std::uint64_t seed = 1) {
  SeededRandom random{seed};
  std::vector<CertificateSummary> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(some_summary(random, i));
  return all;
}

std::vector<std::string> ids_of(const std::vector<CertificateSummary>& rows) {
  std::vector<std::string> ids;
  for (const auto& row : rows) ids.push_back(row.id);
  return ids;
}

void nothing_is_there_yet() {
  Place place;
  CHECK(place.reader.overview().error().kind == ErrorKind::not_found);
  CHECK(place.reader.summaries({}).error().kind == ErrorKind::not_found);
  CHECK(place.reader.next_events(5).error().kind == ErrorKind::not_found);
  CHECK(place.reader.certificate("a-1").error().kind == ErrorKind::not_found);
  CHECK(place.reader.counters().error().kind == ErrorKind::not_found);
  CHECK(place.reader.each([](const auto&) {}).error().kind == ErrorKind::not_found);
  FileStatus nowhere{place.directory / "missing"};
  CHECK(nowhere.overview().error().kind == ErrorKind::not_found);
}

void an_empty_server_has_an_empty_page() {
  Place place;
  StatusWriter writer = place.writer();
  CHECK(writer.begin({}, kNow).ok());
  const auto page = place.reader.summaries({});
  CHECK(page.ok() && page->matching == 0 && page->rows.empty());
  CHECK(place.reader.next_events(10).ok());
}

/// What the files answer is what the source in memory answers, for every query.
void queries_are_answered_as_in_memory() {
  Place place;
  StatusWriter writer = place.writer();
  MemoryStatus memory;
  const auto all = many(300);
  for (const auto& summary : all) memory.add(summary);
  CHECK(writer.begin(all, kNow).ok());
  FileStatus by_descriptor{place.engine.get()};
  const std::vector<std::vector<CertificateStanding>> filters{
      {}, {CertificateStanding::valid}, {CertificateStanding::failing, CertificateStanding::none}};
  for (const auto& standings : filters) {
    for (const char* search : {"", "shop", "BLOG1", "zeross", "-29", "nothing of that kind"}) {
      for (const std::size_t offset : {0U, 7U, 250U, 5000U}) {
        const SummaryQuery query{standings, search, offset, 20};
        const auto expected = memory.summaries(query);
        const auto page = place.reader.summaries(query);
        CHECK(page.ok());
        CHECK_EQ(page->matching, expected->matching);
        CHECK(ids_of(page->rows) == ids_of(expected->rows));
        CHECK(ids_of(by_descriptor.summaries(query)->rows) == ids_of(expected->rows));
      }
    }
  }
  for (const std::size_t limit : {0U, 1U, 20U, 1000U}) {
    CHECK(ids_of(*place.reader.next_events(limit)) == ids_of(*memory.next_events(limit)));
  }
  std::size_t seen = 0;
  CHECK(place.reader.each([&](const CertificateSummary&) { ++seen; }).ok());
  CHECK_EQ(seen, all.size());
}

void a_change_is_written_in_place() {
  Place place;
  StatusWriter writer = place.writer();
  auto all = many(20);
  CHECK(writer.begin(all, kNow).ok());
  CHECK(*writer.save_overview({}));
  CertificateSummary changed = all[7];
  const auto before = changed.standing;
  changed.standing = CertificateStanding::ordering;
  changed.names_proved = 5;
  CHECK(*writer.update(changed));
  CHECK(!*writer.update(changed));  // as it is already
  CHECK(writer.commit(kNow + Seconds{1}).ok());
  const auto page = place.reader.summaries({{CertificateStanding::ordering}, changed.id, 0, 10});
  CHECK(page.ok() && page->rows.size() == 1);
  CHECK_EQ(page->rows.front().names_proved, 5U);
  const auto overview = place.reader.overview();
  CHECK(overview.ok() && overview->written == kNow + Seconds{1});
  std::array<std::uint32_t, kStandings> counts{};
  all[7].standing = CertificateStanding::ordering;
  for (const auto& summary : all) ++counts[static_cast<std::size_t>(summary.standing)];
  CHECK(overview->counts == counts);
  changed.standing = before;
  changed.id = "another-1";
  CHECK(writer.update(changed).error().kind == ErrorKind::internal);
}

IndexHeader header_of(const Place& place) {
  const auto status = open_directory_at(place.engine.get(), "status");
  CHECK(status.ok());
  const auto index = IndexReader::open(status->get());
  CHECK(index.ok());
  return index->header();
}

void the_heartbeat_is_no_change() {
  Place place;
  StatusWriter writer = place.writer();
  auto all = many(3);
  CHECK(writer.begin(all, kNow).ok());
  CHECK(writer.commit(kNow + Seconds{30}).ok());
  CHECK_EQ(header_of(place).flushes, 0U);
  CHECK(header_of(place).written == kNow + Seconds{30});
  all[0].failures = 9;
  CHECK(writer.update(all[0]).ok() && writer.commit(kNow + Seconds{31}).ok());
  CHECK(writer.commit(kNow + Seconds{60}).ok());
  CHECK_EQ(header_of(place).flushes, 1U);
}

void another_life_makes_another_index() {
  Place place;
  StatusWriter writer = place.writer();
  const auto all = many(10);
  CHECK(writer.begin(all, kNow).ok());
  for (const auto& summary : all) {
    CertificateDetail detail;
    detail.summary = summary;
    CHECK(*writer.save_detail(detail));
    CHECK(!*writer.save_detail(detail));
  }
  spill(place.file("certificates/tmp-0123"), "left behind");
  const auto generation = header_of(place).generation;
  const auto status = open_directory_at(place.engine.get(), "status");
  const auto old = IndexReader::open(status->get());
  StatusWriter next = place.writer();
  CHECK(next.begin({all[0], all[1]}, kNow).ok());
  CHECK(header_of(place).generation != generation);
  CHECK_EQ(place.reader.summaries({})->matching, 2U);
  CHECK(place.reader.certificate(all[0].id).ok());
  CHECK(place.reader.certificate(all[5].id).error().kind == ErrorKind::not_found);
  CHECK(!std::filesystem::exists(place.file("certificates/tmp-0123")));
  // Who reads the index before goes on with it.
  CHECK_EQ(old->slots()->size(), 10U);
  CHECK_EQ(old->entry(9).ok(), true);
}

void modes_are_the_engines() {
  Place place;
  StatusWriter writer = place.writer();
  CHECK(writer.begin(many(2), kNow).ok());
  CertificateDetail detail = full_detail();
  CHECK(writer.save_detail(detail).ok() && writer.save_overview({}).ok() && writer.save_counters({}).ok());
  const auto mode = [&](const std::string& name) {
    struct stat facts {};
    CHECK(::stat(place.file(name).c_str(), &facts) == 0);
    return facts.st_mode & 07777U;
  };
  CHECK_EQ(mode(""), 0700U);
  CHECK_EQ(mode("certificates"), 0700U);
  for (const auto& name : {std::string{"index"}, std::string{"overview.json"}, std::string{"counters.json"},
                           "certificates/" + detail.summary.id + ".json"}) {
    CHECK_EQ(mode(name), 0600U);
  }
}

/// A truncated index is an error, at whatever byte; never a crash, never a page of something else.
void a_truncated_index_is_told() {
  Place place;
  StatusWriter writer = place.writer();
  CHECK(writer.begin(many(3), kNow).ok());
  const std::string whole = slurp(place.file("index"));
  CHECK_EQ(whole.size(), entry_place(3, 3));
  for (std::size_t size = 0; size < whole.size(); size += size < 130 || size > 4000 ? 1 : 97) {
    spill(place.file("index"), whole.substr(0, size));
    CHECK(place.reader.summaries({}).error().kind == ErrorKind::malformed);
    CHECK(!place.reader.summaries({}).error().message.empty());
  }
}

void a_damaged_index_is_told() {
  Place place;
  StatusWriter writer = place.writer();
  CHECK(writer.begin(many(3), kNow).ok());
  const std::string whole = slurp(place.file("index"));
  SeededRandom random{5};
  for (std::size_t i = 0; i < whole.size(); i += i < 130 || i > 4090 ? 7 : 211) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(static_cast<std::uint64_t>(damaged[i]) ^ (1 + random.next() % 255));
    spill(place.file("index"), damaged);
    const auto page = place.reader.summaries({});
    const bool of_no_use = i >= sizeof(HeaderBytes) && i < kIndexHeaderSize;
    CHECK_EQ(page.ok(), of_no_use);
    if (!of_no_use) CHECK(page.error().kind == ErrorKind::malformed);
  }
  spill(place.file("index"), std::string(100000, 'x'));
  CHECK(place.reader.each([](const auto&) {}).error().kind == ErrorKind::malformed);
}

void details_come_back() {
  Place place;
  StatusWriter writer = place.writer();
  CHECK(writer.begin({full_summary()}, kNow).ok());
  CHECK(writer.save_detail(full_detail()).ok());
  const auto read = place.reader.certificate(full_summary().id);
  CHECK(read.ok());
  const CertificateDetail expected = full_detail();
  CHECK(encode(read->summary) == encode(expected.summary));
  CHECK(read->names == expected.names && read->challenges == expected.challenges);
  CHECK_EQ(read->last_error, expected.last_error);
  CHECK_EQ(read->served_detail, expected.served_detail);
  CHECK(read->served_checked == expected.served_checked);
  CHECK_EQ(read->chain.size(), 2U);
  CHECK_EQ(read->chain[1].issuer, "ISRG Root X1");
  CHECK(read->attempt.has_value() && read->attempt->took == expected.attempt->took);
  CHECK_EQ(read->attempt->steps.size(), 2U);
  CHECK(read->attempt->steps[1].failed && !read->attempt->steps[1].took);
  CHECK(read->attempt->names[1].stage == NameStage::failed);
  CHECK_EQ(read->history.size(), 2U);
  CHECK(read->history[0].took == std::chrono::milliseconds{900} && read->history[1].names == 2);
}

void hostile_texts_stay_bounded() {
  Place place;
  StatusWriter writer = place.writer();
  CertificateDetail detail = full_detail();
  CHECK(writer.begin({detail.summary}, kNow).ok());
  const std::string large(1024 * 1024, '<');
  detail.last_error = large;
  detail.served_detail = "\xff\xfe\x01" + large;
  const std::string words(5000, '>');
  for (int i = 0; i < 2000; ++i) detail.names.push_back(std::string(200, 'n') + ".example.org");
  for (int i = 0; i < 300; ++i) detail.attempt->names.push_back({words, NameStage::failed, words, words});
  for (int i = 0; i < 300; ++i) detail.attempt->steps.push_back({words, kNow, std::nullopt, true, words});
  for (int i = 0; i < 100; ++i) detail.history.push_back(detail.history.front());
  CHECK(writer.save_detail(detail).ok());
  const auto read = place.reader.certificate(detail.summary.id);
  CHECK(read.ok());
  CHECK(read->last_error.size() >= 1000 && read->last_error.size() < 5000);
  CHECK_EQ(read->history.size(), kHistory);
}

void damaged_details_are_told() {
  Place place;
  StatusWriter writer = place.writer();
  const std::string id = full_summary().id;
  CHECK(writer.begin({full_summary()}, kNow).ok());
  CHECK(writer.save_detail(full_detail()).ok() && writer.save_overview({}).ok());
  const std::string name = place.file("certificates/" + id + ".json");
  const std::string whole = slurp(name);
  SeededRandom random{3};
  for (std::size_t size = 0; size < whole.size(); ++size) {
    spill(name, whole.substr(0, size));
    CHECK(place.reader.certificate(id).error().kind == ErrorKind::malformed);
    std::string damaged = whole;
    damaged[size] = static_cast<char>(random.next());
    spill(name, damaged);
    static_cast<void>(place.reader.certificate(id));  // anything but a crash
  }
  for (const char* text : {"", "[]", "{}", "null", "{\"format\":2}", "{\"format\":\"1\"}", "\xff"}) {
    spill(name, text);
    spill(place.file("overview.json"), text);
    CHECK(place.reader.certificate(id).error().kind == ErrorKind::malformed);
    CHECK(place.reader.overview().error().kind == ErrorKind::malformed);
  }
  spill(name, R"({"format":1,"summary":7,"names":{},"chain":[1,null,{}],"attempt":{"steps":[[]]},"history":[null]})");
  CHECK(place.reader.certificate(id).ok());
  CHECK(writer.save_detail(full_detail()).ok());
  CHECK_EQ(slurp(name), whole);
}

void an_id_is_no_path() {
  Place place;
  StatusWriter writer = place.writer();
  CHECK(writer.begin({full_summary()}, kNow).ok());
  spill(place.directory / "secret.json", "{\"format\":1}");
  std::filesystem::create_symlink(place.directory / "secret.json", place.file("certificates/link.json"));
  for (const std::string id : {"", ".", "..", "../../../secret", "a/b", "/etc/passwd", "a\n", "%2e%2e"}) {
    CHECK(place.reader.certificate(id).error().kind == ErrorKind::not_found);
  }
  CHECK(place.reader.certificate(std::string(100000, 'a')).error().kind == ErrorKind::not_found);
  CHECK(place.reader.certificate(std::string("a\0b", 3)).error().kind == ErrorKind::not_found);
  CHECK(!place.reader.certificate("link").ok());
  CertificateDetail detail;
  detail.summary.id = "../x";
  CHECK(writer.save_detail(detail).error().kind == ErrorKind::internal);
}

void counters_come_back() {
  Place place;
  StatusWriter writer = place.writer();
  Counters counters;
  counters.request("letsencrypt", 429);
  counters.reload("asked");
  CHECK(*writer.save_counters(counters));
  CHECK(!*writer.save_counters(counters));
  CHECK(place.reader.counters().ok() && place.reader.counters()->requests == counters.requests);
  spill(place.file("counters.json"), "{");
  CHECK(place.reader.counters().error().kind == ErrorKind::malformed);
}

void a_full_disk_leaves_what_was_there() {
  Place place;
  StatusWriter writer = place.writer();
  const auto all = many(50);
  CHECK(writer.begin(all, kNow).ok());
  {
    const FileSizeLimit limit{5000};
    CHECK(!writer.begin(many(60, 2), kNow).ok());
    CHECK(!writer.update(full_summary()).ok());
  }
  CHECK_EQ(place.reader.summaries({})->matching, 50U);
  const auto names = std::filesystem::directory_iterator{place.file("")};
  for (const auto& entry : names) CHECK(!entry.path().filename().string().starts_with("tmp-"));
  CHECK(writer.begin(many(60, 2), kNow).ok());
  CHECK_EQ(place.reader.summaries({})->matching, 60U);
}

void what_was_taken_away_is_noticed() {
  Place place;
  StatusWriter writer = place.writer();
  CHECK(writer.begin(many(5), kNow).ok());
  CHECK(writer.intact());
  std::filesystem::remove(place.file("index"));
  CHECK(!writer.intact());
  CHECK(writer.begin(many(5), kNow).ok() && writer.intact());
  std::filesystem::remove_all(place.file(""));
  CHECK(!writer.intact());
  StatusWriter again = place.writer();
  CHECK(again.begin(many(5), kNow).ok() && again.intact());
}

/// Readers never see half of a change, nor an error, while the writer changes entries and replaces the index.
void readers_and_a_writer_meet() {
  Place place;
  StatusWriter writer = place.writer();
  auto all = many(40);
  for (auto& summary : all) summary.failures = summary.names_proved = 0;
  CHECK(writer.begin(all, kNow).ok());
  CHECK(writer.save_overview({}).ok());
  std::atomic<bool> over = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> readings = 0;
  const auto look = [&] {
    FileStatus reader{place.directory.path()};
    while (!over) {
      const auto check = [&](const CertificateSummary& one) { wrong += one.failures == one.names_proved ? 0 : 1; };
      if (!reader.each(check)) ++wrong;
      const auto page = reader.summaries({{}, "", 0, 50});
      if (!page || page->rows.size() != 40) ++wrong;
      if (!reader.overview()) ++wrong;
      ++readings;
    }
  };
  std::thread one{look};
  std::thread other{look};
  for (std::uint32_t round = 1; round < 2000 || readings < 20; ++round) {
    CertificateSummary& summary = all[round % all.size()];
    summary.failures = summary.names_proved = round;
    summary.name.back() = round % 2 == 0 ? 'g' : 'h';
    if (!writer.update(summary) || !writer.commit(kNow + Seconds{round})) ++wrong;
    if (round % 200 == 0 && !writer.begin(all, kNow)) ++wrong;
  }
  over = true;
  one.join();
  other.join();
  CHECK_EQ(wrong.load(), 0);
}

}  // namespace

int main() {
  return acme_test::run(
      "file_status",
      {ACME_TEST(nothing_is_there_yet), ACME_TEST(an_empty_server_has_an_empty_page),
       ACME_TEST(queries_are_answered_as_in_memory), ACME_TEST(a_change_is_written_in_place),
       ACME_TEST(the_heartbeat_is_no_change), ACME_TEST(another_life_makes_another_index),
       ACME_TEST(modes_are_the_engines), ACME_TEST(a_truncated_index_is_told), ACME_TEST(a_damaged_index_is_told),
       ACME_TEST(details_come_back), ACME_TEST(hostile_texts_stay_bounded), ACME_TEST(damaged_details_are_told),
       ACME_TEST(an_id_is_no_path), ACME_TEST(counters_come_back), ACME_TEST(a_full_disk_leaves_what_was_there),
       ACME_TEST(what_was_taken_away_is_noticed), ACME_TEST(readers_and_a_writer_meet)});
}
