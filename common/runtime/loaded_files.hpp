// LoadedFiles: which files the running configuration was read from, so that an automatic reload
// never activates an edit of the operator's, finished or half-way.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

namespace acme {

class LoadedFiles {
 public:
  /// A configuration file or module, as it is on disk now. A file modified after `load_started` counts as
  /// changed: the server may have read the older text.
  void add(const std::string& path, std::time_t load_started);
  /// An include pattern: a file that begins or ceases to match is a change.
  void add_pattern(const std::string& glob_pattern);

  /// The first thing found changed, as the subject of "... changed on disk"; nullopt: all is as loaded.
  /// Costs one stat per file.
  std::optional<std::string> changed() const;

 private:
  struct Entry {
    std::string path;
    bool readable = false;
    bool modified_while_loading = false;
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t modified_ns = 0;
  };
  struct Pattern {
    std::string pattern;
    std::vector<std::string> matches;
  };
  static Entry look_at(const std::string& path);
  std::vector<Entry> entries_;
  std::vector<Pattern> patterns_;
};

}  // namespace acme
