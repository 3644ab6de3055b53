#include "common/transport/other_server.hpp"

#include "common/base/text.hpp"
#include "common/base/url.hpp"
#include "common/protocol/advice_texts.hpp"

namespace acme {

Error of_other_server(Error error, std::string_view url, std::string_view roots) {
  if (error.kind == ErrorKind::cancelled || error.kind == ErrorKind::internal) return error;
  if (error.kind == ErrorKind::configuration) {
    if (error.hint == advice("ca-roots")) return error;
    error.hint = roots.empty() ? "" : cat(roots, " needs a PEM file that the worker user can read");
    return error;
  }
  error.hint = cat("try `curl -v ", url.substr(0, url.find("://") + 3), url_authority(url), "` on this machine");
  if (roots.empty()) {
    error.hint += "; its certificate must be of a root that this machine knows";
  } else {
    error.hint += cat("; a root that it does not know is named by ", roots);
  }
  return error;
}

}  // namespace acme
