#include "common/control/acmectl/planned_changes.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "common/base/text.hpp"
#include "common/control/acmectl/shown_certificate.hpp"
#include "common/crypto/certificate_facts.hpp"

namespace acme {

namespace {

using Rows = std::map<std::string, const CertificateRow*>;

std::string difference(const std::vector<std::string>& from, const std::vector<std::string>& names) {
  std::string found;
  for (const auto& name : names) {
    if (std::find(from.begin(), from.end(), name) == from.end()) found += (found.empty() ? "" : " ") + name;
  }
  return found;
}

std::size_t shared_names(const CertificateRow& a, const CertificateRow& b) {
  return static_cast<std::size_t>(std::count_if(a.names.begin(), a.names.end(), [&](const std::string& name) {
    return std::find(b.names.begin(), b.names.end(), name) != b.names.end();
  }));
}

/// "names added: a b; issuer x instead of y".
std::string what_changed(const CertificateRow& before, const CertificateRow& after) {
  std::vector<std::string> parts;
  const std::string added = difference(before.names, after.names), removed = difference(after.names, before.names);
  if (!added.empty()) parts.push_back("names added: " + added);
  if (!removed.empty()) parts.push_back("names removed: " + removed);
  const std::string& issuer = before.issuer.empty() ? before.issued_by : before.issuer;
  if (issuer != after.issuer) parts.push_back(cat("issuer ", after.issuer, " instead of ", issuer));
  if (before.key_type != after.key_type) parts.push_back(cat("key ", after.key_type, " instead of ", before.key_type));
  return parts.empty() ? "its profile changed" : join(parts, "; ");
}

/// A running certificate that is not wanted any more and is most like this one; none shares a name: nullptr.
const CertificateRow* predecessor(const Rows& leaving, const CertificateRow& wanted) {
  const CertificateRow* best = nullptr;
  const auto likeness = [&](const CertificateRow& row) {
    return 4 * shared_names(row, wanted) + (row.key_type == wanted.key_type ? 2U : 0U) +
           (row.issuer == wanted.issuer ? 1U : 0U);
  };
  for (const auto& [id, row] : leaving) {
    if (shared_names(*row, wanted) > 0 && (best == nullptr || likeness(*row) > likeness(*best))) best = row;
  }
  return best;
}

bool covers_all(const CertificateRow& row, const std::vector<std::string>& names) {
  CertificateFacts facts;
  for (const auto& name : row.names) facts.names.push_back({IdentifierType::dns, name});
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return covers(facts, {IdentifierType::dns, name});
  });
}

/// What is, or will be, stored and in no configuration, and spares the order of a new one until it is due itself: the
/// one that does so longest; nullptr: none. As runtime/orphans.hpp has it.
const CertificateRow* spares_order(const Rows& stored, const CertificateRow& wanted, UtcTime now) {
  const CertificateRow* longest = nullptr;
  for (const auto& [id, row] : stored) {
    const bool sound = row->version > 0 && row->standing != CertificateStanding::revoked && row->failures == 0;
    const bool lives = row->not_after && *row->not_after > now && row->next && *row->next > now;
    if (!sound || !lives || row->issued_by != wanted.issuer || row->key_type != wanted.key_type) continue;
    if (covers_all(*row, wanted.names) && (longest == nullptr || *row->next > *longest->next)) longest = row;
  }
  return longest;
}

PlannedChange for_known(const CertificateRow& known, UtcTime now) {
  PlannedChange change{PlannedAction::keep, known.name, known.id, ""};
  const bool lives = known.version > 0 && known.not_after && *known.not_after > now;
  const std::string valid = lives ? "valid to " + format_for_people(*known.not_after) : "";
  if (known.standing == CertificateStanding::orphan) {
    change.action = lives ? PlannedAction::keep : PlannedAction::order;
    change.why = lives ? "stored from earlier, " + valid : "what is stored from earlier has expired";
  } else if (known.version == 0 && known.failures == 0 && known.next && *known.next > now) {
    change.why = cat(known.reason, ", ordered about ", format_for_people(*known.next));
  } else if (known.version == 0) {
    change.action = PlannedAction::order;
    change.why = known.last_error.empty() ? "there is none yet" : "there is none yet: " + shown_error(known);
  } else if (!known.next) {
    change.why = cat("not renewed by itself: ", known.reason);
  } else if (known.standing == CertificateStanding::revoked || !lives || *known.next <= now) {
    change.action = PlannedAction::renew;
    change.why = !lives ? "it has expired" : known.reason.empty() ? "it is due" : known.reason;
  } else {
    change.why = cat(valid, ", next renewal ", format_for_people(*known.next));
  }
  return change;
}

}  // namespace

const char* action_name(PlannedAction action) {
  switch (action) {
    case PlannedAction::order: return "order";
    case PlannedAction::replace: return "replace";
    case PlannedAction::renew: return "renew";
    case PlannedAction::keep: return "keep";
    case PlannedAction::drop: return "drop";
  }
  return "";
}

std::vector<PlannedChange> planned_changes(const std::vector<CertificateRow>& running,
                                           const std::vector<CertificateRow>& wanted, UtcTime now) {
  Rows known, leaving, stored;
  std::set<std::string> wanted_ids;
  for (const auto& row : wanted) wanted_ids.insert(row.id);
  for (const auto& row : running) {
    known[row.id] = &row;
    if (wanted_ids.count(row.id) > 0) continue;
    stored[row.id] = &row;
    if (row.standing != CertificateStanding::orphan) leaving[row.id] = &row;
  }
  std::vector<PlannedChange> changes;
  std::set<std::string> replaced;
  for (const auto& row : wanted) {
    if (const auto found = known.find(row.id); found != known.end()) {
      changes.push_back(for_known(*found->second, now));
      continue;
    }
    const CertificateRow* spared_by = spares_order(stored, row, now);
    const CertificateRow* before = spared_by != nullptr ? spared_by : predecessor(leaving, row);
    PlannedChange change{PlannedAction::order, row.name, row.id, "it is new in the configuration"};
    if (spared_by != nullptr) {
      change.action = PlannedAction::keep;
      change.why = cat(what_changed(*before, row), "; the one of ", before->name, " covers it, ordered about ",
                       format_for_people(*before->next));
      replaced.insert(before->id);
    } else if (before != nullptr) {
      change.action = PlannedAction::replace;
      change.why = what_changed(*before, row);
      if (before->version > 0) change.why += "; the one of " + before->name + " is served until then";
      replaced.insert(before->id);
    }
    changes.push_back(std::move(change));
  }
  for (const auto& [id, row] : leaving) {
    if (replaced.count(id) > 0) continue;
    changes.push_back(
        {PlannedAction::drop, row->name, id, "it is in the configuration no more; kept until it expires"});
  }
  return changes;
}

}  // namespace acme
