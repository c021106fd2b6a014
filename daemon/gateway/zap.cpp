#include "gateway/zap.hpp"

#include <arpa/inet.h>
#include <pthread.h>

#include <array>
#include <csignal>
#include <cstring>
#include <utility>
#include <vector>

namespace told::gateway {
namespace {

constexpr const char* question_endpoint = "inproc://zeromq.zap.01";
constexpr const char* stop_endpoint = "inproc://told.zap.stop";

// A ZMTP property: one byte of length and the name, four bytes of length (big-endian) and the value.
std::string property(std::string_view name, std::string_view value) {
  std::string bytes(1, static_cast<char>(name.size()));
  bytes += name;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>((value.size() >> static_cast<unsigned>(shift)) & 0xFFU);
  bytes += value;
  return bytes;
}

std::string z85_of(std::string_view key) {
  std::array<char, 41> text{};
  zmq_z85_encode(text.data(), reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
  return text.data();
}

}  // namespace

Zap::Zap(std::shared_ptr<void> context)
    : context_{std::move(context)},
      questions_{open_socket(context_.get(), ZMQ_REP)},
      stop_there_{open_socket(context_.get(), ZMQ_PAIR)},
      stop_here_{open_socket(context_.get(), ZMQ_PAIR)},
      lists_{std::make_shared<AllowLists>()},
      known_{std::make_shared<Addresses>()} {
  set_option(questions_.get(), ZMQ_LINGER, 0);
  set_option(stop_here_.get(), ZMQ_LINGER, 0);
  if (zmq_bind(questions_.get(), question_endpoint) != 0)
    throw std::runtime_error(std::string("the handler of CURVE's questions cannot be bound: ") + zmq_strerror(errno) +
                             "; only one gateway can run in a process");
  if (zmq_bind(stop_there_.get(), stop_endpoint) != 0 || zmq_connect(stop_here_.get(), stop_endpoint) != 0)
    throw std::runtime_error(std::string("ZAP's stop signal cannot be bound: ") + zmq_strerror(errno));
  // Signals are the loop's business.
  sigset_t all{};
  sigset_t before{};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread{[this] { serve(); }};
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Zap::~Zap() {
  if (send_frame(stop_here_.get(), "stop", 0) != 0) zmq_close(stop_here_.release());  // a full pair cannot be
  thread_.join();
}

void Zap::allow(AllowLists lists) {
  auto fresh = std::make_shared<const AllowLists>(std::move(lists));
  const std::lock_guard lock{mutex_};
  lists_ = std::move(fresh);
}

std::shared_ptr<const AllowLists> Zap::lists() const {
  const std::lock_guard lock{mutex_};
  return lists_;
}

// Whoever has a key may come from many addresses: so many are remembered, and an address more is then one that is kept
// out in a crowd like any other.
void Zap::remember(const std::string& address) {
  constexpr std::size_t known_max = 4096;
  in_addr raw{};
  if (::inet_pton(AF_INET, address.c_str(), &raw) != 1) return;
  const std::lock_guard lock{mutex_};
  if (known_->size() >= known_max || known_->contains(ntohl(raw.s_addr))) return;
  auto more = std::make_shared<Addresses>(*known_);
  more->insert(ntohl(raw.s_addr));
  known_ = std::move(more);
}

std::shared_ptr<const Addresses> Zap::known() const {
  const std::lock_guard lock{mutex_};
  return known_;
}

void Zap::serve() {
  pthread_setname_np(pthread_self(), "told-zap");
  while (true) {
    std::array<zmq_pollitem_t, 2> wait{{{questions_.get(), 0, ZMQ_POLLIN, 0}, {stop_there_.get(), 0, ZMQ_POLLIN, 0}}};
    if (zmq_poll(wait.data(), static_cast<int>(wait.size()), -1) < 0 && errno != EINTR) break;
    if ((wait[1].revents & ZMQ_POLLIN) != 0) break;
    if ((wait[0].revents & ZMQ_POLLIN) != 0) answer();
  }
  // At once, so that the next gateway of this process (in tests) can bind them.
  zmq_unbind(questions_.get(), question_endpoint);
  zmq_unbind(stop_there_.get(), stop_endpoint);
}

std::array<std::string, 6> zap_answer(const std::vector<std::string>& question, const AllowLists& allowed) {
  // version, request id, domain, address, routing id, mechanism, credentials
  std::string name;
  std::string key;
  if (question.size() == 7 && question[0] == "1.0" && question[5] == "CURVE" && question[6].size() == 32) {
    key = z85_of(question[6]);
    if (const auto domain = allowed.find(question[2]); domain != allowed.end())
      if (const auto party = domain->second.find(key); party != domain->second.end()) name = party->second;
  }
  const std::string request = question.size() > 1 ? question[1] : std::string{};
  if (name.empty()) return {"1.0", request, "400", "No access", "", ""};
  return {"1.0", request, "200", "OK", name, property("Told-Key", key)};
}

bool admits(const std::array<std::string, 6>& answer) { return answer[2] == "200"; }

void Zap::answer() {
  std::vector<std::string> question;
  for (bool more = true; more;) {
    Frame part;
    if (!part.receive(questions_.get(), 0)) return;
    question.emplace_back(part.bytes());
    more = part.more();
  }
  const auto reply = zap_answer(question, *lists());
  if (admits(reply))
    remember(question[3]);
  else
    ++refused_;
  for (std::size_t i = 0; i < reply.size(); ++i)
    if (send_frame(questions_.get(), reply[i], i + 1 < reply.size() ? ZMQ_SNDMORE : 0) != 0) return;
}

}  // namespace told::gateway
