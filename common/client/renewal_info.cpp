#include "common/client/renewal_info.hpp"

#include "common/base/text.hpp"
#include "common/protocol/headers.hpp"

namespace acme {

Task<Result<RenewalInfo>> fetch_renewal_info(Session& session, std::string renewal_id) {
  auto directory_task = session.directory();
  auto directory = co_await std::move(directory_task);
  if (!directory) co_return std::move(directory).error();
  if (directory->renewal_info.empty() || renewal_id.empty()) {
    co_return Error{ErrorKind::not_found, cat(session.endpoint().issuer, " gives no renewal information")};
  }
  const bool slash = directory->renewal_info.back() == '/';
  auto task = session.get(cat(directory->renewal_info, slash ? "" : "/", renewal_id));
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error().with_context("renewal information");
  auto info = as_answer(parse_renewal_info(response->body));
  const auto retry_after = parse_retry_after(response->header("retry-after"), session.now());
  if (info) info->retry_after = retry_after;
  if (info) co_return info;
  Error error = std::move(info).error();
  error.retry_after = retry_after;
  co_return error;
}

}  // namespace acme
