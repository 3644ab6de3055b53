// How the files of engine/status/ are read.
#include <algorithm>
#include <vector>

#include "common/base/text.hpp"
#include "common/report/index_reader.hpp"
#include "common/report/status_files.hpp"
#include "common/report/stored_records.hpp"
#include "common/report/summary_order.hpp"
#include "common/store/file_io.hpp"
#include "common/store/state_directory.hpp"
#include "common/store/versions.hpp"

namespace acme {

namespace {

/// The places of those that a query asks for, in the order in which they are shown.
Result<std::vector<std::uint32_t>> places_of(const IndexReader& index, const SummaryQuery& query) {
  const auto slots = index.slots();
  if (!slots) return slots.error();
  std::vector<std::uint32_t> places;
  const auto take = [&](std::size_t place) {
    if (is_asked_for((*slots)[place].standing, query)) places.push_back(static_cast<std::uint32_t>(place));
  };
  if (query.search.empty()) {
    for (std::size_t place = 0; place < slots->size(); ++place) take(place);
  } else {
    auto searched = index.each([&](std::size_t place, const CertificateSummary& summary) {
      if (holds_text(summary, query.search)) take(place);
    });
    if (!searched) return searched.error();
  }
  std::stable_partition(places.begin(), places.end(),
                        [&](std::uint32_t place) { return needs_operator((*slots)[place].standing); });
  return places;
}

/// Those at places[begin, end).
Result<std::vector<CertificateSummary>> entries_at(const IndexReader& index, const std::vector<std::uint32_t>& places,
                                                   std::size_t begin, std::size_t end) {
  std::vector<CertificateSummary> entries;
  entries.reserve(end - begin);
  for (std::size_t i = begin; i < end; ++i) {
    auto entry = index.entry(places[i]);
    if (!entry) return std::move(entry).error();
    entries.push_back(*std::move(entry));
  }
  return entries;
}

}  // namespace

Result<UniqueFd> FileStatus::open_status() const {
  if (engine_directory_ >= 0) return open_directory_at(engine_directory_, "status");
  const auto tree = open_engine_tree(state_path_);
  if (!tree) return tree.error();
  return open_directory_at(tree->get(), "status");
}

Result<Overview> FileStatus::overview() {
  const auto status = open_status();
  if (!status) return status.error();
  const auto index = IndexReader::open(status->get());
  if (!index) return index.error();
  const auto text = read_file_at(status->get(), "overview.json", Json::kMaxSize);
  if (!text) return text.error();
  auto overview = parse_overview(*text);
  if (!overview) return overview;
  overview->written = index->header().written;
  overview->counts = index->header().counts;
  return overview;
}

Result<SummaryPage> FileStatus::summaries(const SummaryQuery& query) {
  const auto status = open_status();
  if (!status) return status.error();
  const auto index = IndexReader::open(status->get());
  if (!index) return index.error();
  const auto places = places_of(*index, query);
  if (!places) return places.error();
  const std::size_t begin = std::min(query.offset, places->size());
  auto rows = entries_at(*index, *places, begin, begin + std::min(query.limit, places->size() - begin));
  if (!rows) return std::move(rows).error();
  return SummaryPage{places->size(), *std::move(rows)};
}

Result<std::vector<CertificateSummary>> FileStatus::next_events(std::size_t limit) {
  const auto status = open_status();
  if (!status) return status.error();
  const auto index = IndexReader::open(status->get());
  if (!index) return index.error();
  const auto slots = index->slots();
  if (!slots) return slots.error();
  std::vector<std::uint32_t> places;
  for (std::size_t place = 0; place < slots->size(); ++place) {
    if ((*slots)[place].event) places.push_back(static_cast<std::uint32_t>(place));
  }
  const std::size_t end = std::min(limit, places.size());
  const auto sooner = [&](std::uint32_t one, std::uint32_t other) {
    return std::pair{*(*slots)[one].event, one} < std::pair{*(*slots)[other].event, other};
  };
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(end), places.end(), sooner);
  return entries_at(*index, places, 0, end);
}

Result<CertificateDetail> FileStatus::certificate(const std::string& id) {
  if (!is_certificate_id(id)) return Error{ErrorKind::not_found, cat("no certificate is called ", cleaned(id, 100))};
  const auto status = open_status();
  if (!status) return status.error();
  const auto text = read_file_at(status->get(), cat("certificates/", id, ".json"), Json::kMaxSize);
  if (!text) return text.error();
  return parse_detail(*text);
}

Result<Counters> FileStatus::counters() {
  const auto status = open_status();
  if (!status) return status.error();
  const auto text = read_file_at(status->get(), "counters.json", Json::kMaxSize);
  if (!text) return text.error();
  return parse_counters(*text);
}

Status FileStatus::each(const std::function<void(const CertificateSummary&)>& visit) {
  const auto status = open_status();
  if (!status) return status.error();
  const auto index = IndexReader::open(status->get());
  if (!index) return index.error();
  return index->each([&](std::size_t, const CertificateSummary& summary) { visit(summary); });
}

}  // namespace acme
