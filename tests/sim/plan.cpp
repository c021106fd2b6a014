#include "plan.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "core/state.hpp"

namespace told::sim {
namespace {

using namespace std::chrono_literals;
using days_ = std::chrono::days;

constexpr Micros a_day = 24h;

/// Beginnings on or near nights and days that are not like others: UTC seconds.
constexpr std::array<std::int64_t, 8> near_odd_days{
    1743206400,  // 29 March 2025: the clocks go forward in the night
    1761350400,  // 25 October 2025: they go back
    1766448000,  // 23 December 2025
    1774656000,  // 28 March 2026
    1775088000,  // 2 April 2026: Easter
    1792800000,  // 24 October 2026
    1806105600,  // 27 March 2027
    1829347200,  // 21 December 2027
};

class Planner {
 public:
  Planner(std::uint64_t seed, StoreKind store, Length length) : dice_{seed} {
    Words& say = history_.settings;
    say.say("seed", static_cast<std::int64_t>(seed));
    say.say("disk", store == StoreKind::memory ? "memory" : "sqlite");
    const Dice d = dice_.of("world");
    std::int64_t days_whole = store == StoreKind::memory ? d.between(5, 35, "days") : d.between(3, 14, "days");
    const bool burst = d.chance(0.15, "burst");
    if (burst) days_whole = d.between(1, 4, "burst days");
    length_ = a_day * days_whole;
    weeks_of_trouble_ = static_cast<double>(days_whole) / 7.0;
    if (length == Length::nights) {
      length_ = a_day * d.between(1, 2, "nights");
      weeks_of_trouble_ = 1.0;
    } else if (length == Length::watches) {
      length_ = std::chrono::hours{d.between(4, 12, "hours")};
      weeks_of_trouble_ = 0.3;
    }
    short_ = length == Length::watches;
    say.say("length", length_);
    say.say("calm", short_ ? a_day * 3 : a_day * 8);
    say.say("begins", d.chance(0.4, "odd") ? near_odd_days.at(static_cast<std::size_t>(d.between(0, 7, "which"))) +
                                                 d.between(0, 86'400, "hour")
                                           : d.between(1'735'700'000, 1'840'000'000, "begins"));
    // Parts per million, of the boot clock.
    say.say("drift", d.chance(0.15, "drifts") ? d.between(-500, 500, "drift") : 0);
    // Mostly so few closed events are remembered that nearly everything is recalled, and forgotten again while it is
    // dealt with.
    const double forgets = d.share("forgets");
    say.say("closed_kept", forgets < 0.5   ? d.between(1, 8, "kept")
                           : forgets < 0.7 ? d.between(10, 200, "kept")
                                           : static_cast<std::int64_t>(core::closed_events_kept));
    weather_ = d.share("weather");
    say.say("weather", weather_ < 0.15 ? "calm" : weather_ < 0.7 ? "usual" : "storm");
    intensity_ = burst ? 40.0 : d.chance(0.3, "busy") ? 6.0 : 1.5;
  }

  History made() {
    children();
    trouble();
    if (short_) std::erase_if(history_.incidents, [&](const Incident& i) { return i.at() > length_ + a_day; });
    std::sort(history_.incidents.begin(), history_.incidents.end(), [](const Incident& a, const Incident& b) {
      return a.at() != b.at() ? a.at() < b.at() : a.number < b.number;
    });
    return std::move(history_);
  }

 private:
  Words& add(Micros at, const std::string& what) {
    Incident& made = history_.incidents.emplace_back();
    made.number = ++number_;
    made.words.say("at", at).say("what", what);
    return made.words;
  }

  /// One event of a child's story; ids are the incidents' numbers.
  std::string tell(Micros at, const std::string& party, const std::string& type, std::int64_t child,
                   const std::string& site, const std::function<void(Words&)>& more = {}) {
    Words& say = add(at, "publish");
    const std::string id = "i-" + std::to_string(number_);
    say.say("party", party).say("type", type).say("child", child).say("site", site).say("id", id);
    if (more) more(say);
    const std::string status = say.of("status");
    const std::uint64_t n = number_;
    const Dice d = dice_.of("event", n);
    if (d.chance(0.1, "told late")) history_.incidents.back().words.say("ago", d.time(1min, 30h, "ago"));
    amend(at, party, type, child, site, id, status, d);
    if (d.chance(0.05, "again"))  // its system says it once more, some time later
      add(at + d.time(1s, 60h, "again in"), "repeat").say("of", id).say("party", party);
    if (d.chance(0.02, "reused")) add(at + d.time(1s, 60h, "reused in"), "reuse").say("of", id).say("party", party);
    return id;
  }

  void amend(Micros at, const std::string& party, const std::string& type, std::int64_t child, const std::string& site,
             const std::string& id, const std::string& status, const Dice& d) {
    const auto about = [&](const char* what, Micros later) -> Words& {
      Words& say = add(at + later, "publish");
      say.say("party", party)
          .say("type", what)
          .say("child", child + (d.chance(0.04, "another child's reference") ? 1 : 0))
          .say("site", site)
          .say("of", id)
          .say("was", type)
          .say("id", "i-" + std::to_string(number_));
      if ((status == "exercise") != d.chance(0.04, "another status")) say.say("status", "exercise");
      return say;
    };
    if (d.chance(0.08, "corrected")) {
      Words& say = about("event.corrected", d.time(1min, 50h, "corrected in"));
      say.say("version", d.between(1, 9, "version"));
      if (d.chance(0.4, "time was wrong")) say.say("happened_ago", d.time(1min, 60h, "happened"));
      if (d.chance(0.5, "grade")) say.say("grade", "high");
    }
    if (d.chance(0.05, "withdrawn")) about("event.withdrawn", d.time(1min, 80h, "withdrawn in"));
  }

  void children() {
    const Dice d = dice_.of("children");
    const auto n = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(weeks_of_trouble_ * intensity_ * (0.5 + d.share("many")) + 0.5));
    for (std::int64_t child = 1; child <= n; ++child) story(child, d.of("story", static_cast<std::uint64_t>(child)));
  }

