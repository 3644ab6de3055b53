#include "common/report/index_reader.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "common/base/text.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

/// A write takes microseconds.
constexpr int kReadings = 50;
constexpr std::size_t kChunk = std::size_t{32} * 1024;

Error damaged(const char* how) {
  return {ErrorKind::malformed, cat("the status index is ", how), "reload the server: its engine writes it anew"};
}

Status read_exactly(int file, std::size_t place, char* bytes, std::size_t size) {
  while (size > 0) {
    const auto got = ::pread(file, bytes, size, static_cast<off_t>(place));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read the status index", errno);
    if (got == 0) return damaged("shorter than it says");
    bytes += got;
    place += static_cast<std::size_t>(got);
    size -= static_cast<std::size_t>(got);
  }
  return {};
}

/// What decode() makes of the bytes at `place`, once they are whole.
template <class Bytes>
auto read_whole(int file, std::size_t place) -> Result<typename decltype(decode(Bytes{}))::value_type> {
  Bytes bytes;
  for (int reading = 0; reading < kReadings; ++reading) {
    auto read = read_exactly(file, place, bytes.data(), bytes.size());
    if (!read) return read.error();
    auto value = decode(bytes);
    if (value) return *std::move(value);
    std::this_thread::yield();
  }
  return damaged("damaged");
}

/// Gives `visit` what stands `count` times behind one another from `first` on.
template <class Bytes, class Visit>
Status read_each(int file, std::size_t first, std::size_t count, Visit visit) {
  std::vector<Bytes> chunk(std::min(count, kChunk / sizeof(Bytes)));
  for (std::size_t begin = 0; begin < count; begin += chunk.size()) {
    const std::size_t size = std::min(chunk.size(), count - begin);
    const std::size_t place = first + begin * sizeof(Bytes);
    auto read = read_exactly(file, place, chunk.front().data(), size * sizeof(Bytes));
    if (!read) return read;
    for (std::size_t i = 0; i < size; ++i) {
      if (auto value = decode(chunk[i])) {
        visit(begin + i, *std::move(value));
        continue;
      }
      auto again = read_whole<Bytes>(file, place + i * sizeof(Bytes));
      if (!again) return std::move(again).error();
      visit(begin + i, *std::move(again));
    }
  }
  return {};
}

}  // namespace

Result<IndexReader> IndexReader::open(int status_directory) {
  auto file = open_file_at(status_directory, "index");
  if (!file) return std::move(file).error();
  IndexHeader header;
  HeaderState state = HeaderState::torn;
  for (int reading = 0; reading < kReadings && state == HeaderState::torn; ++reading) {
    HeaderBytes bytes;
    auto read = read_exactly(file->get(), 0, bytes.data(), bytes.size());
    if (!read) return read.error();
    state = decode(bytes, header);
    if (state == HeaderState::torn) std::this_thread::yield();
  }
  if (state == HeaderState::other) return damaged("of another version of this software, or none");
  if (state == HeaderState::torn) return damaged("damaged");
  struct stat facts {};
  if (::fstat(file->get(), &facts) != 0) return system_error("cannot look at the status index", errno);
  const std::size_t size = entry_place(header.count, header.count);
  if (static_cast<std::size_t>(facts.st_size) < size) return damaged("shorter than it says");
  return IndexReader{*std::move(file), header};
}

Result<std::vector<IndexSlot>> IndexReader::slots() const {
  std::vector<IndexSlot> slots(header_.count);
  auto read = read_each<SlotBytes>(file_.get(), slot_place(0), header_.count,
                                   [&](std::size_t index, const IndexSlot& slot) { slots[index] = slot; });
  if (!read) return read.error();
  return slots;
}

Result<CertificateSummary> IndexReader::entry(std::size_t index) const {
  return read_whole<EntryBytes>(file_.get(), entry_place(index, header_.count));
}

Status IndexReader::each(const std::function<void(std::size_t, const CertificateSummary&)>& visit) const {
  return read_each<EntryBytes>(file_.get(), entry_place(0, header_.count), header_.count, visit);
}

}  // namespace acme
