// IndexReader: engine/status/index as a serving process reads it: a part at a time, each part checked and, when it was
// being written at that moment, read again.
#pragma once

#include <functional>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"
#include "common/report/status_index.hpp"

namespace acme {

class IndexReader {
 public:
  /// ErrorKind::not_found: nothing was written yet; malformed: damaged or of another version; io, permission. What was
  /// opened stays readable when another index takes its place.
  static Result<IndexReader> open(int status_directory);

  const IndexHeader& header() const noexcept { return header_; }
  /// In the order of the names. ErrorKind::malformed, io.
  Result<std::vector<IndexSlot>> slots() const;
  Result<CertificateSummary> entry(std::size_t index) const;
  /// All, in order, in little memory.
  Status each(const std::function<void(std::size_t, const CertificateSummary&)>& visit) const;

 private:
  IndexReader(UniqueFd file, const IndexHeader& header) : file_{std::move(file)}, header_{header} {}

  UniqueFd file_;
  IndexHeader header_;
};

}  // namespace acme
