// What OpenSSL has parsed in this simulation is not parsed again: the linker leads d2i_X509() and d2i_X509_REQ() of
// this program here (simulation.mk), and the same bytes are the same object. And a key is put into a certificate
// without being written and read for it once more.
#pragma once

namespace acme_test {

/// A simulation begins: what was parsed in another is forgotten.
void forget_what_was_parsed();

}  // namespace acme_test
