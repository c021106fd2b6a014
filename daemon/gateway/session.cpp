#include "gateway/session.hpp"

#include <google/protobuf/io/coded_stream.h>

#include <utility>

namespace told::gateway {
namespace {

// ServiceFrame.deliveries is field 2 and ServiceFrame.checkpoint is field 3, both with a length before them. Pieces of
// a message that stand behind one another are that message (protobuf's encoding, "last one wins" and concatenation).
constexpr char deliveries_tag = (2 << 3) | 2;
constexpr char checkpoint_tag = (3 << 3) | 2;
constexpr std::size_t head_bytes_max = 4;  // tag and a length below 2 MiB

// A checkpoint is a few hundred bytes; an absurd one must not push the frame over the limit.
constexpr std::size_t checkpoint_bytes_max = 3 * 1024;

void append_head(std::string& bytes, char tag, std::size_t size) {
  std::uint8_t head[1 + 10];
  head[0] = static_cast<std::uint8_t>(tag);
  const auto* end =
      google::protobuf::io::CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(size), head + 1);
  bytes.append(reinterpret_cast<const char*>(head), static_cast<std::size_t>(end - head));
}

}  // namespace

bool Outgoing::add_delivery(std::string_view bytes) {
  if (bytes.size() + head_bytes_max > frame_bytes_max) return false;
  if (open_.deliveries == frame_deliveries_max) close_frame();
  make_room(bytes.size() + head_bytes_max);
  append_head(open_.bytes, deliveries_tag, bytes.size());
  open_.bytes += bytes;
  ++open_.deliveries;
  return true;
}

void Outgoing::add(const v1::ServiceFrame& rest) {
  make_room(rest.ByteSizeLong());
  rest.AppendToString(&open_.bytes);
}

void Outgoing::make_room(std::size_t bytes) {
  if (!open_.bytes.empty() && open_.bytes.size() + bytes > frame_bytes_max) close_frame();
}

void Outgoing::close_frame() {
  if (open_.bytes.empty()) return;
  closed_.push_back(std::move(open_));
  open_ = Made{};
}

void Outgoing::append_checkpoint(std::string& frame, const std::string& checkpoint) {
  if (checkpoint.size() > checkpoint_bytes_max) return;
  append_head(frame, checkpoint_tag, checkpoint.size());
  frame += checkpoint;
}

void InFlight::add(core::NotificationId notification, std::uint32_t attempt,
                   std::chrono::steady_clock::time_point now) {
  open_[notification] = attempt;
  order_.push_back({notification, attempt, now});
}

bool InFlight::land(core::NotificationId notification, std::uint32_t attempt) {
  const auto it = open_.find(notification);
  if (it == open_.end() || it->second != attempt) return false;
  open_.erase(it);
  return true;
}

bool InFlight::pop_older(std::chrono::steady_clock::time_point limit, Attempt& into) {
  while (!order_.empty()) {
    const Attempt oldest = order_.front();
    const auto it = open_.find(oldest.notification);
    const bool landed = it == open_.end() || it->second != oldest.attempt;
    if (!landed && oldest.since >= limit) return false;
    order_.pop_front();
    if (landed) continue;
    open_.erase(it);
    into = oldest;
    return true;
  }
  return false;
}

}  // namespace told::gateway
