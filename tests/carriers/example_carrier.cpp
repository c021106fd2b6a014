#include "example_carrier.hpp"

#include <google/protobuf/util/json_util.h>

#include <fstream>

namespace told::carriers::tests {
namespace {

class Append final : public Carrier {
 public:
  Append(const std::vector<Way>& ways, std::function<void(std::function<void()>)> post) : post_(std::move(post)) {
    replace_ways(ways);
  }

  [[nodiscard]] const char* name() const override { return "append"; }
  [[nodiscard]] bool goes_out() const override { return true; }

  void replace_ways(const std::vector<Way>& ways) override {
    files_.clear();
    for (const Way& way : ways) files_[way.recipient] = way.text("file");
  }

  void send(Parcel parcel) override {
    std::string line;
    static_cast<void>(google::protobuf::util::MessageToJsonString(parcel.delivery, &line));
    std::ofstream file(files_[parcel.recipient], std::ios::app);
    file << line << std::endl;

    Report report = report_of(parcel);
    report.outcome = file ? v1::OUTCOME_SENT : v1::OUTCOME_DEFERRED;  // nobody has read it yet: not `delivered`
    report.code = file ? "appended" : "not_written";
    if (!file) report.problem = files_[parcel.recipient] + " cannot be written to: look at its disk and its rights";
    // Never from within send(), and not once this is gone.
    post_([this, alive = std::weak_ptr<bool>(alive_), report] {
      if (!alive.expired()) report_(report);
    });
  }

 private:
  std::function<void(std::function<void()>)> post_;
  std::map<std::string, std::string> files_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

Kind append_kind() {
  Kind kind;
  kind.name = "append";
  kind.settings = {{"file", Setting::Is::path, true}};
  kind.problems_of = [](const Way&) { return std::vector<WayProblem>{}; };
  kind.make = [](const std::vector<Way>& ways, const Surroundings& house) -> std::unique_ptr<Carrier> {
    return std::make_unique<Append>(ways, house.post);
  };
  return kind;
}

}  // namespace told::carriers::tests
