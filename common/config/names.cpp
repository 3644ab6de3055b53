#include "common/config/names.hpp"

#include <algorithm>

#include "common/base/idn.hpp"
#include "common/base/ip_address.hpp"
#include "common/base/text.hpp"

namespace acme {

namespace {

Error bad_name(std::string_view text, std::string_view why) {
  return {ErrorKind::configuration, cat("\"", cleaned(text, 260), "\" is no domain name: ", why)};
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Empty when `label` is a label of a host name (RFC 1123 §2.1), else what is wrong.
std::string_view label_fault(std::string_view label) {
  if (label.empty()) return "it has an empty label";
  if (label.size() > 63) return "a label is longer than 63 characters";
  if (label.front() == '-' || label.back() == '-') return "a label begins or ends with a hyphen";
  const bool host_characters =
      std::all_of(label.begin(), label.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; });
  return host_characters ? std::string_view{} : "only letters, digits, hyphens and dots are allowed";
}

std::optional<Identifier> parse_address(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  const auto bytes = parse_ip(text);
  const auto canonical = bytes ? format_ip(*bytes) : std::nullopt;
  if (!canonical) return std::nullopt;
  return Identifier{IdentifierType::ip, *canonical};
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool has_suffix(std::string_view name, std::string_view suffix) {
  return name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix;
}

void add(std::vector<Identifier>& names, Identifier name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

void tell_never_asked_for(const std::vector<std::string>& written, HostNames& names) {
  for (const auto& text : written) {
    if (is_ascii(text)) continue;
    const auto name = parse_name(text);
    if (!name || std::find(written.begin(), written.end(), name->value) != written.end()) continue;
    names.never_asked_for.push_back(cat(cleaned(text, 260), " (clients ask for ", name->value, ")"));
  }
}

/// Why a name of a virtual host stands for no certificate name at all; empty when it may.
std::string_view no_certificate_name(std::string_view text) {
  if (text.empty()) return "an empty name";
  if (text == "_") return "a catch-all";
  if (text.front() == '~') return "a regular expression";
  if (has_suffix(text, ".*")) return "a wildcard at the end";
  return {};
}

}  // namespace

Result<Identifier> parse_name(std::string_view text) {
  std::string name = to_lower(trim(text));
  if (auto address = parse_address(name)) return *std::move(address);
  if (!is_ascii(name)) {
    const bool wildcard = name.starts_with("*.");
    auto ascii = to_ascii_name(wildcard ? name.substr(2) : name);
    if (!ascii) return std::move(ascii).error();
    name = wildcard ? "*." + *ascii : *ascii;
  }
  if (!name.empty() && name.back() == '.') name.pop_back();
  if (name.empty()) return bad_name(text, "it is empty");
  if (name.size() > 253) return bad_name(text, "it is longer than 253 characters");
  std::string_view rest = name;
  if (rest.rfind("*.", 0) == 0) rest.remove_prefix(2);
  if (rest.find('*') != std::string_view::npos) return bad_name(text, "a wildcard is \"*.\" in front of a name");
  const auto labels = split(rest, '.');
  for (const auto label : labels) {
    if (const auto fault = label_fault(label); !fault.empty()) return bad_name(text, fault);
  }
  if (all_digits(labels.back())) return bad_name(text, "the last label is a number");
  return Identifier{IdentifierType::dns, std::move(name)};
}

std::string not_public(const Identifier& name, bool public_ca) {
  if (name.type == IdentifierType::ip) return {};
  const std::string_view text = std::string_view{name.value}.substr(name.wildcard() ? 2 : 0);
  if (text.find('.') == std::string_view::npos) return "a single label";
  for (const std::string_view suffix : {".localhost", ".local", ".internal", ".invalid", ".onion", ".home.arpa"}) {
    if (has_suffix(text, suffix)) return cat("\"", suffix, "\" is reserved");
  }
  if (public_ca && (has_suffix(text, ".test") || has_suffix(text, ".example"))) return "a name for tests";
  return {};
}

HostNames host_names(const std::vector<std::string>& written, bool public_ca,
                     const std::function<bool(const Identifier&)>& wildcards) {
  HostNames result;
  const auto leave_out = [&](std::string_view text, std::string_view why) {
    result.left_out.push_back(cat(cleaned(text, 260), " (", why, ")"));
  };
  const auto take = [&](const std::string& text) {
    auto name = parse_name(text);
    if (!name) return leave_out(text, name.error().message);
    if (name->type == IdentifierType::ip)
      return leave_out(text, "an address: name it in acme_certificate to include it");
    if (const auto why = not_public(*name, public_ca); !why.empty()) return leave_out(text, why);
    add(result.usable, *std::move(name));
  };
  for (const auto& text : written) {
    if (const auto why = no_certificate_name(text); !why.empty()) {
      if (!text.empty() && text != "_") leave_out(text, why);
      continue;
    }
    if (text.front() == '.') {
      const auto wildcard = parse_name("*" + text);
      const bool proved = wildcard && wildcards && wildcards(*wildcard);
      const std::string other = (proved ? "*" : "www") + text;
      if (result.leading_dot.empty()) result.leading_dot = cleaned(cat(text.substr(1), " and ", other), 530);
      take(text.substr(1));
      take(other);
      continue;
    }
    take(text);
  }
  tell_never_asked_for(written, result);
  return result;
}

bool is_certified(const Identifier& name, const std::vector<Identifier>& certified) {
  if (std::find(certified.begin(), certified.end(), name) != certified.end()) return true;
  const auto dot = name.value.find('.');
  if (name.type != IdentifierType::dns || name.wildcard() || dot == std::string::npos) return false;
  const Identifier wildcard{IdentifierType::dns, "*" + name.value.substr(dot)};
  return std::find(certified.begin(), certified.end(), wildcard) != certified.end();
}

std::vector<Identifier> drop_redundant(std::vector<Identifier>& names) {
  std::vector<Identifier> kept;
  std::vector<Identifier> wildcards;
  std::vector<Identifier> dropped;
  for (const auto& name : names) {
    if (name.wildcard()) wildcards.push_back(name);
  }
  for (auto& name : names) (name.wildcard() || !is_certified(name, wildcards) ? kept : dropped).push_back(name);
  names = std::move(kept);
  return dropped;
}

}  // namespace acme
