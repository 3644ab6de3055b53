// Trouble: what is wrong with a certificate at this moment. Whoever looks finds the same again until it ends; who is
// told of it, and how often, is decided in notice_book.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/time.hpp"
#include "common/config/model.hpp"

namespace acme {

/// Of one certificate each may be wrong by itself.
enum class Aspect : std::uint8_t {
  order,       // it cannot be had, or not be renewed
  revocation,  // what is served was revoked
  serving,     // another one is served
  renewal,     // nothing is wrong: it was renewed
};

struct TroubledCertificate {
  std::string id;
  std::string name;  // the first one
  std::string issuer;
  std::uint64_t version = 0;          // 0: there is none
  std::optional<UtcTime> not_before;  // of this version
  std::optional<UtcTime> not_after;
  std::optional<UtcTime> next_try;
  bool live = true;  // as far as is known
};

struct Trouble {
  Aspect aspect = Aspect::order;
  NoticeEvent event = NoticeEvent::failed;  // failed, blocked, revoked, not_live
  TroubledCertificate certificate;
  std::string cause;     // "connection", "dns", "passing": those of one cause at one issuer are told together
  bool passing = false;  // may well end by itself: told when it begins to matter
  Seconds patience{0};   // not told before it has lasted as long
  std::string detail;    // in plain words, with those of the CA
  std::string hint;
  std::uint32_t attempts = 0;  // that failed
};

}  // namespace acme
