#include "common/config/dns_provider_words.hpp"

#include <algorithm>

#include "common/base/server_address.hpp"
#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/config/issuer_setters.hpp"
#include "common/config/names.hpp"
#include "common/config/values.hpp"

namespace acme {

namespace {

using detail::wrong;

constexpr std::string_view kCommonSettings =
    "zone=, ttl=, check=, check_servers=, propagation_delay=, propagation_timeout=";
constexpr Seconds kLongestTtl = std::chrono::days{1};
constexpr Seconds kLongestWait = std::chrono::hours{6};
constexpr Seconds kLongestRun = std::chrono::hours{1};

std::span<const DnsProviderSetting> settings_of(const DnsProviderWords& words) {
  const auto* end = std::find_if(std::begin(words.settings), std::end(words.settings),
                                 [](const DnsProviderSetting& setting) { return setting.name == nullptr; });
  return {std::begin(words.settings), end};
}

std::string known_providers() {
  std::string names;
  for (const auto& words : dns_provider_words()) names += cat(names.empty() ? "" : ", ", words.name);
  return names;
}

/// "server=, key_file=|key_env=, ..."
std::string accepted_by(const DnsProviderWords& words) {
  std::string text;
  for (const auto& setting : settings_of(words)) {
    text += setting.is_secret() ? cat(setting.name, "_file=|", setting.name, "_env=, ") : cat(setting.name, "=, ");
  }
  return cat(text, kCommonSettings);
}

const DnsProviderWords* find_provider(std::string_view name) {
  for (const auto& words : dns_provider_words()) {
    if (name == words.name) return &words;
  }
  return nullptr;
}

/// "key" of "key=value"; empty: it has not that form, so it is an argument of the program.
std::string_view key_of(std::string_view argument) {
  const auto end = argument.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_");
  return end != std::string_view::npos && argument[end] == '=' ? argument.substr(0, end) : std::string_view{};
}

/// "ns.example.org" or "ns.example.org:5353".
bool is_host(std::string_view text) {
  const auto colon = text.find(':');
  const auto name = parse_name(text.substr(0, colon));
  const auto port = colon == std::string_view::npos ? 53 : parse_number(text.substr(colon + 1)).value_or(0);
  return name && name->type == IdentifierType::dns && !name->wildcard() && port > 0 && port < 65536;
}

class Parser {
 public:
  Parser(const DnsProviderWords& words, const DirectiveContext& context) : words_{words}, context_{context} {
    out_.where = context.where;
    out_.name = words.name;
  }

  Result<DnsProviderConfig> run(std::span<const std::string> arguments) {
    for (const auto& argument : arguments) {
      Status taken = take(argument);
      if (!taken) return std::move(taken).error();
    }
    if (words_.takes_program && out_.argv.empty()) {
      return wrong("no program is named", cat("dns_provider ", words_.name, " /absolute/program [ARG ...]"));
    }
    for (const auto& setting : settings_of(words_)) {
      if (!setting.is_required() || given(setting.name)) continue;
      return wrong(cat(setting.name, setting.is_secret() ? "_file= or " : "=",
                       setting.is_secret() ? cat(setting.name, "_env=") : "", " is missing"),
                   cat("accepted: ", accepted_by(words_)));
    }
    if (Status checked = check(); !checked) return std::move(checked).error();
    return std::move(out_);
  }

 private:
  Status take(const std::string& argument) {
    const auto key = key_of(argument);
    const auto value = std::string_view{argument}.substr(std::min(key.size() + 1, argument.size()));
    if (key.empty()) return take_program(argument);
    if (given(key)) return wrong(cat(key, "= is given twice"), "each setting once");
    given_.emplace_back(key);
    if (value.empty()) return wrong(cat(key, "= has no value"), "");
    bool known = false;
    Status taken = take_common(key, value, known);
    if (!known) taken = take_own(key, value);
    return taken;
  }

