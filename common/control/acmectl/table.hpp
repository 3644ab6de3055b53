// Table: rows of text in columns as wide as their widest cell.
#pragma once

#include <string>
#include <vector>

namespace acme {

class Table {
 public:
  explicit Table(std::vector<std::string> heading);
  /// One cell for each column; missing ones are empty. Control bytes are replaced, cells are cut at 80 characters.
  void add(std::vector<std::string> cells);
  std::size_t size() const noexcept { return rows_.size() - 1; }
  /// Lines without trailing blanks, the heading first.
  std::vector<std::string> lines() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace acme
