// Questions and answers as DNS messages (RFC 1035 §4), by ldns: bytes in, values out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/dns/dns_lookup.hpp"

namespace acme {

/// Can be asked for: labels of letters, digits, '-' and '_', at most 63 bytes each and 253 in all.
bool is_askable(std::string_view name);

/// From OpenSSL's generator: what a forger has to guess.
Result<std::uint16_t> random_message_id();

/// The message that puts the question. ErrorKind::configuration: a name that is not askable.
Result<std::vector<std::uint8_t>> make_query(const DnsQuestion& question, std::uint16_t id);

/// Same id, an answer, same question (the case of letters aside); an answer that is only an error code needs no
/// question.
bool is_answer_to(std::span<const std::uint8_t> query, std::span<const std::uint8_t> message);
/// The TC bit: the whole answer comes by TCP.
bool is_truncated(std::span<const std::uint8_t> message);

/// Of the answer section what belongs to the name that was asked for: its records, CNAMEs from it on, and the records
/// at their end. ErrorKind::server_error: no DNS message.
Result<DnsAnswer> parse_answer(std::span<const std::uint8_t> message, const DnsQuestion& question);

}  // namespace acme
