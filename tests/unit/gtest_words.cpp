// Only compiles what every test includes (tests/CMakeLists.txt).
