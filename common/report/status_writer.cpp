// How the files of engine/status/ are written.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unordered_map>

#include "common/base/text.hpp"
#include "common/report/index_reader.hpp"
#include "common/report/status_files.hpp"
#include "common/report/stored_records.hpp"
#include "common/report/summary_order.hpp"
#include "common/report/written_details.hpp"
#include "common/store/file_io.hpp"
#include "common/store/versions.hpp"

namespace acme {

namespace {

constexpr std::size_t kBlock = std::size_t{64} * 1024;
constexpr std::string_view kSuffix = ".json";

Status write_at(int file, std::size_t place, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(place));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("cannot write the status index", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    place += static_cast<std::size_t>(written);
  }
  return {};
}

template <class Bytes>
std::string_view view(const Bytes& bytes) {
  return {bytes.data(), bytes.size()};
}

IndexSlot slot_of(const CertificateSummary& summary) { return {summary.standing, next_event(summary)}; }

/// What encode() makes of each, one behind the other, from `place` on.
template <class Encode>
Status write_each(int file, std::size_t place, const std::vector<CertificateSummary>& all, Encode encode_one) {
  std::string block;
  for (std::size_t i = 0; i < all.size(); ++i) {
    block += view(encode_one(all[i]));
    if (block.size() < kBlock && i + 1 < all.size()) continue;
    auto written = write_at(file, place, block);
    if (!written) return written;
    place += block.size();
    block.clear();
  }
  return {};
}

Status write_index(int file, const IndexHeader& header, const std::vector<CertificateSummary>& all) {
  std::string first{view(encode(header))};
  first.resize(kIndexHeaderSize, '\0');
  auto written = write_at(file, 0, first);
  if (written) written = write_each(file, slot_place(0), all, [](const auto& one) { return encode(slot_of(one)); });
  if (written) written = write_each(file, entry_place(0, all.size()), all, [](const auto& one) { return encode(one); });
  return written;
}

/// The last word of an entry.
std::uint64_t sum_of(const EntryBytes& bytes) {
  std::uint64_t sum = 0;
  std::memcpy(&sum, bytes.data() + bytes.size() - sizeof sum, sizeof sum);
  return sum;
}

bool same_file(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// nullopt: it is not there.
std::optional<std::size_t> size_of(int directory, const std::string& name) {
  struct stat facts {};
  if (::fstatat(directory, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return static_cast<std::size_t>(facts.st_size);
}

/// Is what `name` leads to the open directory still?
bool leads_to(int above, const char* name, int directory) {
  struct stat named {};
  struct stat opened {};
  return ::fstatat(above, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && ::fstat(directory, &opened) == 0 &&
         same_file(named, opened);
}

Result<UniqueFd> make_and_open(int above, const char* name) {
  auto made = make_directory_at(above, name, 0700, Durability::volatile_);
  if (!made) return made.error();
  return open_directory_at(above, name);
}

}  // namespace

struct StatusWriter::State {
  struct Kept {
    std::uint64_t sum = 0;  // of the entry as it is written; 0: not known
    CertificateStanding standing = CertificateStanding::none;
  };

  int engine_directory = -1;
  UniqueFd status;
  UniqueFd details;
  UniqueFd index;
  IndexHeader header;
  bool changed = false;  // since the last commit()
  std::unordered_map<std::string, std::uint32_t> places;
  std::vector<Kept> kept;
  std::optional<Overview> overview;  // as they are written
  std::optional<Counters> counters;
  WrittenDetails lately;

  Status make_index(const IndexHeader& fresh, const std::vector<CertificateSummary>& all);
  void remember(const std::vector<CertificateSummary>& all);
  void remove_other_details() const;
  template <class Record, class Encode>
  Result<bool> replace(const char* name, const Record& record, std::optional<Record>& written, Encode text_of);
};

Status StatusWriter::State::make_index(const IndexHeader& fresh, const std::vector<CertificateSummary>& all) {
  const std::string temporary = temporary_name();
  const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd file{::openat(status.get(), temporary.c_str(), flags, 0600)};
  if (!file) return system_error("cannot make the status index", errno);
  auto written = write_index(file.get(), fresh, all);
  if (written && ::renameat(status.get(), temporary.c_str(), status.get(), "index") != 0) {
    written = system_error("cannot make the status index", errno);
  }
  if (!written) {
    ::unlinkat(status.get(), temporary.c_str(), 0);
    return written;
  }
  index = std::move(file);
  header = fresh;
  return {};
}

void StatusWriter::State::remember(const std::vector<CertificateSummary>& all) {
  places.clear();
  kept.clear();
  for (const auto& summary : all) {
    places.emplace(summary.id, static_cast<std::uint32_t>(kept.size()));
    kept.push_back({sum_of(encode(summary)), summary.standing});
  }
}

void StatusWriter::State::remove_other_details() const {
  const auto names = list_directory(details.get());
  if (!names) return;
  for (const auto& name : *names) {
    const bool known = name.ends_with(kSuffix) && places.contains(name.substr(0, name.size() - kSuffix.size()));
    if (!known) static_cast<void>(remove_at(details.get(), name));
  }
}

/// Most heartbeats find it as it was: then no text is made.
template <class Record, class Encode>
Result<bool> StatusWriter::State::replace(const char* name, const Record& record, std::optional<Record>& written,
                                          Encode text_of) {
  if (written == record) return false;
  auto saved = write_file_at(status.get(), name, text_of(record), 0600, Durability::volatile_);
  if (!saved) return saved.error();
  written = record;
  changed = true;
  return true;
}

StatusWriter::StatusWriter(std::unique_ptr<State> state) : state_{std::move(state)} {}
StatusWriter::StatusWriter(StatusWriter&&) noexcept = default;
StatusWriter& StatusWriter::operator=(StatusWriter&&) noexcept = default;
StatusWriter::~StatusWriter() = default;

Result<StatusWriter> StatusWriter::open(int engine_directory) {
  auto status = make_and_open(engine_directory, "status");
  if (!status) return std::move(status).error();
  auto details = make_and_open(status->get(), "certificates");
  if (!details) return std::move(details).error();
  auto state = std::make_unique<State>();
  state->engine_directory = engine_directory;
  state->status = *std::move(status);
  state->details = *std::move(details);
  remove_stale_temporaries(state->status.get());
  return StatusWriter{std::move(state)};
}

Status StatusWriter::begin(std::vector<CertificateSummary> all, UtcTime now) {
  const auto same_id = [](const auto& one, const auto& other) { return one.id == other.id; };
  const auto bad_id = [](const auto& one) { return !is_certificate_id(one.id); };
  std::sort(all.begin(), all.end(), comes_before);
  all.erase(std::unique(all.begin(), all.end(), same_id), all.end());
  std::erase_if(all, bad_id);
  const auto before = IndexReader::open(state_->status.get());
  IndexHeader header;
  header.count = static_cast<std::uint32_t>(std::min<std::size_t>(all.size(), kMostCertificates));
  all.resize(header.count);
  header.generation = before ? before->header().generation + 1 : 1;
  header.written = now;
  for (const auto& summary : all) ++header.counts[static_cast<std::size_t>(summary.standing)];
  auto made = state_->make_index(header, all);
  if (!made) return made;
  state_->remember(all);
  state_->remove_other_details();
  state_->changed = false;
  return {};
}

Result<bool> StatusWriter::update(const CertificateSummary& summary) {
  const auto found = state_->places.find(summary.id);
  if (found == state_->places.end()) {
    return Error{ErrorKind::internal, cat("the status index does not have ", cleaned(summary.id))};
  }
  const std::size_t place = found->second;
  auto& kept = state_->kept[place];
  const EntryBytes bytes = encode(summary);
  if (sum_of(bytes) == kept.sum) return false;
  const int file = state_->index.get();
  kept.sum = 0;
  state_->changed = true;
  auto written = write_at(file, entry_place(place, state_->kept.size()), view(bytes));
  if (written) written = write_at(file, slot_place(place), view(encode(slot_of(summary))));
  if (!written) return written.error();
  kept.sum = sum_of(bytes);
  --state_->header.counts[static_cast<std::size_t>(kept.standing)];
  ++state_->header.counts[static_cast<std::size_t>(summary.standing)];
  kept.standing = summary.standing;
  return true;
}

Status StatusWriter::commit(UtcTime now) {
  state_->header.written = now;
  if (state_->changed) ++state_->header.flushes;
  auto written = write_at(state_->index.get(), 0, view(encode(state_->header)));
  if (written) state_->changed = false;
  return written;
}

Result<bool> StatusWriter::save_detail(CertificateDetail record) {
  if (!is_certificate_id(record.summary.id)) {
    return Error{ErrorKind::internal, cat("not a certificate id: ", cleaned(record.summary.id))};
  }
  const std::string name = cat(record.summary.id, kSuffix);
  if (state_->lately.is(record, size_of(state_->details.get(), name))) return false;
  const std::string text = to_text(record);
  state_->lately.forget(record.summary.id);
  const auto before = read_file_at(state_->details.get(), name, Json::kMaxSize);
  const bool same = before && *before == text;
  auto saved = same ? Status{} : write_file_at(state_->details.get(), name, text, 0600, Durability::volatile_);
  if (!saved) return saved.error();
  state_->lately.keep(std::move(record), text.size());
  state_->changed = state_->changed || !same;
  return !same;
}

const CertificateDetail* StatusWriter::written_lately(const std::string& id) const { return state_->lately.find(id); }

Result<bool> StatusWriter::save_overview(const Overview& overview) {
  return state_->replace("overview.json", overview, state_->overview, [](const auto& one) { return to_text(one); });
}

Result<bool> StatusWriter::save_counters(const Counters& counters) {
  return state_->replace("counters.json", counters, state_->counters, counters_to_json);
}

bool StatusWriter::intact() const {
  struct stat index {};
  return ::fstat(state_->index.get(), &index) == 0 && index.st_nlink > 0 &&
         leads_to(state_->engine_directory, "status", state_->status.get()) &&
         leads_to(state_->status.get(), "certificates", state_->details.get());
}

}  // namespace acme
