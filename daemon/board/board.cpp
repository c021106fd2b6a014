// The doors of the duty board: what each route asks of the engine and of the ledger, and how it is answered. Above 400
// lines: one class, since every answer ends in the same few members of it.
#include "board/board.hpp"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <list>
#include <unordered_map>

#include "audit/disclosures.hpp"
#include "audit/json.hpp"
#include "audit/kinds.hpp"
#include "audit/sight.hpp"
#include "board/actions.hpp"
#include "board/case_report.hpp"
#include "board/export_job.hpp"
#include "board/export_query.hpp"
#include "board/http.hpp"
#include "board/open_report.hpp"
#include "board/problem.hpp"
#include "board/route.hpp"
#include "board/watchers.hpp"
#include "board/ways_report.hpp"
#include "core/reference.hpp"
#include "digest/digest.hpp"
#include "log/log.hpp"

namespace told::board {
namespace {

constexpr core::ReplyToken ours = 1ULL << 63U;
constexpr std::size_t open_shown = 1000;
constexpr std::size_t open_shown_max = 100'000;

Response json(const google::protobuf::Message& message, int status = 200) {
  return {status, "application/json", audit::to_whole_json(message) + "\n"};
}

}  // namespace

class Board::Impl {
 public:
  Impl(boost::asio::io_context& loop, Options options, House house)
      : loop_(loop),
        options_(std::move(options)),
        house_(std::move(house)),
        sight_(options_.sees, house_.engine.state(), house_.ledger),
        watchers_(loop, options_.heartbeat, house_.engine.state(), sight_),
        http_(loop, options_.socket_path,
              {options_.head_limit, options_.body_limit, options_.write_limit, options_.connections_max},
              [this](Request request, ExchangePtr exchange) { handle(std::move(request), std::move(exchange)); }) {}

  ~Impl() {
    close();
    readers_.join();
  }

  void start() { http_.start(); }

  void close() {
    http_.close();
    watchers_.close();
    pending_.clear();
    jobs_.clear();  // waits for each
  }

  void answered(const core::ReplyActed& reply) {
    const auto found = pending_.find(reply.reply_to);
    if (found == pending_.end()) return;  // it was told that the outcome is unknown
    const auto waiting = std::move(found->second);
    pending_.erase(found);
    waiting->exchange->answer(action_response(waiting->reference, reply.result));
  }

  void committed(std::span<const core::Entry> entries) {
    for (const auto& entry : entries) recent_.add(entry.head);
    watchers_.tell(entries);
  }

  Figures figures() const {
    auto figures = figures_;
    figures.connections = http_.connections();
    figures.watchers = watchers_.size();
    figures.exports = jobs_.size();
    return figures;
  }

 private:
  struct Waiting {
    ExchangePtr exchange;
    std::string reference;
    boost::asio::steady_timer limit;
  };

  void handle(Request request, ExchangePtr exchange) {
    ++figures_.requests;
    try {
      const auto route = route_of(request, house_.ledger.seal().case_names());
      if (const auto* wrong = std::get_if<Response>(&route)) {
        ++figures_.refused;
        return exchange->answer(*wrong);
      }
      dispatch(std::get<Route>(route), request, exchange);
    } catch (const std::exception&) {
      // The sentence of an exception may hold what a person wrote: it is not passed on.
      exchange->answer(problem(500, "the board could not answer this: try again, and tell whoever looks after told"));
    }
  }

