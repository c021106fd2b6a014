#include "audit/verify.hpp"

#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <optional>

#include "audit/choice.hpp"
#include "audit/export.hpp"
#include "audit/json.hpp"
#include "audit/opening.hpp"
#include "core/reference.hpp"
#include "digest/digest.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/merkle.hpp"

namespace told::audit {
namespace {

using google::protobuf::util::MessageDifferencer;

/// Reads one export, from its first line to its verdict.
class Verification {
 public:
  Verification(std::istream& in, const VerifyOptions& options) : in_(in), options_(options) {}

  Verdict run() {
    if (read_header()) {
      read_lines();
      judge_whole();
    }
    conclude();
    return std::move(verdict_);
  }

 private:
  enum class Line { read, end, too_long };

  void fault(std::uint64_t line, std::string sentence) {
    if (verdict_.faults.size() < faults_kept) verdict_.faults.push_back({line, std::move(sentence)});
    ++verdict_.faults_in_all;
  }

  Line next_line() {
    text_.clear();
    ++line_;
    for (char c = 0; in_.get(c);) {
      if (c == '\n') return Line::read;
      text_ += c;
      if (text_.size() > line_bytes_max) return Line::too_long;
    }
    if (text_.empty()) return Line::end;
    fault(line_, "the last line has no end: the file was cut off");
    return Line::read;
  }

  bool read_header() {
    if (next_line() != Line::read) {
      fault(1, "the file is empty or has no header: it is not an export of told's");
      return false;
    }
    if (const auto problem = from_json(text_, &header_); !problem.empty()) {
      fault(1, "the header cannot be read: " + problem);
      return false;
    }
    if (header_.told() != "ledger export" || header_.format() != 1) {
      fault(1, "this is not a ledger export of format 1: a newer toldctl may know it");
      return false;
    }
    if (!check_checkpoint() || !check_filter()) return false;
    return options_.since_checkpoint.empty() || check_since();
  }

  bool check_checkpoint() {
    key_ = options_.verifier_key;
    if (key_.empty()) {
      key_ = header_.verifier_key();
      verdict_.notices.push_back(
          "THE KEY IS THE FILE'S OWN: it shows that the file agrees with itself, not who signed it. Get the verifier "
          "key from the service itself, by another way, and give it with --key.");
    } else if (key_ != header_.verifier_key()) {
      verdict_.notices.push_back("the file names another verifier key than the one given; the one given was used");
    }
    std::string problem;
    checkpoint_ = ledger::verify_note(header_.checkpoint(), key_, &problem);
    if (!checkpoint_) {
      fault(1, "the checkpoint's signature does not hold: " + problem);
      return false;
    }
    if (header_.origin() != checkpoint_->origin) fault(1, "the header's origin is not the one that was signed");
    if (header_.size() != checkpoint_->size) fault(1, "the header's size is not the one that was signed");
    if (header_.complete() && header_.lines() != checkpoint_->size)
      fault(1, "the header says that the export is complete but not that it has every signed entry");
    return true;
  }

  bool check_filter() {
    if (header_.complete()) {
      if (header_.has_filter()) fault(1, "the header says both that everything was chosen and that something was");
      return true;
    }
    auto choice = choice_of(header_.filter());
    if (!choice || choice->everything()) {
      fault(1, "the header does not say what was chosen, though the export is not complete");
      return false;
    }
    choice_ = std::move(*choice);
    verdict_.notices.push_back(
        "this is a choice of entries: each is proved, but not that no other entry would have been chosen" +
        std::string(choice_.agency.empty() ? "" : ", nor that the agency is the one that the header names"));
    return true;
  }

  bool check_since() {
    std::string problem;
    since_ = ledger::verify_note(options_.since_checkpoint, key_, &problem);
    if (!since_) {
      fault(0, "the older checkpoint's signature does not hold: " + problem);
      return false;
    }
    if (since_->origin != checkpoint_->origin) fault(0, "the older checkpoint is of another ledger: " + since_->origin);
    if (!header_.complete()) fault(0, "an older checkpoint can only be compared with a complete export: ask for one");
    if (since_->size > checkpoint_->size)
      fault(0,
            "the older checkpoint has more entries than this export: the ledger was cut short, or the two are "
            "exchanged");
    return verdict_.verified();
  }

