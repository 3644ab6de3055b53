#include "common/dns_provider/acme_dns_registrations.hpp"

#include <algorithm>

#include "common/base/secret_text.hpp"
#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"

namespace acme {

namespace {

constexpr std::size_t kLongestMember = 300;

/// So many registrations are below the size of a record and of what is read as JSON.
constexpr std::size_t kMost = 2000;

/// Goes into a header, a JSON text and a message.
bool is_plain(std::string_view text) {
  const auto fits = [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; };
  return !text.empty() && text.size() <= kLongestMember && std::all_of(text.begin(), text.end(), fits);
}

std::string record_name_of(const std::string& server) {
  const auto hash = sha256(server);
  return hash ? cat("acme-dns.", to_hex(*hash).substr(0, 16)) : std::string{"acme-dns"};
}

}  // namespace

std::optional<AcmeDnsRegistration> parse_acme_dns_registration(const Json& json) {
  const auto text = [&](const char* key) { return json[key].string().value_or(""); };
  std::string password = text("password");
  const CleansedAtEnd cleansed{password};
  std::string domain = to_lower(text("fulldomain"));
  if (domain.ends_with('.')) domain.pop_back();
  AcmeDnsRegistration made{text("name"), text("subdomain"), std::move(domain), text("username"), Secret{password}};
  const bool good =
      is_plain(made.subdomain) && is_plain(made.full_domain) && is_plain(made.username) && is_plain(password);
  if (!good) return std::nullopt;
  return made;
}

AcmeDnsRegistrations::AcmeDnsRegistrations(const std::string& server, DnsProviderTools tools)
    : tools_{std::move(tools)}, record_name_{record_name_of(server)} {}

Status AcmeDnsRegistrations::load() {
  if (loaded_) return {};
  auto record = tools_.load_record(record_name_);
  if (!record) return std::move(record).error();
  if (record->has_value()) {
    const auto json = Json::parse((*record)->view());
    if (!json) return Error{json.error()}.with_context(cat("the registrations in ", record_name_));
    for (const auto& item : (*json)["registrations"].items()) {
      auto registration = parse_acme_dns_registration(item);
      if (registration && !registration->name.empty()) all_.push_back(*std::move(registration));
    }
  }
  loaded_ = true;
  return {};
}

Result<const AcmeDnsRegistration*> AcmeDnsRegistrations::find(const std::string& name) {
  auto loaded = load();
  if (!loaded) return std::move(loaded).error();
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.name == name; });
  return found == all_.end() ? nullptr : &*found;
}

Result<const AcmeDnsRegistration*> AcmeDnsRegistrations::add(AcmeDnsRegistration registration) {
  auto loaded = load();
  if (!loaded) return std::move(loaded).error();
  if (all_.size() >= kMost) return Error{ErrorKind::configuration, cat("more than ", kMost, " names at one server")};
  all_.push_back(std::move(registration));
  auto saved = tools_.save_record(record_name_, text());
  if (saved) return &all_.back();
  all_.pop_back();
  return std::move(saved).error();
}

Secret AcmeDnsRegistrations::text() const {
  JsonBuilder list = JsonBuilder::array();
  for (const auto& registration : all_) {
    JsonBuilder item = JsonBuilder::object();
    item.set("name", registration.name);
    item.set("subdomain", registration.subdomain);
    item.set("fulldomain", registration.full_domain);
    item.set("username", registration.username);
    item.set("password", registration.password.view());
    list.add(std::move(item));
  }
  JsonBuilder json = JsonBuilder::object();
  json.set("registrations", std::move(list));
  return Secret{json.text()};
}

}  // namespace acme