  void story(std::int64_t child, const Dice& d) {
    Micros at{d.between(0, length_.count(), "arrives")};
    const bool exercise = d.chance(0.06, "exercise");
    const auto status = [&](Words& say) {
      if (exercise) say.say("status", "exercise");
    };
    if (d.chance(0.08, "prevent")) {
      tell(at, "council", "prevent.referral", child, "council");
      if (d.chance(0.6, "section 36"))
        tell(at + d.time(1h, 100h, "section 36 in"), "police", "prevent.section36", child, "police_station");
      if (d.chance(0.5, "only")) return;
    }
    if (d.chance(0.85, "arrives at a port")) {
      tell(at, "tilbury", "child.arrived", child, d.chance(0.5, "port") ? "tilbury" : "purfleet", [&](Words& say) {
        status(say);
        if (d.chance(0.5, "no indicators")) say.say("indicators", "no");
      });
    } else {
      tell(at, "police", "child.arrived", child, "police_station", status);
    }
    if (d.chance(0.2, "arrival twice"))
      tell(at + d.time(1min, 90h, "arrival twice in"), "police", "child.arrived", child, "police_station", status);
    if (d.chance(0.7, "placed"))
      tell(at + d.time(1h, 48h, "placed in"), "council", "child.placed", child, "council", [&](Words& say) {
        status(say);
        if (d.chance(0.5, "elsewhere")) say.say("county", "Kent");
      });
    if (d.chance(0.3, "enquiry"))
      tell(at + d.time(2h, 100h, "enquiry in"), "council", "child.age_enquiry", child, "council", status);
    if (d.chance(0.2, "interpreter"))
      tell(at + d.time(1h, 20h, "interpreter in"), "council", "interpreter.unavailable", child, "council", status);
    if (d.chance(0.2, "nrm"))
      tell(at + d.time(2h, 60h, "nrm in"), "council", "child.nrm_referred", child, "council", status);
    for (std::uint64_t episode = 0; episode < 3 && d.chance(0.45, "missing", episode); ++episode)
      at = missing(at + d.time(1h, 200h, "missing in", episode), child, d.of("episode", episode), exercise);
    if (d.chance(0.25, "nts")) {
      const Micros asked = at + d.time(10h, 200h, "nts in");
      tell(asked, "council", "child.nts_referred", child, "council", status);
      if (d.chance(0.6, "transferred"))
        tell(asked + d.time(10h, 300h, "transfer in"), "council", "child.transferred", child, "council", status);
    }
    if (d.chance(0.15, "closed"))
      tell(at + d.time(50h, 500h, "closed in"), "council", "case.closed", child, "council", status);
  }

