#include "common/preflight/http_verdict.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/preflight/address_kind.hpp"

namespace acme {

namespace {

using End = ProbeFacts::End;

struct Judge {
  const ServerFacts& server;
  const std::string& holder;
  bool other_family_works = false;

  Finding judge(const ProbeFacts& probe) const;
  Finding nobody_there(const ProbeFacts& probe) const;
  Finding other_answer(const ProbeFacts& probe) const;
  Finding redirected(const ProbeFacts& probe) const;
  std::string whose(const ProbeFacts& probe) const;
  std::string record_fix(const ProbeFacts& probe) const;
  std::string dead_fix(const ProbeFacts& probe) const;
};

Finding finding(const ProbeFacts& probe, Severity severity, std::string sentence) {
  return {"http-01", probe.name, severity, std::move(sentence)};
}

std::string place(const ProbeFacts& probe) {
  const bool v6 = is_ipv6(probe.last_address);
  return cat(v6 ? "[" : "", probe.last_address, v6 ? "]" : "", probe.redirects.empty() ? " port 80" : "");
}

const char* record_of(const ProbeFacts& probe) { return is_ipv6(probe.address) ? "AAAA" : "A"; }

std::string with_way(const ProbeFacts& probe) {
  return probe.redirects.empty() ? std::string{} : cat(" (redirected to ", cleaned(probe.redirects.back(), 200), ")");
}

std::string Judge::record_fix(const ProbeFacts& probe) const {
  return cat("let the ", record_of(probe), " record of ", probe.name, " lead to this server, or remove it");
}

/// Who answered, as far as it shows itself.
std::string Judge::whose(const ProbeFacts& probe) const {
  std::string words;
  if (!probe.server.empty()) words += cat("Server: ", cleaned(probe.server, 80));
  if (!probe.body.empty()) words += cat(words.empty() ? "" : ", ", "it begins with \"", cleaned(probe.body, 80), "\"");
  return words;
}

std::string Judge::dead_fix(const ProbeFacts& probe) const {
  if (probe.end == End::refused && !server.has_port_80 && has_address(server, probe.address)) {
    return listen_fix(server.nginx, 80);
  }
  if (probe.end == End::refused) {
    return has_address(server, probe.address) && is_ipv6(probe.address)
               ? cat("listen there (", server.nginx ? "`listen [::]:80;`" : "`Listen [::]:80`",
                     "), or remove the AAAA record")
               : cat("check that the server listens at this address and that the router forwards port 80; or ",
                     record_fix(probe));
  }
  return cat(
      "open port 80 in the firewall of the machine and of its provider (`ufw allow 80/tcp`, "
      "`firewall-cmd --permanent --add-service=http && firewall-cmd --reload`); or ",
      record_fix(probe));
}

std::string dead_words(const ProbeFacts& probe) {
  switch (probe.end) {
    case End::refused: return "refuses the connection";
    case End::timed_out: return "does not answer: the connection timed out";
    case End::unreachable: return "cannot be reached from this machine";
    case End::closed: return "closes the connection without an answer";
    default: return "takes the connection and does not answer";
  }
}

Finding Judge::nobody_there(const ProbeFacts& probe) const {
  const std::string sentence = cat(probe.name, ": ", place(probe), " ", dead_words(probe), with_way(probe));
  if (probe.redirects.empty() && may_be_outside_only(server, probe.address)) {
    return finding(probe, Severity::note, sentence)
        .because(
            cat("that may be so from this machine alone: it has no public address of its own, and is perhaps behind "
                "a NAT or load balancer that leads nobody back inside"))
        .mended_by("see from another network whether port 80 of this address is open");
  }
  const bool v6_alone = is_ipv6(probe.address) && other_family_works && probe.redirects.empty();
  if (v6_alone) {
    return finding(probe, Severity::warning, sentence)
        .because("IPv4 works, but CAs try IPv6 first, and not all try IPv4 after it")
        .mended_by(dead_fix(probe));
  }
  std::string cause;
  if (probe.end == End::refused && !server.has_port_80) {
    cause = "this server does not listen on port 80";
    if (!holder.empty()) cause += cat(", which ", holder, " holds");
  } else if (probe.end == End::timed_out) {
    cause = "usually a firewall, or an address that is nobody's";
  }
  return finding(probe, Severity::failure, sentence).because(cause).mended_by(dead_fix(probe));
}

Finding Judge::redirected(const ProbeFacts& probe) const {
  const std::string last = probe.redirects.empty() ? "" : cleaned(probe.redirects.back(), 200);
  const char* where = server.nginx ? "`return` and `rewrite`" : "Redirect and RewriteRule";
  const std::string fix = cat("the redirect is not this server's for a live challenge: look for ", where,
                              " in what stands before it, and leave out /.well-known/acme-challenge/ there");
  if (probe.end == End::redirect_loop) {
    return finding(probe, Severity::failure,
                   cat(probe.name, ": ", probe.address, " redirects in a circle, at last to ", last))
        .because(cat("a proxy or CDN before this server that speaks http to it and is sent to https each time",
                     probe.cdn.empty() ? "" : cat(" (", probe.cdn, " is in front)")))
        .mended_by(probe.cdn == "Cloudflare" ? "set its SSL mode to Full (strict), and " + fix : fix);
  }
  const std::string sentence = cat(probe.name, ": ", probe.address, " redirects to ", last.empty() ? "nowhere" : last);
  if (probe.end == End::redirect_lost) {
    return finding(probe, Severity::failure, sentence)
        .because(cat(cleaned(probe.detail, 260), " has no address in the DNS"))
        .mended_by(fix);
  }
  return finding(probe, Severity::failure, sentence).because(cleaned(probe.detail, 300)).mended_by(fix);
}

Finding Judge::other_answer(const ProbeFacts& probe) const {
  const bool inside = has_address(server, probe.last_address);
  std::string said = probe.end == End::other_body   ? "answers with something else"
                     : probe.end == End::tls_failed ? "fails the TLS handshake"
                     : probe.end == End::no_http    ? "speaks no HTTP"
                     : probe.status == 404          ? "answers 404: it does not know the challenge"
                     : probe.status == 403          ? "answers 403: it forbids the challenge"
                     : probe.status == 401          ? "answers 401: it wants a password"
                                                    : cat("answers ", probe.status);
  std::string cause = !probe.cdn.empty() ? cat(probe.cdn, " answers there, in front of this server or instead of it")
                      : !server.has_port_80 && inside ? cat("this server does not listen on port 80",
                                                            holder.empty() ? "" : cat(", which ", holder, " holds"))
                      : inside ? "another program, or another instance of the server, answers at that port"
                               : "another server answers there";
  if (const std::string who = whose(probe); !who.empty()) cause += cat(" (", who, ")");
  std::string fix;
  if (!probe.cdn.empty()) {
    fix = cat("let ", probe.cdn, " pass /.well-known/acme-challenge/ on to this server, or prove the name by dns-01");
  } else if (inside) {
    fix = holder.empty() || server.has_port_80
              ? "stop it, or let it pass /.well-known/acme-challenge/ on to this server"
              : cat("stop it or move it to another port, and ", listen_fix(server.nginx, 80));
  } else {
    fix = cat(record_fix(probe), "; or let that server pass /.well-known/acme-challenge/ on to this one");
  }
  const bool only_v6 = is_ipv6(probe.address) && other_family_works;
  if (only_v6) cause += "; IPv4 works, but CAs try IPv6 first";
  return finding(probe, Severity::failure, cat(probe.name, ": ", place(probe), " ", said, with_way(probe)))
      .because(cause)
      .mended_by(fix);
}

Finding Judge::judge(const ProbeFacts& probe) const {
  switch (probe.end) {
    case End::matched:
      return finding(probe, Severity::ok,
                     cat(probe.name, ": ", place(probe), " answers with this server's challenge", with_way(probe),
                         probe.cdn.empty() ? "" : cat(", through ", probe.cdn)));
    case End::refused:
    case End::timed_out:
    case End::unreachable:
    case End::silent:
    case End::closed: return nobody_there(probe);
    case End::redirect_loop:
    case End::redirect_refused:
    case End::redirect_lost: return redirected(probe);
    case End::cancelled:
      return finding(probe, Severity::note, cat(probe.name, ": not looked at: the engine is stopping"));
    default: return other_answer(probe);
  }
}

/// `others`: it has public addresses as well, and CAs pass over the rest.
Finding not_public(const ProbeFacts& probe, bool others) {
  const AddressKind kind = address_kind(probe.address);
  return finding(
             probe, others ? Severity::warning : Severity::failure,
             cat(probe.name, ": its ", record_of(probe), " record is ", probe.address, ", ", address_kind_words(kind)))
      .because("no CA of the public web can reach it")
      .mended_by(cat("put the public address of this server or of its router into the ", record_of(probe),
                     " record; or prove the name by dns-01: `dns_provider` (Apache: `AcmeDnsProvider`)"));
}

}  // namespace

std::vector<Finding> judge_http(const std::vector<ProbeFacts>& probes, const ServerFacts& server, bool public_ca,
                                const std::string& holder) {
  const auto is_public = [](const ProbeFacts& probe) { return address_kind(probe.address) == AddressKind::global; };
  const bool any_public = std::any_of(probes.begin(), probes.end(), is_public);
  std::vector<Finding> findings;
  for (const auto& probe : probes) {
    if (public_ca && !is_public(probe)) {
      findings.push_back(not_public(probe, any_public));
      continue;
    }
    const bool other_works = std::any_of(probes.begin(), probes.end(), [&](const ProbeFacts& other) {
      return is_ipv6(other.address) != is_ipv6(probe.address) && other.end == End::matched;
    });
    findings.push_back(Judge{server, holder, other_works}.judge(probe));
  }
  return findings;
}

}  // namespace acme
