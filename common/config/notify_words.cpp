#include "common/config/notify_words.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/config/issuer_setters.hpp"
#include "common/config/names.hpp"

namespace acme {

namespace {

using detail::wrong;

/// In the order of the enumerations.
constexpr std::array kKinds{"webhook", "mail", "syslog"};
constexpr std::array kEvents{"failed", "expiring", "revoked", "not-live", "blocked", "recovered", "renewed", "test"};
constexpr std::array kForms{
    "acme_notify webhook URL [secret_file=PATH|secret_env=NAME] [trusted_certificate=FILE] [events=EVENT,...]",
    "acme_notify mail ADDRESS [sendmail=/usr/sbin/sendmail] [from=ADDRESS] [events=EVENT,...]",
    "acme_notify syslog [facility=daemon] [socket=PATH] [format=journald|syslog] [events=EVENT,...]"};
constexpr const char* kAcceptedEvents = "accepted: failed, expiring, revoked, not-live, blocked, recovered, renewed";
constexpr std::array<std::pair<const char*, int>, 18> kFacilities{{
    {"user", 1},
    {"mail", 2},
    {"daemon", 3},
    {"auth", 4},
    {"lpr", 6},
    {"news", 7},
    {"uucp", 8},
    {"cron", 9},
    {"authpriv", 10},
    {"ftp", 11},
    {"local0", 16},
    {"local1", 17},
    {"local2", 18},
    {"local3", 19},
    {"local4", 20},
    {"local5", 21},
    {"local6", 22},
    {"local7", 23},
}};
constexpr std::size_t kLongestAddress = 254;
constexpr std::size_t kLongestPath = 107;  // of a socket (unix(7))

/// RFC 5322 §3.2.3; no quoted strings, which nobody has.
bool is_atom_character(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || std::string_view{"!#$%&'*+-/=?^_`{|}~."}.find(c) != std::string_view::npos;
}

/// "admin@example.com", or "root": a mailbox of this machine. What a program could take for an option is none.
bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  const auto local = text.substr(0, at);
  const bool atoms = std::all_of(local.begin(), local.end(), is_atom_character);
  if (text.size() > kLongestAddress || local.empty() || !atoms || local.front() == '-' || local.front() == '|' ||
      local.front() == '/' || local.front() == '.') {
    return false;
  }
  if (at == std::string_view::npos) return true;
  const auto domain = parse_name(text.substr(at + 1));
  return domain && domain->type == IdentifierType::dns && !domain->wildcard() &&
         domain->value == to_lower(text.substr(at + 1));
}

/// "https://host:port" of what may hold a token behind that.
std::string place_of(std::string_view url) {
  const auto scheme = url.find("://");
  const auto path = url.find_first_of("/?#", scheme == std::string_view::npos ? 0 : scheme + 3);
  const auto user = url.find('@');
  return user < path ? std::string{"a URL with a password"} : cleaned(url.substr(0, path), 100);
}

class Parser {
 public:
  Parser(NotifyKind kind, const DirectiveContext& context) : context_{context} {
    out_.kind = kind;
    out_.where = context.where;
  }

  Result<NotifyConfig> run(std::span<const std::string> arguments) {
    Status taken = take_target(arguments);
    if (!taken) return std::move(taken).error();
    for (const auto& argument : arguments) {
      taken = take(argument);
      if (!taken) return std::move(taken).error();
    }
    if (out_.kind == NotifyKind::mail && out_.program.empty()) out_.program = kUsualSendmail;
    if (out_.kind == NotifyKind::syslog && out_.target.empty()) out_.target = "daemon";
    if (!out_.socket.empty() && out_.form == SyslogForm::any) out_.form = SyslogForm::syslog;
    return std::move(out_);
  }

 private:
  const char* form() const { return kForms[static_cast<std::size_t>(out_.kind)]; }

  Status take_target(std::span<const std::string>& arguments) {
    if (out_.kind == NotifyKind::syslog) return {};
    if (arguments.empty()) return wrong("it is not said who is to be told", form());
    const std::string& target = arguments.front();
    if (out_.kind == NotifyKind::webhook && !acceptable_url(target, true)) {
      return wrong(cat(place_of(target), " cannot be used"), "an https URL; http to this machine itself only");
    }
    if (out_.kind == NotifyKind::mail && !is_mail_address(target)) {
      return wrong(cat("bad address \"", cleaned(target, 200), "\""), "one mail address: admin@example.com");
    }
    out_.target = target;
    arguments = arguments.subspan(1);
    return {};
  }

  Status take(const std::string& argument) {
    const auto equals = argument.find('=');
    const std::string key = argument.substr(0, equals);
    if (equals == std::string::npos) return wrong(cat("\"", cleaned(argument, 80), "\" is not expected"), form());
    if (std::find(given_.begin(), given_.end(), key) != given_.end())
      return wrong(cat(key, "= is given twice"), form());
    given_.push_back(key);
    const std::string value = argument.substr(equals + 1);
    if (value.empty()) return wrong(cat(cleaned(key, 80), "= has no value"), form());
    if (key == "events") return take_events(value);
    switch (out_.kind) {
      case NotifyKind::webhook: return take_of_webhook(key, value);
      case NotifyKind::mail: return take_of_mail(key, value);
      case NotifyKind::syslog: return take_of_syslog(key, value);
    }
    return unknown(key);
  }

