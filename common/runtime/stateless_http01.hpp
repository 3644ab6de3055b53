// `http01 stateless`: answers to http-01 for orders that another node made with the same account key.
//
// The answer to a token is the token and the thumbprint of the account's key (RFC 8555 §8.1), so a node that has the
// key in `account_key FILE` can give it without ever having heard of the order. It can not know whether there is one.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/config/model.hpp"

namespace acme {

class StatelessHttp01 {
 public:
  /// ErrorKind::configuration: an account key that is none.
  static Result<StatelessHttp01> make(const Configuration& configuration);

  /// For a name that a certificate of such an issuer has, if http-01 may prove it, and a token as CAs make them (at
  /// least 128 bits, RFC 8555 §8.3). Any bytes may be given; `host` without a port.
  std::optional<std::string> answer(std::string_view token, std::string_view host) const;

 private:
  std::vector<std::string> thumbprints_;
  std::map<std::string, std::size_t, std::less<>> by_name_;  // index into thumbprints_
};

}  // namespace acme
