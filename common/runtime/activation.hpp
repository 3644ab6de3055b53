// Activation: the proof that what was installed is what clients get.
//
// The engine connects to the server's own listeners as a client does, and compares the leaf that it is shown with the
// one that is stored: after an installation soon and a few times, then daily; all certificates once after the engine's
// beginning, few at any time.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/base/time.hpp"
#include "common/report/standing.hpp"

namespace acme {

/// What was seen of one certificate.
struct Served {
  ServedState state = ServedState::unknown;
  std::string detail;              // which other one is served, where, and why; or why there is no connection
  std::optional<UtcTime> checked;  // the last look
};

class Activation {
 public:
  Activation() = default;
  Activation(const Activation&) = delete;
  Activation& operator=(const Activation&) = delete;

  /// nullptr: not looked at yet. Valid until the next look.
  const Served* of(const std::string& certificate_id) const {
    const auto found = served_.find(certificate_id);
    return found == served_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Served> served_;
};

}  // namespace acme
