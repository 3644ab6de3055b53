// One attempt at a certificate: its steps with how long each took, and how far each name is.
#pragma once

#include "common/report/attempt.hpp"
#include "common/report/html_text.hpp"

namespace acme {

void add_attempt(Html& html, const Attempt& attempt, UtcTime now);

}  // namespace acme
