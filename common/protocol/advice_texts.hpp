// The texts of advice.hpp: one row for each, in the order of the table in README.md.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace acme {

struct Advice {
  std::string_view id;
  std::string_view heard;  // what was said, for people
  std::string_view text;   // what it means; what to do. Plain words, no '|' and no line break
};

inline constexpr std::array kAdvice{
    // A name that is proved by http-01.
    Advice{"http-refused", "connection refused, http-01",
           "nothing takes connections on port 80 of the address that the CA used, or a firewall rejects them: let this "
           "server listen there by `listen 80` (Apache: `Listen 80`), see by `ss -ltnp 'sport = :80'` who does, and "
           "compare the name's A and AAAA records with this machine's addresses"},
    Advice{"http-timeout", "timeout during connect, http-01",
           "something drops the CA's packets to port 80, mostly a firewall: open it on this machine (`ufw allow "
           "80/tcp`, or `firewall-cmd --permanent --add-service=http && firewall-cmd --reload`), in the cloud's "
           "security group and in the router; or the name's A or AAAA record is another machine's address"},
    Advice{"http-slow", "timeout after the connection, http-01",
           "port 80 takes the connection but no answer came in time: what stands in front of this server (proxy, load "
           "balancer, firewall) does not pass the request on, or this machine is overloaded; try `curl -v "
           "http://NAME/.well-known/acme-challenge/x` from outside"},
    Advice{"http-reset", "connection reset, http-01",
           "something between the CA and this server cuts the connection: a firewall with protection against attacks, "
           "a filter of the provider, or a port 80 that speaks TLS; let /.well-known/acme-challenge/ on port 80 pass"},
    Advice{"http-unreachable", "no route, network unreachable, http-01",
           "no way leads from the CA to the name's address: compare the A and AAAA records with this machine's public "
           "addresses, and remove an AAAA record if IPv6 does not work here"},
    Advice{"http-ipv6", "an error at an IPv6 address, http-01",
           "the CA came by IPv6, which it prefers for a name with an AAAA record, and did not find this server there: "
           "correct or remove the AAAA record, or let this server listen on it by `listen [::]:80` (Apache: `Listen "
           "80`) and open the firewall for IPv6"},
    Advice{"http-elsewhere", "404, 403 or a page of its own, http-01",
           "another server answered, as this one answers challenges on each of its ports before anything else: the "
           "name's A or AAAA record leads to another machine, a proxy or CDN answers in front, or another program has "
           "port 80 (`ss -ltnp 'sport = :80'`); a webroot or a location for the challenge is not needed"},
    Advice{"http-gateway", "5xx, http-01",
           "a proxy or CDN in front answered, and did not reach this server: let it pass /.well-known/acme-challenge/ "
           "to port 80 here, or prove the name by `challenge dns-01` (Apache: `AcmeChallenge dns-01`)"},
    Advice{"http-cdn", "a page of a CDN, http-01",
           "a CDN stands in front of this server and answered itself: exempt /.well-known/acme-challenge/ from its bot "
           "protection, cache and redirects, let DNS lead here directly, or prove the name by `challenge dns-01` "
           "(Apache: `AcmeChallenge dns-01`)"},
    Advice{"http-redirect-loop", "redirect loop, too many redirects, http-01",
           "what stands in front of this server redirects in a circle, mostly a CDN or load balancer that speaks plain "
           "HTTP with this server and sends everybody to https: set it to full TLS, and exempt "
           "/.well-known/acme-challenge/ from its redirects"},
    Advice{"http-redirect-target", "a redirect to a port, address or host that CAs do not follow, http-01",
           "another server answered with a redirect that no CA follows (only ports 80 and 443 of public names; mind a "
           "missing / at the end of a redirect's target): correct it there, or let the name lead to this server, which "
           "answers challenges without redirects"},
    Advice{"http-not-http", "no HTTP, HTTP/2 or TLS on port 80, http-01",
           "port 80 of this name does not speak plain HTTP/1.1: take `ssl`, `http2` or `proxy_protocol` from that "
           "listener (Apache: `SSLEngine`), or see by `ss -ltnp 'sport = :80'` what else listens there"},
    Advice{"http", "any other, http-01",
           "the CA did not get this server's answer on port 80 of this name: check that its A and AAAA records lead "
           "here, that the firewall lets 80 in, and what stands in front of this server"},
    Advice{
        "other-client", "wrong key authorization, http-01 and tls-alpn-01",
        "another ACME client answered for this name with its own account: end the other one (certbot, a panel, an "
        "appliance, another node), or let nodes share `acme_state_path` (Apache: `AcmeStatePath`), or an `account_key "
        "FILE` (Apache: `AcmeAccountKey FILE`) with `http01 stateless` (Apache: `AcmeHttp01 stateless`)"},
    // By tls-alpn-01.
    Advice{"alpn-refused", "connection refused, tls-alpn-01",
           "nothing takes connections on port 443 of the address that the CA used, or a firewall rejects them: let "
           "this server listen there by `listen 443 ssl` (Apache: `Listen 443`), see by `ss -ltnp 'sport = :443'` who "
           "does, and compare the name's A and AAAA records with this machine's addresses"},
    Advice{"alpn-timeout", "timeout, tls-alpn-01",
           "something drops the CA's packets to port 443, mostly a firewall: open it on this machine (`ufw allow "
           "443/tcp`, or `firewall-cmd --permanent --add-service=https && firewall-cmd --reload`), in the cloud's "
           "security group and in the router; or the name's A or AAAA record is another machine's address"},
    Advice{"alpn-ipv6", "an error at an IPv6 address, tls-alpn-01",
           "the CA came by IPv6, which it prefers for a name with an AAAA record, and did not find this server there: "
           "correct or remove the AAAA record, or let this server listen on it by `listen [::]:443 ssl` (Apache: "
           "`Listen 443`) and open the firewall for IPv6"},
    Advice{"alpn-elsewhere", "no ALPN, another certificate, a TLS alert, tls-alpn-01",
           "the TLS on port 443 of this name is not this server's: a CDN or load balancer ends it, another program has "
           "the port (`ss -ltnp 'sport = :443'`), or the name leads to another machine; let TCP through as it is, or "
           "take `challenge http-01 dns-01` (Apache: `AcmeChallenge http-01 dns-01`)"},
    Advice{"alpn", "any other, tls-alpn-01",
           "the CA's TLS connection to port 443 of this name failed: check that its A and AAAA records lead here, that "
           "the firewall lets 443 in, and that nothing in front of this server ends TLS"},
    // By the DNS.
    Advice{"txt-missing", "no TXT record, dns-01 and dns-account-01",
           "the CA's resolvers saw no TXT record: some name server of the zone lags behind (raise "
           "`propagation_delay=`), or the `dns_provider` (Apache: `AcmeDnsProvider`) changes another zone than the "
           "public one; compare `dig NS ZONE` with where the record is"},
    Advice{"txt-wrong", "another TXT record, dns-01 and dns-account-01",
           "the CA's resolvers saw an old or foreign TXT record: delete leftovers at _acme-challenge, look for a CNAME "
           "or wildcard there that leads elsewhere, and raise `propagation_delay=` if a name server lags behind"},
    Advice{"txt-secondary", "secondary validation, a DNS challenge",
           "the CA asks the DNS from several places of the world, and not all of them saw the TXT record: make sure "
           "that all name servers of the zone give the same, to every country, and raise `propagation_delay=`"},
    Advice{"persist-record", "any, dns-persist-01",
           "the TXT record at _validation-persist does not let this account have the certificate: it must name the CA, "
           "as accounturi the URL that `acmectl account show` prints, and policy=wildcard for a wildcard; `acmectl "
           "plan` shows a record that is missing"},
    Advice{"secondary", "secondary validation, http-01 and tls-alpn-01",
           "the CA asks from several places of the world, and not all of them reached this server: lift blocks by "
           "country, by cloud or by bot protection for port 80 (tls-alpn-01: 443), make sure that all name servers "
           "give the same addresses, or prove the name by `challenge dns-01` (Apache: `AcmeChallenge dns-01`)"},
    Advice{"nxdomain", "NXDOMAIN",
           "the public DNS does not know this name: create its A (and AAAA) record, look for a slip in `server_name` "
           "(Apache: `ServerName`, `ServerAlias`), or take the name out; a new record may take until the zone's "
           "negative TTL is over"},
    Advice{"no-address", "no valid A or AAAA record",
           "the name is in the DNS but has no A or AAAA record: add one that leads to this server, or prove the name "
           "by `challenge dns-01` (Apache: `AcmeChallenge dns-01`)"},
    Advice{"private-address", "a reserved or private address",
           "the name's A or AAAA record is a private or reserved address, to which no CA can connect: publish this "
           "server's public address, or prove the name by `challenge dns-01` (Apache: `AcmeChallenge dns-01`)"},
    Advice{"dnssec", "DNSSEC: bogus, expired or missing signatures or keys",
           "the zone's DNSSEC is broken, so that careful resolvers see nothing: let the zone be signed anew, or "
           "correct or remove the DS record at the registrar; `delv NAME` and https://dnsviz.net show where"},
    Advice{"servfail", "SERVFAIL",
           "the zone's name servers fail, or its DNSSEC does not verify: try `dig +trace NAME` and `delv NAME`, and "
           "tell your DNS provider; after a move of the zone look for an old DS or NS record at the registrar"},
    Advice{"dns-refused", "REFUSED, not authoritative",
           "a name server that the registrar lists does not serve this zone: correct the NS records there, or add the "
           "zone at the DNS provider"},
    Advice{"dns-timeout", "a DNS query timed out",
           "the zone's name servers did not answer the CA: open port 53 for UDP and TCP, for all countries, or look at "
           "the DNS provider's status page; it is tried again"},
    Advice{"dns", "any other of type dns",
           "the CA could not look the name up: check that it exists in the public DNS with an A or AAAA record, that "
           "all its name servers answer, and that DNSSEC is valid (`dig +trace NAME`, `delv NAME`)"},
    // Of validations as a whole, the challenge unknown.
    Advice{"unreached", "connection, the challenge not named",
           "the CA could not connect: check that the name's A and AAAA records lead to this server, and that the "
           "firewall lets port 80 (tls-alpn-01: 443) in from everywhere"},
    Advice{"elsewhere", "unauthorized or incorrectResponse, the challenge not named",
           "the CA reached a server that did not give our answer: check that the name's A and AAAA records lead to "
           "this server, and that no other server, proxy or CDN answers there on port 80 (tls-alpn-01: 443)"},
    Advice{"tls", "tls, the challenge not named",
           "the CA's TLS connection to this name failed: look at what answers on port 443 of its addresses"},
    // CAA.
    Advice{"caa-unreadable", "CAA records that cannot be looked up",
           "the CA could not read the name's CAA records, and must not issue then: every name server of the zone, and "
           "of those above it, must answer `dig CAA NAME` (an empty answer is fine), and DNSSEC must be valid"},
    Advice{"caa-forbids", "CAA forbids",
           "a CAA record of the name, or of a domain above it, lets only other CAs issue, or only another account or "
           "challenge (accounturi, validationmethods): add this CA to the record (`dig CAA NAME` shows it), or choose "
           "another issuer"},
    Advice{"caa-onion", "onionCAARequired",
           "the CA cannot check the CAA records of this onion name: use another issuer"},
    // Limits.
    Advice{"limit-same-names", "rateLimited: certificates for the same names",
           "the CA has given as many certificates for exactly these names as it gives in a week: wait, it is tried "
           "again when the CA allows; find out who else orders them, keep the state directory over restarts (a volume "
           "in a container), and use `letsencrypt-staging` for trials"},
    Advice{"limit-domain", "rateLimited: certificates for a registered domain",
           "the CA has given as many new certificates below this domain as it gives in a week: wait, it is tried again "
           "when the CA allows; fewer certificates with more names each, or one wildcard, need less"},
    Advice{
        "limit-failures", "rateLimited: failed validations",
        "too many validations of this name failed lately: mend what the errors before this one say; it is tried again "
        "when the CA allows, and `acmectl renew --dry-run NAME` tries it at the staging environment until then"},
    Advice{"limit-orders", "rateLimited: new orders",
           "this account ordered as much as the CA takes in some hours: nothing to do, the rest is ordered when the CA "
           "allows"},
    Advice{"limit-accounts", "rateLimited: new accounts",
           "too many accounts were made from this address: wait, and keep the state directory (accounts/) over "
           "restarts and reinstallations instead of beginning anew"},
    Advice{"paused", "rateLimited: paused",
           "the CA paused this account for these names after many failures: mend their cause, then open the link in "
           "the CA's message"},
    Advice{"ca-busy", "rateLimited: too many requests, busy",
           "the CA has too much to do at the moment, or takes no more requests from this address for a while: nothing "
           "to do, it is tried again when the CA allows"},
    Advice{"limit", "any other rateLimited",
           "the CA's limit is reached: nothing to do, it is tried again when the CA allows; use its staging "
           "environment (`acmectl renew --dry-run NAME`) for trials"},
    // The account.
    Advice{"contract", "a contract, subscription, quota or credit that is used up",
           "the contract, quota or credit behind this account is used up or has expired: renew it with the CA, in its "
           "customer portal; until then it is tried again and again"},
    Advice{"eab-required", "externalAccountRequired",
           "this CA takes only accounts that are bound to a customer's: get a key id and a MAC key from its customer "
           "portal, and give them in `external_account_key` (Apache: `AcmeExternalAccountKey`)"},
    Advice{"eab-refused", "an external account binding that is wrong, used or expired",
           "the CA does not take the external account binding (it is wrong, used up or has expired): get a new key id "
           "and MAC key from it for `external_account_key` (Apache: `AcmeExternalAccountKey`)"},
    Advice{"user-action", "userActionRequired",
           "the CA wants its account holder to act, mostly to agree to changed terms: open the link it gives"},
    Advice{"terms", "terms of service not agreed to",
           "the CA wants its terms of service agreed to: read them, then add `accept_terms_of_service on` (Apache: "
           "`AcmeAcceptTermsOfService on`) to the issuer"},
    Advice{"account-deactivated", "an account that is deactivated or revoked",
           "the CA does not accept this account any more: remove its folder below accounts/ in the state directory and "
           "reload, to begin with a new one"},
    Advice{"account-unknown", "accountDoesNotExist",
           "the CA does not know this account any more (it was removed, or the CA was set up anew): another is "
           "registered at the next try, if the terms are accepted and no dns-persist-01 record names the old one"},
    Advice{"contact-invalid", "invalidContact",
           "the CA refuses the contact address: correct `contact` (Apache: `AcmeContact`) in the issuer"},
    Advice{"contact-kind", "unsupportedContact",
           "the CA wants a contact of another kind: give a mail address in `contact` (Apache: `AcmeContact`)"},
    Advice{"account-key", "badSignatureAlgorithm",
           "the CA does not take this type of account key: set `account_key rsa:2048` (Apache: `AcmeAccountKey "
           "rsa:2048`), and remove the account's folder below accounts/ in the state directory if there is one"},
    // The names, the request, the profile.
    Advice{"name-not-public", "a name without a public suffix",
           "public CAs issue only for names below a public top-level domain: take this name out of `server_name` "
           "(Apache: `ServerName`, `ServerAlias`), or use a CA of your own for it (`uri`; Apache: `AcmeUri`)"},
    Advice{"name-forbidden", "rejectedIdentifier, forbidden by policy",
           "this CA does not issue for this name, by its own rules: take the name out, or use another issuer"},
    Advice{"name-kind", "unsupportedIdentifier, a kind of name that is not permitted",
           "this CA, or this profile of it, does not issue for this kind of name (IP address, wildcard): take the name "
           "out, choose another `profile` (Apache: `AcmeProfile`) or another issuer; wildcards need `challenge dns-01` "
           "(Apache: `AcmeChallenge dns-01`)"},
    Advice{"name-malformed", "a name with characters, labels or dots that are not allowed",
           "this is no name that a certificate may have (an underscore, an empty or too long label, a slip of the "
           "pen): correct it in `server_name` (Apache: `ServerName`, `ServerAlias`)"},
    Advice{
        "too-many-names", "more names than the CA or the profile takes",
        "one certificate cannot have this many names at this CA: divide them among several hosts, or use a wildcard"},
    Advice{"profile", "invalidProfile, a profile that this account may not use",
           "the CA does not offer this profile to this account: choose one that its directory lists, or leave "
           "`profile` (Apache: `AcmeProfile`) out"},
    Advice{"must-staple", "must-staple is no longer available",
           "the CA has no certificates with must-staple any more: take `must_staple` (Apache: `AcmeMustStaple`) out"},
    Advice{"rsa", "a key that is not RSA is refused",
           "the CA takes RSA keys only: set `key rsa:2048` (Apache: `AcmeKey rsa:2048`); if it means the account's "
           "key, `account_key rsa:2048` (Apache: `AcmeAccountKey rsa:2048`)"},
    Advice{"key", "badPublicKey",
           "the CA refuses this type or size of key, or knows the key as compromised: set `key rsa:2048` (Apache: "
           "`AcmeKey rsa:2048`) or ecdsa:256; for the account's own key `account_key` (Apache: `AcmeAccountKey`)"},
    Advice{"csr", "badCSR",
           "the CA refuses the request for these names or this type of key: if it takes RSA only, set `key rsa:2048` "
           "(Apache: `AcmeKey rsa:2048`); if it wants a common name, `common_name_in_csr on` (Apache: "
           "`AcmeCommonNameInCsr on`)"},
    Advice{"authorization-expired", "an authorization that expired or is not valid any more",
           "a proof of a name ended before the order did: nothing to do, it is tried again with a new one"},
    // The CA itself.
    Advice{"bad-nonce", "badNonce",
           "the CA's servers disagree with each other, or a proxy on the way keeps old answers: it is tried again; "
           "check `proxy` (Apache: `AcmeProxy`) if it lasts"},
    Advice{"already-replaced", "alreadyReplaced",
           "the CA has a newer certificate for this one: nothing to do, it is ordered without that reference"},
    Advice{"other-account", "a certificate of another account",
           "the certificate that is to be replaced came from another account: nothing to do, it is ordered without "
           "that reference"},
    Advice{"order-not-ready", "orderNotReady", "the CA is not done with this order: nothing to do, it is tried again"},
    Advice{"already-revoked", "alreadyRevoked", "this certificate is revoked already: nothing is left to do"},
    Advice{"revocation-reason", "badRevocationReason",
           "the CA does not take this reason for a revocation: choose another `--reason`, or none"},
    Advice{"ca-maintenance", "serverInternal: maintenance, unavailable",
           "the CA is down for maintenance: nothing to do, it is tried again"},
    Advice{"ca-trouble", "any other serverInternal",
           "the CA has trouble of its own: nothing to do, it is tried again; see its status page if it lasts"},
    Advice{"names-differ", "compound", "see the reason given for each name"},
    Advice{"malformed", "any other malformed",
           "the CA did not understand the request: check that `uri` (Apache: `AcmeUri`) is that of an ACME directory, "
           "and report it to us with the CA's name and words"},
    Advice{"not-acme", "an answer that is no ACME answer",
           "this is no answer of an ACME server: check `uri` (Apache: `AcmeUri`), and that no proxy or login page "
           "answers in the CA's place"},
    Advice{"ca-gateway", "HTTP 5xx without an ACME answer",
           "the CA or a proxy before it has trouble: nothing to do, it is tried again"},
    // This machine's way to the CA.
    Advice{"ca-dns", "the CA's host name is not resolved",
           "this machine cannot look up names: check /etc/resolv.conf, that the resolver there answers (`getent hosts "
           "letsencrypt.org`), and that the firewall lets port 53 out"},
    Advice{"ca-firewall", "no connection to the CA",
           "this machine does not get out to the CA: check the network and the firewall for outgoing connections to "
           "port 443 (`curl -v URL-of-the-directory`), or set `proxy` (Apache: `AcmeProxy`)"},
    Advice{"ca-route", "the CA's network is unreachable",
           "this machine has no way to the CA's address: the network is down, or the CA has addresses of a family "
           "(IPv4 or IPv6) only that this machine lacks; see `ip route`, or set `proxy` (Apache: `AcmeProxy`)"},
    Advice{"ca-slow", "the CA answers late, or ends the connection",
           "usually passes by itself, it is tried again; if not, see the CA's status page"},
    Advice{"ca-untrusted", "the certificate of the CA's server is not trusted",
           "the CA's own https server is not one of a root this machine trusts: install ca-certificates, name the root "
           "of a private CA in `ssl_trusted_certificate` (Apache: `AcmeSSLTrustedCertificate`), or find the proxy that "
           "breaks TLS open"},
    Advice{"ca-clock", "the certificate of the CA's server has expired or is not valid yet",
           "mostly this machine's clock is wrong: compare `date -u` with the real time and run a time service "
           "(`timedatectl set-ntp true`)"},
    Advice{"ca-name", "the certificate of the CA's server is for another name",
           "another machine answers in the CA's place: check `uri` (Apache: `AcmeUri`), /etc/hosts and the DNS of this "
           "machine, and proxies"},
    Advice{"ca-roots", "trusted certificates cannot be read",
           "this machine has no roots to trust: install the package ca-certificates"},
    Advice{"ca-roots-file", "the file of trusted certificates cannot be read",
           "`ssl_trusted_certificate` (Apache: `AcmeSSLTrustedCertificate`) needs a PEM file that the worker user can "
           "read"},
    Advice{"proxy", "the proxy fails or refuses",
           "check the `proxy` (Apache: `AcmeProxy`) of this issuer: host, port, and that it lets connections to the CA "
           "through"},
    Advice{"proxy-login", "the proxy answers 407",
           "the proxy wants a user name and password: `proxy http://user:password@HOST:PORT` (Apache: `AcmeProxy "
           "http://user:password@HOST:PORT`)"},
    Advice{"proxy-password", "the proxy answers 407 to a user name and password",
           "the proxy does not take the user name and password set for this issuer: correct `proxy` (Apache: "
           "`AcmeProxy`)"},
    // This machine's disk.
    Advice{"disk-full", "no space left, quota exceeded",
           "make room on the file system of the state directory (`df -h`, `df -i`): it is tried again, and what is "
           "live is served meanwhile"},
    Advice{"disk-read-only", "read-only file system",
           "the file system is read-only here: mount it writable, or name the state directory in the ReadWritePaths= "
           "or StateDirectory= of the server's systemd unit"},
    Advice{"disk-denied", "permission denied",
           "check owner and mode of the state directory, and ReadWritePaths= of the server's systemd unit; under "
           "SELinux look for a denial (`ausearch -m avc`), and label the directory (`semanage fcontext -a -t "
           "httpd_sys_rw_content_t '/var/lib/acme(/.*)?' && restorecon -R /var/lib/acme`)"},
};

/// The text with this id; an unknown one does not compile.
consteval std::string_view advice(std::string_view id) {
  const auto found = std::find_if(kAdvice.begin(), kAdvice.end(), [id](const Advice& row) { return row.id == id; });
  return found == kAdvice.end() ? throw "there is no such advice" : found->text;
}

}  // namespace acme
