// Selection: which certificates and which issuer an operator means by a name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/control/messages.hpp"
#include "common/runtime/engine.hpp"

namespace acme {

struct Selection {
  std::vector<TendedCertificate*> certificates;
  std::optional<ControlEnd> problem;  // unknown_name, ambiguous_name
};

/// One certificate, in all its key types: by its id (then in that key type alone), its first name, or any name that is
/// in no other. Written in any case, with or without a final dot. Empty: all certificates.
Selection select_certificates(const Engine& engine, const std::string& name);

struct SelectedIssuer {
  IssuerRuntime* issuer = nullptr;
  std::optional<ControlEnd> problem;
};

/// By its name; empty: the only one.
SelectedIssuer select_issuer(const Engine& engine, const Configuration& configuration, const std::string& name);

}  // namespace acme