  Status take_program(const std::string& argument) {
    if (!words_.takes_program) {
      return wrong(cat("\"", cleaned(argument, 80), "\" is no key=value"), cat("accepted: ", accepted_by(words_)));
    }
    if (out_.argv.empty() && !argument.starts_with('/')) {
      return wrong(cat("\"", cleaned(argument, 200), "\" is no absolute path of a program"),
                   cat("dns_provider ", words_.name, " /absolute/program [ARG ...]"));
    }
    out_.argv.push_back(argument);
    return {};
  }

  Status take_zones(std::string_view value) {
    for (const auto piece : split(value, ',')) {
      auto name = parse_name(piece);
      if (!name) return std::move(name).error().with_context("zone");
      if (name->type != IdentifierType::dns || name->wildcard()) {
        return wrong(cat("zone \"", cleaned(piece, 80), "\" is no name of a zone"), "zone=example.com[,example.org]");
      }
      out_.zones.push_back(name->value);
    }
    return {};
  }

  Status take_check(std::string_view value) {
    if (value == "authoritative") return out_.check = DnsCheck::authoritative, Status{};
    if (value == "resolvers") return out_.check = DnsCheck::resolvers, Status{};
    if (value == "off") return out_.check = DnsCheck::off, Status{};
    return wrong(cat("unknown check \"", cleaned(value, 80), "\""), "accepted: authoritative, resolvers, off");
  }

  Status take_time(std::string_view key, std::string_view value, Seconds shortest, Seconds longest, Seconds& out) {
    auto time = parse_time(value);
    if (!time) return std::move(time).error().with_context(std::string{key});
    if (*time < shortest || *time > longest) {
      return wrong(cat("bad ", key, " \"", cleaned(value, 80), "\""),
                   cat(format_duration(shortest), " to ", format_duration(longest)));
    }
    out = *time;
    return {};
  }

  /// What every provider takes.
  Status take_common(std::string_view key, std::string_view value, bool& known) {
    known = true;
    if (key == "zone") return take_zones(value);
    if (key == "check") return take_check(value);
    if (key == "propagation_delay") return take_time(key, value, Seconds{0}, kLongestWait, out_.propagation_delay);
    if (key == "propagation_timeout") return take_time(key, value, Seconds{1}, kLongestWait, out_.propagation_timeout);
    if (key == "check_servers") {
      const auto pieces = split(value, ',');
      auto servers = parse_server_addresses(pieces);
      if (!servers) return std::move(servers).error().with_context("check_servers");
      out_.check_servers = *std::move(servers);
      return {};
    }
    if (key == "ttl") {
      Seconds ttl{0};
      Status taken = take_time(key, value, Seconds{1}, kLongestTtl, ttl);
      if (taken) out_.ttl = static_cast<std::uint32_t>(ttl.count());
      return taken;
    }
    known = false;
    return {};
  }

  Status take_own(std::string_view key, std::string_view value) {
    for (const auto& setting : settings_of(words_)) {
      const std::string_view name = setting.name;
      if (!setting.is_secret() && key == name) return take_setting(setting, value);
      if (!setting.is_secret() || !key.starts_with(name)) continue;
      const auto rest = key.substr(name.size());
      if (rest.empty()) {
        // What was written is the secret itself perhaps, so it is not shown.
        return wrong(cat(name, "= would put a secret into the configuration"),
                     cat(name, "_file=PATH or ", name, "_env=VARIABLE instead"));
      }
      if (rest == "_file" || rest == "_env") return take_secret(std::string{name}, rest == "_file", std::string{value});
    }
    return wrong(cat("unknown setting \"", cleaned(key, 80), "=\" of ", words_.name),
                 cat("accepted: ", accepted_by(words_)));
  }

