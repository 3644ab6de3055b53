// The resolvers of this machine, from /etc/resolv.conf.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/time.hpp"

namespace acme {

/// The addresses of "nameserver" lines, in order, at most 8; what is no address is left out. None: 127.0.0.1, as
/// resolv.conf(5) says.
std::vector<std::string> parse_resolv_conf(std::string_view text);

/// What the file says now: looked at (a stat) every two seconds at most, read again when it was replaced or changed.
/// One that cannot be read leaves what was known before.
class SystemResolvers {
 public:
  SystemResolvers(const Clock& clock, std::string path) : clock_{clock}, path_{std::move(path)} {}
  const std::vector<std::string>& servers();

 private:
  void look();

  const Clock& clock_;
  const std::string path_;
  std::vector<std::string> servers_ = parse_resolv_conf({});
  std::optional<SteadyTime> looked_;
  struct stat seen_ {};
};

}  // namespace acme