  Micros missing(Micros at, std::int64_t child, const Dice& d, bool exercise) {
    const auto status = [&](Words& say) {
      if (exercise) say.say("status", "exercise");
    };
    tell(at, "council", "child.missing", child, "council", [&](Words& say) {
      status(say);
      say.say("grade", d.chance(0.3, "high") ? "high" : "medium");
    });
    if (d.chance(0.1, "twice"))
      tell(at + d.time(1min, 5h, "twice in"), "police", "child.missing", child, "police_station", status);
    if (d.chance(0.4, "regraded"))
      tell(at + d.time(10min, 10h, "regraded in"), "police", "child.missing_risk_changed", child, "police_station",
           [&](Words& say) {
             status(say);
             say.say("grade", d.chance(0.6, "to high") ? "high" : "low");
           });
    const Micros back = at + d.time(20min, 90h, "back in");
    if (d.chance(0.1, "stood down by hand"))
      add(back, "stand_down").say("child", child);
    else if (d.chance(0.92, "located"))
      tell(back, d.chance(0.5, "by police") ? "police" : "council", "child.located", child,
           d.chance(0.5, "by police") ? "police_station" : "council", status);
    return back;
  }

  // --- what goes wrong ---

  void some(const char* what, double a_week, const std::function<void(Words&, const Dice&)>& how) {
    const Dice d = dice_.of(what);
    const double mean = a_week * weeks_of_trouble_ * (weather_ < 0.15 ? 0.1 : weather_ < 0.7 ? 1.0 : 4.0);
    auto n = static_cast<std::int64_t>(mean);
    if (d.chance(mean - static_cast<double>(n), "one more")) ++n;
    for (std::int64_t i = 0; i < n; ++i) {
      const Dice each = d.of("each", static_cast<std::uint64_t>(i));
      how(add(Micros{each.between(0, length_.count(), "at")}, what), each);
    }
  }

  static std::string any_party(const Dice& d) {
    static constexpr std::array names{"mash.duty",
                                      "duty_manager",
                                      "edt.manager",
                                      "team_manager",
                                      "social_work_team",
                                      "service_manager",
                                      "assistant_director",
                                      "virtual_school",
                                      "health.iha",
                                      "police.control_room",
                                      "police.essex_missing",
                                      "border_force",
                                      "home_office.asylum",
                                      "home_office.nts",
                                      "barnardos.itg",
                                      "host_la",
                                      "receiving_la",
                                      "channel_panel.chairs",
                                      "prevent_lead",
                                      "police.exercise_desk",
                                      "exercise.manager",
                                      "commissioning",
                                      "dpo",
                                      "smp.lead"};
    return names.at(static_cast<std::size_t>(d.between(0, static_cast<std::int64_t>(names.size()) - 1, "who")));
  }
  static std::string any_publisher(const Dice& d) {
    static constexpr std::array names{"tilbury", "police", "council"};
    return names.at(static_cast<std::size_t>(d.between(0, 2, "publisher")));
  }

