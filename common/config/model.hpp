// The configuration as the engine sees it: issuers, certificates and which virtual host gets what.
// Pure data. Glue fills a Draft from the server's directives (config/directives.hpp parses each),
// compile() (config/compile.hpp) turns it into a Configuration.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/identifier.hpp"
#include "common/base/secret.hpp"
#include "common/base/time.hpp"
#include "common/config/daily_window.hpp"
#include "common/crypto/digest.hpp"
#include "common/crypto/key.hpp"

namespace acme {

/// When to renew, counted back from expiry.
struct RenewBefore {
  std::optional<Seconds> time;  // "15d", "36h"
  int percent = 0;              // "33%" of the lifetime; 0: not given

  friend bool operator==(const RenewBefore&, const RenewBefore&) = default;
};

struct ExternalAccount {
  std::string kid;
  Secret key;  // the MAC key, decoded
  MacAlgorithm algorithm = MacAlgorithm::hs256;
};

/// Where the record of a DNS challenge is looked for before the CA is asked.
enum class DnsCheck : std::uint8_t { authoritative, resolvers, off };

/// dns_provider NAME [PROGRAM [ARG ...]] [key=value ...]
struct DnsProviderConfig {
  std::string where;
  std::string name;                             // "rfc2136", "cloudflare", "exec": dns_provider_words() lists them
  std::vector<std::string> argv;                // of one that runs a program: that by its absolute path first
  std::map<std::string, std::string> settings;  // what is no secret: "server", "region"
  std::map<std::string, Secret> secrets;        // read from file or environment while the configuration was loaded
  // What every provider takes:
  std::vector<std::string> zones;  // for names at and below these only; empty: for all that no other is for
  std::uint32_t ttl = 60;          // seconds
  DnsCheck check = DnsCheck::authoritative;
  std::vector<std::string> check_servers;  // ADDRESS[:PORT]: asked instead of the zone's own name servers
  Seconds propagation_delay{0};            // before the first look
  Seconds propagation_timeout{120};        // until it is given up
};

struct IssuerConfig {
  std::string name;
  std::string where;                 // "file:line", for messages
  std::string uri;                   // directory URL; filled by compile() for a well-known name
  std::vector<std::string> contact;  // "mailto:admin@example.com"
  bool accept_terms_of_service = false;
  std::optional<ExternalAccount> external_account;
  KeyType account_key_type;
  std::string account_key_file;  // instead of a key of our own
  Secret account_key_pem;        // its content
  std::string ssl_trusted_certificate;
  bool ssl_verify = true;
  std::string state_path;  // absolute; empty: acme_state_path
  std::string preferred_chain;
  std::string profile;
  bool profile_required = false;
  bool common_name_in_csr = false;
  std::vector<std::string> challenges;  // "http-01", in order of preference; empty: the default
  std::vector<KeyType> key_types;       // empty: the default
  std::optional<RenewBefore> renew_before;
  std::vector<std::string> fallback;  // names of other issuers, in order; used after `fallback_after` failures
  std::uint32_t fallback_after = 3;
  std::string proxy;  // URL of an HTTP proxy to the CA; empty: none
  bool must_staple = false;
  bool reuse_key = false;                   // a renewal keeps the key
  std::optional<Seconds> lifetime;          // asked for as notAfter
  std::optional<DailyWindow> renew_window;  // when renewals may run
  std::string staging_uri;                  // where a dry run goes; filled by compile() for a well-known CA
  std::vector<DnsProviderConfig> dns_providers;
  std::vector<std::string> resolvers;  // ADDRESS[:PORT]; empty: the system's
  bool http01_stateless = false;       // http01 stateless: any well-formed token for a managed host is answered
  bool share_wildcard = true;          // a host that another host's wildcard covers orders nothing of its own
  bool check_caa = true;               // CAA records are read before an order
  /// Does an order wait for a look at the names from outside? nullopt: with a public CA only.
  std::optional<bool> preflight;
  std::vector<std::string> words;  // that were given, to refuse a second of what can be only once
};

/// acme_certificate ISSUER|off [NAME ...] [key=...] [challenge=...] [renew_before=...] [lifetime=...] [must_staple=...]
/// [reuse_key=...] [share_wildcard=...]
struct CertificateDirective {
  std::string where;
  bool off = false;
  std::string issuer;
  std::vector<std::string> names;  // as written; empty: the virtual host's own
  std::vector<KeyType> key_types;
  std::vector<std::string> challenges;
  std::optional<RenewBefore> renew_before;
  std::optional<Seconds> lifetime;
  std::optional<bool> must_staple;
  std::optional<bool> reuse_key;
  std::optional<bool> share_wildcard;
};

struct ReloadConfig {
  bool enabled = true;
  Seconds interval{60};
  std::optional<DailyWindow> window;
};

enum class HookEvent : std::uint8_t { renewed, failed, expiring, revoked, challenge_setup, installed };

/// acme_on_event EVENT PROGRAM [ARG ...]
struct HookConfig {
  std::string where;
  HookEvent event = HookEvent::renewed;
  std::vector<std::string> argv;  // the program by its absolute path first; no shell
};

enum class NotifyKind : std::uint8_t { webhook, mail, syslog };

/// What people and monitoring are told.
enum class NoticeEvent : std::uint8_t {
  failed,     // a certificate cannot be had, and a person is needed
  expiring,   // nor was it when a third, a fifth, a tenth of its life was left, or none
  revoked,    // what is served was revoked, and nothing takes its place yet
  not_live,   // another certificate is served than the stored one
  blocked,    // nothing at all can be ordered
  recovered,  // the end of any of these
  renewed,
  test,  // an operator's
};

enum class SyslogForm : std::uint8_t { any, journald, syslog };

/// acme_notify webhook URL [...] | mail ADDRESS [...] | syslog [...]
struct NotifyConfig {
  std::string where;
  NotifyKind kind = NotifyKind::syslog;
  std::string target;   // URL, address; syslog: the facility
  Secret secret;        // of a webhook's signature; may be empty
  std::string program;  // mail: sendmail by its absolute path
  std::string from;     // mail: the sender; empty: as that program likes
  std::string socket;   // syslog: its absolute path; empty: the usual one
  SyslogForm form = SyslogForm::any;
  std::vector<NoticeEvent> events;  // empty: all but `renewed`
  std::string trusted;              // webhook: file of roots; empty: the system's
};

/// Where a server accepts TLS connections.
struct TlsListener {
  std::string address;  // canonical, no brackets; "0.0.0.0" and "::" are all
  std::uint16_t port = 443;
  bool proxy_protocol = false;

