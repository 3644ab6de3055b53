#include "common/dns/resolv_conf.hpp"

#include <algorithm>
#include <fstream>

#include "common/base/text.hpp"
#include "common/dns/socket_address.hpp"

namespace acme {

namespace {

constexpr Seconds kLookEvery{2};
constexpr std::size_t kMostServers = 8;
constexpr std::streamsize kMostText = 65536;

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

std::vector<std::string> parse_resolv_conf(std::string_view text) {
  std::vector<std::string> servers;
  for (std::string_view line : split(text, '\n')) {
    constexpr std::string_view kWord = "nameserver";
    line = trim(line.substr(0, line.find_first_of("#;")));
    const bool is_server = line.starts_with(kWord) && line.size() > kWord.size() &&
                           (line[kWord.size()] == ' ' || line[kWord.size()] == '\t');
    if (!is_server || servers.size() >= kMostServers) continue;
    std::string address{trim(line.substr(kWord.size()))};
    if (to_socket_address(address)) servers.push_back(std::move(address));
  }
  if (servers.empty()) servers.emplace_back("127.0.0.1");
  return servers;
}

const std::vector<std::string>& SystemResolvers::servers() {
  const SteadyTime now = clock_.steady_now();
  if (!looked_ || now >= *looked_ + kLookEvery) {
    looked_ = now;
    look();
  }
  return servers_;
}

void SystemResolvers::look() {
  struct stat now {};
  if (::stat(path_.c_str(), &now) != 0 || !S_ISREG(now.st_mode) || same_file(now, seen_)) return;
  std::ifstream file{path_, std::ios::binary};
  std::string text(static_cast<std::size_t>(std::min<std::streamsize>(now.st_size, kMostText)), '\0');
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size()))) return;
  seen_ = now;
  servers_ = parse_resolv_conf(text);
}

}  // namespace acme
