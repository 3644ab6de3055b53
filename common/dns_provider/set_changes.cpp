#include "common/dns_provider/set_changes.hpp"

#include <algorithm>
#include <map>

#include "common/dns_provider/txt_text.hpp"

namespace acme {

namespace {

bool holds(const std::vector<TxtValue>& values, const std::string& text) {
  return std::any_of(values.begin(), values.end(),
                     [&](const TxtValue& value) { return txt_text(value.written) == text; });
}

void add(SetChange& change, const std::vector<std::string>& texts) {
  for (const auto& text : texts) {
    if (holds(change.after.values, text)) continue;
    change.added.push_back({quote_txt(text), {}});
    change.after.values.push_back(change.added.back());
  }
}

void remove(SetChange& change, const std::vector<std::string>& texts) {
  const auto goes = [&](const TxtValue& value) {
    return std::find(texts.begin(), texts.end(), txt_text(value.written)) != texts.end();
  };
  std::copy_if(change.before.values.begin(), change.before.values.end(), std::back_inserter(change.removed), goes);
  std::erase_if(change.after.values, goes);
}

}  // namespace

std::vector<SetChange> set_changes(const std::vector<TxtSet>& sets, const std::vector<TxtRecord>& records, TxtEdit edit,
                                   std::uint32_t ttl) {
  std::map<std::string, std::vector<std::string>> wanted;
  for (const auto& record : records) wanted[record.name].push_back(record.value);
  std::vector<SetChange> changes;
  for (const auto& [name, texts] : wanted) {
    SetChange change;
    change.before.name = name;
    const auto found =
        std::find_if(sets.begin(), sets.end(), [&](const TxtSet& set) { return set.name == change.before.name; });
    if (found != sets.end()) change.before = *found;
    if (change.before.ttl == 0) change.before.ttl = ttl;
    change.after = change.before;
    if (edit == TxtEdit::add) {
      add(change, texts);
    } else {
      remove(change, texts);
    }
    if (!change.added.empty() || !change.removed.empty()) changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace acme
