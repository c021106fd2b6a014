#pragma once
// One export under way: made on a thread of its own, sent from the loop, and never more than a little ahead.
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "audit/export.hpp"
#include "board/http.hpp"

namespace told::board {

class ExportJob : public std::enable_shared_from_this<ExportJob> {
 public:
  /// `make` runs on the job's thread. `done` is called on the loop thread when the thread has ended; keep the job
  /// until.
  ExportJob(boost::asio::io_context& loop, ExchangePtr exchange, std::string type,
            std::function<void(const audit::Sink&)> make, std::function<void(ExportJob*)> done);
  ~ExportJob();  ///< stops and waits
  void start();
  void stop();  ///< the thread ends soon; does not wait

 private:
  void run();
  [[nodiscard]] bool take(std::string_view bytes);
  void hand_over(std::string bytes);
  void failed(const std::string& why);

  boost::asio::io_context& loop_;
  ExchangePtr exchange_;  ///< loop thread only
  std::string type_;
  std::function<void(const audit::Sink&)> make_;
  std::function<void(ExportJob*)> done_;
  bool begun_ = false;  ///< loop thread only

  std::mutex mutex_;
  std::condition_variable room_;
  std::size_t ahead_ = 0;  ///< bytes made and not yet sent
  bool stopped_ = false;
  std::string gathered_;  ///< the job's thread only
  std::thread thread_;
};

}  // namespace told::board
