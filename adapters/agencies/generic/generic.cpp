// Every other recipient (MASH, duty managers, the Virtual School), from the policy alone.
#include "agencies/agency.hpp"

namespace told::agencies {
namespace {

class Generic final : public Agency {
 public:
  [[nodiscard]] std::string_view name() const override { return "generic"; }
  void word(v1::Event&& allowed, v1::Delivery& delivery) const override {
    word_generically(std::move(allowed), delivery);
  }
};

}  // namespace

std::unique_ptr<Agency> make_generic() { return std::make_unique<Generic>(); }

}  // namespace told::agencies
