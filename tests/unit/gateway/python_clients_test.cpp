// The Python clients share no code with us: what they understand is what the .proto files say.
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "gateway/client.hpp"
#include "rig.hpp"

extern char** environ;

namespace told::gateway::testing {
namespace {

/// Another program, its output gathered while the loop turns.
class Program {
 public:
  explicit Program(std::vector<std::string> words) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    out_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    std::vector<char*> argv;
    for (auto& w : words) argv.push_back(w.data());
    argv.push_back(nullptr);
    if (posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ) != 0) pid_ = -1;
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
  }
  ~Program() {
    if (pid_ > 0 && !ended_) kill(pid_, SIGKILL), waitpid(pid_, nullptr, 0);
    ::close(out_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  bool ended() {
    pollfd p{out_, POLLIN, 0};
    while (poll(&p, 1, 0) > 0) {
      std::array<char, 4096> bytes{};
      const auto n = read(out_, bytes.data(), bytes.size());
      if (n <= 0) break;
      output.append(bytes.data(), static_cast<std::size_t>(n));
    }
    int status = 0;
    if (!ended_ && waitpid(pid_, &status, WNOHANG) == pid_) ended_ = true, code = WEXITSTATUS(status);
    return ended_;
  }
  std::string output;
  int code = -1;

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  bool ended_ = false;
};

const std::string root = TOLD_ROOT;

TEST(PythonClients, PublishEveryEventFileAndReadTheReply) {
  Rig rig;
  // Options first: a key is any 40 characters, and may begin with a dash.
  Program publish{{"/usr/bin/python3", root + "/tests/clients/publish.py", "--source", "tilbury", "--",
                   rig.gateway->publishers_endpoint(), rig.server.public_key, rig.tilbury_keys.secret_key,
                   root + "/tests/events/arrived.json", root + "/tests/events/missing.json",
                   root + "/tests/events/located.json"}};
  ASSERT_TRUE(rig.until([&] { return publish.ended(); }, milliseconds{20000}));
  EXPECT_EQ(publish.code, 0) << publish.output;
  EXPECT_EQ(rig.all<core::Publish>().size(), 3U);
  EXPECT_NE(publish.output.find("VERDICT_ACCEPTED"), std::string::npos);
}

TEST(PythonClients, TheWorkerReceiptsAndAcknowledgesInItsPersonsName) {
  Rig rig;
  Program worker{{"/usr/bin/python3", root + "/tests/clients/agency_worker.py", "--person", "PC 1234", "--role",
                  "Missing desk", "--count", "1", "--", rig.gateway->agencies_endpoint(), rig.server.public_key,
                  rig.police_keys.secret_key}};
  ASSERT_TRUE(rig.until([&] { return !rig.all<core::Offer>().empty(); }, milliseconds{20000}));
  auto p = parcel(1, 5);
  p.delivery.mutable_deadline()->set_seconds(1795000000);
  rig.send(std::move(p));
  rig.gateway->flush();
  ASSERT_TRUE(rig.wait_for<core::Acknowledge>());
  const auto said = rig.all<core::Acknowledge>()[0];
  EXPECT_EQ(said.by.name, "PC 1234");
  EXPECT_EQ(said.notification, (core::NotificationId{5, 0}));
  ASSERT_EQ(rig.reports.size(), 1U);
  EXPECT_EQ(rig.reports[0].outcome, v1::OUTCOME_DELIVERED);
  v1::AcknowledgementResult result;
  result.set_recorded(true);
  rig.gateway->reply(core::ReplyActed{said.reply_to, result});
  rig.gateway->flush();
  ASSERT_TRUE(rig.until([&] { return worker.ended(); }, milliseconds{20000}));
  EXPECT_EQ(worker.code, 0) << worker.output;
}

TEST(OurClients, SpeakTheSameWords) {
  Rig rig;
  std::atomic<bool> done{false};
  v1::PublishReply reply;
  v1::Welcome welcome;
  std::thread elsewhere{[&] {
    PublisherClient publisher{{rig.gateway->publishers_endpoint(), rig.server.public_key, rig.tilbury_keys.secret_key}};
    reply = publisher.publish(request_of({missing_event()}), std::chrono::seconds{5});
    AgencyClient agency{{rig.gateway->agencies_endpoint(), rig.server.public_key, rig.police_keys.secret_key}};
    welcome = agency.hello("bench", "", std::chrono::seconds{5});
    agency.credit(1);
    done = true;
  }};
  EXPECT_TRUE(rig.until([&] { return done.load(); }, milliseconds{11000}));
  elsewhere.join();
  EXPECT_EQ(reply.results_size(), 1);
  EXPECT_EQ(welcome.recipient(), "police");
}

TEST(OurClients, SayWhenNobodyAnswers) {
  const KeyPair keys;
  PublisherClient nobody{{"tcp://127.0.0.1:1", keys.public_key, keys.secret_key}};
  EXPECT_THROW((void)nobody.publish({}, milliseconds{50}), NoAnswer);
}

}  // namespace
}  // namespace told::gateway::testing
