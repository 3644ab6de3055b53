// Who holds a TCP port: /proc/net/tcp has the sockets, /proc/PID/fd whose they are, as far as this user may look.
#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <sstream>

#include "common/base/text.hpp"
#include "common/preflight/server_facts.hpp"

namespace acme {

namespace {

constexpr const char* kListening = "0A";
constexpr std::size_t kMostLooked = 20000;

std::vector<std::string> names_in(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> opened{::opendir(folder.c_str()), ::closedir};
  std::vector<std::string> names;
  while (opened) {
    const dirent* entry = ::readdir(opened.get());
    if (entry == nullptr || names.size() >= kMostLooked) break;
    names.emplace_back(entry->d_name);
  }
  return names;
}

/// "socket:[INODE]" of those that listen on the port.
std::vector<std::string> sockets_on(int port) {
  constexpr const char* kHex = "0123456789ABCDEF";
  std::string wanted = ":0000";
  for (int i = 0, left = port; i < 4; ++i, left /= 16) wanted[static_cast<std::size_t>(4 - i)] = kHex[left % 16];
  std::vector<std::string> sockets;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file{table};
    for (std::string line; std::getline(file, line);) {
      std::istringstream fields{line};
      std::string number, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
      fields >> number >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode;
      if (local.ends_with(wanted) && state == kListening) sockets.push_back(cat("socket:[", inode, "]"));
    }
  }
  return sockets;
}

bool holds(const std::string& process, const std::vector<std::string>& sockets) {
  const std::string folder = cat("/proc/", process, "/fd");
  for (const auto& name : names_in(folder)) {
    std::array<char, 64> target{};
    const ssize_t length = ::readlink(cat(folder, "/", name).c_str(), target.data(), target.size());
    if (length <= 0) continue;
    const std::string link{target.data(), static_cast<std::size_t>(length)};
    if (std::find(sockets.begin(), sockets.end(), link) != sockets.end()) return true;
  }
  return false;
}

}  // namespace

std::string port_holder(int port) {
  const auto sockets = sockets_on(port);
  if (sockets.empty()) return {};
  for (const auto& process : names_in("/proc")) {
    if (!parse_number(process) || !holds(process, sockets)) continue;
    std::ifstream file{cat("/proc/", process, "/comm")};
    std::string name;
    std::getline(file, name);
    return cat(cleaned(name, 40), " (process ", process, ")");
  }
  return "another program";
}

}  // namespace acme
