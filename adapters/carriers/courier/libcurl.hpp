#pragma once
// libcurl, made ready once for the whole process.

namespace told::carriers {

/// Call it before anything of libcurl's, from any thread, as often as you like. Throws std::runtime_error with the
/// mend.
void ready_libcurl();

}  // namespace told::carriers
