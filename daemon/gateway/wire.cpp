#include "gateway/wire.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/unknown_field_set.h>

#include <utility>

#include "gateway/socket.hpp"

namespace told::gateway {

std::optional<v1::Problem> read(std::string_view bytes, google::protobuf::Message& into) {
  if (bytes.size() > payload_bytes_max)
    return make_problem("too_large", "", "a frame may take at most 64 KiB", "send fewer at a time");
  // protobuf would write a line to stderr for each bad string: a hostile peer must not fill our log.
  const google::protobuf::LogSilencer quiet;
  google::protobuf::io::CodedInputStream in{reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                            static_cast<int>(bytes.size())};
  in.SetRecursionLimit(depth_max);
  in.SetTotalBytesLimit(static_cast<int>(payload_bytes_max));
  if (into.ParseFromCodedStream(&in) && in.ConsumedEntireMessage()) return std::nullopt;
  return make_problem("not_readable", "",
                      "the frame is not this protobuf message: cut short, too deep, or with text that is not UTF-8",
                      "send one message of the .proto files in one frame");
}

std::optional<v1::Problem> refuse_unknown(const google::protobuf::Message& message) {
  const auto& r = *message.GetReflection();
  if (const auto& unknown = r.GetUnknownFields(message); !unknown.empty())
    return unknown_field({}, unknown.field(0).number());
  const auto& d = *message.GetDescriptor();
  // The path is put together on the way out: a good frame, with its thousands of receipts, pays nothing for it.
  const auto below = [](std::optional<v1::Problem> found, const std::string& place) {
    if (found) found->set_field(found->field().empty() ? place : place + "." + found->field());
    return found;
  };
  for (int i = 0; i < d.field_count(); ++i) {
    const auto& f = *d.field(i);
    if (f.cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!f.is_repeated()) {
      if (!r.HasField(message, &f)) continue;
      if (auto found = refuse_unknown(r.GetMessage(message, &f))) return below(std::move(found), f.name());
      continue;
    }
    for (int k = 0, n = r.FieldSize(message, &f); k < n; ++k)
      if (auto found = refuse_unknown(r.GetRepeatedMessage(message, &f, k)))
        return below(std::move(found), f.name() + "[" + std::to_string(k) + "]");
  }
  return std::nullopt;
}

v1::Problem unknown_field(const std::string& path, int number) {
  return make_problem("unknown_field", path, "field number " + std::to_string(number) + " is not one that told knows",
                      "speak by the .proto files of this version of told");
}

v1::Problem bad_framing() {
  return make_problem("bad_framing", "", "this is not one message in one frame, or the connection chose its own name",
                      "send one frame (a REQ socket's empty delimiter is allowed) and set no routing id");
}

}  // namespace told::gateway
