// told.toml: what a right one becomes, and each rule broken once.
#include <gmock/gmock.h>
#include <stdlib.h>

#include "loading.hpp"

namespace told::config::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Service, BecomesTypedValues) {
  const Directory directory;
  const auto loaded = load_service(directory.write("told.toml", right_service()));
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  const Service& service = loaded.value;
  EXPECT_EQ(service.file, directory.path() / "told.toml");
  EXPECT_EQ(service.text, right_service());
  EXPECT_EQ(service.origin, "told.example/test");
  EXPECT_EQ(service.reserve_bytes, 2U << 20U);
  EXPECT_EQ(service.publishers_endpoint, "tcp://127.0.0.1:7710");
  EXPECT_EQ(service.agencies_endpoint, "tcp://*:7711");
  EXPECT_EQ(service.worker_heartbeat, 2s);
  EXPECT_EQ(service.watcher_every, 30s);
  EXPECT_EQ(service.log_level, "debug");
  ASSERT_EQ(service.parties.publishers.size(), 1U);
  EXPECT_EQ(service.parties.publishers[0].name, "port.tilbury");
  EXPECT_EQ(service.parties.publishers[0].public_key, public_key(1));
  EXPECT_THAT(service.parties.publishers[0].may_publish, ElementsAre("child.arrived", "child.missing"));
  EXPECT_THAT(service.parties.publishers[0].sites, ElementsAre("tilbury"));
  EXPECT_EQ(service.parties.publishers[0].heartbeat, 5min);
  ASSERT_EQ(service.parties.agencies.size(), 5U);
  EXPECT_EQ(service.parties.agencies[0].recipient, "police");
  EXPECT_EQ(service.parties.agencies[0].public_key, public_key(2));
}

TEST(Service, FindsRelativePathsBesideItsFile) {
  const Directory directory;
  const auto service = load_service(directory.write("told.toml", right_service())).value;
  EXPECT_EQ(service.policy_file, directory.path() / "policy.toml");
  EXPECT_EQ(service.store_directory, directory.path() / "store");
  EXPECT_EQ(service.curve_key_file, directory.path() / "keys/curve.key");
  EXPECT_EQ(service.signing_key_file, "/etc/told/log.key");
  EXPECT_EQ(service.board_socket, "/run/told/board.sock");
  EXPECT_EQ(service.master_key_file, "credential:master.key");
  EXPECT_EQ(service.watcher_url_file, directory.path() / "watcher.url");
}

TEST(Service, HasTheDefaultsThatItsFileDocuments) {
  auto text = changed_once(right_service(), "log_level = \"debug\"\n", "");
  text = changed_once(text, "reserve = \"2 MiB\"\n", "");
  text = changed_once(text, "worker_heartbeat = \"2 s\"\n", "");
  text = changed_once(text, "heartbeat = \"5 min\"\n", "");
  text = changed_once(text, "every = \"30 s\"\n", "");
  const auto loaded = load(text);
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  EXPECT_EQ(loaded.value.log_level, "info");
  EXPECT_EQ(loaded.value.reserve_bytes, 16U << 20U);
  EXPECT_EQ(loaded.value.worker_heartbeat, 5s);
  EXPECT_EQ(loaded.value.watcher_every, 60s);
  EXPECT_EQ(loaded.value.parties.publishers[0].heartbeat, 0s);
}

TEST(Service, ReadsAPublicKeyFromAFileBeside) {
  const Directory directory;
  directory.write("keys/tilbury.pub", public_key(9) + "\n");
  const auto text =
      changed_once(right_service(), "public_key = \"" + public_key(1) + "\"", "public_key_file = \"keys/tilbury.pub\"");
  const auto loaded = load_service(directory.write("told.toml", text));
  ASSERT_THAT(lines(loaded.problems), IsEmpty());
  EXPECT_EQ(loaded.value.parties.publishers[0].public_key, public_key(9));
}

TEST(Service, ThatIsNotThereSaysWhy) {
  EXPECT_THAT(lines(load_service("/nowhere/told.toml").problems), ElementsAre(HasSubstr("cannot be read")));
}

TEST(Service, ThatNamesAPolicyThatIsNotThereIsShownTheLine) {
  const Directory directory;
  const auto service =
      load_service(directory.write("told.toml", changed_once(right_service(), "policy.toml\"", "nowhere.toml\"")));
  ASSERT_THAT(lines(service.problems), IsEmpty());
  EXPECT_THAT(lines(load_policy_of(service.value).problems),
              ElementsAre(testing::AllOf(HasSubstr("told.toml:2:"), HasSubstr("policy_file: "),
                                         HasSubstr("nowhere.toml cannot be read"))));
}

TEST(Service, LargerThanAConfigurationCanBeIsRefused) {
  EXPECT_THAT(lines(load(std::string((1U << 20U) + 1, '#')).problems), ElementsAre(HasSubstr("is it the right file?")));
}

TEST(KeyPath, IsTheSettingOrTheCredential) {
  EXPECT_EQ(key_path("/etc/told/log.key"), "/etc/told/log.key");
  setenv("CREDENTIALS_DIRECTORY", "/run/credentials/told.service", 1);
  EXPECT_EQ(key_path("credential:log.key"), "/run/credentials/told.service/log.key");
  unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_THROW((void)key_path("credential:log.key"), std::runtime_error);
}

class BrokenService : public testing::TestWithParam<Break> {};

