// What told.toml and the policy only show together. The values carry no places, so the place of a problem is looked
// up in the text that each keeps of its file.
#include <algorithm>

#include "config/config.hpp"
#include "config/file_tree.hpp"
#include "config/findings.hpp"
#include "config/nearest.hpp"
#include "config/words.hpp"
#include "core/event_types.hpp"

namespace told::config {
namespace {

std::vector<std::string> names_of(const std::vector<core::Recipient>& recipients) {
  std::vector<std::string> names;
  for (const auto& each : recipients) names.push_back(each.name);
  return names;
}

bool has_key(const Service& service, const std::string& recipient) {
  const auto& agencies = service.parties.agencies;
  return std::any_of(agencies.begin(), agencies.end(), [&](const auto& a) { return a.recipient == recipient; });
}

/// The carriers that a recipient is told by: its own, and its second channel's.
std::vector<std::string> carriers_of(const core::Recipient& recipient) {
  std::vector<std::string> names{recipient.carrier};
  if (recipient.second) names.push_back(recipient.second->carrier);
  return names;
}

const carriers::Way* way_of(const Service& service, const std::string& recipient, const std::string& carrier) {
  const auto found = std::find_if(service.ways.begin(), service.ways.end(), [&](const carriers::Way& way) {
    return way.recipient == recipient && way.carrier == carrier;
  });
  return found == service.ways.end() ? nullptr : &*found;
}

/// That what the policy lets go by mail, sealed, can be sealed.
void check_seal(const Service& service, const core::Recipient& recipient, const std::string& carrier, Place at,
                Findings& of_policy) {
  const carriers::Way* way = way_of(service, recipient.name, carrier);
  const carriers::Kind* kind = carriers::kind(carrier);
  if (way == nullptr || kind == nullptr || !kind->may_carry_form) return;
  if (recipient.form_by_mail && recipient.form_by_mail->sealed && !way->has("certificate_file"))
    of_policy.add(at, "recipient " + in_quotes(recipient.name) + " gets its form sealed by " + carrier + ", and " +
                          service.file +
                          " has no certificate to seal it for: name theirs in its [[way]], "
                          "certificate_file = \"...\"");
}

void check_carriers(const Service& service, const core::Policy& policy, const FileTree& policy_text,
                    Findings& of_policy) {
  for (const auto& recipient : policy.recipients)
    for (const std::string& carrier : carriers_of(recipient)) {
      const Place at = policy_text.place("recipient", "name", recipient.name);
      const std::string told = "recipient " + in_quotes(recipient.name) + " is told by " + carrier;
      if (carrier == "zmq_queue") {
        if (!has_key(service, recipient.name))
          of_policy.add(
              at, told + " and has no key in " + service.file +
                      ", so it could never connect: add an [[agency]] with recipient = " + in_quotes(recipient.name));
      } else if (way_of(service, recipient.name, carrier) == nullptr) {
        of_policy.add(at, told + " and " + service.file + " does not say how: add a [[way]] with recipient = " +
                              in_quotes(recipient.name) + " and carrier = " + in_quotes(carrier));
      } else {
        check_seal(service, recipient, carrier, at, of_policy);
      }
    }
}

/// That `name`, of the `table`'s entry at `at`, is a recipient who is told by that carrier.
void check_recipient(const Service& service, const core::Policy& policy, const std::string& table,
                     const std::string& name, const std::string& carrier, const std::string& mend, Place at,
                     Findings& of_service) {
  const auto* recipient = policy.recipient(name);
  if (recipient == nullptr) {
    of_service.add(at, table + " " + in_quotes(name) + " is no recipient of " + service.policy_file + ": " +
                           suggestion(name, names_of(policy.recipients)));
  } else if (!is_one_of(carrier, carriers_of(*recipient))) {
    of_service.add(at, table + " " + in_quotes(name) + " is told by " + recipient->carrier + " and not by " + carrier +
                           ": " + mend + ", or change its carrier");
  }
}

void check_agencies(const Service& service, const core::Policy& policy, const FileTree& service_text,
                    Findings& of_service) {
  for (const auto& agency : service.parties.agencies)
    check_recipient(service, policy, "agency", agency.recipient, "zmq_queue", "take its key out",
                    service_text.place("agency", "recipient", agency.recipient), of_service);
  for (const auto& way : service.ways)
    check_recipient(service, policy, "way to", way.recipient, way.carrier, "take its way out",
                    service_text.place("way", "recipient", way.recipient), of_service);
}

/// Whether such an event is told of wherever it comes from, a site that the policy does not name included. Where the
/// policy may say that nobody is told, a rule with a condition is as good as one without.
bool covers_anywhere(const core::Policy& policy, const std::string& when) {
  if (core::is_about_an_earlier(when) || is_one_of(when, policy.not_told)) return true;
  const bool always = must_reach_somebody(when) || core::is_prevent(when);
  return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const core::Rule& rule) {
    return rule.when == when && rule.sites.empty() && (!always || (rule.only_if.always() && !rule.only_if_told));
  });
}

