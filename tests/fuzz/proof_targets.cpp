// What is verified: a signed note, a key, an export.
#include <sstream>
#include <string>

#include "../unit/audit/world.hpp"
#include "audit/verify.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/note.hpp"
#include "target.hpp"

namespace told::fuzz {
namespace {

/// Of the page daemon/ledger/README.md, which the corpus's good note is from.
constexpr const char* example_key = "told.example.gov.uk/ledger+ef4572e3+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr const char* example_text = "told.example.gov.uk/ledger\n2\nD5r6jMSUXykdkecgmTo99qHK1V5NVe6BKCEG8TiMfZ8=\n";

void note(std::string_view bytes) {
  std::string problem;
  const auto text = ledger::open_note(bytes, example_key, &problem);
  if (text)
    hold(*text == example_text, "no other text is believed than the one that was signed");
  else
    hold(!problem.empty(), "a note that is not believed is told why");
}

void verifier_key(std::string_view bytes) {
  std::string problem;
  const auto key = ledger::VerifierKey::from_text(bytes, &problem);
  if (key)
    hold(key->text() == bytes, "a key that was taken is written as it was read");
  else
    hold(!problem.empty(), "a key that is not taken is told why");
}

/// As it is; and as a change of a good export, of which every line's content is proved.
void exported(std::string_view bytes) {
  static audit::testing::World& world = []() -> audit::testing::World& {
    static audit::testing::World made;
    for (std::uint64_t i = 0; i < 9; ++i) {
      v1::Body body;
      body.mutable_person()->set_name("Officer A");
      made.add(1, 1, i % 3 == 0 ? nullptr : &body)
          .mutable_attempt_intended()
          ->set_attempt(static_cast<std::uint32_t>(i));
    }
    made.seal();
    return made;
  }();
  static const std::string good = world.jsonl(world.options());
  std::istringstream in{std::string{bytes}};
  const auto verdict = audit::verify(in, {world.key.verifier_text(), "", {}});
  hold(!verdict.sentence.empty(), "a verdict is a sentence");
  hold(!verdict.verified() || bytes == good, "what was not exported is not verified");
  // Where, and what is put there in the place of as many bytes.
  if (bytes.size() < 3) return;
  std::string changed = good;
  const std::size_t at =
      (static_cast<size_t>(static_cast<unsigned char>(bytes[0])) << 8U | static_cast<unsigned char>(bytes[1])) %
      good.size();
  changed.replace(at, bytes.size() - 2, bytes.substr(2));
  if (changed == good) return;
  const auto after = world.verified(changed);
  if (!after.verified()) return;
  // White space between JSON's tokens, and members told does not know, say nothing: the entries must be the same.
  hold(after.entries == world.entries.size(), "a changed export is verified only where every entry is there as it was");
}

}  // namespace

std::vector<Target> proof_targets() {
  return {{"note", "a signed note", note},
          {"verifier_key", "a verifier's key", verifier_key},
          {"exported", "an export", exported}};
}

}  // namespace told::fuzz
