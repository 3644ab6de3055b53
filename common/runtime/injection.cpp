#include "common/runtime/injection.hpp"

#include <algorithm>
#include <set>

#include "common/base/text.hpp"
#include "common/crypto/tls_certificate.hpp"
#include "common/runtime/stand_in.hpp"

namespace acme {

namespace {

constexpr std::size_t kMostNotices = 5;

/// A stored version, checked: chain and key parse and belong together.
struct Checked {
  PemPair pair;
  StandInCandidate facts;
};

Result<Checked> read_checked(ServingTree& tree, const std::string& id, std::uint64_t version) {
  auto stored = tree.read(id, version);
  if (!stored) return std::move(stored).error();
  auto chain = CertificateChain::from_pem(stored->fullchain_pem);
  if (!chain) return std::move(chain).error();
  auto key = PrivateKey::from_pem(stored->key_pem.view());
  if (!key) return std::move(key).error();
  auto belongs = TlsCertificate::make(*std::move(chain), *std::move(key));
  if (!belongs) return std::move(belongs).error();
  const CertificateFacts& facts = belongs->chain().facts();
  Checked checked;
  checked.facts = {facts.names, facts.not_before, facts.not_after, belongs->key_type().algorithm};
  checked.pair.fullchain = std::move(stored->fullchain_pem);
  checked.pair.key = std::move(stored->key_pem);
  return checked;
}

}  // namespace

class InjectionReader {
 public:
  InjectionReader(const Configuration& configuration, const Injection::Trees& trees, Logger& log)
      : configuration_{configuration}, trees_{trees}, log_{log} {}

  Injection run(const std::vector<std::shared_ptr<ServingTree>>& elsewhere) {
    for (const auto& set : configuration_.sets) read_set(set);
    out_.stand_ins_.resize(out_.sets_.size());
    const bool missing = std::any_of(out_.sets_.begin(), out_.sets_.end(), [](const auto& set) { return set.empty(); });
    if (missing) provide_stand_ins(elsewhere);
    return std::move(out_);
  }

 private:
  void read_set(const ManagedSet& set);
  void provide_stand_ins(const std::vector<std::shared_ptr<ServingTree>>& elsewhere);
  void add_stored(const std::shared_ptr<ServingTree>& tree);
  void add_candidate(const std::shared_ptr<ServingTree>& tree, const std::string& id, std::uint64_t version,
                     StandInCandidate facts);
  void stand_in(std::size_t set, const std::vector<std::size_t>& chosen);

  const Configuration& configuration_;
  const Injection::Trees& trees_;
  Logger& log_;
  Injection out_;
  std::set<std::pair<const ServingTree*, std::string>> own_;
  std::vector<Injection::StandIn> stored_;  // what the candidates are
  std::vector<StandInCandidate> candidates_;
  std::size_t told_ = 0;
};

void InjectionReader::add_candidate(const std::shared_ptr<ServingTree>& tree, const std::string& id,
                                    std::uint64_t version, StandInCandidate facts) {
  stored_.push_back({tree, id, version});
  candidates_.push_back(std::move(facts));
}

void InjectionReader::read_set(const ManagedSet& set) {
  std::vector<PemPair> pairs;
  for (const std::size_t index : set.certificates) {
    const CertificateConfig& certificate = configuration_.certificates[index];
    const auto& tree = trees_.at(certificate.issuer);
    const std::uint64_t version = tree->has_secret() ? tree->current(certificate.id.c_str()) : 0;
    out_.versions_[certificate.id] = 0;
    const bool first = own_.emplace(tree.get(), certificate.id).second;  // a wildcard may serve several sets
    if (version == 0) continue;
    auto checked = read_checked(*tree, certificate.id, version);
    if (!checked) {
      const Error error = std::move(checked).error().with_hint("it is not served; there will be a new one");
      if (first) log_.error(cat(certificate.first_name, ": the stored certificate cannot be used: ", describe(error)));
      continue;
    }
    out_.versions_[certificate.id] = version;
    pairs.push_back(std::move(checked->pair));
    add_candidate(tree, certificate.id, version, std::move(checked->facts));
  }
  out_.sets_.push_back(std::move(pairs));
}

/// What the configuration does not name. Damage there concerns nobody but the one who looks for it.
void InjectionReader::add_stored(const std::shared_ptr<ServingTree>& tree) {
  if (!tree->has_secret()) return;
  for (const auto& id : tree->certificate_ids()) {
    const std::uint64_t version = own_.contains({tree.get(), id}) ? 0 : tree->current(id.c_str());
    if (version == 0) continue;
    auto checked = read_checked(*tree, id, version);
    if (checked) add_candidate(tree, id, version, std::move(checked->facts));
  }
}

void InjectionReader::provide_stand_ins(const std::vector<std::shared_ptr<ServingTree>>& elsewhere) {
  std::set<std::shared_ptr<ServingTree>> all{elsewhere.begin(), elsewhere.end()};
  for (const auto& [issuer, tree] : trees_) all.insert(tree);
  for (const auto& tree : all) add_stored(tree);
  const StandIns stand_ins{candidates_, SystemClock{}.now()};
  for (std::size_t set = 0; set < out_.sets_.size(); ++set) {
    if (out_.sets_[set].empty()) stand_in(set, stand_ins.choose(configuration_.sets[set].names));
  }
  if (told_ > kMostNotices) {
    out_.notices_.push_back(cat("and ", told_ - kMostNotices, " more are served by another stored certificate"));
  }
}

void InjectionReader::stand_in(std::size_t set, const std::vector<std::size_t>& chosen) {
  for (const std::size_t index : chosen) {
    auto& stored = stored_[index];
    auto checked = read_checked(*stored.tree, stored.id, stored.version);
    if (!checked) continue;
    out_.sets_[set].push_back(std::move(checked->pair));
    out_.stand_ins_[set].push_back(stored);
  }
  if (out_.stand_ins_[set].empty() || ++told_ > kMostNotices) return;
  const auto& first = configuration_.certificates[configuration_.sets[set].certificates.front()];
  out_.notices_.push_back(cat(first.first_name, ": the stored certificate ", out_.stand_ins_[set].front().id,
                              " is served until its own is there"));
}

Result<PemPair> make_placeholder_pair(UtcTime now) {
  auto key = PrivateKey::generate(KeyType{});
  if (!key) return std::move(key).error();
  auto certificate = make_placeholder(*key, now);
  if (!certificate) return std::move(certificate).error();
  auto pem = key->to_pem();
  if (!pem) return std::move(pem).error();
  PemPair pair;
  pair.fullchain = *std::move(certificate);
  pair.key = *std::move(pem);
  return pair;
}

Injection Injection::read(const Configuration& configuration, const Trees& trees,
                          const std::vector<std::shared_ptr<ServingTree>>& elsewhere, Logger& log) {
  return InjectionReader{configuration, trees, log}.run(elsewhere);
}

std::uint64_t Injection::version_of(const std::string& certificate_id) const {
  const auto found = versions_.find(certificate_id);
  return found == versions_.end() ? 0 : found->second;
}

}  // namespace acme
