#include "mod_acme/config_files.hpp"

#include <dlfcn.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "common/base/text.hpp"

namespace acme {

namespace {

constexpr std::size_t kFileLimit = 20'000;  // a loop of includes ends here

bool is_directory(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_regular(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::vector<std::string> matches_of(const std::string& pattern) {
  std::vector<std::string> paths;
  glob_t found = {};
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  }
  ::globfree(&found);
  return paths;
}

class Collector {
 public:
  Collector(LoadedFiles& files, std::time_t load_started) : files_{files}, load_started_{load_started} {
    apr_pool_create(&pool_, nullptr);
  }
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  ~Collector() { apr_pool_destroy(pool_); }

  void add_tree(const ap_directive_t* directive) {
    for (; directive; directive = directive->next) {
      if (directive->filename) add_configuration(directive->filename);
      if (directive->first_child) add_tree(directive->first_child);
    }
  }

  void add_configuration(const std::string& path) {
    // Macros and the command line have names that are no paths.
    if (path.empty() || path.front() != '/' || !is_regular(path)) return;
    if (seen_.size() >= kFileLimit || !seen_.insert(path).second) return;
    files_.add(path, load_started_);
    unsearched_.push_back(path);
  }

  void add_plain(const std::string& path) {
    if (!path.empty() && path.front() == '/' && seen_.insert(path).second) files_.add(path, load_started_);
  }

  void search_includes() {
    while (!unsearched_.empty()) {
      const std::string path = std::move(unsearched_.front());
      unsearched_.pop_front();
      search(path);
    }
  }

 private:
  void search(const std::string& path) {
    ap_configfile_t* file = nullptr;
    if (ap_pcfg_openfile(&file, pool_, path.c_str()) != APR_SUCCESS) return;
    std::array<char, 8192> line{};
    while (ap_cfg_getline(line.data(), line.size(), file) == APR_SUCCESS) {
      const char* rest = line.data();
      const std::string_view word = ap_getword_conf(pool_, &rest);
      if (equals_no_case(word, "Include") || equals_no_case(word, "IncludeOptional")) add_include(rest);
    }
    ap_cfg_closefile(file);
  }

  void add_include(const char* rest) {
    const char* resolved = ap_resolve_env(pool_, rest);
    const char* path = ap_server_root_relative(pool_, ap_getword_conf(pool_, &resolved));
    if (path && *path) add_matches(path);
  }

  void add_matches(const std::string& pattern) {
    if (!patterns_.insert(pattern).second) return;
    files_.add_pattern(pattern);
    for (const auto& match : matches_of(pattern)) {
      if (is_directory(match)) {
        add_matches(match.back() == '/' ? match + "*" : match + "/*");
      } else {
        add_configuration(match);
      }
    }
  }

  LoadedFiles& files_;
  std::time_t load_started_;
  apr_pool_t* pool_ = nullptr;
  std::set<std::string> seen_;
  std::set<std::string> patterns_;
  std::deque<std::string> unsearched_;
};

/// `-f FILE`, or the built-in name: neither need have left a directive in the tree.
std::string main_file(const process_rec* process, apr_pool_t* pool) {
  const char* name = SERVER_CONFIG_FILE;
  for (int i = 1; i + 1 < process->argc; ++i) {
    if (std::string_view{process->argv[i]} == "-f") name = process->argv[i + 1];
  }
  const char* path = ap_server_root_relative(pool, name);
  return path ? path : "";
}

std::string program() {
  std::array<char, PATH_MAX> path{};
  return ::readlink("/proc/self/exe", path.data(), path.size() - 1) > 0 ? path.data() : "";
}

}  // namespace

LoadedFiles loaded_files(const server_rec* main, std::time_t load_started) {
  LoadedFiles files;
  Collector collector{files, load_started};
  collector.add_configuration(main_file(main->process, main->process->pconf));
  collector.add_tree(ap_conftree);
  collector.search_includes();
  for (const module* each = ap_top_module; each; each = each->next) {
    Dl_info info = {};
    if (::dladdr(each, &info) != 0 && info.dli_fname) collector.add_plain(info.dli_fname);
  }
  collector.add_plain(program());
  return files;
}

}  // namespace acme
