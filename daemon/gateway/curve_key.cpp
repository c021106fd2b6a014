#include "gateway/curve_key.hpp"

#include <zmq.h>

#include <array>
#include <stdexcept>

namespace told::gateway {
namespace {

constexpr std::size_t z85_length = 40;

}  // namespace

CurveKey new_curve_key() {
  std::array<char, z85_length + 1> public_key{};
  std::array<char, z85_length + 1> secret_key{};
  if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0)
    throw std::runtime_error("libzmq was built without CURVE: install Debian's libzmq5");
  return {public_key.data(), secret_key.data()};
}

CurveKey curve_key_of(const std::string& secret_key) {
  CurveKey key;
  key.secret_key = secret_key;
  std::array<char, z85_length + 1> public_key{};
  if (secret_key.size() != z85_length || zmq_curve_public(public_key.data(), secret_key.c_str()) != 0)
    throw std::runtime_error(
        "the CURVE secret key is one line of 40 characters: make one with `toldctl keys new curve NAME`");
  key.public_key = public_key.data();
  return key;
}

}  // namespace told::gateway