  void dispatch(const Route& route, const Request& request, const ExchangePtr& exchange) {
    switch (route.what) {
      case Asked::health: {
        v1::Health health;
        health.set_alive(true);
        return exchange->answer(json(health));
      }
      case Asked::ready:
        return exchange->answer(ready());
      case Asked::metrics:
        return exchange->answer({200, "text/plain; version=0.0.4; charset=utf-8", house_.metrics_text(options_.sees)});
      case Asked::checkpoint:
        return checkpoint(exchange);
      case Asked::policy:
        return show_policy(exchange);
      case Asked::open:
        return open(request, exchange);
      case Asked::ways:
        return exchange->answer(
            json(ways_report(house_.engine, house_.ways_out ? house_.ways_out() : std::vector<dispatch::WayFigures>{},
                             house_.now(), sight_)));
      case Asked::case_:
        return show_case(route, request, exchange);
      case Asked::disclosures:
        return show_disclosures(route, request, exchange);
      case Asked::watch:
        return watchers_.add(exchange);
      case Asked::export_:
        return start_export(request, exchange);
      case Asked::acknowledge:
      case Asked::call:
      case Asked::stand_down:
      case Asked::screen:
      case Asked::hold:
      case Asked::erase:
      case Asked::same_child:
      case Asked::another_child:
      case Asked::close_alarm:
        return act(route, request, exchange);
    }
  }

  Response ready() const {
    v1::ReadyReport report;
    report.set_ready(true);
    for (const auto& check : house_.readiness()) {
      auto& shown = *report.add_checks();
      shown.set_name(check.name);
      shown.set_ok(check.ok);
      shown.set_sentence(check.sentence);
      if (!check.ok) report.set_ready(false);
    }
    return json(report, report.ready() ? 200 : 503);
  }

  void open(const Request& request, const ExchangePtr& exchange) {
    std::size_t limit = open_shown;
    if (const auto given = request.query.find("limit"); given != request.query.end()) {
      const auto number = small_number(given->second, open_shown_max);
      if (!number) return exchange->answer(problem(400, "`limit` must be a number from 1 to 100000"));
      limit = *number;
    }
    auto report = std::make_shared<Response>(json(open_report(house_.engine.state(), house_.now(), limit, sight_)));
    when_durable([exchange, report] { exchange->answer(std::move(*report)); });
  }

  core::ReplyToken token_base() const { return ours | static_cast<core::ReplyToken>(options_.sees) << 60U; }

  /// Reads and signs: not on the loop.
  void checkpoint(const ExchangePtr& exchange) {
    on_reader_thread(exchange, [&ledger = house_.ledger] {
      return Response{200, "text/plain; charset=utf-8", ledger.checkpoint_now()};
    });
  }

  /// What it refers to may be long, so it is put into JSON off the loop.
  void show_policy(const ExchangePtr& exchange) {
    when_durable([this, exchange, policy = house_.engine.state().policy()] {
      on_reader_thread(exchange, [policy] {
        if (!policy) return problem(503, "no policy is in force yet: told is still starting; try again in a moment");
        v1::PolicyReport report;
        report.set_version(policy->version);
        report.set_sha256(digest::of_policy(policy->text, policy->attachments));
        report.set_text(policy->text);
        for (const auto& [name, text] : policy->attachments) {
          auto& attachment = *report.add_attachments();
          attachment.set_name(name);
          attachment.set_text(text);
        }
        return json(report);
      });
    });
  }

  /// `reference` as it was given: what a party's reference stands for is told to nobody who may not see the case.
  static Response no_such_case(const std::string& reference) {
    return problem(404, "there is no case " + reference + ": ask for its reference again, or look at what is open");
  }

  /// Records that somebody looks; what they are shown then is shown when that is durable. False where it cannot be,
  /// which is answered.
  bool noted(Action reading, const ExchangePtr& exchange) {
    if (auto* wrong = std::get_if<Response>(&reading)) {
      ++figures_.refused;
      exchange->answer(std::move(*wrong));
      return false;
    }
    house_.submit(std::move(std::get<core::Command>(reading)));
    return true;
  }

  AskedCase asked_case(core::CaseNumber c) const {
    const core::State& state = house_.engine.state();
    return {c, state.same_child(c), state.goes_on_as(c)};
  }

  static Response cannot_be_read(const std::exception& why) {
    log::error("the board could not read what it was asked for: {}", why.what());
    const auto* failed = dynamic_cast<const ledger::StoreFailed*>(&why);
    if (failed != nullptr && failed->damaged())
      return problem(
          503,
          "a part of what was recorded is damaged, and asking again changes nothing: tell whoever looks after "
          "told, whose log says which part");
    return problem(503,
                   "the ledger could not be read now: try again in a moment; if it stays so, tell whoever looks after "
                   "told");
  }

