// toldctl queue: an agency's worker, for trying a connection and as the reference of one.
#include <google/protobuf/util/time_util.h>

#include <chrono>
#include <memory>
#include <ostream>

#include "agencies/readable.hpp"
#include "audit/json.hpp"
#include "audit/kinds.hpp"
#include "core/answer_rules.hpp"
#include "core/event_rules.hpp"
#include "ctl/exit.hpp"
#include "ctl/party_address.hpp"
#include "ctl/private_file.hpp"
#include "ctl/session.hpp"
#include "ctl/terminal.hpp"
#include "gateway/client.hpp"

namespace told::ctl {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

struct Given {
  std::string name, person, role, checkpoint_file;
  bool no_ack = false;
  unsigned once = 0;
};

/// One session after another, from hello to the last answer: told may be started again meanwhile.
class Worker {
 public:
  Worker(const PartyAddress& party, const Given& given, Session& session)
      : given_(given), session_(session), client_(resolved(party)) {
    try {
      greet();
    } catch (const gateway::NotWelcome& why) {
      throw Failure(exit_no_permission, why.what());
    } catch (const gateway::NoAnswer&) {
      throw Failure(exit_unavailable, "no answer from " + party.endpoint +
                                          ": is told running there, and are both keys right (it does not answer "
                                          "strangers)?");
    }
  }

  void run() {
    while (!done()) {
      const auto frame = client_.poll(500ms);
      if (frame) take(*frame);
      if (Steady::now() - spoke_ > beat_ / 2) send({});
      if (Steady::now() - heard_ > beat_ * 3) come_back();
      if (!session_.out.good()) throw Failure(exit_io, "what is told could not be written out: nothing more is taken");
    }
  }

 private:
  static constexpr unsigned credit_at_once = 16;

  bool done() const {
    if (!given_.once || taken_ < given_.once) return false;
    return awaited_ == 0 && settled_;
  }

  void greet() {
    const v1::Welcome welcome = client_.hello("toldctl queue", given_.name, 10s);
    beat_ = std::chrono::milliseconds(std::max<std::uint32_t>(welcome.heartbeat_ms(), 1000));
    heard_ = spoke_ = Steady::now();
    awaited_ = 0;  // what the last session still owed is answered by its coming again
    if (!session_.json) session_.err << "connected as " << welcome.recipient() << "; waiting for what is to be told\n";
    client_.credit(given_.once ? std::min(given_.once - std::min(taken_, given_.once - 1), credit_at_once)
                               : credit_at_once);
  }

  /// told is away: a worker that gave up would leave its recipient deaf, so it asks until it is answered.
  void come_back() {
    session_.err << "told has gone silent: trying until it answers; what was not acknowledged comes again\n";
    for (;;) {
      try {
        return greet();
      } catch (const gateway::NoAnswer&) {
        continue;
      }
    }
  }

  void send(const v1::AgencyFrame& frame) {
    client_.send(frame);
    spoke_ = Steady::now();
    settled_ = true;
  }

  void take(const v1::ServiceFrame& frame) {
    heard_ = Steady::now();
    if (frame.has_problem()) {
      const std::string sentence = frame.problem().reason() + ": " + frame.problem().mend();
      if (frame.problem().code() == "superseded") throw Failure(exit_unavailable, sentence);
      if (frame.problem().code() == "say_hello") return come_back();  // told was started anew
      session_.err << "told says: " << audit::on_one_line(sentence) << "\n";
    }
    if (!frame.checkpoint().empty() && !given_.checkpoint_file.empty()) {
      PrivateFile file(given_.checkpoint_file);
      file.write(frame.checkpoint());
      file.keep();
    }
    for (const auto& result : frame.results()) report(result);
    v1::AgencyFrame answer;
    for (const auto& delivery : frame.deliveries()) show(delivery, answer);
    if (answer.receipts_size()) {
      awaited_ += static_cast<std::size_t>(answer.acknowledgements_size());
      if (!given_.once || taken_ < given_.once) answer.set_credit(static_cast<std::uint32_t>(answer.receipts_size()));
      send(answer);
    }
  }

