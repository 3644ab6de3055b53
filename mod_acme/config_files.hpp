// Which files the running configuration was read from: for the promise that a reload of ours never
// activates an edit of the operator's.
//
// httpd keeps a file name only for directives that stay in its tree; a file that holds nothing but
// LoadModule or Include lines leaves no trace. So the files known from the tree are searched for
// Include lines, conditions ignored: a file too many only delays a reload.
#pragma once

#include <ctime>

#include "common/runtime/loaded_files.hpp"
#include "mod_acme/httpd.hpp"

namespace acme {

/// Configuration files, include patterns, the modules and the program itself.
LoadedFiles loaded_files(const server_rec* main, std::time_t load_started);

}  // namespace acme
