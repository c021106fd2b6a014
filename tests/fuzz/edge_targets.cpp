// What comes in over ZeroMQ, and the references that people type.
#include <google/protobuf/util/message_differencer.h>

#include <cctype>
#include <string>

#include "core/answer_rules.hpp"
#include "core/event_rules.hpp"
#include "core/reference.hpp"
#include "gateway/wire.hpp"
#include "gateway/zap.hpp"
#include "target.hpp"

namespace told::fuzz {
namespace {

/// A problem names a code and says what to do; whatever a stranger sent is not repeated at length.
void hold_said(const v1::Problem& problem) {
  hold(!problem.code().empty(), "a problem has a code");
  hold(!problem.reason().empty() && !problem.mend().empty(), "a problem says what is wrong and what to do");
  hold(problem.ByteSizeLong() < 4096, "a problem is short, whatever was sent");
}

void publish_frame(std::string_view bytes) {
  v1::PublishRequest request;
  if (const auto problem = gateway::read(bytes, request)) return hold_said(*problem);
  for (const v1::Event& event : request.events()) {
    if (const auto problem = core::check_event(event, now)) {
      hold_said(*problem);
      continue;
    }
    // What is taken is written down and read again, for ever.
    v1::Event again;
    hold(again.ParseFromString(event.SerializeAsString()), "an event that was taken can be read again");
    hold(google::protobuf::util::MessageDifferencer::Equals(event, again), "an event that was taken reads as it was");
    hold(!core::check_event(again, now).has_value(), "an event that was taken once is taken again");
    hold(!event.source().empty() && !event.id().empty() && !event.subject().empty(),
         "an event that was taken says whose it is and about whom");
  }
}

void agency_frame(std::string_view bytes) {
  v1::AgencyFrame frame;
  if (const auto problem = gateway::read(bytes, frame)) return hold_said(*problem);
  if (const auto problem = gateway::refuse_unknown(frame)) return hold_said(*problem);
  const auto expected = static_cast<std::size_t>(frame.acknowledgements_size() + frame.refusals_size());
  auto said = core::read_said(frame, "police", v1::MEANS_QUEUE, now);
  hold(said.size() == expected, "everything that was said has an answer");
  for (core::Said& each : said) {
    if (const v1::Problem* problem = each.problem()) {
      hold_said(*problem);
    } else if (const auto* acknowledge = std::get_if<core::Acknowledge>(&each.what)) {
      hold(!acknowledge->by.name.empty() && !acknowledge->by.role.empty(),
           "whoever acknowledges has a name and a role");
      hold(acknowledge->by.recipient == "police", "an agency acknowledges for itself");
      hold(acknowledge->said <= now + core::clock_tolerance, "nobody has acknowledged in the future");
    }
  }
}

/// Frames are told apart by a byte of length before each.
void zap(std::string_view bytes) {
  static const gateway::AllowLists lists{
      {gateway::publishers_domain, {{"rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", "port.tilbury"}}},
      {gateway::agencies_domain, {{"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", "police.control_room"}}}};
  std::vector<std::string> question;
  while (!bytes.empty()) {
    const auto size = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    question.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(std::min<std::size_t>(size, bytes.size()));
  }
  const auto answer = gateway::zap_answer(question, lists);
  hold(gateway::admits(answer) == !answer[4].empty(), "whoever is admitted has a name, and nobody else");
  if (!gateway::admits(answer)) return;
  hold(question.size() == 7 && question[5] == "CURVE", "nobody is admitted but by CURVE");
  hold((question[2] == gateway::publishers_domain) == (answer[4] == "port.tilbury"),
       "a publisher's key is no agency's, nor the reverse");
}

void reference(std::string_view bytes) {
  for (const core::Named what : {core::Named::case_, core::Named::event, core::Named::notification, core::Named::alarm,
                                 core::Named::partys_case}) {
    core::ReferenceProblem problem{};
    const auto number = core::from_reference(what, bytes, &problem);
    if (!number) {
      hold(!problem.sentence.empty(), "a mistyped reference is told why it is refused");
      continue;
    }
    const std::string written = core::to_reference(what, *number);
    const auto again = core::from_reference(what, written);
    hold(again == number, "a reference that was taken is the one that is written for its number");
  }
}

}  // namespace

std::vector<Target> edge_targets() {
  return {{"publish_frame", "a publisher's frame, and each event in it", publish_frame},
          {"agency_frame", "a frame of an agency's worker", agency_frame},
          {"zap", "libzmq's question about a stranger's handshake", zap},
          {"reference", "a reference as somebody typed it", reference}};
}

}  // namespace told::fuzz