  void show(const v1::Delivery& delivery, v1::AgencyFrame& answer) {
    if (session_.json)
      session_.out << audit::to_json(delivery) << std::endl;
    else
      session_.out << readable_text(delivery) << std::endl;
    ++taken_;
    auto& receipt = *answer.add_receipts();
    receipt.set_notification(delivery.notification());
    receipt.set_attempt(delivery.attempt());
    if (!delivery.has_deadline() || given_.no_ack) return;
    auto& acknowledgement = *answer.add_acknowledgements();
    acknowledgement.set_notification(delivery.notification());
    acknowledgement.set_person(given_.person);
    acknowledgement.set_role(given_.role);
  }

  /// What a stranger wrote cannot drive the terminal: line by line.
  static std::string readable_text(const v1::Delivery& delivery) {
    std::string out, line;
    for (const char c : agencies::readable(delivery) + "\n") {
      if (c != '\n') {
        line += c;
        continue;
      }
      out += audit::on_one_line(line) + "\n";
      line.clear();
    }
    return out;
  }

  void report(const v1::AcknowledgementResult& result) {
    if (awaited_) --awaited_;
    if (session_.json) return;
    session_.err << result.notification() << ": ";
    if (!result.recorded())
      session_.err << "NOT recorded: "
                   << audit::on_one_line(result.problem().reason() + ": " + result.problem().mend());
    else
      session_.err << "acknowledged by " << given_.person << ", " << given_.role << (result.late() ? "; LATE" : "")
                   << (result.repeated() ? "; it had been answered or had ended before" : "");
    session_.err << "\n";
  }

  const Given& given_;
  Session& session_;
  gateway::AgencyClient client_;
  Steady::duration beat_{};
  Steady::time_point spoke_ = Steady::now(), heard_ = Steady::now();
  unsigned taken_ = 0;
  std::size_t awaited_ = 0;
  bool settled_ = false;
};

}  // namespace

void add_queue(Command& app, Session& session) {
  Command& made =
      command(app, "queue", "Be an agency's worker: show what is told, and acknowledge in the name of a person",
              "  toldctl queue police.control_room --key police.secret --server-key told.public --as \"A. Sergeant\" "
              "--role \"duty officer\"\n"
              "  toldctl queue police.control_room --key police.secret --server-key told.public --no-ack --once 1");
  takes_json(made, session);
  auto party = std::make_shared<PartyAddress>();
  party->endpoint = "tcp://127.0.0.1:7711";
  takes_address(made, *party);
  auto given = std::make_shared<Given>();
  made.option("NAME", given->name, "The recipient that you serve, as named in the policy").required();
  Option& person = made.option("--as", given->person, "Acknowledge in the name of this person");
  made.option("--role", given->role, "Their role").needs(person);
  Option& no_ack = made.flag("--no-ack", given->no_ack, "Take delivery, and leave the acknowledging to people");
  person.excludes(no_ack);
  made.option("--once", given->once, "End after so many deliveries").positive();
  made.option("--keep-checkpoint", given->checkpoint_file,
              "Keep the newest signed checkpoint in this file: it makes you a witness");
  made.runs([&session, party, given] {
    if (!given->no_ack && (given->person.empty() || given->role.empty()))
      throw Failure(exit_usage, "an acknowledgement needs a person and a role: give --as and --role, or --no-ack");
    // Before anything is taken: what is taken and cannot be acknowledged would wait for a person whom nobody told.
    for (const auto& [option, text] : {std::pair{"--as", &given->person}, {"--role", &given->role}})
      if (core::why_text_is_refused(*text, core::person_characters_max) != nullptr)
        throw Failure(exit_data, std::string(option) + " holds control or invisible characters, or is longer than " +
                                     std::to_string(core::person_characters_max) + ": mend it");
    Worker(*party, *given, session).run();
  });
}

}  // namespace told::ctl
