#include "common/client/download.hpp"

#include "common/base/text.hpp"
#include "common/protocol/advice_texts.hpp"
#include "common/protocol/headers.hpp"

namespace acme {

namespace {

constexpr std::size_t kMaxAlternates = 10;

struct Downloaded {
  CertificateChain chain;
  std::vector<std::string> alternates;
};

Task<Result<Downloaded>> download_one(OrderContext context, std::string url) {
  auto task = context.session->post(std::move(url), "", "application/pem-certificate-chain");
  auto response = co_await std::move(task);
  if (!response) co_return std::move(response).error();
  auto chain = CertificateChain::from_pem(response->body);
  if (!chain) {
    Error error = std::move(chain).error();
    error.kind = ErrorKind::server_error;
    error.problem_type = "unreadable";
    co_return std::move(error).with_hint(std::string{advice("ca-gateway")});
  }
  Downloaded downloaded{*std::move(chain), link_targets(response->all("link"), "alternate")};
  co_return downloaded;
}

bool ends_at(const CertificateChain& chain, const std::string& name) {
  return equals_no_case(chain.topmost_issuer(), name);
}

}  // namespace

Task<Result<CertificateChain>> download_chain(OrderContext context, const OrderRequest& request, std::string url) {
  auto first_task = download_one(context, std::move(url));
  auto first = co_await std::move(first_task);
  if (!first) co_return std::move(first).error().with_context("certificate of " + request.title);
  const std::string& preferred = request.preferred_chain;
  if (preferred.empty() || ends_at(first->chain, preferred)) co_return first->chain;
  if (first->alternates.size() > kMaxAlternates) first->alternates.resize(kMaxAlternates);
  for (const auto& alternate : first->alternates) {
    auto task = download_one(context, alternate);
    auto other = co_await std::move(task);
    if (other && ends_at(other->chain, preferred)) co_return other->chain;
  }
  context.log->warn(cat(request.title, ": no chain ends at \"", cleaned(preferred, 80),
                        "\", the CA's default is used (", first->chain.topmost_issuer(), ")"));
  co_return first->chain;
}

}  // namespace acme
