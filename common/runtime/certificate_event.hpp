// CertificateEvent: what happened to a certificate, for hooks and whoever else listens to the engine.
#pragma once

#include <cstdint>
#include <string>

#include "common/config/model.hpp"

namespace acme {

struct CertificateEvent {
  HookEvent event = HookEvent::renewed;
  const CertificateConfig* certificate = nullptr;  // outlives the engine's run
  std::uint64_t version = 0;                       // that is current; 0: none
  std::string message;                             // what the log says of it
};

}  // namespace acme
