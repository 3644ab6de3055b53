// Attempt: one try at a certificate, step by step, as an operator wants to read it afterwards or watch it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/time.hpp"

namespace acme {

/// "account", "order", "challenge", "validation", "finalize", "issuance", "download", "install", ...: what it was is
/// for people; `detail` may hold a CA's words.
struct AttemptStep {
  std::string what;
  UtcTime begun;
  std::optional<std::chrono::milliseconds> took;  // nullopt: it is not over
  bool failed = false;
  std::string detail;

  bool operator==(const AttemptStep&) const = default;
};

enum class NameStage : std::uint8_t { waiting, prepared, validating, valid, failed };
inline constexpr std::size_t kNameStages = 5;
/// "waiting", "prepared", "validating", "valid", "failed".
const char* name_stage_name(NameStage stage);

struct NameProgress {
  std::string name;
  NameStage stage = NameStage::waiting;
  std::string challenge;  // "http-01"; empty: not chosen yet, or not needed
  std::string detail;     // of a failure, may hold a CA's words

  bool operator==(const NameProgress&) const = default;
};

struct Attempt {
  UtcTime begun;
  std::optional<std::chrono::milliseconds> took;  // nullopt: it is under way
  bool succeeded = false;
  std::string issuer;
  std::string reason;  // why it was tried now
  std::vector<AttemptStep> steps;
  std::vector<NameProgress> names;

  bool operator==(const Attempt&) const = default;
};

}  // namespace acme
