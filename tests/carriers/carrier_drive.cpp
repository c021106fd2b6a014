// Drives one carrier as the daemon does, for tests with real peers: JSON lines come in, JSON lines go out.
//
//   carrier_drive KIND        first line: {"origin": "told.council.test/ledger", "ways": [{"recipient": "a", ...}]}
//                             where a way's other members are its settings; times are numbers of milliseconds
//   {"send": "a", "count": 10, "first": 1, "attempt": 1, "call": 1, "link": "https://...", "kind": 1}
//   {"ways": [...]}           replaces them
//   {"answers": "refused"}    what comes of what recipients say from now on: "recorded" (as it begins), "refused", or
//                             "busy", and recorded the next time
//   {"quit": true}            goes at once, with whatever is under way
//
// As in the daemon, one attempt at a time is under way for a recipient that the carrier goes out to. Each report is a
// line {"report": {...}}, each answer {"answer": {...}}, a way's problem {"way_problem": {...}}, what making or
// replacing throws {"failed": "..."}. It ends when its input has and everything that was sent is reported.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <deque>
#include <iostream>
#include <map>
#include <stdexcept>
#include <thread>

#include "carriers/kind.hpp"
#include "core/problem.hpp"
#include "core/reference.hpp"
#include "rig.hpp"

namespace told {
namespace {

namespace tests = carriers::tests;
using Object = google::protobuf::Struct;

Object read(const std::string& line) {
  Object object;
  if (!google::protobuf::util::JsonStringToMessage(line, &object).ok()) throw std::runtime_error("no JSON: " + line);
  return object;
}

void print(const char* what, const google::protobuf::Value& value) {
  Object line;
  (*line.mutable_fields())[what] = value;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(line, &text).ok()) throw std::runtime_error("no UTF-8 to print");
  std::cout << text << std::endl;  // whoever reads it waits for this line
}

void print(const char* what, const std::string& text) {
  google::protobuf::Value value;
  value.set_string_value(text);
  print(what, value);
}

bool has(const Object& object, const char* name) { return object.fields().contains(name); }
std::string text_of(const Object& object, const char* name) {
  return has(object, name) ? object.fields().at(name).string_value() : std::string();
}
std::uint32_t number_of(const Object& object, const char* name, std::uint32_t otherwise) {
  return has(object, name) ? static_cast<std::uint32_t>(object.fields().at(name).number_value()) : otherwise;
}

carriers::Value setting(const google::protobuf::Value& said) {
  carriers::Value value;
  value.text = said.string_value();
  for (const auto& text : said.list_value().values()) value.texts.push_back(text.string_value());
  value.time = std::chrono::milliseconds{static_cast<std::int64_t>(said.number_value())};
  return value;
}

std::vector<carriers::Way> ways_of(const carriers::Kind& kind, const Object& line) {
  std::vector<carriers::Way> ways;
  for (const auto& said : line.fields().at("ways").list_value().values()) {
    carriers::Way way;
    way.recipient = text_of(said.struct_value(), "recipient");
    way.carrier = kind.name;
    for (const carriers::Setting& wanted : kind.settings)
      if (has(said.struct_value(), wanted.name))
        way.settings[wanted.name] = setting(said.struct_value().fields().at(wanted.name));
    if (kind.problems_of != nullptr)
      for (const auto& problem : kind.problems_of(way)) print("way_problem", problem.setting + ": " + problem.text);
    ways.push_back(std::move(way));
  }
  return ways;
}

google::protobuf::Value value_of(const carriers::Report& report) {
  google::protobuf::Value value;
  auto& fields = *value.mutable_struct_value()->mutable_fields();
  fields["recipient"].set_string_value(report.recipient);
  fields["notification"].set_string_value(core::to_reference(report.notification));
  fields["attempt"].set_number_value(report.attempt);
  fields["outcome"].set_string_value(v1::Outcome_Name(report.outcome));
  fields["code"].set_string_value(report.code);
  fields["problem"].set_string_value(report.problem);
  fields["retry_after_ms"].set_number_value(static_cast<double>(report.retry_after.count()));
  fields["closed"].set_bool_value(report.closed);
  fields["tls"].set_string_value(report.seen.tls);
  fields["certificate_ends"].set_number_value(static_cast<double>(report.seen.certificate_ends));
  fields["round_trip_ms"].set_number_value(static_cast<double>(report.seen.round_trip.count()));
  return value;
}

google::protobuf::Value value_of(const carriers::Answer& answer) {
  google::protobuf::Value value;
  auto& fields = *value.mutable_struct_value()->mutable_fields();
  fields["recipient"].set_string_value(answer.recipient);
  fields["means"].set_string_value(v1::Means_Name(answer.means));
  std::string said;
  if (google::protobuf::util::MessageToJsonString(answer.said, &said).ok())
    *fields["said"].mutable_struct_value() = read(said);
  if (answer.problem) fields["problem"].set_string_value(answer.problem->code() + ": " + answer.problem->reason());
  return value;
}

/// What the door behind the carrier makes of it.
v1::ServiceFrame results_of(const carriers::Answer& answer, const std::string& how) {
  v1::ServiceFrame frame;
  if (answer.problem) {
    *frame.mutable_problem() = *answer.problem;
    return frame;
  }
  for (const v1::Acknowledgement& said : answer.said.acknowledgements()) {
    v1::AcknowledgementResult& result = *frame.add_results();
    result.set_notification(said.notification());
    result.set_recorded(how == "recorded");
    if (how != "recorded")
      *result.mutable_problem() = core::make_problem(how == "busy" ? "busy" : "not_yours", "notification",
                                                     "the reason of the test", "the mend of the test");
  }
  return frame;
}

class Drive {
 public:
  explicit Drive(const carriers::Kind& kind) : kind_(kind) {}