void check_publishers(const Service& service, const core::Policy& policy, const FileTree& service_text,
                      Findings& of_service) {
  for (const auto& publisher : service.parties.publishers) {
    const Place at = service_text.place("publisher", "name", publisher.name);
    for (const auto& site : publisher.sites) {
      if (site == "*" || is_one_of(site, policy.sites)) continue;
      of_service.add(at, "publisher " + in_quotes(publisher.name) + ": " + in_quotes(site) + " is no site of " +
                             service.policy_file + ": " + suggestion(site, policy.sites));
    }
    if (!is_one_of("*", publisher.sites)) continue;
    for (const auto& when : publisher.may_publish) {
      if (covers_anywhere(policy, when)) continue;
      of_service.add(at, "publisher " + in_quotes(publisher.name) + " may publish " + in_quotes(when) +
                             " from anywhere, and every rule for it in " + service.policy_file +
                             " is for some sites only: name the publisher's sites, or add a [[tell]] without sites");
    }
  }
}

/// The rule that leaves the recipient least time, and how much; nullptr where none asks for an answer within some time.
std::pair<const core::Rule*, core::Duration> soonest_of(const core::Policy& policy, const std::string& recipient) {
  std::pair<const core::Rule*, core::Duration> soonest{nullptr, core::Duration::max()};
  for (const core::Rule& rule : policy.rules)
    for (const core::Due& due : rule.within)
      if (policy.may_tell(rule, recipient) && due.kind == core::Due::Kind::elapsed && due.elapsed > core::Duration{0} &&
          due.elapsed < soonest.second)
        soonest = {&rule, due.elapsed};
  return soonest;
}

/// An attempt that hangs must leave time for others before the deadline.
void lint_timeouts(const Service& service, const core::Policy& policy, std::vector<Problem>& problems) {
  constexpr int attempts = 4;
  for (const carriers::Way& way : service.ways) {
    const carriers::Kind* kind = carriers::kind(way.carrier);
    if (kind == nullptr || kind->usual_timeout.count() == 0) continue;
    const core::Duration timeout = way.time("timeout", kind->usual_timeout);
    const auto [rule, within] = soonest_of(policy, way.recipient);
    if (rule != nullptr && timeout * attempts > within)
      problems.push_back(problem_of_way(
          service, way,
          "an attempt may take " + core::in_words(timeout) + ", and they have " + core::in_words(within) +
              " to answer (" + service.policy_file + ":" + std::to_string(rule->line) +
              "): one that hangs would use that up. Let its timeout be a quarter of that at most"));
  }
}

}  // namespace

std::vector<Problem> check_together(const Service& service, const core::Policy& policy) {
  const FileTree service_text{service.text};
  const FileTree policy_text{policy.text};
  Findings of_service{service.file};
  Findings of_policy{service.policy_file};
  check_agencies(service, policy, service_text, of_service);
  check_publishers(service, policy, service_text, of_service);
  check_carriers(service, policy, policy_text, of_policy);

  auto problems = of_service.take();
  for (auto& problem : of_policy.take()) problems.push_back(std::move(problem));
  return problems;
}

std::vector<Problem> lint_together(const Service& service, const core::Policy& policy) {
  std::vector<Problem> problems;
  lint_timeouts(service, policy, problems);
  const bool told = std::any_of(policy.rules.begin(), policy.rules.end(),
                                [](const core::Rule& rule) { return core::is_prevent(rule.when); });
  if (told && service.prevent_socket.empty())
    problems.push_back(problem_of_setting(service, "board", "socket",
                                          "board: the policy tells of Prevent cases, and nobody may look at them: name "
                                          "a prevent_socket, in a directory that the Prevent lead's group alone may "
                                          "enter"));
  return problems;
}

Problem problem_of_way(const Service& service, const carriers::Way& way, const std::string& text) {
  const Place at = FileTree{service.text}.place("way", "recipient", way.recipient);
  return {service.file, at.line, at.column, "way to " + in_quotes(way.recipient) + " by " + way.carrier + ": " + text};
}

Problem problem_of_setting(const Service& service, std::string_view table, std::string_view key, std::string text) {
  const Place at = FileTree{service.text}.setting(table, key);
  return {service.file, at.line, at.column, std::move(text)};
}

}  // namespace told::config
