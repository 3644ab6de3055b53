// One name of a certificate as its CA would find it: every challenge that may prove it, and its CAA records.
#pragma once

#include <string>
#include <vector>

#include "common/preflight/name_look.hpp"
#include "common/runtime/operations.hpp"

namespace acme {

struct NameToCheck {
  NameToCheck(Identifier n, std::vector<std::string> t) : name{std::move(n)}, types{std::move(t)} {}
  Identifier name;
  std::vector<std::string> types;   // of challenges, in the order they are tried
  IssuerRuntime* issuer = nullptr;  // nullptr: in no configuration; what a CA of the public web would see
  std::vector<std::string> ca_names;
};

/// `from` and what `wanted` points to outlive the task. When a challenge fails and a later one would do, its failure is
/// a warning.
Task<std::vector<Finding>> check_name(const OperationTools& tools, LookedFrom from, NameToCheck wanted);

}  // namespace acme
