#pragma once
// What each alarm means, and what to do: one sentence for a duty manager, nothing personal.
#include <string>

namespace told::dispatch {

/// Whom the sentence names: its party; where that is the reference of the notification that the alarm is about, people
/// want to know whose it is. `recipient`: of that notification, "" where it is not known.
[[nodiscard]] inline const std::string& whose_alarm(const std::string& party, const std::string& about,
                                                    const std::string& recipient) {
  return party == about && !recipient.empty() ? recipient : party;
}

/// `kept_out`: of `nobody_on_duty`, as the ledger's AlarmRaised says.
[[nodiscard]] inline std::string alarm_sentence(const std::string& code, const std::string& party,
                                                bool kept_out = false) {
  if (code == "worker_silent")
    return "The system of " + party +
           " has gone silent; what they must be told waits. Telephone them, and record the call.";
  if (code == "publisher_silent")
    return "Nothing is heard from " + party + "; events there may not reach us. Telephone them and ask.";
  if (code == "nobody_was_told")
    return "Nobody has answered for " + party +
           " and there is nobody left to call. Take it on yourself; only a named person can close this.";
  if (code == "duty_not_done")
    return "What " + party +
           " owes is overdue, and there is nobody left to call. Take it on yourself; only a named person can close "
           "this.";
  if (code == "nobody_on_duty" && kept_out)
    return "Nobody can be called as " + party +
           " about this: whoever is on duty is kept out of the case. Whoever else is on the ladder is called. See "
           "that somebody else is on duty, or name another.";
  if (code == "nobody_on_duty")
    return "Nobody can be called as " + party +
           ": nobody is on duty. Whoever else is on the ladder is called. See that somebody is on duty, or name "
           "another.";
  if (code == "calendar_horizon")
    return "The bank holidays that are known end soon; beyond them deadlines may come early. Ask IT to fetch the new "
           "calendar from GOV.UK.";
  if (code == "quota")
    return "More children are counted than the figure of " + party +
           " in the policy. Nothing is refused; look at transfers to other councils.";
  if (code == "delivery_failing")
    return "Deliveries to " + party +
           " fail again and again. Tell them by telephone, and ask IT to look at `toldctl ways`.";
  if (code == "wrong_recipient")
    return party +
           " says that what it was told is not for it: personal data may be in the wrong hands. Find out whether it is "
           "a "
           "breach; the Information Commissioner must hear of one within 72 h of now.";
  if (code == "nothing_said")
    return "What was told of " + party +
           " must be answered within the hour, and had nothing in it that they may see: they know only that it "
           "happened. Tell them by telephone what they need, and ask whoever reported it for the rest.";
  if (code == "limbo")
    return "A notification was found that nobody chases. Look at " + party + " now, and report this fault.";
  if (code == "storage_low")
    return "The disk is nearly full: publishers are asked to wait; chasing goes on. Ask IT to make room now.";
  if (code == "ledger_damaged")
    return "A part of what was recorded cannot be read any more. Chasing goes on. Ask IT to look at the log now, and "
           "to "
           "keep the store's files as they are.";
  if (code == "clock_stepped")
    return "The machine's clock was changed. Deadlines go on as they were; ask IT to check the time service.";
  return "Something needs attention at " + party + " (" + code + ").";
}

}  // namespace told::dispatch
