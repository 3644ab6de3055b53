// What takes OpenSSL real time and teaches nothing when it is done again: keys are made once in a program and drawn by
// every simulation from the first one on, written as PEM and read from it once.
// Signatures of requests are numbers that only their maker and is_signed_by() know, who is right that these bytes were
// signed with this key. The linker leads those functions here (simulation.mk).
#pragma once

namespace acme_test {

/// A simulation begins: all keys are there to be drawn, no signature is known.
void begin_drawing_keys();

}  // namespace acme_test
