// The serving side of challenge_board.hpp.
#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <ctime>
#include <mutex>
#include <shared_mutex>

#include "common/base/guard.hpp"
#include "common/base/unique_fd.hpp"
#include "common/challenge/challenge_board.hpp"
#include "common/store/file_io.hpp"

namespace acme {

namespace {

constexpr std::int64_t kOpenIntervalMs = 10;
constexpr std::int64_t kPathIntervalMs = 5000;

/// Coarse is enough here, and needs no system call.
std::int64_t now_ms() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

}  // namespace

struct ChallengeReader::State {
  explicit State(std::string path) : state_path{std::move(path)} {}

  const std::string state_path;
  std::shared_mutex mutex;
  UniqueFd file;
  off_t seen_size = 0;      // of the file when it was last read
  std::size_t applied = 0;  // bytes of complete lines in `live`
  detail::LiveChallenges live;
  std::int64_t next_look_ms = 0;  // at the path; 0: at once

  std::optional<std::string> look_up(std::string_view key) const {
    const auto found = live.find(key);
    if (found == live.end()) return std::nullopt;
    return found->second;
  }

  bool is_current() const {
    struct stat facts {};
    return ::fstat(file.get(), &facts) == 0 && facts.st_nlink > 0 && facts.st_size == seen_size;
  }

  void forget(std::int64_t now) {
    next_look_ms = now + kOpenIntervalMs;
    file.reset();
    live.clear();
    seen_size = 0;
    applied = 0;
  }

  Result<UniqueFd> open_at_path() const {
    auto directory = open_directory(state_path);
    if (!directory) return directory;
    return open_file_at(directory->get(), "engine/challenges");
  }

  /// Has the file at the path become ours? Called when ours was replaced, is not there, or may have moved away.
  void look_at_path(std::int64_t now) {
    auto opened = open_at_path();
    struct stat held {};
    struct stat named {};
    if (opened && file && ::fstat(file.get(), &held) == 0 && ::fstat(opened->get(), &named) == 0 &&
        held.st_dev == named.st_dev && held.st_ino == named.st_ino) {
      next_look_ms = now + kPathIntervalMs;
      return;
    }
    forget(now);
    if (!opened) return;
    file = std::move(*opened);
    next_look_ms = now + kPathIntervalMs;
  }

  /// Takes in what was appended since.
  void read_on(std::int64_t now) {
    std::string text;
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0 || facts.st_size < static_cast<off_t>(applied)) return forget(now);
    if (facts.st_size > static_cast<off_t>(detail::kLongestChallenges)) return forget(now);
    text.resize(static_cast<std::size_t>(facts.st_size) - applied);
    std::size_t filled = 0;
    while (filled < text.size()) {
      const auto got =
          ::pread(file.get(), text.data() + filled, text.size() - filled, static_cast<off_t>(applied + filled));
      if (got <= 0) break;
      filled += static_cast<std::size_t>(got);
    }
    text.resize(filled);
    seen_size = static_cast<off_t>(applied + filled);
    if (applied == 0 && text.rfind(detail::kChallengesHeader, 0) != 0) return;
    applied += detail::apply_challenge_lines(text, live);
  }

  void refresh(std::int64_t now) {
    struct stat facts {};
    const bool replaced = file && (::fstat(file.get(), &facts) != 0 || facts.st_nlink == 0);
    if (replaced || now >= next_look_ms) look_at_path(now);
    if (file && !is_current()) read_on(now);
  }
};

ChallengeReader::ChallengeReader(std::string state_path) : state_{std::make_unique<State>(std::move(state_path))} {}
ChallengeReader::~ChallengeReader() = default;

std::optional<std::string> ChallengeReader::find(std::string_view token) noexcept {
  return guard(std::optional<std::string>{}, [&]() -> std::optional<std::string> {
    if (!detail::is_token(token)) return std::nullopt;
    return look_up(token);
  });
}

std::optional<std::string> ChallengeReader::find_tls_alpn(std::string_view name) noexcept {
  return guard(std::optional<std::string>{}, [&]() -> std::optional<std::string> {
    if (!detail::is_alpn_name(name)) return std::nullopt;
    return look_up(detail::alpn_key(name));
  });
}

std::optional<std::string> ChallengeReader::look_up(std::string_view key) {
  const std::int64_t now = now_ms();
  {
    const std::shared_lock lock{state_->mutex};
    if (now < state_->next_look_ms && (!state_->file || state_->is_current())) return state_->look_up(key);
  }
  const std::unique_lock lock{state_->mutex};
  state_->refresh(now);
  return state_->look_up(key);
}

}  // namespace acme