  /// 0: it is not there, may not be seen, or is of no case (an alarm about told itself). Throws ledger::StoreFailed.
  core::CaseNumber case_of_entry(core::EntryIndex index) const {
    if (!sight_.event(index)) return 0;
    const core::State& state = house_.engine.state();
    if (const core::Event* event = state.event(index)) return state.case_of(*event);
    const auto entry = house_.ledger.reader()->entry(index);
    return entry ? state.case_of(index, entry->case_number()) : 0;
  }

  void show_case(Route route, const Request& request, const ExchangePtr& exchange) {
    try {
      if (route.by_entry) route.number = case_of_entry(route.number);
    } catch (const ledger::StoreFailed& why) {
      return exchange->answer(cannot_be_read(why));
    }
    if (route.number == 0)
      return exchange->answer(problem(404, "nothing in a case has the reference " + route.reference +
                                               ": ask for the case's own (C-…), or look at what is open"));
    if (!sight_.case_(route.number)) return exchange->answer(no_such_case(route.reference));
    if (!noted(read_case(route.number, v1::READING_CASE, request, {request.uid, 0, house_.now()}), exchange)) return;
    const AskedCase asked = asked_case(route.number);
    when_durable([this, exchange, asked, reference = route.reference] {
      on_reader_thread(exchange, [&ledger = house_.ledger, asked, reference, recent = recent_.of(asked.same_child),
                                  titles = titles()] {
        const auto reader = ledger.reader();
        const auto report = case_report(*reader, asked, recent, titles, ledger.seal().case_names());
        return report.entries().empty() ? no_such_case(reference) : json(report);
      });
    });
  }

  void show_disclosures(const Route& route, const Request& request, const ExchangePtr& exchange) {
    if (!sight_.case_(route.number)) return exchange->answer(no_such_case(route.reference));
    bool content = false;
    if (!noted(read_disclosures(route.number, request.body, {request.uid, 0, house_.now()}, content), exchange)) return;
    const AskedCase asked = asked_case(route.number);
    when_durable([this, exchange, asked, content] {
      on_reader_thread(exchange, [this, asked, content, recent = recent_.of(asked.same_child), titles = titles(),
                                  now = house_.now(), in_force = house_.engine.state().policy()] {
        const auto reader = house_.ledger.reader();
        const audit::DisclosureSources sources{
            [&](std::uint32_t version) { return policy_of(*reader, version, in_force); }, title_in(titles),
            [&](core::CaseNumber c, const std::string& recipient) {
              return house_.ledger.seal().case_names().name(c, recipient);
            },
            in_force};
        auto report = audit::disclosures(*reader, entries_of(*reader, asked, recent), sources, content);
        report.set_case_ref(core::to_reference(core::Named::case_, asked.number));
        for (const core::CaseNumber c : asked.same_child)
          if (c != asked.number) report.add_same_child(core::to_reference(core::Named::case_, c));
        *report.mutable_as_of() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(core::to_us(now));
        return json(report);
      });
    });
  }

  /// Any thread.
  core::PolicyPtr policy_of(ledger::Reader& reader, std::uint32_t version, const core::PolicyPtr& in_force) const {
    if (in_force && in_force->version == version) return in_force;
    const auto adopted = house_.read_policy ? audit::policy_adopted(reader, version) : std::nullopt;
    return adopted ? house_.read_policy(*adopted) : nullptr;
  }

  /// The engine is ahead of the disk by the groups that are being committed: what it says now is shown when it is so.
  void when_durable(std::function<void()> show) {
    if (house_.when_durable)
      house_.when_durable(std::move(show));
    else
      show();
  }

