#include "board/export_job.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "board/problem.hpp"
#include "log/log.hpp"

namespace told::board {
namespace {

constexpr std::size_t piece_bytes = 32U * 1024U;
constexpr std::size_t ahead_bytes_max = 256U * 1024U;

}  // namespace

ExportJob::ExportJob(boost::asio::io_context& loop, ExchangePtr exchange, std::string type,
                     std::function<void(const audit::Sink&)> make, std::function<void(ExportJob*)> done)
    : loop_(loop),
      exchange_(std::move(exchange)),
      type_(std::move(type)),
      make_(std::move(make)),
      done_(std::move(done)) {}

ExportJob::~ExportJob() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void ExportJob::start() {
  exchange_->on_gone([weak = weak_from_this()] {
    if (const auto job = weak.lock()) job->stop();
  });
  thread_ = std::thread([this] { run(); });
}

void ExportJob::stop() {
  const std::scoped_lock lock(mutex_);
  stopped_ = true;
  room_.notify_all();
}

void ExportJob::run() {
  std::string why;
  try {
    make_([this](std::string_view bytes) { return take(bytes); });
    hand_over(std::move(gathered_));
  } catch (const std::exception& e) {
    why = e.what();
  }
  boost::asio::post(loop_, [weak = weak_from_this(), why] {
    const auto job = weak.lock();
    if (!job) return;
    if (!why.empty())
      job->failed(why);
    else
      job->exchange_->finish();
    job->done_(job.get());
  });
}

bool ExportJob::take(std::string_view bytes) {
  gathered_ += bytes;
  if (gathered_.size() >= piece_bytes) hand_over(std::exchange(gathered_, {}));
  const std::scoped_lock lock(mutex_);
  return !stopped_;
}

void ExportJob::hand_over(std::string bytes) {
  const std::size_t size = bytes.size();
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return stopped_ || ahead_ < ahead_bytes_max; });
    if (stopped_) return;
    ahead_ += size;
  }
  boost::asio::post(loop_, [weak = weak_from_this(), size, piece = std::move(bytes)]() mutable {
    const auto job = weak.lock();
    if (!job) return;
    if (!std::exchange(job->begun_, true)) job->exchange_->begin(200, job->type_);
    if (size == 0) return;  // a chunk without bytes would end the answer
    job->exchange_->piece(std::move(piece), [weak, size] {
      const auto sent = weak.lock();
      if (!sent) return;
      const std::scoped_lock lock(sent->mutex_);
      sent->ahead_ -= size;
      sent->room_.notify_all();
    });
  });
}

void ExportJob::failed(const std::string& why) {
  log::error("an export could not be made: {}", why);
  if (begun_)
    exchange_->abort();  // cut off, so that nobody takes it for a whole export
  else
    exchange_->answer(problem(503, "the export could not be made: " + why));
}

}  // namespace told::board
