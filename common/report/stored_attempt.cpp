// An attempt, its steps and names, in the JSON files of engine/status/.
#include <algorithm>
#include <array>

#include "common/report/stored_records.hpp"
#include "common/store/record_fields.hpp"

namespace acme {

namespace {

/// An attempt has a dozen; one that goes round in circles has its latest.
constexpr std::size_t kMostSteps = 100;

std::optional<NameStage> parse_stage(std::string_view name) {
  for (std::size_t i = 0; i < kNameStages; ++i) {
    const auto stage = static_cast<NameStage>(i);
    if (name == name_stage_name(stage)) return stage;
  }
  return std::nullopt;
}

JsonBuilder step_json(const AttemptStep& step) {
  JsonBuilder json = JsonBuilder::object();
  json.set("what", detail::bounded(step.what));
  set_time(json, "begun", step.begun);
  detail::set_milliseconds(json, "tookMs", step.took);
  json.set("failed", step.failed).set("detail", detail::bounded(step.detail));
  return json;
}

JsonBuilder name_json(const NameProgress& name) {
  JsonBuilder json = JsonBuilder::object();
  json.set("name", detail::bounded(name.name)).set("stage", name_stage_name(name.stage));
  json.set("challenge", detail::bounded(name.challenge)).set("detail", detail::bounded(name.detail));
  return json;
}

}  // namespace

namespace detail {

JsonBuilder attempt_json(const Attempt& attempt) {
  JsonBuilder json = JsonBuilder::object();
  set_time(json, "begun", attempt.begun);
  set_milliseconds(json, "tookMs", attempt.took);
  json.set("succeeded", attempt.succeeded).set("issuer", attempt.issuer).set("reason", bounded(attempt.reason));
  JsonBuilder steps = JsonBuilder::array();
  const std::size_t first = attempt.steps.size() - std::min(attempt.steps.size(), kMostSteps);
  for (std::size_t i = first; i < attempt.steps.size(); ++i) steps.add(step_json(attempt.steps[i]));
  JsonBuilder names = JsonBuilder::array();
  for (const auto& name : attempt.names) names.add(name_json(name));
  json.set("steps", std::move(steps)).set("names", std::move(names));
  return json;
}

std::optional<Attempt> parse_attempt(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  Attempt attempt;
  attempt.begun = required_time(json["begun"]);
  attempt.took = milliseconds_of(json["tookMs"]);
  attempt.succeeded = json["succeeded"].boolean().value_or(false);
  attempt.issuer = text_of(json["issuer"]);
  attempt.reason = text_of(json["reason"]);
  for (const auto& item : json["steps"].items()) {
    attempt.steps.push_back({text_of(item["what"]), required_time(item["begun"]), milliseconds_of(item["tookMs"]),
                             item["failed"].boolean().value_or(false), text_of(item["detail"])});
  }
  for (const auto& item : json["names"].items()) {
    attempt.names.push_back({text_of(item["name"]), parse_stage(text_of(item["stage"])).value_or(NameStage::waiting),
                             text_of(item["challenge"]), text_of(item["detail"])});
  }
  return attempt;
}

}  // namespace detail

}  // namespace acme
