#pragma once
// Serves one recipient's folder on a thread of its own: a disk that is slow, or a network's that hangs, holds up this
// recipient and nobody else.
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "carriers/served_carrier.hpp"
#include "carriers/spool/folder.hpp"

namespace told::carriers::spool {

/// All of its public functions may be called from any thread, and none of them waits for the disk.
class Desk : public std::enable_shared_from_this<Desk> {
 public:
  Desk(std::string recipient, std::string folder, std::chrono::milliseconds poll, Hands hands);
  /// Begins to serve. The thread keeps the desk alive until it ended.
  void start();
  [[nodiscard]] const std::string& folder() const { return folder_.path(); }
  void set_poll(std::chrono::milliseconds poll);
  void send(Parcel parcel);
  /// The thread ends when it has sent what it was given. Returns at once: a hanging disk must not hold the loop.
  void stop();
  /// Waits until the thread ended, at most so long. False: it hangs on its disk.
  [[nodiscard]] bool ended_within(std::chrono::milliseconds patience);

 private:
  using Clock = std::chrono::steady_clock;
  /// A claimed file, handed in as an answer.
  struct Asked {
    std::vector<std::pair<std::string, std::uint32_t>> receipts;  ///< notification, attempt
    std::optional<v1::ServiceFrame> answer;                       ///< what was made of it; it is to be filed
  };

  void run();
  void put_out(const Parcel& parcel);
  void look();
  void hand_in(const std::string& name);
  void answered(const std::string& name, const v1::ServiceFrame& answer);
  void file(const std::string& name, const v1::ServiceFrame& answer);
  void remove_fetched();
  [[nodiscard]] bool noted(const std::optional<Trouble>& trouble);  ///< whether there was any
  [[nodiscard]] bool still_growing(const std::string& name, std::size_t size);

  const std::string recipient_;
  const Folder folder_;
  const Hands hands_;

  std::mutex mutex_;  ///< guards what follows, up to the thread's own
  std::condition_variable wake_;
  std::chrono::milliseconds poll_;
  std::deque<Parcel> to_send_;
  std::deque<std::pair<std::string, v1::ServiceFrame>> to_file_;
  bool stopping_ = false;
  bool ended_ = false;

  // The thread's own.
  bool tidied_ = false;
  std::map<std::string, Asked> asked_;         ///< by the claimed file's name
  std::vector<std::string> fetched_;           ///< deliveries that the other side has, and the disk would not let go of
  std::map<std::string, std::size_t> unread_;  ///< claimed files that could not be read: their sizes at the last look
  std::string cannot_answer_;                  ///< for the reports: why answers cannot be taken; empty where they can
  bool more_ = false;                          ///< the last look left files for the next
};

}  // namespace told::carriers::spool
