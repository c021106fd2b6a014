#include "board/board.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <list>
#include <unordered_map>

#include "audit/json.hpp"
#include "audit/kinds.hpp"
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

namespace told::board {
namespace {

constexpr core::ReplyToken ours = 1ULL << 63U;
constexpr std::size_t open_shown = 1000;
constexpr std::size_t open_shown_max = 100'000;

Response json(const google::protobuf::Message& message, int status = 200) {
  return {status, "application/json", audit::to_json(message) + "\n"};
}

}  // namespace

class Board::Impl {
 public:
  Impl(boost::asio::io_context& loop, Options options, House house)
      : loop_(loop),
        options_(std::move(options)),
        house_(std::move(house)),
        watchers_(loop, options_.heartbeat, house_.engine.state()),
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
        return exchange->answer({200, "text/plain; version=0.0.4; charset=utf-8", house_.metrics_text()});
      case Asked::checkpoint:
        return checkpoint(exchange);
      case Asked::policy:
        return show_policy(exchange);
      case Asked::open:
        return open(request, exchange);
      case Asked::ways:
        return exchange->answer(json(ways_report(
            house_.engine, house_.ways_out ? house_.ways_out() : std::vector<dispatch::WayFigures>{}, house_.now())));
      case Asked::case_:
        return show_case(route, exchange);
      case Asked::watch:
        return watchers_.add(exchange);
      case Asked::export_:
        return start_export(request, exchange);
      case Asked::acknowledge:
      case Asked::call:
      case Asked::stand_down:
      case Asked::screen:
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
    auto report = std::make_shared<Response>(json(open_report(house_.engine.state(), house_.now(), limit)));
    when_durable([exchange, report] { exchange->answer(std::move(*report)); });
  }

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

  void show_case(const Route& route, const ExchangePtr& exchange) {
    const core::State& state = house_.engine.state();
    const AskedCase asked{route.number, state.same_child(route.number), state.goes_on_as(route.number)};
    when_durable([this, exchange, asked, reference = route.reference] {
      on_reader_thread(exchange, [&ledger = house_.ledger, asked, reference, recent = recent_.of(asked.same_child),
                                  titles = titles()] {
        const auto reader = ledger.reader();
        const auto report = case_report(*reader, asked, recent, titles, ledger.seal().case_names());
        if (report.entries().empty())
          return problem(404,
                         "there is no case " + reference + ": ask for its reference again, or look at what is open");
        return json(report);
      });
    });
  }

  /// The engine is ahead of the disk by the groups that are being committed: what it says now is shown when it is so.
  void when_durable(std::function<void()> show) {
    if (house_.when_durable)
      house_.when_durable(std::move(show));
    else
      show();
  }

  /// `make` runs on a reader thread and must not touch what is the loop's.
  void on_reader_thread(const ExchangePtr& exchange, std::function<Response()> make) {
    auto answer = [exchange](Response response) { exchange->answer(std::move(response)); };
    boost::asio::post(readers_, [this, make = std::move(make), answer = std::move(answer)]() mutable {
      auto response = std::make_shared<Response>();
      try {
        *response = make();
      } catch (const std::exception&) {
        *response = problem(503,
                            "the ledger could not be read now: try again in a moment; if it stays so, tell "
                            "whoever looks after told");
      }
      // The exchange is the loop's: it goes back there with its answer.
      boost::asio::post(loop_, [answer = std::move(answer), response] { answer(std::move(*response)); });
    });
  }

  void act(const Route& route, const Request& request, const ExchangePtr& exchange) {
    const Hand hand{request.uid, ours | ++last_token_, house_.now()};
    const auto& state = house_.engine.state();
    const ledger::CaseNames& names = house_.ledger.seal().case_names();
    const auto id = core::NotificationId::of(route.number);
    Action action = route.what == Asked::acknowledge     ? acknowledge(state, id, request.body, hand)
                    : route.what == Asked::call          ? call(state, id, request.body, hand)
                    : route.what == Asked::stand_down    ? stand_down(route.number, request.body, hand)
                    : route.what == Asked::screen        ? screen(state, route.number, request.body, hand)
                    : route.what == Asked::same_child    ? same_child(names, route.number, request.body, hand)
                    : route.what == Asked::another_child ? another_child(names, route.number, request.body, hand)
                                                         : close_alarm(route.number, request.body, hand);
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
    if (audit::Choice& choice = asked.options.choice; choice.case_number != 0) {
      choice.same_child = house_.engine.state().same_child(choice.case_number);
      std::erase(choice.same_child, choice.case_number);
      choice.moved_here = house_.engine.state().moved_into(choice.case_number);
      std::sort(choice.moved_here.begin(), choice.moved_here.end());
    }
    asked.options.verifier_key = options_.verifier_key;
    asked.options.opening = house_.opening;
    auto make = [&ledger = house_.ledger, asked, titles = titles()](const audit::Sink& sink) mutable {
      asked.options.checkpoint = ledger.checkpoint_now();  // before the snapshot, which then has at least as much
      const auto reader = ledger.reader();
      if (!asked.table) return audit::export_jsonl(*reader, asked.options, sink);
      const auto title = [&titles](const std::string& recipient) {
        const auto found = titles.find(recipient);
        return found == titles.end() ? std::string() : found->second;
      };
      audit::export_csv(*reader, asked.options, title, sink);
    };
    const auto job = std::make_shared<ExportJob>(
        loop_, exchange, asked.table ? "text/csv; charset=utf-8" : "application/jsonl", std::move(make),
        [this](ExportJob* ended) { jobs_.remove_if([&](const auto& each) { return each.get() == ended; }); });
    jobs_.push_back(job);
    job->start();
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