  /// `make` runs on a reader thread and must not touch what is the loop's. The exchange is: not a reference to it may
  /// be left there when it has gone back with its answer, or it ends there, beneath the loop's feet. What is captured
  /// of a const reference is const, and is copied where it is said to be moved: hence `held`.
  void on_reader_thread(const ExchangePtr& exchange, std::function<Response()> make) {
    boost::asio::post(readers_, [this, make = std::move(make), held = ExchangePtr{exchange}]() mutable {
      Response response;
      try {
        response = make();
      } catch (const std::exception& why) {
        response = cannot_be_read(why);
      }
      boost::asio::post(loop_, [held = std::move(held), response = std::move(response)]() mutable {
        held->answer(std::move(response));
      });
    });
  }

  /// What the path names, where it may be seen; else 0, which is the number of nothing: the engine then answers as it
  /// does for what is not there.
  std::uint64_t seen(const Route& route) const {
    switch (route.what) {
      case Asked::acknowledge:
      case Asked::call:
        return sight_.event(core::NotificationId::of(route.number).event) ? route.number : 0;
      case Asked::another_child:
      case Asked::close_alarm:
        return sight_.event(route.number) ? route.number : 0;
      default:
        return route.number;
    }
  }

  /// The cases that a command is about.
  static std::vector<core::CaseNumber> cases_of(const core::Command& command) {
    if (const auto* c = std::get_if<core::OrderStandDown>(&command)) return {c->case_number};
    if (const auto* c = std::get_if<core::OrderScreen>(&command)) return {c->case_number};
    if (const auto* c = std::get_if<core::OrderHold>(&command)) return {c->case_number};
    if (const auto* c = std::get_if<core::EraseCase>(&command)) return {c->case_number};
    if (const auto* c = std::get_if<core::JoinCases>(&command)) return {c->one, c->other};
    if (const auto* c = std::get_if<core::MoveEvent>(&command); c != nullptr && c->to != 0) return {c->to};
    return {};
  }

  void act(const Route& route, const Request& request, const ExchangePtr& exchange) {
    const Hand hand{request.uid, token_base() | ++last_token_, house_.now()};
    const auto& state = house_.engine.state();
    const ledger::CaseNames& names = house_.ledger.seal().case_names();
    const std::uint64_t number = seen(route);
    const auto id = core::NotificationId::of(number);
    Action action = route.what == Asked::acknowledge     ? acknowledge(state, id, request.body, hand)
                    : route.what == Asked::call          ? call(state, id, request.body, hand)
                    : route.what == Asked::stand_down    ? stand_down(number, request.body, hand)
                    : route.what == Asked::screen        ? screen(state, number, request.body, hand)
                    : route.what == Asked::hold          ? hold(number, request.body, hand)
                    : route.what == Asked::erase         ? erase(number, request.body, hand)
                    : route.what == Asked::same_child    ? same_child(names, number, request.body, hand)
                    : route.what == Asked::another_child ? another_child(names, number, request.body, hand)
                                                         : close_alarm(number, request.body, hand);
    if (const auto* command = std::get_if<core::Command>(&action))
      for (const core::CaseNumber c : cases_of(*command))
        if (!sight_.case_(c)) {
          action = no_such_case(c == number ? route.reference : "of the other reference");
          break;
        }
    if (auto* wrong = std::get_if<Response>(&action)) {
      ++figures_.refused;
      return exchange->answer(std::move(*wrong));
    }
    auto waiting = std::make_shared<Waiting>(
        Waiting{exchange, route.reference, boost::asio::steady_timer(loop_, options_.answer_limit)});
    pending_.emplace(hand.reply_to, waiting);
    waiting->limit.async_wait([this, token = hand.reply_to](const boost::system::error_code& stopped) {
      if (!stopped) give_up(token);
    });
    house_.submit(std::move(std::get<core::Command>(action)));
  }

  void give_up(core::ReplyToken token) {
    const auto found = pending_.find(token);
    if (found == pending_.end()) return;
    ++figures_.timed_out;
    const auto waiting = std::move(found->second);
    pending_.erase(found);
    waiting->exchange->answer(
        problem(504, "told did not confirm this in time, so it is not known whether it is recorded: look at " +
                         waiting->reference + " or its case before doing it again; doing it twice does no harm"));
  }

