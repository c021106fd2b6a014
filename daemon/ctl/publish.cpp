// toldctl publish: hands one event in, as a publisher does.
#include <memory>
#include <ostream>

#include "audit/json.hpp"
#include "audit/kinds.hpp"
#include "core/event_rules.hpp"
#include "ctl/exit.hpp"
#include "ctl/party_address.hpp"
#include "ctl/private_file.hpp"
#include "ctl/session.hpp"
#include "ctl/terminal.hpp"
#include "gateway/client.hpp"

namespace told::ctl {
namespace {

/// The exit code says the verdict to scripts; the sentence says it to people.
int print(const v1::PublishResult& result, Session& session) {
  const bool colour = session.out_terminal;
  switch (result.verdict()) {
    case v1::VERDICT_ACCEPTED:
    case v1::VERDICT_DUPLICATE:
      session.out << toned(result.verdict() == v1::VERDICT_ACCEPTED ? "ACCEPTED" : "DUPLICATE", Tone::good, colour)
                  << "  receipt " << result.receipt() << ", case " << result.case_ref()
                  << (result.verdict() == v1::VERDICT_ACCEPTED
                          ? ": it is safe, and everybody who must know is being told\n"
                          : ": told had it already; this is the first receipt\n");
      return exit_good;
    case v1::VERDICT_REFUSED:
      session.out << toned("REFUSED", Tone::warning, colour) << "  " << result.problem().code()
                  << (result.problem().field().empty() ? "" : " in " + result.problem().field()) << ": "
                  << audit::on_one_line(result.problem().reason()) << "\n  "
                  << audit::on_one_line(result.problem().mend()) << "\n";
      return exit_data;
    default:
      session.out << toned("RETRY", Tone::strong, colour)
                  << "  nothing is wrong with the event, but it is not recorded: "
                  << "publish it again, unchanged, in " << (result.retry_after_ms() + 999) / 1000 << " s\n";
      return exit_retry;
  }
}

}  // namespace

void add_publish(Command& app, Session& session) {
  Command& made = command(app, "publish", "Publish one event from a JSON file, as a publisher",
                          "  toldctl publish missing.json --key port.secret --server-key told.public\n"
                          "  toldctl publish - --key port.secret --server-key told.public < missing.json");
  takes_json(made, session);
  auto party = std::make_shared<PartyAddress>();
  party->endpoint = "tcp://127.0.0.1:7710";
  takes_address(made, *party);
  auto file = std::make_shared<std::string>();
  made.option("FILE", *file, "The event (told.v1.Event in JSON), or - for standard input").required();
  made.runs([&session, party, file] {
    v1::PublishRequest request;
    const std::string text = *file == "-" ? standard_input() : read_file(*file);
    if (const auto why = audit::from_json(text, request.add_events()); !why.empty())
      throw Failure(exit_data, *file + " is no event: " + why + "; proto/told/v1/event.proto lists the fields");
    if (request.events(0).ByteSizeLong() > core::event_bytes_max)
      throw Failure(exit_data, *file +
                                   " is too large: an event may take at most 32 KiB; shorten its texts, and give "
                                   "pictures and forms by reference");
    v1::PublishReply reply;
    try {
      reply = gateway::PublisherClient(resolved(*party)).publish(std::move(request), std::chrono::seconds(10));
    } catch (const gateway::NoAnswer&) {
      throw Failure(
          exit_unavailable,
          "no answer from " + party->endpoint +
              ": is told running there, and are both keys right (it does not answer strangers)? Publishing the "
              "same event again does no harm");
    }
    if (session.json) session.out << audit::to_pretty_json(reply);
    if (reply.has_problem()) throw Failure(exit_data, reply.problem().reason() + ": " + reply.problem().mend());
    if (reply.results().empty())
      throw Failure(exit_software, "told's reply holds no result: use the toldctl that came with it");
    if (!session.json) {
      session.exit_code = print(reply.results(0), session);
      return;
    }
    const auto verdict = reply.results(0).verdict();
    session.exit_code = verdict == v1::VERDICT_REFUSED ? exit_data
                        : verdict == v1::VERDICT_RETRY ? exit_retry
                                                       : exit_good;
  });
}

}  // namespace told::ctl
