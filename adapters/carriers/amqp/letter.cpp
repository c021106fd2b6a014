#include "carriers/amqp/letter.hpp"

#include <proton/codec.h>
#include <proton/message.h>

#include <memory>
#include <stdexcept>

#include "carriers/cloud_event.hpp"

namespace told::carriers::amqp {
namespace {

using Message = std::unique_ptr<pn_message_t, decltype(&pn_message_free)>;

Message empty() {
  Message message(pn_message(), pn_message_free);
  if (!message) throw std::bad_alloc();
  return message;
}

pn_bytes_t bytes(std::string_view text) { return pn_bytes(text.size(), text.data()); }
std::string text(pn_bytes_t bytes) { return {bytes.start, bytes.size}; }

void put(pn_data_t* into, const char* name, std::uint32_t number) {
  pn_data_put_string(into, bytes(name));
  pn_data_put_uint(into, number);
}

std::string encoded(pn_message_t& message, std::size_t about) {
  std::string out(about, '\0');
  for (;;) {
    std::size_t size = out.size();
    const int failed = pn_message_encode(&message, out.data(), &size);
    if (failed == 0) {
      out.resize(size);
      return out;
    }
    if (failed != PN_OVERFLOW) throw std::runtime_error("a delivery could not be written as an AMQP message");
    out.resize(out.size() * 2);
  }
}

std::string small(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

std::map<std::string, std::string> texts_of(pn_data_t* properties) {
  std::map<std::string, std::string> texts;
  pn_data_rewind(properties);
  if (!pn_data_next(properties) || pn_data_type(properties) != PN_MAP || !pn_data_enter(properties)) return texts;
  while (pn_data_next(properties)) {
    const bool named = pn_data_type(properties) == PN_STRING;
    const std::string name = named ? text(pn_data_get_string(properties)) : std::string();
    if (!pn_data_next(properties)) break;
    if (named && pn_data_type(properties) == PN_STRING)
      texts.emplace(small(name), text(pn_data_get_string(properties)));
  }
  return texts;
}

}  // namespace

std::string letter(const Parcel& parcel, const std::string& origin, const Addresses& addresses) {
  const std::string id = call_id(parcel.delivery);
  const std::string body = cloud_event(parcel, origin);
  const Message message = empty();
  pn_message_set_durable(message.get(), true);
  pn_message_set_inferred(message.get(), true);  // the body as data, not as a typed value
  pn_data_put_string(pn_message_id(message.get()), bytes(id));
  pn_message_set_address(message.get(), addresses.queue.c_str());
  if (!addresses.reply_queue.empty()) pn_message_set_reply_to(message.get(), addresses.reply_queue.c_str());
  pn_message_set_content_type(message.get(), "application/cloudevents+json; charset=utf-8");
  pn_data_t* properties = pn_message_properties(message.get());
  pn_data_put_map(properties);
  pn_data_enter(properties);
  put(properties, "toldattempt", parcel.attempt);
  put(properties, "toldcall", parcel.delivery.call());
  pn_data_exit(properties);
  pn_data_put_binary(pn_message_body(message.get()), bytes(body));
  constexpr std::size_t around_it = 1'024;
  return encoded(*message, body.size() + around_it);
}

std::optional<Reply> read_reply(std::string_view wire) {
  if (wire.empty()) return std::nullopt;  // at which Proton would end the process
  const Message message = empty();
  if (pn_message_decode(message.get(), wire.data(), wire.size()) != 0) return std::nullopt;
  pn_data_t* body = pn_message_body(message.get());
  pn_data_rewind(body);
  if (!pn_data_next(body)) return std::nullopt;
  Reply reply;
  if (pn_data_type(body) == PN_BINARY)
    reply.body = text(pn_data_get_binary(body));
  else if (pn_data_type(body) == PN_STRING)
    reply.body = text(pn_data_get_string(body));
  else
    return std::nullopt;
  reply.headers = texts_of(pn_message_properties(message.get()));
  return reply;
}

}  // namespace told::carriers::amqp