  friend auto operator<=>(const TlsListener&, const TlsListener&) = default;
};

/// acme_require_https off|temporary|permanent
enum class RequireHttps : std::uint8_t { off, temporary, permanent };

/// A TLS virtual host that is to be managed.
struct VirtualHostDraft {
  std::string where;               // "file:line" of the server block / <VirtualHost>
  std::vector<std::string> names;  // server_name, ServerName + ServerAlias, as written
  CertificateDirective directive;
  std::vector<std::uint16_t> tls_ports;  // where it listens; empty: not known, nothing is redirected there
  /// The same, for looking at what is served there; without those that are no IP sockets.
  std::vector<TlsListener> tls_listeners;
  /// The directive stands above the virtual host: no usable name is then a notice, not an error.
  bool inherited = false;
};

struct Draft {
  std::vector<IssuerConfig> issuers;
  std::vector<VirtualHostDraft> hosts;
  ReloadConfig reload;
  std::vector<HookConfig> hooks;
  std::vector<NotifyConfig> notify;
  /// Can plain-HTTP requests to port 80 reach this server (a listener is there)? For a warning.
  bool has_port_80 = true;
  /// Does anything listen there with TLS? tls-alpn-01 is then something to begin with.
  bool has_port_443 = false;
};

/// One certificate: one name set, one issuer, one key type.
struct CertificateConfig {
  std::string id;  // directory name: readable prefix + hash(issuer, sorted names, key type, profile)
  std::string issuer;
  std::vector<std::string> fallback;  // issuers to turn to when that one fails, in order
  std::vector<Identifier> names;      // sorted
  std::string first_name;             // as a person knows it: in logs and live/
  KeyType key_type;
  std::vector<std::string> challenges;  // in order of preference, at least one usable for each name
  // Its own setting, else that of its issuer. One of a fallback issuer counts for nothing here.
  std::optional<RenewBefore> renew_before;
  std::optional<Seconds> lifetime;  // asked for as notAfter
  bool must_staple = false;
  bool reuse_key = false;  // a renewal keeps the key
};

/// What one or several virtual hosts serve: one certificate per key type.
struct ManagedSet {
  std::vector<std::size_t> certificates;  // into Configuration::certificates
  /// Sorted; those of the certificates, or of hosts that a wildcard certificate of another host's serves: two sets may
  /// have the same certificates.
  std::vector<Identifier> names;
  std::vector<TlsListener> listeners;  // of all its hosts, sorted
};

/// A name that is both in a managed certificate and served by TLS: plain HTTP may be redirected there.
struct HttpsName {
  std::string name;  // "*." in front: stands for one label
  std::size_t set = 0;
  std::uint16_t port = 443;
};

struct Configuration {
  std::map<std::string, IssuerConfig> issuers;  // the used ones, fallbacks too
  std::vector<CertificateConfig> certificates;
  std::vector<ManagedSet> sets;
  /// For each VirtualHostDraft, in order: its set; nullopt: the placeholder only (no usable name).
  std::vector<std::optional<std::size_t>> host_sets;
  std::vector<HttpsName> https_names;  // sorted by name
  ReloadConfig reload;
  std::vector<HookConfig> hooks;
  std::vector<NotifyConfig> notify;
  /// As in the Draft: of the whole server.
  bool has_port_80 = true;
  bool has_port_443 = false;
  /// For the operator, once per load: names left out, overlaps, ignored words.
  std::vector<std::string> notices;
  std::vector<std::string> warnings;
};

}  // namespace acme