  int run() {
    std::string first;
    std::getline(std::cin, first);
    const Object setup = read(first);
    carriers::Surroundings house;
    house.post = post_;
    house.secret_text = [](const std::string& file) {
      const std::string text = tests::read_file(file);
      if (text.empty()) throw std::runtime_error(file + " cannot be read");
      return text;
    };
    house.secret = [whole = house.secret_text](const std::string& file) {
      const std::string text = whole(file);
      return text.substr(0, text.find('\n'));
    };
    house.origin = text_of(setup, "origin");
    carrier_ = kind_.make(ways_of(kind_, setup), house);
    carrier_->on_report([this](const carriers::Report& report) { reported(report); });
    carrier_->on_answer([this](carriers::Answer answer) {
      print("answer", value_of(answer));
      const std::string how = answers_;
      if (how == "busy") answers_ = "recorded";
      if (answer.answered) answer.answered(results_of(answer, how));
    });
    std::thread([this] { read_on(); }).detach();  // it may be reading when there is nothing more to do
    const bool done =
        loop_.turn_until([this] { return quit_ || (ended_ && waiting_count_ == 0); }, std::chrono::hours{1});
    carrier_.reset();
    return done ? 0 : 1;
  }

 private:
  void read_on() {
    for (std::string line; std::getline(std::cin, line);) post_([this, line] { obey(read(line)); });
    post_([this] { ended_ = true; });
  }

  void obey(const Object& line) {
    quit_ = has(line, "quit");
    if (has(line, "ways")) {
      try {
        carrier_->replace_ways(ways_of(kind_, line));
      } catch (const std::runtime_error& e) {
        print("failed", std::string(e.what()));
      }
    }
    if (has(line, "answers")) answers_ = text_of(line, "answers");
    if (has(line, "send")) queue(line);
  }

  void queue(const Object& line) {
    const std::string recipient = text_of(line, "send");
    const std::uint32_t first = number_of(line, "first", 1);
    const std::uint32_t count = number_of(line, "count", 1);
    const bool idle = lanes_[recipient].empty();
    for (std::uint32_t i = 0; i < count; ++i) {
      carriers::Parcel parcel = tests::parcel(recipient, first + i, number_of(line, "attempt", 1));
      parcel.link = text_of(line, "link");
      parcel.delivery.set_call(number_of(line, "call", 1));
      parcel.delivery.set_status(v1::STATUS_TEST);
      parcel.delivery.set_kind(static_cast<v1::NotificationKind>(number_of(line, "kind", 1)));
      lanes_[recipient].push_back(std::move(parcel));
      ++waiting_count_;
    }
    if (idle) next(recipient);
  }

  void next(const std::string& recipient) {
    const auto& lane = lanes_[recipient];
    if (!lane.empty()) carrier_->send(lane.front());
  }

  void reported(const carriers::Report& report) {
    print("report", value_of(report));
    auto& lane = lanes_[report.recipient];
    if (lane.empty() || lane.front().notification != report.notification)
      throw std::logic_error("a report that nobody waited for");
    lane.pop_front();
    --waiting_count_;
    next(report.recipient);
  }

  const carriers::Kind& kind_;
  tests::Loop loop_;
  std::function<void(std::function<void()>)> post_ = loop_.post();
  std::unique_ptr<carriers::Carrier> carrier_;
  std::map<std::string, std::deque<carriers::Parcel>> lanes_;
  std::string answers_ = "recorded";
  std::size_t waiting_count_ = 0;
  bool ended_ = false;
  bool quit_ = false;
};

}  // namespace
}  // namespace told

int main(int argc, char** argv) {
  const told::carriers::Kind* kind = argc == 2 ? told::carriers::kind(argv[1]) : nullptr;
  if (kind == nullptr) {
    std::cerr << "usage: carrier_drive KIND < LINES\n";
    return 64;
  }
  try {
    told::Drive drive(*kind);
    const int code = drive.run();
    std::cout.flush();
    std::_Exit(code);  // the thread that reads may still wait for a line
  } catch (const std::exception& e) {
    told::print("failed", std::string(e.what()));
    std::_Exit(1);
  }
}