TEST_P(BrokenService, IsRefusedForThatAlone) {
  const Break& b = GetParam();
  is_said_alone(b, load(changed_once(right_service(), b.from, b.to)).problems);
}

const std::string key_of_tilbury = "public_key = \"" + public_key(1) + "\"";

const std::vector<Break> service_rules{
    {"UnknownKey",
     "[store]",
     "[store]\nreserv = \"1 GiB\"",
     {"told.toml:6:1: unknown key \"store.reserv\"", "did you mean \"reserve\"?"}},
    {"UnknownTable", "[store]", "[stroe]\n[store]", {"unknown key \"stroe\"", "did you mean \"store\"?"}},
    {"KeyTwice", "[store]", "[store]\ndirectory = \"x\"", {"this is not TOML", "directory"}},
    {"OriginMissing", "origin = \"told.example/test\"\n", "", {"origin is missing"}},
    {"OriginShape", "told.example/test", "https://told.example/test", {"is not an origin"}},
    {"PolicyMissing", "policy_file = \"policy.toml\"\n", "", {"policy_file is missing"}},
    {"LogLevelUnknown", "\"debug\"", "\"debgu\"", {"no log level", "did you mean \"debug\"?"}},
    {"StoreMissing", "directory = \"store\"\n", "", {"store.directory is missing"}},
    {"ReserveTooSmall", "\"2 MiB\"", "\"0 B\"", {"store.reserve must be 1048576 B or more"}},
    {"ReserveUnit", "\"2 MiB\"", "\"2 MB\"", {"store.reserve", "no unit that is known (B, KiB, MiB, GiB)"}},
    {"KeyFileMissing", "curve = \"keys/curve.key\"\n", "", {"keys.curve is missing"}},
    {"CredentialWithoutName", "credential:master.key", "credential:", {"names no credential"}},
    {"CredentialOutsideItsDirectory", "credential:master.key", "credential:../../etc/shadow", {"names no credential"}},
    {"EndpointShape",
     "tcp://127.0.0.1:7710",
     "127.0.0.1:7710",
     {"told.toml:15:23: gateway.publishers_endpoint", "tcp://host:port"}},
    {"EndpointsShareAPort", "tcp://*:7711", "tcp://*:7710", {"has the port of gateway.publishers_endpoint"}},
    {"WorkerHeartbeatTooShort", "\"2 s\"", "\"10 ms\"", {"gateway.worker_heartbeat (10 ms) must be 100 ms or more"}},
    {"SocketsThatAreOne",
     "socket = \"/run/told/board.sock\"",
     "socket = \"/run/told/board.sock\"\nprevent_socket = \"/run/told/board.sock\"",
     {"board: two of its sockets are one"}},
    {"SocketTooLong", "/run/told/board.sock", "/run/" + std::string(103, 'x'), {"board.socket has 108 bytes", "107"}},
    {"NoKey", key_of_tilbury, "", {"publisher has no key", "public_key_file"}},
    {"SecretKeyFile",
     key_of_tilbury,
     "public_key_file = \"keys/tilbury.secret\"",
     {"public_key_file", "names a secret key's file", ".public beside it"}},
    {"BothKeys", key_of_tilbury, key_of_tilbury + "\npublic_key_file = \"x\"", {"both public_key and public_key_file"}},
    {"KeyShape", public_key(1), "abc", {"publisher: the key has 3 characters", "40 characters"}},
    {"KeyFileNotThere",
     key_of_tilbury,
     "public_key_file = \"keys/none.pub\"",
     {"public_key_file", "keys/none.pub cannot be read", "No such file"}},
    {"SameKey", public_key(2), public_key(1), {"this key is \"port.tilbury\"'s already"}},
    {"SameName", "recipient = \"duty\"", "recipient = \"police\"", {"\"police\" is a party already (line 30)"}},
    {"SameNameOfAPublisherAndAnAgency",
     "name = \"port.tilbury\"",
     "name = \"police\"",
     {"is a party already (line 23)"}},
    {"NameShape", "name = \"port.tilbury\"", "name = \"Port of Tilbury\"", {"publisher.name", "is not a name"}},
    {"EventUnknown",
     "\"child.arrived\"",
     "\"child.arrive\"",
     {"publisher.may_publish: \"child.arrive\" is no event type", "did you mean \"child.arrived\"?"}},
    {"MayPublishNothing", "may_publish = [\"child.arrived\", \"child.missing\"]", "may_publish = []", {"is empty"}},
    {"SitesEmpty", "sites = [\"tilbury\"]", "sites = []", {"publisher.sites is empty"}},
    {"SiteShape", "sites = [\"tilbury\"]", "sites = [\"Tilbury!\"]", {"publisher.sites", "is not a name"}},
    {"HeartbeatIsANumber", "heartbeat = \"5 min\"", "heartbeat = 300", {"publisher.heartbeat must be text"}},
};

INSTANTIATE_TEST_SUITE_P(Rules, BrokenService, testing::ValuesIn(service_rules), name_of);

TEST(Service, WithoutPublishersHearsOfNothing) {
  auto text = right_service();
  const auto from = text.find("[[publisher]]");
  text.erase(from, text.find("[[agency]]") - from);
  EXPECT_THAT(lines(load(text).problems), ElementsAre(HasSubstr("publisher is missing")));
}

}  // namespace
}  // namespace told::config::test
