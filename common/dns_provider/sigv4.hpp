// AWS Signature Version 4 for one request, by its public description ("Create a signed AWS API request"). Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/time.hpp"

namespace acme {

struct AwsKey {
  std::string id;
  std::string_view secret;  // borrowed
};

struct SigV4Request {
  std::string method;
  std::string path;                                          // percent-encoded, as in the request line
  std::string query;                                         // of aws_query()
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case; "host" must be among them
  std::string_view body;                                     // borrowed
};

/// The value of the Authorization header. The header x-amz-date, "20150830T123600Z", must be among `headers` and be
/// aws_date(time). Errors: crypto.
Result<std::string> sigv4_authorization(const SigV4Request& request, const AwsKey& key, std::string_view region,
                                        std::string_view service, UtcTime time);

/// "20150830T123600Z"
std::string aws_date(UtcTime time);

/// "a=1&b=%2F", sorted and encoded as the signature wants it: for the URL as well.
std::string aws_query(std::vector<std::pair<std::string, std::string>> query);

}  // namespace acme
