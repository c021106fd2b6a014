// Only compiles what almost every file includes (CMakeLists.txt).