  void trouble() {
    some("die", 3, [](Words& say, const Dice& d) {
      say.say("how", d.chance(0.5, "power") ? "power" : "killed");
      // At once, or at so manieth thing that is written or done.
      if (d.chance(0.6, "in the middle"))
        say.say("writes", d.between(0, 30, "writes"));
      else if (d.chance(0.5, "soon"))
        say.say("steps", d.between(1, 200, "steps"));
      say.say("for", d.chance(0.1, "long") ? d.time(1min, 5h, "away") : d.time(300ms, 15s, "away"));
    });
    some("stop", 1, [](Words& say, const Dice& d) { say.say("for", d.time(500ms, 10min, "away")); });
    some("away", 5, [](Words& say, const Dice& d) {
      say.say("party", any_party(d)).say("for", d.time(1s, 30h, "for"));
      if (d.chance(0.5, "silently")) say.say("silently", "yes");
    });
    some("hang", 2,
         [](Words& say, const Dice& d) { say.say("party", any_party(d)).say("for", d.time(1s, 10h, "for")); });
    some("second_worker", 3, [](Words& say, const Dice& d) { say.say("party", any_party(d)); });
    some("mood", 6, [](Words& say, const Dice& d) {
      say.say("party", any_party(d)).say("for", d.time(10min, 60h, "for"));
      static constexpr std::array moods{"never", "slow", "no_receipts", "twice", "declines", "stingy"};
      say.say("mood", moods.at(static_cast<std::size_t>(d.between(0, 5, "mood"))));
    });
    some("sick", 4, [](Words& say, const Dice& d) {
      say.say("party", any_party(d)).say("for", d.time(10s, 40h, "for"));
      static constexpr std::array kinds{"gone", "refuses", "unknown", "slow", "asks"};
      say.say("kind", kinds.at(static_cast<std::size_t>(d.between(0, 4, "kind"))));
    });
    some("break", 6, [](Words& say, const Dice& d) {
      say.say("party", d.chance(0.5, "publisher's") ? any_publisher(d) : any_party(d));
      if (d.chance(0.5, "silently")) say.say("silently", "yes");
    });
    some("publisher_dies", 1, [](Words& say, const Dice& d) {
      say.say("party", any_publisher(d)).say("for", d.time(1s, 3h, "for"));
      if (d.chance(0.3, "loses")) say.say("loses", "yes");
    });
    some("step_wall", 0.7, [](Words& say, const Dice& d) {
      const Micros by = d.chance(0.2, "far") ? d.time(1h, a_day * 3650, "by") : d.time(100ms, 2h, "by");
      say.say("by", d.chance(0.5, "back") ? -by : by);
      if (d.chance(0.7, "put right")) say.say("for", d.time(1s, 20h, "for"));
    });
    some("freeze", 1, [](Words& say, const Dice& d) {
      say.say("for", d.time(100ms, 20h, "for"));
      if (d.chance(0.5, "suspended")) say.say("suspended", "yes");
    });
    some("disk_full", 0.7, [](Words& say, const Dice& d) {
      say.say("for", d.time(1s, 10h, "for"));
      if (d.chance(0.3, "suddenly")) say.say("suddenly", "yes");
    });
    some("disk_fails", 1, [](Words& say, const Dice& d) { say.say("writes", d.between(0, 40, "writes")); });
    some("disk_unreadable", 0.5, [](Words& say, const Dice& d) { say.say("reads", d.between(0, 60, "reads")); });
    some("disk_slow", 2,
         [](Words& say, const Dice& d) { say.say("for", d.time(1s, 3h, "for")).say("by", d.time(5ms, 6s, "by")); });
    some("rot", 0.5, [](Words&, const Dice&) {});
    some("reload", 2, [](Words&, const Dice&) {});
    some("stranger", 3, [](Words& say, const Dice& d) { say.say("party", any_party(d)); });
    some("call", 6, [](Words& say, const Dice& d) { say.say("pick", d.between(0, 1'000'000, "pick")); });
    some("screen", 1, [](Words& say, const Dice& d) {
      say.say("pick", d.between(0, 1'000'000, "pick")).say("party", any_party(d));
      if (d.chance(0.4, "lift")) say.say("lifted", "yes");
    });
    some("join", 4, [](Words& say, const Dice& d) {
      say.say("pick", d.between(0, 1'000'000, "pick")).say("other", d.between(0, 1'000'000, "other"));
      if (d.chance(0.4, "mistaken")) say.say("for", d.time(1min, 6h, "for"));
    });
    some("move", 2, [](Words& say, const Dice& d) {
      say.say("pick", d.between(0, 1'000'000, "pick")).say("to", d.between(0, 1'000'000, "to"));
    });
    some("hold", 0.5, [](Words& say, const Dice& d) { say.say("pick", d.between(0, 1'000'000, "pick")); });
    some("erase", 2, [](Words& say, const Dice& d) { say.say("pick", d.between(0, 1'000'000, "pick")); });
    some("stand_down_any", 0.5, [](Words& say, const Dice& d) { say.say("pick", d.between(0, 1'000'000, "pick")); });
    some("close_alarm", 3, [](Words& say, const Dice& d) { say.say("pick", d.between(0, 1'000'000, "pick")); });
    some("export", 1, [](Words& say, const Dice& d) { say.say("for", d.time(100ms, 30min, "for")); });
    some("pest", 0.4,
         [](Words& say, const Dice& d) { say.say("party", any_party(d)).say("times", d.between(20, 90, "times")); });
  }

  Dice dice_;
  History history_;
  Micros length_{};
  bool short_ = false;  ///< what would happen long after is left out
  double weeks_of_trouble_ = 0;
  double weather_ = 0;
  double intensity_ = 1;
  std::uint64_t number_ = 0;
};

}  // namespace

History plan(std::uint64_t seed, StoreKind store, Length length) { return Planner{seed, store, length}.made(); }

}  // namespace told::sim
