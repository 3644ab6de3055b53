// engine/status/ as a serving process may find it: the input is the index file, its sums made right when the first byte
// is odd, so that what is behind them is reached.
#include <cstring>

#include "common/json/json.hpp"
#include "common/report/index_reader.hpp"
#include "common/report/status_files.hpp"
#include "common/report/status_page.hpp"
#include "common/store/file_io.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tests/fuzz/properties.hpp"

using namespace acme;
using namespace acme_fuzz;

namespace {

struct Folder {
  Folder() {
    std::filesystem::create_directories(temp / "engine/status/certificates");
    directory = std::move(*open_directory(temp / "engine/status"));
    acme_test::spill(temp / "engine/status/overview.json", R"({"format":1,"server":"ngx_acme/0.1","process":7})");
  }
  acme_test::TemporaryDirectory temp;
  UniqueFd directory;
};

/// A header for as many entries as the rest has room for, slots and entries made of its bytes.
std::string sound_index(std::string_view bytes) {
  constexpr std::size_t kBytesEach = 64;
  IndexHeader header;
  header.count = static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size() / kBytesEach, 40));
  header.generation = 1;
  header.written = UtcTime{Seconds{1'800'000'000}};
  std::string slots;
  std::string entries;
  for (std::uint32_t i = 0; i < header.count; ++i) {
    const auto piece = bytes.substr(i * kBytesEach, kBytesEach);
    CertificateSummary one;
    one.id = piece.substr(0, 16);
    one.name = piece.substr(16, 24);
    one.issuer = piece.substr(40, 8);
    one.error_type = piece.substr(48, 8);
    one.standing = static_cast<CertificateStanding>(static_cast<unsigned char>(piece[56]) % kStandings);
    std::int64_t moment = 0;
    std::memcpy(&moment, piece.data() + 56, sizeof moment);
    one.not_after = UtcTime{Seconds{moment}};
    const auto slot = encode(IndexSlot{one.standing, one.not_after});
    const auto entry = encode(one);
    slots.append(slot.data(), slot.size());
    entries.append(entry.data(), entry.size());
  }
  const auto first = encode(header);
  std::string file{first.data(), first.size()};
  file.resize(kIndexHeaderSize, '\0');
  return file + slots + entries;
}

void check_reader(const Folder& status) {
  const auto reader = IndexReader::open(status.directory.get());
  check_error_of(reader);
  if (!reader) return;
  const auto slots = reader->slots();
  check_error_of(slots);
  if (slots) CHECK_EQ(slots->size(), reader->header().count);
  std::size_t seen = 0;
  check_error_of(reader->each([&](std::size_t, const CertificateSummary&) { ++seen; }));
  CHECK(seen <= reader->header().count);
}

void check_pages(const Folder& status) {
  FileStatus files{status.temp.path()};
  for (const char* query : {"", "format=json", "q=a", "state=failing&page=2", "format=metrics"}) {
    const auto response = answer_status({"GET", "", query, "", UtcTime{Seconds{1'800'000'100}}}, files);
    std::string body;
    for (const auto& piece : response.body) body += piece;
    CHECK(is_plain(body, '\n'));
    CHECK(!std::string_view{query}.starts_with("format=json") || Json::parse(body).ok());
  }
}

}  // namespace

FUZZ_TARGET(status_index) {
  static const Folder status;
  const bool sound = !input.empty() && (static_cast<unsigned char>(input.front()) & 1U) != 0;
  acme_test::spill(status.temp / "engine/status/index", sound ? sound_index(input.substr(1)) : std::string{input});
  check_reader(status);
  check_pages(status);
}
