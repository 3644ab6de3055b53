// ExchangedFiles: files and folders that directives name, watched by a process that the kernel lets use these very
// ones. Landlock knows files, not names: what is put in the place of one is foreign to it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace acme {

class ExchangedFiles {
 public:
  ExchangedFiles() = default;  // of a process that may use what its user may
  /// What the names lead to now is what they lead to from the beginning. Before the process is confined.
  explicit ExchangedFiles(const std::vector<std::string>& paths);

  /// A name that leads to another folder by now, or to another file, which this process may not read: a new process
  /// might.
  std::optional<std::string> foreign() const;

 private:
  struct Place {
    std::string path;
    dev_t device = 0;
    ino_t number = 0;  // 0: nothing is there
    bool is_folder = false;
  };
  static Place look(const std::string& path);

  std::vector<Place> places_;
};

}  // namespace acme
