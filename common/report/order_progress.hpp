// OrderProgress: who is told how an attempt gets on, while it does. Client and runtime tell, the report keeps.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "common/report/attempt.hpp"

namespace acme {

class OrderProgress {
 public:
  virtual ~OrderProgress() = default;
  /// A step begins; the one before is over, and went well.
  virtual void step(const std::string& what, const std::string& detail = {}) = 0;
  /// How far one of the names is.
  virtual void name(const std::string& name, NameStage stage, const std::string& challenge = {},
                    const std::string& detail = {}) = 0;
};

}  // namespace acme
