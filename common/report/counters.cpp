#include "common/report/counters.hpp"

#include <algorithm>

#include "common/base/text.hpp"
#include "common/json/json.hpp"

namespace acme {

namespace {

// RFC 8555 §6.7, RFC 9773 §7.4, RFC 9799 §6.4, the profiles draft.
constexpr std::array kProblemTypes{"accountDoesNotExist",
                                   "alreadyReplaced",
                                   "alreadyRevoked",
                                   "badCSR",
                                   "badNonce",
                                   "badPublicKey",
                                   "badRevocationReason",
                                   "badSignatureAlgorithm",
                                   "caa",
                                   "compound",
                                   "connection",
                                   "dns",
                                   "externalAccountRequired",
                                   "incorrectResponse",
                                   "invalidContact",
                                   "invalidProfile",
                                   "malformed",
                                   "onionCAARequired",
                                   "orderNotReady",
                                   "rateLimited",
                                   "rejectedIdentifier",
                                   "serverInternal",
                                   "tls",
                                   "unauthorized",
                                   "unsupportedContact",
                                   "unsupportedIdentifier",
                                   "userActionRequired"};

// In the order of ErrorKind.
constexpr std::array<const char*, 13> kKindNames{
    "internal", "cancelled", "configuration", "malformed", "not_found",  "permission",  "io",
    "crypto",   "transport", "server_error",  "other",     "validation", "verification"};

constexpr std::array kStatusLabels{"200", "201", "202", "204", "301", "302", "303", "307", "308", "400", "401",
                                   "403", "404", "405", "406", "408", "409", "410", "411", "412", "413", "414",
                                   "415", "422", "423", "425", "426", "429", "451", "500", "501", "502", "503",
                                   "504", "507", "508", "511", "520", "521", "522", "523", "524", "525", "526"};

constexpr std::size_t kMaxRows = 1000;
constexpr std::size_t kMaxLabel = 256;

using ByPair = std::map<std::pair<std::string, std::string>, std::uint64_t>;

JsonBuilder& set_count(JsonBuilder& object, const std::string& key, std::uint64_t count) {
  return object.set(key.c_str(), static_cast<std::int64_t>(count));
}

JsonBuilder to_json(const ByPair& counts) {
  JsonBuilder all = JsonBuilder::object();
  for (auto at = counts.begin(); at != counts.end();) {
    const std::string& outer = at->first.first;
    JsonBuilder inner = JsonBuilder::object();
    for (; at != counts.end() && at->first.first == outer; ++at) {
      set_count(inner, cleaned(at->first.second, kMaxLabel), at->second);
    }
    all.set(cleaned(outer, kMaxLabel).c_str(), std::move(inner));
  }
  return all;
}

JsonBuilder to_json(const std::map<std::string, Histogram>& durations) {
  JsonBuilder all = JsonBuilder::object();
  for (const auto& [issuer, histogram] : durations) {
    JsonBuilder one = JsonBuilder::object();
    one.set("sum_ms", static_cast<std::int64_t>(histogram.sum.count()));
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
      set_count(one, kDurationBucketNames[i], histogram.counts[i]);
    }
    all.set(cleaned(issuer, kMaxLabel).c_str(), std::move(one));
  }
  return all;
}

std::optional<std::uint64_t> count_of(const Json& object, const char* key) {
  const auto number = object[key].integer();
  return number && *number >= 0 ? std::optional{static_cast<std::uint64_t>(*number)} : std::nullopt;
}

/// The members' names that fit, `room` of them at most.
std::vector<std::string> keys_of(const Json& object, std::size_t room = kMaxRows) {
  std::vector<std::string> keys;
  for (auto& key : object.keys()) {
    if (keys.size() < room && key.size() <= kMaxLabel) keys.push_back(std::move(key));
  }
  return keys;
}

ByPair pairs_of(const Json& object) {
  ByPair counts;
  for (const auto& outer : keys_of(object)) {
    const Json inner = object[outer.c_str()];
    for (const auto& key : keys_of(inner, kMaxRows - counts.size())) {
      if (const auto count = count_of(inner, key.c_str())) counts[{outer, key}] = *count;
    }
  }
  return counts;
}

std::map<std::string, Histogram> histograms_of(const Json& object) {
  std::map<std::string, Histogram> all;
  for (const auto& issuer : keys_of(object)) {
    const Json one = object[issuer.c_str()];
    const auto sum = count_of(one, "sum_ms");
    if (!sum) continue;
    Histogram& histogram = all[issuer];
    histogram.sum = std::chrono::milliseconds{static_cast<std::int64_t>(*sum)};
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
      histogram.counts[i] = count_of(one, kDurationBucketNames[i]).value_or(0);
    }
  }
  return all;
}

}  // namespace

void Histogram::observe(std::chrono::milliseconds took) {
  const double seconds = std::chrono::duration<double>(took).count();
  const auto* bucket = std::lower_bound(kDurationBuckets.begin(), kDurationBuckets.end(), seconds);
  ++counts[static_cast<std::size_t>(bucket - kDurationBuckets.begin())];
  sum += took;
}

const char* attempt_outcome(const Status& outcome) {
  if (outcome) return "success";
  const Error& error = outcome.error();
  if (error.problem_type.empty()) return kKindNames.at(static_cast<std::size_t>(error.kind));
  const auto* known = std::find(kProblemTypes.begin(), kProblemTypes.end(), std::string_view{error.problem_type});
  return known == kProblemTypes.end() ? "other" : *known;
}

const char* status_label(int status) {
  if (status == 0) return "none";
  const auto* known = std::find(kStatusLabels.begin(), kStatusLabels.end(), std::string_view{std::to_string(status)});
  return known == kStatusLabels.end() ? "other" : *known;
}

void Counters::attempt(const std::string& issuer, const Status& outcome, std::chrono::milliseconds took) {
  if (!outcome && outcome.error().kind == ErrorKind::cancelled) return;
  ++attempts[{issuer, attempt_outcome(outcome)}];
  if (outcome) durations[issuer].observe(took);
}

std::string counters_to_json(const Counters& counters) {
  JsonBuilder reloads = JsonBuilder::object();
  for (const auto& [outcome, count] : counters.reloads) set_count(reloads, cleaned(outcome, kMaxLabel), count);
  JsonBuilder json = JsonBuilder::object();
  json.set("attempts", to_json(counters.attempts));
  json.set("durations", to_json(counters.durations));
  json.set("requests", to_json(counters.requests));
  json.set("reloads", std::move(reloads));
  json.set("notices", to_json(counters.notices));
  return json.text();
}

Result<Counters> parse_counters(std::string_view json) {
  auto parsed = Json::parse(json);
  if (!parsed) return std::move(parsed).error().with_context("counters");
  if (!parsed->is_object()) return Error{ErrorKind::malformed, "counters: no JSON object"};
  Counters counters;
  counters.attempts = pairs_of((*parsed)["attempts"]);
  counters.durations = histograms_of((*parsed)["durations"]);
  counters.requests = pairs_of((*parsed)["requests"]);
  counters.notices = pairs_of((*parsed)["notices"]);
  const Json reloads = (*parsed)["reloads"];
  for (const auto& outcome : keys_of(reloads)) {
    if (const auto count = count_of(reloads, outcome.c_str())) counters.reloads[outcome] = *count;
  }
  return counters;
}

}  // namespace acme
