// Which files a piece of nginx configuration includes. nginx keeps no such list, and an automatic reload must
// know every file it would read again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acme {

/// The arguments of every `include` directive at any depth, quotes and escapes undone, in order. Text that is
/// no nginx syntax (a Lua block) at worst yields names of files that do not exist.
std::vector<std::string> find_includes(std::string_view configuration);

}  // namespace acme
