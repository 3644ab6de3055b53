#include "common/report/attempt.hpp"

#include <array>

namespace acme {

const char* name_stage_name(NameStage stage) {
  static constexpr std::array<const char*, kNameStages> kNames{"waiting", "prepared", "validating", "valid", "failed"};
  return kNames[static_cast<std::size_t>(stage)];
}

}  // namespace acme
