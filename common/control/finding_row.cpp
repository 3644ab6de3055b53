// A finding of `acmectl check` as JSON and back.
#include "common/control/rows.hpp"

namespace acme {

JsonBuilder to_json(const Finding& finding) {
  JsonBuilder json = JsonBuilder::object();
  json.set("check", finding.check).set("subject", finding.subject).set("severity", severity_name(finding.severity));
  json.set("sentence", finding.sentence).set("cause", finding.cause).set("fix", finding.fix);
  return json;
}

Result<Finding> parse_finding(const Json& json) {
  Finding finding;
  finding.check = json["check"].string().value_or("");
  finding.subject = json["subject"].string().value_or("");
  finding.severity = parse_severity(json["severity"].string().value_or("")).value_or(Severity::note);
  finding.sentence = json["sentence"].string().value_or("");
  finding.cause = json["cause"].string().value_or("");
  finding.fix = json["fix"].string().value_or("");
  if (finding.check.empty()) return Error{ErrorKind::malformed, "a finding without its check"};
  return finding;
}

}  // namespace acme
