#include "common/dns_provider/sigv4.hpp"

#include <algorithm>
#include <map>

#include "common/base/percent.hpp"
#include "common/base/secret_text.hpp"
#include "common/base/text.hpp"
#include "common/crypto/digest.hpp"

namespace acme {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

/// Runs of spaces are one.
std::string collapsed(std::string_view value) {
  std::string out;
  for (const char character : trim(value)) {
    if (character == ' ' && out.ends_with(' ')) continue;
    out += character;
  }
  return out;
}

Result<std::string> hex_hash(std::string_view bytes) {
  const auto hash = sha256(bytes);
  if (!hash) return hash.error();
  return to_hex(*hash);
}

/// The key for one day, region and service: a chain of MACs.
Result<Bytes> signing_key(const AwsKey& key, std::string_view day, std::string_view region, std::string_view service) {
  const Secret first = secret_of({"AWS4", key.secret});
  Result<Bytes> derived = hmac(MacAlgorithm::hs256, first.view(), day);
  for (const std::string_view part : {region, service, std::string_view{"aws4_request"}}) {
    if (!derived) return derived;
    Bytes before = *std::move(derived);
    const CleansedAtEnd cleansed{before};
    derived = hmac(MacAlgorithm::hs256, {reinterpret_cast<const char*>(before.data()), before.size()}, part);
  }
  return derived;
}

}  // namespace

std::string aws_date(UtcTime time) {
  std::string text = format_rfc3339(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string aws_query(std::vector<std::pair<std::string, std::string>> query) {
  for (auto& [name, value] : query) {
    name = percent_encoded(name);
    value = percent_encoded(value);
  }
  std::sort(query.begin(), query.end());
  std::string text;
  for (const auto& [name, value] : query) text += cat(text.empty() ? "" : "&", name, "=", value);
  return text;
}

Result<std::string> sigv4_authorization(const SigV4Request& request, const AwsKey& key, std::string_view region,
                                        std::string_view service, UtcTime time) {
  std::map<std::string, std::string> headers;
  for (const auto& [name, value] : request.headers) {
    std::string& joined = headers[name];
    joined += cat(joined.empty() ? "" : ",", collapsed(value));
  }
  std::string lines;
  std::string names;
  for (const auto& [name, value] : headers) {
    lines += cat(name, ":", value, "\n");
    names += cat(names.empty() ? "" : ";", name);
  }
  const auto body_hash = hex_hash(request.body);
  if (!body_hash) return body_hash.error();
  const auto canonical = hex_hash(
      cat(request.method, "\n", request.path, "\n", request.query, "\n", lines, "\n", names, "\n", *body_hash));
  if (!canonical) return canonical.error();
  const std::string date = aws_date(time);
  const std::string day = date.substr(0, 8);
  const std::string scope = cat(day, "/", region, "/", service, "/aws4_request");
  auto derived = signing_key(key, day, region, service);
  if (!derived) return derived.error();
  const CleansedAtEnd cleansed{*derived};
  const auto mac = hmac(MacAlgorithm::hs256, {reinterpret_cast<const char*>(derived->data()), derived->size()},
                        cat(kAlgorithm, "\n", date, "\n", scope, "\n", *canonical));
  if (!mac) return mac.error();
  return cat(kAlgorithm, " Credential=", key.id, "/", scope, ", SignedHeaders=", names, ", Signature=", to_hex(*mac));
}

}  // namespace acme