  Status unknown(const std::string& key) const {
    return wrong(cat("unknown parameter \"", cleaned(key, 80), "=\""), form());
  }

  Status take_events(std::string_view value) {
    for (const auto word : split(value, ',')) {
      const auto event = parse_notice_event(word);
      if (!event || *event == NoticeEvent::test) {
        return wrong(cat("unknown event \"", cleaned(word, 80), "\""), kAcceptedEvents);
      }
      if (std::find(out_.events.begin(), out_.events.end(), *event) != out_.events.end()) {
        return wrong(cat("event \"", word, "\" is named twice"), kAcceptedEvents);
      }
      out_.events.push_back(*event);
    }
    return {};
  }

  Status take_of_webhook(const std::string& key, const std::string& value) {
    if (key == "secret_file" || key == "secret_env") return take_secret(key == "secret_file", value);
    // What was written is the secret itself, so it is not shown.
    if (key == "secret")
      return wrong("secret= would put a secret into the configuration", "secret_file= or secret_env=");
    if (key != "trusted_certificate") return unknown(key);
    out_.trusted = detail::path_of(value, context_);
    return context_.check_roots ? context_.check_roots(out_.trusted) : Status{};
  }

  Status take_secret(bool is_file, const std::string& from) {
    if (!out_.secret.empty()) return wrong("the secret is given twice", "one of secret_file= and secret_env=");
    const auto& read = is_file ? context_.read_file : context_.read_environment;
    if (!read) return {};
    auto secret = read(is_file ? detail::path_of(from, context_) : from);
    if (!secret) return std::move(secret).error().with_context("secret");
    const std::string_view whole = secret->view();
    const auto value = whole.substr(0, whole.find_last_not_of("\r\n") + 1);
    if (value.empty()) return wrong(cat("secret_", is_file ? "file=" : "env=", cleaned(from, 200), " is empty"));
    out_.secret = Secret{value};
    return {};
  }

  Status take_of_mail(const std::string& key, const std::string& value) {
    if (key == "sendmail") {
      if (!value.starts_with('/')) return wrong(cat("\"", cleaned(value, 200), "\" is no absolute path"), form());
      out_.program = value;
      return {};
    }
    if (key != "from") return unknown(key);
    if (!is_mail_address(value)) return wrong(cat("bad sender \"", cleaned(value, 200), "\""), "one mail address");
    out_.from = value;
    return {};
  }

  Status take_of_syslog(const std::string& key, const std::string& value) {
    if (key == "facility") {
      if (!syslog_facility(value)) {
        return wrong(cat("unknown facility \"", cleaned(value, 80), "\""),
                     "daemon, user, mail, auth, authpriv, cron, local0 to local7, ...");
      }
      out_.target = value;
      return {};
    }
    if (key == "format") {
      if (value != "journald" && value != "syslog") {
        return wrong(cat("unknown format \"", cleaned(value, 80), "\""), "accepted: journald, syslog");
      }
      out_.form = value == "syslog" ? SyslogForm::syslog : SyslogForm::journald;
      return {};
    }
    if (key != "socket") return unknown(key);
    if (!value.starts_with('/') || value.size() > kLongestPath) {
      return wrong(cat("\"", cleaned(value, 200), "\" is no path of a socket"),
                   cat("an absolute path of at most ", kLongestPath, " bytes"));
    }
    out_.socket = value;
    return {};
  }

  const DirectiveContext& context_;
  NotifyConfig out_;
  std::vector<std::string> given_;
};

}  // namespace

Result<NotifyConfig> parse_notify_directive(const std::vector<std::string>& arguments,
                                            const DirectiveContext& context) {
  const std::string_view word = arguments.empty() ? "" : std::string_view{arguments.front()};
  const auto* const kind = std::find(kKinds.begin(), kKinds.end(), word);
  if (kind == kKinds.end()) {
    return wrong(cat("unknown kind of receiver \"", cleaned(word, 80), "\""), "accepted: webhook, mail, syslog");
  }
  return Parser{static_cast<NotifyKind>(kind - kKinds.begin()), context}.run(std::span{arguments}.subspan(1));
}

const char* notify_kind_name(NotifyKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

const char* notice_event_name(NoticeEvent event) { return kEvents[static_cast<std::size_t>(event)]; }

std::optional<NoticeEvent> parse_notice_event(std::string_view name) {
  const auto* const found = std::find(kEvents.begin(), kEvents.end(), name);
  if (found == kEvents.end()) return std::nullopt;
  return static_cast<NoticeEvent>(found - kEvents.begin());
}

std::optional<int> syslog_facility(std::string_view name) {
  for (const auto& [known, number] : kFacilities) {
    if (name == known) return number;
  }
  return std::nullopt;
}

}  // namespace acme
