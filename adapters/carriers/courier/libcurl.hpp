#pragma once
// libcurl, made ready once for the whole process.

namespace told::carriers {

/// Call it before anything of libcurl's, from any thread, as often as you like. Throws std::runtime_error with the
/// mend.
void ready_libcurl();

/// For a thread of ours that runs libcurl: signals are the daemon's main thread's; and a peer that is gone must not end
/// the process (SIGPIPE).
void take_no_signals();

}  // namespace told::carriers
