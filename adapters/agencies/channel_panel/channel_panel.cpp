// The Channel panel: a section 36 referral, and nothing else (CTSA 2015 s.36: only police can make one).
#include "agencies/agency.hpp"
#include "agencies/same_groups.hpp"

namespace told::agencies {
namespace {

class ChannelPanel final : public Agency {
 public:
  [[nodiscard]] std::string_view name() const override { return "channel_panel"; }

  void word(v1::Event&& allowed, v1::Delivery& delivery) const override {
    agency::v1::ChannelPanelReferral& referral = *delivery.mutable_channel_panel();
    if (!allowed.has_prevent_section36()) return;  // no safeguarding event may say anything here, whatever a rule says
    move_same_groups(*allowed.mutable_prevent_section36(), referral);
  }
};

}  // namespace

std::unique_ptr<Agency> make_channel_panel() { return std::make_unique<ChannelPanel>(); }

}  // namespace told::agencies