  void read_lines() {
    const std::uint64_t step = std::max<std::uint64_t>(1, header_.lines() / 100);
    note_prefix();
    for (;;) {
      const Line got = next_line();
      if (got == Line::end) break;
      if (got == Line::too_long) {
        fault(line_, "the line is longer than any entry can be: the rest was not read");
        broken_off_ = true;
        break;
      }
      check_line();
      ++verdict_.entries;
      if (options_.progress && verdict_.entries % step == 0) options_.progress(verdict_.entries, header_.lines());
      note_prefix();
      if (verdict_.faults_in_all > options_.faults_max) {
        broken_off_ = true;
        break;
      }
    }
  }

  void check_line() {
    v1::ExportLine line;
    if (const auto problem = from_json(text_, &line); !problem.empty()) {
      fault(line_, "cannot be read: " + problem);
      tree_.add({});  // keep the count; the root is wrong in any case
      return;
    }
    const auto hash = hash_of(line);
    if (header_.complete()) {
      tree_.add(hash);
      if (line.index() != verdict_.entries)
        fault(line_, entry_words(line) + " stands where entry " + std::to_string(verdict_.entries) + " belongs");
      if (line.proof_size()) fault(line_, "has a proof, which a complete export does not");
    } else {
      check_chosen(line, hash);
    }
    if (line.withheld().empty())
      check_reading(line);
    else
      ++verdict_.withheld;
  }

  /// Of the leaf, or of what stands in its place: whatever hash is given for a leaf, the root shows whether it is its.
  ledger::Hash hash_of(const v1::ExportLine& line) {
    if (line.withheld().empty()) return ledger::leaf_hash(line.leaf());
    ledger::Hash hash{};
    const bool alone = line.leaf().empty() && !line.has_entry() && !line.has_said() && !line.purged();
    if (line.withheld().size() != hash.size() || !alone || !header_.complete() || header_.view().empty())
      fault(line_,
            entry_words(line) + " is not shown, and not in the way that a view of one stream leaves entries out");
    else
      std::copy(line.withheld().begin(), line.withheld().end(), hash.begin());
    return hash;
  }

  void check_chosen(const v1::ExportLine& line, const ledger::Hash& hash) {
    if (last_ && line.index() <= *last_) fault(line_, entry_words(line) + " is out of order");
    last_ = line.index();
    std::vector<ledger::Hash> path;
    for (const auto& each : line.proof()) {
      if (each.size() != sizeof(ledger::Hash)) {
        fault(line_, entry_words(line) + " has a proof of the wrong form");
        return;
      }
      std::copy(each.begin(), each.end(), path.emplace_back().begin());
    }
    if (line.index() >= checkpoint_->size ||
        !ledger::verify_inclusion(hash, line.index(), checkpoint_->size, path, checkpoint_->root))
      fault(line_, entry_words(line) + " is not in the ledger that was signed, as it is shown here");
  }

  /// What is shown for reading must be what the leaf says.
  void check_reading(const v1::ExportLine& line) {
    v1::LedgerEntry leaf;
    if (!leaf.ParseFromString(line.leaf())) {
      fault(line_, entry_words(line) + " has a leaf that is no ledger entry");
      return;
    }
    if (leaf.index() != line.index())
      fault(line_, entry_words(line) + " has the leaf of " + std::to_string(leaf.index()));
    v1::LedgerEntry shown = leaf;
    shown.clear_sealed();
    shown.DiscardUnknownFields();
    if (!MessageDifferencer::Equals(shown, line.entry()))
      fault(line_, entry_words(line) + " reads otherwise than its leaf");
    if (!header_.complete() && !choice_.takes_head(leaf))
      fault(line_, entry_words(line) + " is not of the case or the time that the header says was chosen");
    if (leaf.event_accepted().withdraws()) ++(line.purged() ? purged_ : kept_);
    if (line.purged() && !leaf.has_event_accepted())
      fault(line_, entry_words(line) + " is said to be purged, and holds nothing that a publisher said");
    if (line.has_said()) check_said(line, leaf);
    if (leaf.has_policy_adopted()) check_policy(line, leaf.policy_adopted());
  }

  /// The digest by which people know a policy is the one of the text that was in force.
  void check_policy(const v1::ExportLine& line, const v1::PolicyAdopted& adopted) {
    std::map<std::string, std::string> attachments;
    for (const auto& each : adopted.attachments()) attachments[each.name()] = each.text();
    if (digest::of_policy(adopted.text(), attachments) != adopted.sha256())
      fault(line_, entry_words(line) + " gives a digest that is not the one of the policy it shows");
  }

