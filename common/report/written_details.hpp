// WrittenDetails: what the engine wrote lately of its certificates, so that it reads nothing back of one that changes
// many times in a row, as during an order. A few; whoever is not among them is read from its file.
#pragma once

#include <list>
#include <optional>
#include <string>

#include "common/report/records.hpp"

namespace acme {

class WrittenDetails {
 public:
  /// Is that what was written, and is a file of its size still there? `size`: of the file; nullopt: it is gone.
  bool is(const CertificateDetail& record, const std::optional<std::size_t>& size) const;
  /// Until the next change here; nullptr: not among them.
  const CertificateDetail* find(const std::string& id) const;
  void keep(CertificateDetail record, std::size_t size);
  void forget(const std::string& id);

 private:
  struct Written {
    CertificateDetail record;
    std::size_t size = 0;
  };
  std::list<Written> all_;  // the latest first
};

}  // namespace acme
