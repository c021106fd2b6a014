#pragma once
// Talks to the board over its Unix socket. What goes wrong becomes a Failure that says what to do next.
#include <google/protobuf/message.h>

#include <functional>
#include <string>
#include <string_view>

#include "ctl/session.hpp"

namespace told::ctl {

class BoardClient {
 public:
  explicit BoardClient(const Session& session) : socket_(session.socket) {}

  /// Why whoever asks looks at it: goes on record where what is asked for is.
  BoardClient& because(std::string reason) {
    reason_ = std::move(reason);
    return *this;
  }

  /// `path` begins with "/". An answer of 200 goes to `answer`; any other ends the command with the problem's detail.
  void get(const std::string& path, google::protobuf::Message* answer) const;
  void post(const std::string& path, const google::protobuf::Message& request, google::protobuf::Message* answer) const;

  /// An answer of any length, piece by piece, until `piece` returns false. A break in it is a Failure (exit_io).
  void stream(const std::string& path, const std::function<bool(std::string_view)>& piece, bool endless) const;

 private:
  std::string socket_;
  std::string reason_;
};

/// A reference that somebody gave, for the path of an address; Failure (usage) where it is empty.
[[nodiscard]] std::string in_path(const std::string& reference);
/// For the path and the query of an address.
[[nodiscard]] std::string percent_encoded(const std::string& text);

}  // namespace told::ctl
