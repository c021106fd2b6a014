// The example of "write a carrier" keeps what every carrier promises.
#include "example_carrier.hpp"

#include <gtest/gtest.h>

#include "rig.hpp"

namespace told::carriers::tests {
namespace {

class ExampleCarrier : public testing::Test {
 protected:
  void make(const std::filesystem::path& file) {
    Way way;
    way.recipient = "mash.duty";
    way.carrier = "append";
    way.settings["file"].text = file;
    Surroundings house;
    house.post = loop_.post();
    carrier_ = append_kind().make({way}, house);
    carrier_->on_report([this](const Report& report) { reports_.push_back(report); });
  }

  Scratch scratch_;
  Loop loop_;
  std::vector<Report> reports_;
  std::unique_ptr<Carrier> carrier_;
};

TEST_F(ExampleCarrier, SendsAndReportsOnceAndNotFromWithinSend) {
  const auto file = scratch_.path() / "told.jsonl";
  make(file);
  carrier_->send(parcel("mash.duty", 7));
  EXPECT_TRUE(reports_.empty());
  ASSERT_TRUE(loop_.turn_until([&] { return !reports_.empty(); }));
  EXPECT_EQ(reports_[0].outcome, v1::OUTCOME_SENT);
  EXPECT_EQ(reports_[0].attempt, 1U);
  EXPECT_NE(read_file(file).find("Childfamily"), std::string::npos);
}

TEST_F(ExampleCarrier, SaysWhatToDoWhereItCannot) {
  make(scratch_.path() / "no" / "such" / "directory");
  carrier_->send(parcel("mash.duty", 7));
  ASSERT_TRUE(loop_.turn_until([&] { return !reports_.empty(); }));
  EXPECT_EQ(reports_[0].outcome, v1::OUTCOME_DEFERRED);
  EXPECT_NE(reports_[0].problem.find("look at its disk"), std::string::npos);
  EXPECT_EQ(reports_[0].problem.find("Childfamily"), std::string::npos);
}

TEST_F(ExampleCarrier, IsSilentOnceItIsGone) {
  make(scratch_.path() / "told.jsonl");
  carrier_->send(parcel("mash.duty", 7));
  carrier_.reset();
  bool turned = false;
  loop_.post()([&] { turned = true; });
  ASSERT_TRUE(loop_.turn_until([&] { return turned; }));
  EXPECT_TRUE(reports_.empty());
}

}  // namespace
}  // namespace told::carriers::tests
