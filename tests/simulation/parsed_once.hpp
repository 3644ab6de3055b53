// What OpenSSL has parsed in this simulation is not parsed again: the linker leads d2i_X509() and
// PEM_read_bio_PrivateKey_ex() of this program here (simulation.mk), and the same bytes are the same object.
#pragma once

namespace acme_test {

/// A simulation begins: what was parsed in another is forgotten.
void forget_what_was_parsed();

}  // namespace acme_test
