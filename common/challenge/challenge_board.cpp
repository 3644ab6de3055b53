#include "common/challenge/challenge_board.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <ctime>
#include <set>

#include "common/base/text.hpp"
#include "common/base/unique_fd.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

using detail::LiveChallenges;

constexpr const char* kName = "challenges";
constexpr std::size_t kCompactAt = 64 * 1024;
constexpr std::size_t kMostLive = 10000;
constexpr std::time_t kInheritSeconds = 3600;

class FileChallengeBoard final : public ChallengeBoard {
 public:
  explicit FileChallengeBoard(int directory) : directory_{directory} {}

  Status open() {
    inherit();
    return rewrite();
  }

  Status publish(const std::string& token, const std::string& key_authorization) override {
    return put(token, key_authorization);
  }

  void withdraw(const std::string& token) override { take(token); }

  Status publish_tls_alpn(const std::string& name, const std::string& key_authorization) override {
    const std::string key = detail::alpn_key(name);
    const auto before = live_.find(key);
    if (before != live_.end() && before->second != key_authorization && !inherited_.contains(key)) {
      return Error{ErrorKind::internal, cat("another tls-alpn-01 challenge for ", cleaned(name, 100), " is under way")};
    }
    return put(key, key_authorization);
  }

  void withdraw_tls_alpn(const std::string& name) override { take(detail::alpn_key(name)); }

  bool inherits() const override { return !inherited_.empty(); }

  void forget_inherited() override {
    if (!inherited_.empty()) (void)write(take_inherited());
  }

 private:
  Status put(const std::string& key, const std::string& key_authorization) {
    const std::string line = cat(key, " ", key_authorization, "\n");
    LiveChallenges parsed;
    const bool whole = detail::apply_challenge_lines(line, parsed) == line.size();
    if (!whole || parsed != LiveChallenges{{key, key_authorization}}) {
      return Error{ErrorKind::malformed, cat("not a token or name and its key authorization: ", cleaned(line, 100))};
    }
    if (live_.size() >= kMostLive) return Error{ErrorKind::io, cat("more than ", kMostLive, " challenges at once")};
    inherited_.erase(key);
    const auto before = live_.find(key);
    if (before != live_.end() && before->second == key_authorization && is_in_place()) return {};
    live_.insert_or_assign(key, key_authorization);
    auto written = write(line);
    if (!written) live_.erase(key);
    return written;
  }

  void take(const std::string& key) {
    if (live_.erase(key) == 0) return;
    inherited_.erase(key);
    std::string lines = key + "\n";
    if (live_.size() == inherited_.size()) lines += take_inherited();
    // Refused by a full disk: the file is as it was, and the next change replaces it.
    (void)write(lines);
  }

  /// The lines that withdraw it.
  std::string take_inherited() {
    std::string lines;
    for (const auto& key : inherited_) {
      lines += key + "\n";
      live_.erase(key);
    }
    inherited_.clear();
    return lines;
  }

  void inherit() {
    struct stat facts {};
    if (::fstatat(directory_, kName, &facts, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (::time(nullptr) - facts.st_mtime > kInheritSeconds) return;
    const auto text = read_file_at(directory_, kName, detail::kLongestChallenges);
    if (!text || text->rfind(detail::kChallengesHeader, 0) != 0) return;
    (void)detail::apply_challenge_lines(*text, live_);
    for (const auto& [key, authorization] : live_) inherited_.insert(key);
  }

  bool is_in_place() const {
    struct stat facts {};
    return file_ && ::fstat(file_.get(), &facts) == 0 && facts.st_nlink > 0;
  }

  Status write(const std::string& lines) {
    const bool mostly_dead = size_ + lines.size() > kCompactAt && size_ > 4 * live_size();
    if (mostly_dead || !is_in_place()) return rewrite();
    const auto written = ::write(file_.get(), lines.data(), lines.size());
    if (written == static_cast<ssize_t>(lines.size())) return size_ += lines.size(), Status{};
    // Half a line may be there now. Readers ignore it, nothing may follow it: begin a new file.
    const int error_number = written < 0 ? errno : ENOSPC;
    file_.reset();
    if (rewrite()) return {};
    return system_error("cannot write engine/challenges", error_number);
  }

  std::size_t live_size() const {
    std::size_t size = detail::kChallengesHeader.size();
    for (const auto& [key, authorization] : live_) size += key.size() + authorization.size() + 2;
    return size;
  }

  Status rewrite() {
    std::string text{detail::kChallengesHeader};
    for (const auto& [key, authorization] : live_) text += cat(key, " ", authorization, "\n");
    auto written = write_file_at(directory_, kName, text, 0600, Durability::volatile_);
    if (!written) return std::move(written).error().with_context("engine/challenges");
    file_.reset(::openat(directory_, kName, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file_) return system_error("cannot open engine/challenges", errno);
    size_ = text.size();
    return {};
  }

  int directory_;
  UniqueFd file_;
  std::size_t size_ = 0;
  LiveChallenges live_;
  std::set<std::string> inherited_;  // of live_: published by an engine before this one
};

}  // namespace

Result<std::unique_ptr<ChallengeBoard>> open_challenge_board(int engine_directory) {
  auto board = std::make_unique<FileChallengeBoard>(engine_directory);
  if (auto opened = board->open(); !opened) return std::move(opened).error();
  return std::unique_ptr<ChallengeBoard>{std::move(board)};
}

}  // namespace acme
