// toldctl hold, erase, disclosures, subject-access: what is kept of a case, what goes, and what is handed over.
#include <memory>
#include <ostream>

#include "audit/clock.hpp"
#include "audit/csv.hpp"
#include "audit/json.hpp"
#include "audit/kinds.hpp"
#include "ctl/board_client.hpp"
#include "ctl/order.hpp"
#include "ctl/private_file.hpp"
#include "ctl/session.hpp"
#include "ctl/when.hpp"
#include "told/v1/api.pb.h"

namespace told::ctl {
namespace {

struct Given {
  std::string reference, format = "markdown", output;
  Order order;
  bool lift = false;
};

void takes_a_person(Command& made, const std::shared_ptr<Given>& given, const char* who) {
  made.option("CASE", given->reference, "The case's reference (C-…)").required();
  ask_who_orders(made, given->order, who);
}

template <class Request>
Request by_person(const Given& given) {
  Request request;
  sign(request, given.order);
  return request;
}

std::string address(const Given& given, const char* what) {
  return "/v1/cases/" + in_path(given.reference) + "/" + what;
}

void add_hold(Command& app, Session& session) {
  Command& made = command(
      app, "hold", "Put a legal hold on a case (an inquiry, litigation): nothing of it is purged or erased",
      "  toldctl hold C-7K3-M9QG --by \"B. Manager\" --role \"head of legal\" --reason \"inquiry of 3 March\"\n"
      "  toldctl hold C-7K3-M9QG --lift --by \"B. Manager\" --role \"head of legal\" --reason \"it has ended\"");
  takes_json(made, session);
  auto given = std::make_shared<Given>();
  takes_a_person(made, given, "Who orders it, by name");
  made.flag("--lift", given->lift, "Lift it: what was withdrawn meanwhile is purged now");
  made.runs([&session, given] {
    auto request = by_person<v1::HoldRequest>(*given);
    request.set_lifted(given->lift);
    act(session, address(*given, "hold"), request);
  });
}

void add_erase(Command& app, Session& session) {
  Command& made = command(
      app, "erase", "Destroy what was said in a case, for ever; that it was told, to whom and when, stays",
      "  toldctl erase C-7K3-M9QG --by \"B. Manager\" --role \"records manager\" --reason \"12 months after closure\"");
  takes_json(made, session);
  auto given = std::make_shared<Given>();
  takes_a_person(made, given, "Who orders it, by name");
  made.runs([&session, given] { act(session, address(*given, "erase"), by_person<v1::EraseRequest>(*given)); });
}

// --- what was disclosed ---

std::string time_of(const google::protobuf::Timestamp& t) { return audit::utc_time(instant(t)); }

std::string listed(const google::protobuf::RepeatedPtrField<std::string>& all) {
  std::string text;
  for (const std::string& each : all) text += (text.empty() ? "" : ", ") + each;
  return text;
}

/// Markdown takes these for signs of its own.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : audit::on_one_line(text)) {
    if (std::string_view{"\\`*_{}[]<>#|"}.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string acknowledged(const v1::Disclosure& d) {
  if (!d.has_acknowledged_at()) return d.state();
  std::string text = d.state() + " " + time_of(d.acknowledged_at());
  if (!d.has_acknowledged_by()) return text;
  text += ": " + d.acknowledged_by().name() + ", " + d.acknowledged_by().role();
  if (!d.acknowledged_by().recorded_by().empty()) text += " (recorded by " + d.acknowledged_by().recorded_by() + ")";
  return text;
}

std::string mark_in_words(const std::string& mark) {
  if (mark == "third_party") return "LOOK: about somebody else";
  if (mark == "policing") return "LOOK: may prejudice policing";
  return "";
}

void write_row(std::string& out, const char* label, const std::string& text) {
  if (!text.empty()) out += std::string("- ") + label + ": " + plain(text) + "\n";
}

/// For a person to read, or to redact and hand over.
std::string in_markdown(const v1::DisclosureReport& report, bool content) {
  std::string out = "# What was told of case " + report.case_ref() + "\n\nAs of " + time_of(report.as_of()) + ".";
  if (report.same_child_size() > 0) out += " The same child's: " + listed(report.same_child()) + ".";
  out += "\n";
  if (content)
    out +=
        "\n**Before this is given to anybody a person must look at every line marked LOOK** (data about others; what "
        "is "
        "likely to prejudice policing: DPA 2018 Sch 2, s.45), at every free text, and at who acknowledged.\n";
  for (const v1::Disclosure& d : report.disclosures()) {
    out += "\n## " + plain(audit::event_words(d.event_type())) + " " + time_of(d.event_time()) + ": " +
           plain(d.title()) + "\n\n";
    write_row(out, "what", d.what() + (d.amends().empty() ? "" : " of " + d.amends()));
    write_row(out, "references", d.notification() + ", event " + d.event_ref() + ", their case " + d.known_as());
    write_row(out, "told",
              (d.has_told_at() ? time_of(d.told_at()) : "not yet") + (d.carrier().empty() ? "" : " by " + d.carrier()) +
                  (d.has_delivered_at() ? ", their system had it " + time_of(d.delivered_at()) : "") +
                  (d.attempts() > 1 ? ", " + std::to_string(d.attempts()) + " attempts" : ""));
    write_row(out, "answered", acknowledged(d));
    write_row(out, "basis", d.basis());
    write_row(out, "purpose", d.purpose());
    write_row(out, "agreement", d.agreement());
    write_row(out, "rule",
              d.rule() == 0 ? ""
                            : "policy version " + std::to_string(d.policy_version()) + ", rule " +
                                  std::to_string(d.rule()) + " (" + d.source() + ")");
    write_row(out, "SHA-256 of the message", d.content_sha256());
    write_row(out, "later said of it", listed(d.amended_by()));
    if (d.content_gone())
      write_row(out, "fields that they were allowed (what they said is gone from here)", listed(d.fields()));
    else if (!content)
      write_row(out, "fields", d.fields().empty() ? "none: the fact alone" : listed(d.fields()));
    if (d.values().empty()) continue;
    out += "\n| field | what it said | |\n|---|---|---|\n";
    for (const v1::DisclosedValue& value : d.values())
      out += "| " + plain(value.path()) + " | " + plain(value.text()) + " | " + mark_in_words(value.mark()) + " |\n";
  }
  return out;
}

std::string in_csv(const v1::DisclosureReport& report) {
  std::string out = audit::csv_line({"case",       "notification", "event",           "event type",
                                     "event time", "recipient",    "recipient title", "their case",
                                     "what",       "told at",      "delivered at",    "carrier",
                                     "attempts",   "fields",       "content gone",    "content sha256",
                                     "basis",      "purpose",      "agreement",       "policy version",
                                     "rule",       "source",       "state",           "acknowledged at",
                                     "by whom",    "role",         "recorded by",     "amends",
                                     "amended by"});
  for (const v1::Disclosure& d : report.disclosures())
    out += audit::csv_line({report.case_ref(),
                            d.notification(),
                            d.event_ref(),
                            d.event_type(),
                            time_of(d.event_time()),
                            d.recipient(),
                            d.title(),
                            d.known_as(),
                            d.what(),
                            d.has_told_at() ? time_of(d.told_at()) : "",
                            d.has_delivered_at() ? time_of(d.delivered_at()) : "",
                            d.carrier(),
                            std::to_string(d.attempts()),
                            listed(d.fields()),
                            d.content_gone() ? "yes" : "",
                            d.content_sha256(),
                            d.basis(),
                            d.purpose(),
                            d.agreement(),
                            std::to_string(d.policy_version()),
                            std::to_string(d.rule()),
                            d.source(),
                            d.state(),
                            d.has_acknowledged_at() ? time_of(d.acknowledged_at()) : "",
                            d.acknowledged_by().name(),
                            d.acknowledged_by().role(),
                            d.acknowledged_by().recorded_by(),
                            d.amends(),
                            listed(d.amended_by())});
  return out;
}

void hand_over(const Given& given, Session& session, bool content) {
  auto request = by_person<v1::DisclosuresRequest>(given);
  request.set_content(content);
  v1::DisclosureReport report;
  BoardClient(session).post(address(given, "disclosures"), request, &report);
  const std::string text = session.json || given.format == "json" ? audit::to_pretty_json(report)
                           : given.format == "csv"                ? in_csv(report)
                                                                  : in_markdown(report, content);
  if (given.output.empty()) {
    session.out << text;
    return;
  }
  PrivateFile file(given.output);
  file.write(text);
  file.keep();
  session.err << given.output << " is written.\n";
}

void add_disclosures(Command& app, Session& session) {
  Command& made = command(
      app, "disclosures", "What was disclosed of a case: to whom, which fields, why, by which law, who has it",
      "  toldctl disclosures C-7K3-M9QG --by \"B. Manager\" --role \"team manager\" --reason \"for the case record\" "
      "-o told.md\n"
      "  toldctl disclosures C-7K3-M9QG --format csv --by \"B. Manager\" --role \"auditor\" --reason \"audit\"");
  takes_json(made, session);
  auto given = std::make_shared<Given>();
  takes_a_person(made, given, "Who looks, by name: it is recorded");
  made.option("--format", given->format, "markdown, csv or json").one_of({"markdown", "csv", "json"}).shows_default();
  made.option("-o,--output", given->output, "Into this file (made readable by you only); else to standard output");
  made.runs([&session, given] { hand_over(*given, session, false); });
}

void add_subject_access(Command& app, Session& session) {
  Command& made = command(app, "subject-access",
                          "The same with what was said, for the person it is about, marked for a person to redact",
                          "  toldctl subject-access C-7K3-M9QG --by \"B. Manager\" --role \"records manager\" --reason "
                          "\"request of 3 March\" "
                          "-o access.md");
  takes_json(made, session);
  auto given = std::make_shared<Given>();
  takes_a_person(made, given, "Who prepares it, by name: it is recorded");
  made.option("-o,--output", given->output, "Into this file (made readable by you only); else to standard output");
  made.runs([&session, given] { hand_over(*given, session, true); });
}

}  // namespace

void add_records(Command& app, Session& session) {
  add_disclosures(app, session);
  add_subject_access(app, session);
  add_hold(app, session);
  add_erase(app, session);
}

}  // namespace told::ctl
