// toldctl ack, done, call, stand-down, screen, same-child, another-child, close: what people do.
#include <memory>
#include <ostream>

#include "audit/json.hpp"
#include "ctl/board_client.hpp"
#include "ctl/order.hpp"
#include "ctl/session.hpp"
#include "ctl/when.hpp"
#include "told/v1/api.pb.h"

namespace told::ctl {

void act(Session& session, const std::string& path, const google::protobuf::Message& request) {
  v1::ActionReport report;
  BoardClient(session).post(path, request, &report);
  if (session.json)
    session.out << audit::to_pretty_json(report);
  else
    session.out << report.reference() << ": " << report.sentence() << ".\n";
}

namespace {

void add_ack(Command& app, Session& session) {
  Command& made =
      command(app, "ack", "Acknowledge a notification in the name of a person at the recipient",
              "  toldctl ack N-7K3-M9QY --by \"A. Sergeant\" --role \"control room\"\n"
              "  toldctl ack N-7K3-M9QY --by \"A. Sergeant\" --role \"control room\" --note \"unit on its way\"");
  takes_json(made, session);
  struct Given {
    std::string reference, by, role, note, at, recorded_by;
  };
  auto given = std::make_shared<Given>();
  made.option("REF", given->reference, "The notification's reference (N-…)").required();
  made.option("--by", given->by, "The person who has it, by name").required();
  made.option("--role", given->role, "Their role").required();
  made.option("--note", given->note, "What they said");
  made.option("--at", given->at, "When they said so: 21:14 (London) or RFC 3339; now if not given");
  made.option("--recorded-by", given->recorded_by, "Who records it, where that is somebody else");
  made.runs([&session, given] {
    v1::AcknowledgeRequest request;
    request.set_person(given->by);
    request.set_role(given->role);
    request.set_note(given->note);
    request.set_recorded_by(given->recorded_by);
    if (!given->at.empty()) *request.mutable_said_at() = stamp(read_time(given->at, now()));
    act(session, "/v1/notifications/" + in_path(given->reference) + "/acknowledge", request);
  });
}

void add_done(Command& app, Session& session) {
  Command& made = command(
      app, "done", "Record that a duty is done: its clock stops",
      "  toldctl done N-7K3-M9QY --by \"C. Worker\" --role \"social worker\" --evidence \"LCS form 17\"\n"
      "  toldctl done N-7K3-M9QY --by \"C. Worker\" --role \"social worker\" --evidence \"visit note\" --at 21:14");
  takes_json(made, session);
  struct Given {
    std::string reference, by, role, evidence, at, recorded_by;
    bool for_good = false;
  };
  auto given = std::make_shared<Given>();
  made.option("REF", given->reference, "The duty's reference (N-…), as toldctl open shows it").required();
  made.option("--by", given->by, "Who did it, by name").required();
  made.option("--role", given->role, "Their role").required();
  made.option("--evidence", given->evidence, "Where the evidence lies: a reference, never the thing itself").required();
  made.option("--at", given->at, "When it was done: 21:14 (London) or RFC 3339; now if not given");
  made.option("--recorded-by", given->recorded_by, "Who records it, where that is somebody else");
  made.flag("--for-good", given->for_good, "Of one that repeats: it is not owed again (the initial review was held)");
  made.runs([&session, given] {
    v1::AcknowledgeRequest request;
    request.set_person(given->by);
    request.set_role(given->role);
    request.set_note(given->evidence);
    request.set_recorded_by(given->recorded_by);
    request.set_done(true);
    request.set_ends(given->for_good);
    if (!given->at.empty()) *request.mutable_said_at() = stamp(read_time(given->at, now()));
    act(session, "/v1/notifications/" + in_path(given->reference) + "/acknowledge", request);
  });
}

void add_call(Command& app, Session& session) {
  Command& made = command(
      app, "call", "Record that somebody rang the recipient and told a named person",
      "  toldctl call N-7K3-M9QY --told \"A. Sergeant\" --role \"control room\" --by \"B. Manager\"\n"
      "  toldctl call N-7K3-M9QY --told \"A. Sergeant\" --role \"control room\" --by \"B. Manager\" --at 21:14");
  takes_json(made, session);
  struct Given {
    std::string reference, told, role, by, at, note;
  };
  auto given = std::make_shared<Given>();
  made.option("REF", given->reference, "The notification's reference (N-…)").required();
  made.option("--told", given->told, "The person who was told, by name").required();
  made.option("--role", given->role, "Their role").required();
  made.option("--by", given->by, "Who rang, by name").required();
  made.option("--at", given->at, "When: 21:14 (London) or RFC 3339; now if not given");
  made.option("--note", given->note, "What they said");
  made.runs([&session, given] {
    v1::CallRequest request;
    request.set_told_person(given->told);
    request.set_told_role(given->role);
    request.set_by(given->by);
    request.set_note(given->note);
    if (!given->at.empty()) *request.mutable_said_at() = stamp(read_time(given->at, now()));
    act(session, "/v1/notifications/" + in_path(given->reference) + "/call", request);
  });
}

void add_stand_down(Command& app, Session& session) {
  Command& made =
      command(app, "stand-down", "End a case's missing episode by hand; everyone who was told is told of the end",
              "  toldctl stand-down C-7K3-M9QG --by \"B. Manager\" --role \"duty manager\" --reason \"seen at home\"");
  takes_json(made, session);
  struct Given {
    std::string reference;
    Order order;
  };
  auto given = std::make_shared<Given>();
  made.option("CASE", given->reference, "The case's reference (C-…)").required();
  ask_who_orders(made, given->order, "Who ends it, by name");
  made.runs([&session, given] {
    v1::StandDownRequest request;
    sign(request, given->order);
    act(session, "/v1/cases/" + in_path(given->reference) + "/stand-down", request);
  });
}

void add_screen(Command& app, Session& session) {
  Command& made =
      command(app, "screen", "Keep a recipient out of a case: no rung and no rule of it reaches them",
              "  toldctl screen C-7K3-M9QG --recipient team_manager --by \"B. Manager\" --role \"service "
              "manager\" --reason \"the "
              "case is about them\"\n"
              "  toldctl screen C-7K3-M9QG --recipient team_manager --lift --by \"B. Manager\" --role \"service "
              "manager\" --reason "
              "\"ordered in error\"");
  takes_json(made, session);
  struct Given {
    std::string reference, recipient;
    Order order;
    bool lift = false;
  };
  auto given = std::make_shared<Given>();
  made.option("CASE", given->reference, "The case's reference (C-…)").required();
  made.option("--recipient", given->recipient, "Whom to keep out, as named in the policy").required();
  made.flag("--lift", given->lift, "Let them in again");
  ask_who_orders(made, given->order, "Who orders it, by name");
  made.runs([&session, given] {
    v1::ScreenRequest request;
    request.set_recipient(given->recipient);
    request.set_lifted(given->lift);
    sign(request, given->order);
    act(session, "/v1/cases/" + in_path(given->reference) + "/screen", request);
  });
}

void add_same_child(Command& app, Session& session) {
  Command& made =
      command(app, "same-child",
              "Say that two cases are the same child's: both go on in the older one, and everybody who was "
              "told is told so. A mistake is undone by another-child, said of each report of the younger one",
              "  toldctl same-child C-7K3-M9QG C-8P1-2R41 --by \"B. Manager\" --role \"service manager\" "
              "--reason \"the same fingerprints\"");
  takes_json(made, session);
  struct Given {
    std::string one, other;
    Order order;
  };
  auto given = std::make_shared<Given>();
  made.option("CASE", given->one, "The one case's reference (C-…)").required();
  made.option("OTHER", given->other, "The other case's reference (C-…)").required();
  ask_who_orders(made, given->order, "Who says so, by name");
  made.runs([&session, given] {
    v1::SameChildRequest request;
    request.set_other_case(given->other);
    sign(request, given->order);
    act(session, "/v1/cases/" + in_path(given->one) + "/same-child", request);
  });
}

void add_another_child(Command& app, Session& session) {
  Command& made =
      command(app, "another-child",
              "Say that an event was about another child: it goes on in that child's case, and everybody who "
              "was told of it is told so",
              "  toldctl another-child E-7K3-M9QX --by \"B. Manager\" --role \"service manager\" --reason "
              "\"brothers\"\n"
              "  toldctl another-child E-7K3-M9QX --case C-8P1-2R41 --by \"B. Manager\" --role \"service "
              "manager\" --reason \"brothers\"");
  takes_json(made, session);
  struct Given {
    std::string event, to;
    Order order;
  };
  auto given = std::make_shared<Given>();
  made.option("EVENT", given->event, "The event's reference (E-…), as its receipt and its case show it").required();
  made.option("--case", given->to, "The other child's case (C-…); a new one if not given");
  ask_who_orders(made, given->order, "Who says so, by name");
  made.runs([&session, given] {
    v1::AnotherChildRequest request;
    request.set_case_ref(given->to);
    sign(request, given->order);
    act(session, "/v1/events/" + in_path(given->event) + "/another-child", request);
  });
}

void add_close(Command& app, Session& session) {
  Command& made = command(
      app, "close", "Close an alarm that a named person has dealt with",
      "  toldctl close A-7K3-M9Q8 --by \"B. Manager\" --role \"duty manager\" --note \"rang the superintendent\"");
  takes_json(made, session);
  struct Given {
    std::string reference, by, role, note;
  };
  auto given = std::make_shared<Given>();
  made.option("ALARM", given->reference, "The alarm's reference (A-…)").required();
  made.option("--by", given->by, "Who dealt with it, by name").required();
  made.option("--role", given->role, "Their role").required();
  made.option("--note", given->note, "What was done about it").required();
  made.runs([&session, given] {
    v1::CloseAlarmRequest request;
    request.set_person(given->by);
    request.set_role(given->role);
    request.set_note(given->note);
    act(session, "/v1/alarms/" + in_path(given->reference) + "/close", request);
  });
}

}  // namespace

void add_actions(Command& app, Session& session) {
  add_ack(app, session);
  add_done(app, session);
  add_call(app, session);
  add_stand_down(app, session);
  add_screen(app, session);
  add_same_child(app, session);
  add_another_child(app, session);
  add_close(app, session);
}

}  // namespace told::ctl
