// Our section of mod_status' page: whether the engine lives, and how many certificates stand how.
#pragma once

namespace acme {

/// Nothing happens without mod_status.
void register_server_status_hook();

}  // namespace acme