  void check_said(const v1::ExportLine& line, const v1::LedgerEntry& leaf) {
    if (leaf.sealed().empty()) {
      fault(line_, entry_words(line) + " shows words of a person where none were sealed");
      return;
    }
    if (line.said().opening().empty()) {
      ++unproved_;
      return;
    }
    const auto body = open_with(line.said().opening(), leaf);
    v1::Said shown = line.said();
    shown.clear_opening();
    const auto sealed = body ? said_in(*body) : std::nullopt;
    if (!sealed || !MessageDifferencer::Equals(*sealed, shown))
      fault(line_, entry_words(line) + " shows other words of a person than were sealed");
    else
      ++proved_;
  }

  void note_prefix() {
    if (since_ && tree_.size() == since_->size) prefix_root_ = tree_.root();
  }

  void judge_whole() {
    if (broken_off_) return;
    if (verdict_.entries != header_.lines())
      fault(0, "the header announces " + grouped(header_.lines()) + " entries and " + grouped(verdict_.entries) +
                   " follow: lines are missing, or were added");
    if (header_.complete() && tree_.root() != checkpoint_->root)
      fault(0, "the entries together are not the ones that were signed: the root does not agree");
    if (since_ && prefix_root_ != since_->root)
      fault(0, "the first " + grouped(since_->size) +
                   " entries are not those of the older checkpoint: HISTORY WAS CHANGED");
    const auto were = [](std::uint64_t count) { return grouped(count) + (count == 1 ? " event was" : " events were"); };
    if (purged_)
      verdict_.notices.push_back(were(purged_) +
                                 " withdrawn, content purged: that they were sent, and to whom, stays proved; what "
                                 "they said cannot be opened");
    if (kept_)
      verdict_.notices.push_back(were(kept_) +
                                 " withdrawn, and the content was NOT purged, or this export does not say so: it goes "
                                 "with the key of its case");
    if (verdict_.withheld)
      verdict_.notices.push_back(grouped(verdict_.withheld) + (verdict_.withheld == 1 ? " entry is" : " entries are") +
                                 " not shown, being of another stream, as the exporter says: proved to be there, and "
                                 "nothing more");
    if (unproved_)
      verdict_.notices.push_back(grouped(unproved_) +
                                 " of the names and notes shown are the exporter's word: no opening proves them");
  }

  void conclude() {
    if (!verdict_.verified()) {
      const auto& first = verdict_.faults.front();
      verdict_.sentence =
          "NOT VERIFIED: " + (first.line ? "line " + std::to_string(first.line) + ": " : std::string()) +
          first.sentence;
      return;
    }
    verdict_.sentence =
        "VERIFIED: " + grouped(verdict_.entries) + (verdict_.entries == 1 ? " entry" : " entries") +
        (header_.complete() ? ", all there are," : ", a choice out of " + grouped(checkpoint_->size) + ",") + " of " +
        checkpoint_->origin + ", signed by " + key_.substr(0, key_.find('+'));
    if (proved_) verdict_.sentence += "; " + grouped(proved_) + " names and notes are proved with them";
    if (since_)
      verdict_.sentence +=
          "; nothing before entry " + grouped(since_->size) + " has changed since the older checkpoint";
  }

  static std::string entry_words(const v1::ExportLine& line) { return "entry " + std::to_string(line.index()); }

  std::istream& in_;
  const VerifyOptions& options_;
  Verdict verdict_;
  v1::ExportHeader header_;
  std::string key_, text_;
  Choice choice_;
  std::optional<ledger::Checkpoint> checkpoint_, since_;
  std::optional<ledger::Hash> prefix_root_;
  std::optional<std::uint64_t> last_;
  ledger::Frontier tree_;
  std::uint64_t line_ = 0, proved_ = 0, unproved_ = 0;
  std::uint64_t purged_ = 0, kept_ = 0;  ///< withdrawn
  bool broken_off_ = false;
};

}  // namespace

Verdict verify(std::istream& in, const VerifyOptions& options) {
  const google::protobuf::LogSilencer quiet;  // a damaged leaf is a fault of the verdict, not a line on stderr
  return Verification(in, options).run();
}

std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

}  // namespace told::audit
