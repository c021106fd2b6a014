// toldctl keys: makes keys. Never writes over one.
#include <sodium.h>
#include <sys/stat.h>
#include <zmq.h>

#include <array>
#include <memory>
#include <ostream>

#include "ctl/exit.hpp"
#include "ctl/json_object.hpp"
#include "ctl/private_file.hpp"
#include "ctl/session.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/secret_file.hpp"

namespace told::ctl {
namespace {

struct Made {
  std::string public_text;  ///< empty where there is none
  std::string secret_text;
  const char* use;
};

Made curve() {
  std::array<char, 41> public_key{}, secret_key{};
  if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0)
    throw Failure(exit_software, "this libzmq has no CURVE: install Debian's libzmq5");
  Made made{public_key.data(), secret_key.data(), "give the public one to the other side; the secret one never leaves"};
  sodium_memzero(secret_key.data(), secret_key.size());
  return made;
}

Made log(const std::string& name) {
  const auto key = ledger::SigningKey::generate(name);
  return {key.verifier_text(), key.private_text(),
          "give the public one to everybody who is to check exports; told signs with the secret one"};
}

Made master() {
  std::array<unsigned char, 32> bytes{};
  std::array<char, 65> hex{};
  randombytes_buf(bytes.data(), bytes.size());
  sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
  Made made{{}, hex.data(), "keep a copy offline: without it nothing personal in the ledger can ever be read again"};
  sodium_memzero(bytes.data(), bytes.size());
  sodium_memzero(hex.data(), hex.size());
  return made;
}

bool there(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

/// `--name` or the last part of the path: the name that a log key signs under.
std::string own_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void make(const std::string& kind, const std::string& path, const std::string& signer, Session& session) {
  ledger::need_sodium();
  for (const auto* end : {".public", ".secret"})
    if (there(path + end))
      throw Failure(exit_io, path + end +
                                 " is there already and is never written over: move it away first, or choose "
                                 "another name");
  Made made = kind == "curve" ? curve() : kind == "log" ? log(signer.empty() ? own_name(path) : signer) : master();
  write_new(path + ".secret", made.secret_text + "\n", 0600);
  sodium_memzero(made.secret_text.data(), made.secret_text.size());
  const bool has_public = !made.public_text.empty();
  if (has_public) write_new(path + ".public", made.public_text + "\n", 0644);
  if (session.json) {
    JsonObject said;
    said.text("secret_file", path + ".secret");
    if (has_public) said.text("public_file", path + ".public").text("public_key", made.public_text);
    session.out << said.line();
    return;
  }
  session.out << path << ".secret (yours only)\n";
  if (has_public) session.out << path << ".public  " << made.public_text << "\n";
  session.out << made.use << "\n";
}

}  // namespace

void add_keys(Command& app, Session& session) {
  Command& keys = command(app, "keys", "Make keys", "  toldctl keys new curve port.tilbury");
  Command& made =
      command(keys, "new", "Make a key: NAME.secret (mode 0600) and NAME.public",
              "  toldctl keys new curve port.tilbury        # for ZeroMQ: a publisher, an agency, told itself\n"
              "  toldctl keys new log told --name told.example.org   # signs the ledger's checkpoints\n"
              "  toldctl keys new master master             # seals what is personal; has no public part");
  takes_json(made, session);
  struct Given {
    std::string kind, path, signer;
  };
  auto given = std::make_shared<Given>();
  made.option("KIND", given->kind, "curve, log or master").required().one_of({"curve", "log", "master"});
  made.option("NAME", given->path, "The files' name, with its directory where that is another").required();
  made.option("--name", given->signer, "log: the name it signs under; the files' name if not given");
  made.runs([&session, given] { make(given->kind, given->path, given->signer, session); });
}

}  // namespace told::ctl
