#include "gateway/curve_key.hpp"

#include <sys/stat.h>
#include <zmq.h>

#include <array>
#include <fstream>
#include <stdexcept>

namespace told::gateway {
namespace {

constexpr std::size_t z85_length = 40;

std::string read_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line))
    throw std::runtime_error("cannot read the key file " + path +
                             ": make one with `toldctl keys new curve NAME`, or mend the path");
  std::array<std::uint8_t, 32> bytes{};
  if (line.size() != z85_length || zmq_z85_decode(bytes.data(), line.c_str()) == nullptr)
    throw std::runtime_error(path +
                             " holds no CURVE key (one line of 40 characters): make one with `toldctl keys new "
                             "curve NAME`");
  return line;
}

}  // namespace

CurveKey new_curve_key() {
  std::array<char, z85_length + 1> public_key{};
  std::array<char, z85_length + 1> secret_key{};
  if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0)
    throw std::runtime_error("libzmq was built without CURVE: install Debian's libzmq5");
  return {public_key.data(), secret_key.data()};
}

CurveKey read_curve_secret(const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) == 0 && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw std::runtime_error("others can read the secret key " + path + ": chmod 600 it");
  CurveKey key;
  key.secret_key = read_line(path);
  std::array<char, z85_length + 1> public_key{};
  if (zmq_curve_public(public_key.data(), key.secret_key.c_str()) != 0)
    throw std::runtime_error(path + " holds no CURVE secret key");
  key.public_key = public_key.data();
  return key;
}

std::string read_curve_public(const std::string& path) { return read_line(path); }

}  // namespace told::gateway
