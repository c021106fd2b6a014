#pragma once
// Where SQLite finds a simulated disk. Private to the file disk.
#include <string>

namespace told::sim {

class FileDisk;

/// nullptr: it is gone.
void mount(const std::string& directory, FileDisk* disk);

}  // namespace told::sim
