// The text of what FileStore keeps: JSON to typed records and back. Pure.
//
// A record with a key holds it sealed, as base64url: record and key change in one rename.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/store/store.hpp"

namespace acme {

/// A record as it was written, its key still sealed.
template <class T>
struct Sealed {
  T record;  // key_pem is empty
  std::string sealed_key;
  std::string sealed_next_key;  // of an account whose key is being changed
};

/// `sealed_next_key` may be empty.
std::string account_to_json(const StoredAccount& account, std::string_view sealed_key,
                            std::string_view sealed_next_key);
std::string order_to_json(const StoredOrder& order, std::string_view sealed_key);
std::string meta_to_json(const VersionMeta& meta);
std::string state_to_json(const CertificateState& state);

/// ErrorKind::malformed, naming the member.
Result<Sealed<StoredAccount>> parse_account_record(std::string_view json);
Result<Sealed<StoredOrder>> parse_order_record(std::string_view json);
Result<VersionMeta> parse_meta(std::string_view json);
/// What is missing or of another type has its default; what is no JSON is ErrorKind::malformed.
Result<CertificateState> parse_state(std::string_view json);

}  // namespace acme
