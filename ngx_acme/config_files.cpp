#include "ngx_acme/config_files.hpp"

#include <dlfcn.h>
#include <glob.h>

#include <fstream>
#include <iterator>
#include <set>
#include <vector>

#include "common/base/text.hpp"
#include "ngx_acme/include_scan.hpp"

namespace acme {

namespace {

std::vector<std::string> files_matching(const std::string& pattern) {
  std::vector<std::string> files;
  glob_t matches{};
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &matches) == 0) {
    for (std::size_t i = 0; i < matches.gl_pathc; ++i) files.emplace_back(matches.gl_pathv[i]);
  }
  ::globfree(&matches);
  return files;
}

std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::set<std::string> module_files(const ngx_cycle_t* cycle) {
  std::set<std::string> files;
  Dl_info program{};
  ::dladdr(&ngx_core_module, &program);
  for (std::size_t i = 0; i < cycle->modules_n; ++i) {
    Dl_info info{};
    if (::dladdr(cycle->modules[i], &info) == 0 || info.dli_fbase == program.dli_fbase) continue;
    files.insert(info.dli_fname);
  }
  return files;
}

}  // namespace

LoadedFiles scan_config_files(const ngx_cycle_t* cycle) {
  LoadedFiles files;
  // nginx's clock stands still while it reads the configuration: this is when it began.
  const std::time_t started = ngx_time();
  std::set<std::string> seen;
  std::vector<std::string> waiting{text(cycle->conf_file)};
  while (!waiting.empty()) {
    const std::string path = std::move(waiting.back());
    waiting.pop_back();
    if (!seen.insert(path).second) continue;
    files.add(path, started);
    for (std::string include : find_includes(content_of(path))) {
      if (!include.starts_with('/')) include.insert(0, view(cycle->conf_prefix));
      if (include.find_first_of("*?[") == std::string::npos) {
        waiting.push_back(include);
        continue;
      }
      files.add_pattern(include);
      for (auto& match : files_matching(include)) waiting.push_back(std::move(match));
    }
  }
  for (const auto& module : module_files(cycle)) files.add(module, started);
  return files;
}

}  // namespace acme
