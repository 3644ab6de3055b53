#include "common/store/ledger.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>

#include "common/base/text.hpp"
#include "common/base/uninterrupted.hpp"
#include "common/base/unique_fd.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

constexpr std::chrono::days kKept{8};  // and up to an eighth of all entries longer
constexpr std::size_t kCompactAt = 256 * 1024;
constexpr std::size_t kLongest = 64 * 1024 * 1024;
constexpr std::chrono::seconds kSyncInterval{1};
constexpr std::array kEvents{LedgerEvent::engine_start,      LedgerEvent::engine_stop, LedgerEvent::attempt,
                             LedgerEvent::attempt_end,       LedgerEvent::new_order,   LedgerEvent::replacement_order,
                             LedgerEvent::failed_validation, LedgerEvent::issued};

std::string_view event_name(LedgerEvent event) {
  switch (event) {
    case LedgerEvent::engine_start: return "engine_start";
    case LedgerEvent::engine_stop: return "engine_stop";
    case LedgerEvent::attempt: return "attempt";
    case LedgerEvent::attempt_end: return "attempt_end";
    case LedgerEvent::new_order: return "new_order";
    case LedgerEvent::replacement_order: return "replacement_order";
    case LedgerEvent::failed_validation: return "failed_validation";
    case LedgerEvent::issued: return "issued";
  }
  return "?";
}

/// One field of a line: tabs and control bytes are gone.
std::string field(const std::string& text) { return cleaned(text, 400); }

/// "2026-11-22T10:00:00Z<tab>new_order<tab>letsencrypt<tab>example.org-1a2b\n"
std::string to_line(const LedgerEntry& entry) {
  return cat(format_rfc3339(entry.time), "\t", event_name(entry.event), "\t", field(entry.issuer), "\t",
             field(entry.subject), "\n");
}

/// What a power cut tore has no end, or zeros where data never came: nothing of such a line is believed.
std::optional<LedgerEntry> from_line(std::string_view line) {
  const auto torn = [](char c) { return c != '\t' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f); };
  if (std::any_of(line.begin(), line.end(), torn)) return std::nullopt;
  const auto fields = split(line, '\t');
  if (fields.size() != 4) return std::nullopt;
  const auto time = parse_rfc3339(fields[0]);
  if (!time) return std::nullopt;
  for (const auto event : kEvents) {
    if (fields[1] != event_name(event)) continue;
    return LedgerEntry{*time, event, std::string{fields[2]}, std::string{fields[3]}};
  }
  return std::nullopt;
}

class FileLedger final : public Ledger {
 public:
  explicit FileLedger(int directory) : directory_{directory} {}

  Status open(UtcTime now) {
    auto text = read_file_at(directory_, "ledger", kLongest);
    if (!text && text.error().kind != ErrorKind::not_found) return std::move(text).error();
    if (text) {
      const std::string_view whole_lines{text->data(), text->rfind('\n') + 1};
      for (const auto line : split(whole_lines, '\n')) {
        auto entry = from_line(line);
        if (entry) entries_.push_back(std::move(*entry));
      }
    }
    // What is of the future was written before the clock was set back.
    if (is_set(now)) {
      for (auto& entry : entries_) entry.time = std::min(entry.time, now);
    }
    forget_before(now - kKept);
    const std::string kept = text_of_all();
    if (text && *text == kept) return reopen(kept.size());
    return rewrite(kept);
  }

  Status append(const LedgerEntry& entry) override {
    forget_before(entry.time - kKept);
    struct stat facts {};
    const bool gone = !file_ || ::fstat(file_.get(), &facts) != 0 || facts.st_nlink == 0;
    if (gone || size_ > compact_at_) {
      if (auto rewritten = rewrite(text_of_all()); !rewritten) return rewritten;
    }
    if (auto written = write_line(to_line(entry)); !written) return written;
    entries_.push_back(entry);
    return {};
  }

  const std::vector<LedgerEntry>& entries() const override { return entries_; }

 private:
  void forget_before(UtcTime time) {
    // Not one by one: each time moves all the others.
    if (entries_.empty() || entries_[entries_.size() / 8].time >= time) return;
    std::size_t old = 0;
    while (old < entries_.size() && entries_[old].time < time) ++old;
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(old));
  }

  std::string text_of_all() const {
    std::string text;
    for (const auto& entry : entries_) text += to_line(entry);
    return text;
  }

  Status rewrite(const std::string& text) {
    if (auto written = write_file_at(directory_, "ledger", text, 0600, Durability::durable); !written) return written;
    return reopen(text.size());
  }

  Status reopen(std::size_t size) {
    constexpr int flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    file_.reset(uninterrupted([this] { return ::openat(directory_, "ledger", flags); }));
    if (!file_) return system_error("cannot open the ledger", errno);
    size_ = size;
    compact_at_ = std::max(kCompactAt, size * 2);
    return {};
  }

  /// All of the line, or nothing: half a line would swallow the next one.
  Status write_line(const std::string& line) {
    const auto written = uninterrupted([&] { return ::write(file_.get(), line.data(), line.size()); });
    if (written != static_cast<ssize_t>(line.size())) {
      const int error_number = written < 0 ? errno : ENOSPC;
      if (written > 0 && ::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) file_.reset();
      return system_error("cannot write the ledger", error_number);
    }
    size_ += line.size();
    // What is written outlives any death of ours. Only a power cut could lose it: for that, a second's
    // worth of a burst of orders is not worth a disk flush each.
    const auto now = std::chrono::steady_clock::now();
    if (synced_ && now - *synced_ < kSyncInterval) return {};
    synced_ = now;
    if (uninterrupted([this] { return ::fdatasync(file_.get()); }) == 0) return {};
    const int error_number = errno;
    // The kernel holds these bytes for clean now, and never writes them: the next append begins a new file.
    file_.reset();
    return system_error("cannot write the ledger", error_number);
  }

  int directory_;
  UniqueFd file_;
  std::size_t size_ = 0;
  std::size_t compact_at_ = kCompactAt;
  std::optional<std::chrono::steady_clock::time_point> synced_;
  std::vector<LedgerEntry> entries_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> open_ledger(int engine_directory, UtcTime now) {
  auto ledger = std::make_unique<FileLedger>(engine_directory);
  if (auto opened = ledger->open(now); !opened) return std::move(opened).error().with_context("engine/ledger");
  return std::unique_ptr<Ledger>{std::move(ledger)};
}

}  // namespace acme