  Status take_setting(const DnsProviderSetting& setting, std::string_view value) {
    const std::string_view form = setting.form == nullptr ? "" : setting.form;
    const auto refuse = [&](std::string accepted) {
      return wrong(cat("bad ", setting.name, " \"", cleaned(value, 200), "\""), std::move(accepted));
    };
    if (value != cleaned(value, 1000)) return refuse("printable text of at most 1000 bytes");
    if (form == "ADDRESS") {
      if (!parse_server_address(value)) return refuse("an IP address, with :PORT or without");
    } else if (form == "HOST") {
      if (!parse_server_address(value) && !is_host(value))
        return refuse("an IP address or a host name, with :PORT or without");
    } else if (form == "URL") {
      if (!acceptable_url(value, true)) return refuse("an https URL: https://host[:port]/path");
    } else if (form == "PATH") {
      if (!value.starts_with('/')) return refuse("an absolute path");
    } else if (form == "TIME") {
      const auto time = parse_time(value);
      if (!time || *time < Seconds{1} || *time > kLongestRun) return refuse("1s to 1h");
    } else if (!form.empty()) {
      const auto allowed = split(form, '|');
      if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) return refuse(cat("one of ", form));
    }
    const std::string stored = out_.settings.emplace(setting.name, value).first->second;
    if (std::string_view{setting.name} == "ca_file" && context_.check_roots) return context_.check_roots(stored);
    return {};
  }

  Status take_secret(const std::string& name, bool is_file, const std::string& from) {
    if (out_.secrets.contains(name)) return wrong(cat(name, " is given twice"), "one of _file= and _env=");
    const auto& read = is_file ? context_.read_file : context_.read_environment;
    auto secret = read ? read(is_file ? detail::path_of(from, context_) : from) : Secret{};
    if (!secret) return std::move(secret).error().with_context(name);
    std::string_view value = secret->view();
    value = value.substr(0, value.find_last_not_of("\r\n") + 1);
    if (value.empty() && read) return wrong(cat(name, is_file ? "_file=" : "_env=", from, " is empty"), "");
    given_.push_back(name);
    out_.secrets.emplace(name, Secret{value});
    return {};
  }

  bool given(std::string_view key) const { return std::find(given_.begin(), given_.end(), key) != given_.end(); }

  Status check() const {
    if (!out_.check_servers.empty() && out_.check != DnsCheck::authoritative) {
      return wrong("check_servers= says whom check=authoritative asks", "leave check_servers= or check= out");
    }
    if (out_.check == DnsCheck::off && given("propagation_timeout")) {
      return wrong("propagation_timeout= without a check: nothing is waited for",
                   "propagation_delay= says how long to wait with check=off");
    }
    return {};
  }

  const DnsProviderWords& words_;
  const DirectiveContext& context_;
  DnsProviderConfig out_;
  std::vector<std::string> given_;
};

bool is_within(std::string_view name, std::string_view zone) {
  return name == zone ||
         (name.size() > zone.size() && name.ends_with(zone) && name[name.size() - zone.size() - 1] == '.');
}

}  // namespace

Result<DnsProviderConfig> parse_dns_provider(const std::vector<std::string>& arguments,
                                             const DirectiveContext& context) {
  const std::string_view name = arguments.empty() ? "" : std::string_view{arguments.front()};
  const auto* words = find_provider(name);
  if (!words) return wrong(cat("unknown DNS provider \"", cleaned(name, 80), "\""), cat("known: ", known_providers()));
  return Parser{*words, context}.run(std::span{arguments}.subspan(1));
}

const DnsProviderConfig* dns_provider_for(std::span<const DnsProviderConfig> providers, std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  const DnsProviderConfig* best = nullptr;
  std::size_t longest = 0;
  for (const auto& provider : providers) {
    if (provider.zones.empty() && best == nullptr) best = &provider;
    for (const auto& zone : provider.zones) {
      if (zone.size() <= longest || !is_within(name, zone)) continue;
      longest = zone.size();
      best = &provider;
    }
  }
  return best;
}

}  // namespace acme
