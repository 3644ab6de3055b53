#include "common/preflight/alpn_look.hpp"

#include "common/base/ip_address.hpp"
#include "common/base/join.hpp"
#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"
#include "common/preflight/address_kind.hpp"

namespace acme {

namespace {

using End = AlpnFacts::End;

constexpr std::string_view kProtocol = "acme-tls/1";
constexpr std::uint16_t kPort = 443;

/// Takes the answer back.
class LiveName {
 public:
  LiveName(ChallengeBoard& board, std::string name) : board_{board}, name_{std::move(name)} {}
  LiveName(const LiveName&) = delete;
  LiveName& operator=(const LiveName&) = delete;
  ~LiveName() { board_.withdraw_tls_alpn(name_); }

 private:
  ChallengeBoard& board_;
  std::string name_;
};

AlpnFacts read_answer(AlpnFacts facts, const Result<ShownLeaf>& leaf, const std::string& expected) {
  if (!leaf) {
    const ErrorKind kind = leaf.error().kind;
    facts.end = kind == ErrorKind::cancelled   ? End::cancelled
                : kind == ErrorKind::not_found ? End::unreachable
                : kind == ErrorKind::transport ? End::nobody
                                               : End::no_tls;
    facts.detail = cleaned(leaf.error().message, 200);
    return facts;
  }
  facts.end = leaf->protocol != kProtocol        ? End::other_protocol
              : leaf->challenge_hash == expected ? End::matched
                                                 : End::other_certificate;
  facts.detail = leaf->subject;
  return facts;
}

Task<void> probe_into(TlsProbe& tls, AlpnFacts& facts, std::string expected) {
  ProbeTarget target;
  target.address = facts.address;
  target.port = kPort;
  target.server_name = facts.name;
  target.protocol = kProtocol;
  auto looking = tls.look(std::move(target));
  const auto leaf = co_await std::move(looking);
  facts = read_answer(std::move(facts), leaf, expected);
}

Finding finding(const AlpnFacts& facts, Severity severity, const std::string& what) {
  const bool v6 = is_ipv6(facts.address);
  return {"tls-alpn-01", facts.name, severity,
          cat(facts.name, ": ", v6 ? "[" : "", facts.address, v6 ? "]" : "", " port 443 ", what)};
}

Finding nobody_there(const AlpnFacts& facts, const ServerFacts& server, bool other_family_works) {
  const std::string what = facts.end == End::unreachable ? std::string{"cannot be reached from this machine"}
                                                         : cat("does not take the connection: ", facts.detail);
  if (facts.end == End::unreachable || may_be_outside_only(server, facts.address)) {
    return finding(facts, Severity::note, what)
        .because("that may be so from this machine alone, behind a NAT or a load balancer")
        .mended_by("see from another network whether port 443 of this address is open");
  }
  const Severity severity = is_ipv6(facts.address) && other_family_works ? Severity::warning : Severity::failure;
  return finding(facts, severity, what)
      .because(server.has_port_443 ? "a firewall, or the address is not this server's"
                                   : "this server does not listen on port 443")
      .mended_by(server.has_port_443 ? "open port 443 in the firewall of the machine and of its provider (`ufw allow "
                                       "443/tcp`), or let the record lead to this server"
                                     : listen_fix(server.nginx, kPort));
}

Finding judge(const AlpnFacts& facts, const ServerFacts& server, bool other_family_works) {
  const char* fix = "let TLS connections for acme-tls/1 through to this server, or use http-01 or dns-01";
  switch (facts.end) {
    case End::matched: return finding(facts, Severity::ok, "shows this server's challenge");
    case End::other_certificate:
      return finding(facts, Severity::failure, "speaks acme-tls/1 and shows another challenge")
          .because("another ACME client or another server answers there")
          .mended_by("let the record lead to this server, or prove the name by another challenge");
    case End::other_protocol:
      return finding(facts, Severity::failure, "does not speak acme-tls/1")
          .because(cat("something else ends TLS there",
                       facts.detail.empty() ? "" : cat(", with a certificate for ", facts.detail)))
          .mended_by(fix);
    case End::no_tls:
      return finding(facts, Severity::failure, "does not complete a handshake for acme-tls/1")
          .because(facts.detail)
          .mended_by(fix);
    case End::nobody:
    case End::unreachable: return nobody_there(facts, server, other_family_works);
    case End::cancelled: break;
  }
  return finding(facts, Severity::note, "was not looked at: the engine is stopping");
}

Finding not_public(const AlpnFacts& facts) {
  return finding(facts, Severity::failure, cat("is at ", address_kind_words(address_kind(facts.address))))
      .because("no CA of the public web can reach it")
      .mended_by(
          "put the public address of this server into the DNS, or prove the name by dns-01: `dns_provider` (Apache: "
          "`AcmeDnsProvider`)");
}

}  // namespace

std::vector<Finding> judge_alpn(const std::vector<AlpnFacts>& facts, const ServerFacts& server, bool public_ca) {
  std::vector<Finding> findings;
  for (const auto& one : facts) {
    if (public_ca && address_kind(one.address) != AddressKind::global) {
      findings.push_back(not_public(one));
      continue;
    }
    bool other_works = false;
    for (const auto& other : facts) {
      other_works = other_works || (is_ipv6(other.address) != is_ipv6(one.address) && other.end == End::matched);
    }
    findings.push_back(judge(one, server, other_works));
  }
  return findings;
}

Task<std::vector<Finding>> look_by_alpn(ProbeTools tools, TlsProbe& tls, ChallengeBoard& board, LookedFrom from,
                                        NameLook look) {
  std::vector<Finding> findings;
  const auto note = [&](const std::string& why) {
    return Finding{"tls-alpn-01", look.name, Severity::note, cat(look.name, ": tls-alpn-01 is not looked at: ", why)};
  };
  // Of this look alone: another one at the same name would take it back at its end.
  const auto answer = made_up_answer();
  if (!answer) co_return std::vector<Finding>{note(answer.error().message)};
  const auto hash = sha256(*answer);
  if (parse_ip(look.name) || !hash) {
    findings.push_back(note("it is no DNS name"));
    co_return findings;
  }
  const auto published = board.publish_tls_alpn(look.name, *answer);
  if (!published) {
    findings.push_back(note("an order for it, or another look, is under way"));
    co_return findings;
  }
  const LiveName live{board, look.name};
  const Duration left = look.until - tools.scheduler->clock().steady_now();
  auto looking = look_up_addresses(*tools.scheduler, *tools.lookup, look.name, look.resolvers, left / 2);
  const auto addresses = co_await std::move(looking);
  findings.push_back(judge_addresses(look.name, addresses));
  auto asked = addresses.in_order(look.most_addresses);
  if (look.first_alone && asked.size() > 1) asked.resize(1);
  std::vector<AlpnFacts> facts(asked.size());
  std::vector<Task<void>> tasks;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    facts[i].name = look.name;
    facts[i].address = asked[i];
    if (!is_asked(look, asked[i])) continue;
    tasks.push_back(probe_into(tls, facts[i], to_hex(*hash)));
  }
  auto all = join_all(*tools.scheduler, std::move(tasks));
  co_await std::move(all);
  for (auto& one : judge_alpn(facts, *from.server, look.public_ca)) findings.push_back(std::move(one));
  co_return findings;
}

}  // namespace acme