  void start_export(const Request& request, const ExchangePtr& exchange) {
    auto query = export_query(request, recipients(), house_.ledger.seal().case_names());
    if (auto* wrong = std::get_if<Response>(&query)) return exchange->answer(std::move(*wrong));
    if (jobs_.size() >= options_.exports_max)
      return exchange->answer(problem(503, "other exports are under way: try again when they are done"));
    auto& asked = std::get<ExportQuery>(query);
    if (const core::CaseNumber c = asked.options.choice.case_number; c != 0 && !sight_.case_(c))
      return exchange->answer(no_such_case(request.query.at("case")));
    if (!noted(read_case(asked.options.choice.case_number, v1::READING_EXPORT, request, {request.uid, 0, house_.now()}),
               exchange))
      return;
    if (audit::Choice& choice = asked.options.choice; choice.case_number != 0) {
      choice.same_child = house_.engine.state().same_child(choice.case_number);
      std::erase(choice.same_child, choice.case_number);
      choice.moved_here = house_.engine.state().moved_into(choice.case_number);
      std::sort(choice.moved_here.begin(), choice.moved_here.end());
    }
    asked.options.sees = options_.sees;
    asked.options.verifier_key = options_.verifier_key;
    asked.options.opening = house_.opening;
    auto make = [&ledger = house_.ledger, asked, titles = titles()](const audit::Sink& sink) mutable {
      asked.options.checkpoint = ledger.checkpoint_now();  // before the snapshot, which then has at least as much
      const auto reader = ledger.reader();
      if (!asked.table) return audit::export_jsonl(*reader, asked.options, sink);
      audit::export_csv(*reader, asked.options, title_in(titles), sink);
    };
    const auto job = std::make_shared<ExportJob>(
        loop_, exchange, asked.table ? "text/csv; charset=utf-8" : "application/jsonl", std::move(make),
        [this](ExportJob* ended) { jobs_.remove_if([&](const auto& each) { return each.get() == ended; }); });
    jobs_.push_back(job);
    when_durable([job] { job->start(); });
  }

  static std::function<std::string(const std::string&)> title_in(const TitleMap& titles) {
    return [&titles](const std::string& recipient) {
      const auto found = titles.find(recipient);
      return found == titles.end() ? std::string() : found->second;
    };
  }

  /// Those of every policy that was ever in force.
  std::vector<std::string> recipients() const {
    const core::State& state = house_.engine.state();
    std::vector<std::string> out;
    for (core::RecipientId id = 0; id < state.recipients(); ++id) out.push_back(state.recipient_name(id));
    return out;
  }

  TitleMap titles() const {
    TitleMap out;
    if (const auto& policy = house_.engine.state().policy())
      for (const auto& recipient : policy->recipients) out.emplace(recipient.name, recipient.title);
    return out;
  }

  boost::asio::io_context& loop_;
  Options options_;
  House house_;
  audit::Sight sight_;
  Figures figures_;
  RecentEntries recent_;
  Watchers watchers_;
  std::list<std::shared_ptr<ExportJob>> jobs_;
  std::unordered_map<core::ReplyToken, std::shared_ptr<Waiting>> pending_;
  core::ReplyToken last_token_ = 0;
  boost::asio::thread_pool readers_{1};
  HttpServer http_;
};

Board::Board(boost::asio::io_context& loop, Options options, House house)
    : impl_(std::make_unique<Impl>(loop, std::move(options), std::move(house))) {}
Board::~Board() = default;
void Board::start() { impl_->start(); }
void Board::close() { impl_->close(); }
void Board::answered(const core::ReplyActed& reply) { impl_->answered(reply); }
void Board::committed(std::span<const core::Entry> entries) { impl_->committed(entries); }
Board::Figures Board::figures() const { return impl_->figures(); }

}  // namespace told::board
