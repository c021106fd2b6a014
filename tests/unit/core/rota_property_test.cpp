// Ten thousand rotas: what `unowned` reports is exactly what nobody is on duty for, minute by minute, with both weeks
// of a clock change among them, and with shifts of working days and of the others.
#include <gmock/gmock.h>

#include <random>

#include "core/rota.hpp"

namespace told::core {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;
using namespace std::chrono_literals;

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  int between(int least, int most) { return std::uniform_int_distribution<int>{least, most}(random_); }

 private:
  std::mt19937_64 random_;
};

/// Two days with a change between them, and one without.
const std::array<sys_days, 3>& saturdays() {
  static const std::array<sys_days, 3> all{sys_days{std::chrono::year{2026} / 3 / 28},
                                           sys_days{std::chrono::year{2026} / 10 / 24},
                                           sys_days{std::chrono::year{2026} / 6 / 13}};
  return all;
}

/// Shifts begin and end at quarters of an hour or at any minute, often in the small hours.
minutes some_time(Draw& draw) {
  const minutes to_the = draw.between(0, 1) == 0 ? 15min : 1min;
  const minutes until = draw.between(0, 1) == 0 ? 4h : 24h;
  return to_the * draw.between(0, static_cast<int>(until / to_the) - 1);
}

Rota random_rota(Draw& draw, sys_days saturday) {
  Rota rota;
  const int shifts = draw.between(0, 12);
  for (int i = 0; i < shifts; ++i) {
    WeeklyShift shift;
    shift.from = 24h * draw.between(0, 6) + some_time(draw);
    shift.to = (shift.from + 1min * draw.between(1, 3000)) % (24h * 7);
    shift.who = {"person " + std::to_string(i)};
    if (draw.between(0, 3) == 0) shift.valid_from = Day{saturday + days{draw.between(-8, 3)}};
    if (draw.between(0, 3) == 0) shift.valid_until = Day{saturday + days{draw.between(-8, 3)}};
    shift.begins = static_cast<Begins>(draw.between(0, 2));
    rota.weekly.push_back(std::move(shift));
  }
  for (int i = draw.between(0, 3); i > 0; --i) {
    RotaOverride instead;
    instead.from = {Day{saturday + days{draw.between(-1, 1)}}, some_time(draw)};
    instead.to = {Day{saturday + days{draw.between(1, 2)}}, some_time(draw)};
    if (draw.between(0, 1) == 0) instead.who = {"instead"};
    rota.overrides.push_back(std::move(instead));
  }
  if (draw.between(0, 4) == 0) rota.otherwise = {"out of hours"};
  return rota;
}

/// Each day from the Wednesday before to the Wednesday after may be a holiday.
Calendar random_calendar(Draw& draw, sys_days saturday) {
  Calendar calendar;
  for (int day = -3; day <= 4; ++day)
    if (draw.between(0, 2) == 0) calendar.holidays.emplace(Day{saturday + days{day}}, "holiday");
  return calendar;
}

/// Sixteen hours of a night: of the change, as often as not, else of one of the days beside it.
Stretch random_night(Draw& draw, sys_days saturday) {
  const Instant from = saturday + days{draw.between(0, 1) == 0 ? 0 : draw.between(-2, 3)} + 18h;
  return {from, from + 16h};
}

bool reported(const std::vector<Stretch>& stretches, Instant at) {
  for (const Stretch& each : stretches)
    if (each.from <= at && at < each.to) return true;
  return false;
}

TEST(Rotas, ReportEveryMinuteWithoutAnOwnerAndNoOther) {
  constexpr std::uint64_t seed = 44;
  Draw draw{seed};
  for (int i = 0; i < 10'000; ++i) {
    const sys_days saturday = saturdays().at(static_cast<std::size_t>(draw.between(0, 2)));
    const Rota rota = random_rota(draw, saturday);
    const Calendar calendar = random_calendar(draw, saturday);
    const auto [from, to] = random_night(draw, saturday);
    const auto stretches = unowned(rota, calendar, from, to);
    for (Instant at = from; at < to; at += 1min)
      ASSERT_EQ(rota.on_duty(at, calendar).empty(), reported(stretches, at))
          << calendar.in_words(at) << ", rota " << i << " of seed " << seed;
    for (std::size_t s = 1; s < stretches.size(); ++s)
      ASSERT_GT(stretches[s].from, stretches[s - 1].to) << "each as long as it can be";
  }
}

/// By instants alone, as rota.hpp says it: a shift holds from the instant of its local begin to that of its end.
std::vector<std::string> slow_on_duty(const Rota& rota, const Calendar& calendar, Instant at) {
  for (auto instead = rota.overrides.rbegin(); instead != rota.overrides.rend(); ++instead)
    if (calendar.instant(instead->from) <= at && at < calendar.instant(instead->to)) return instead->who;
  const sys_days today{calendar.local(at).day};
  for (const WeeklyShift& shift : rota.weekly) {
    for (sys_days monday = today - days{14}; monday <= today; monday += days{1}) {
      if (std::chrono::weekday{monday} != std::chrono::Monday) continue;
      const auto local = [&](minutes in_week) {
        const auto of_week = std::chrono::floor<days>(in_week);
        return calendar.instant({Day{monday + of_week}, in_week - of_week});
      };
      const minutes to = shift.to <= shift.from ? shift.to + minutes{24h * 7} : shift.to;
      const Day begins{monday + std::chrono::floor<days>(shift.from)};
      if (shift.valid_from && begins < *shift.valid_from) continue;
      if (shift.valid_until && begins > *shift.valid_until) continue;
      if (shift.begins == Begins::working_days && !calendar.is_working_day(begins)) continue;
      if (shift.begins == Begins::days_not_worked && calendar.is_working_day(begins)) continue;
      if (local(shift.from) <= at && at < local(to)) return shift.who;
    }
  }
  return rota.otherwise;
}

TEST(Rotas, AgreeWithASlowReadingOfTheirOwnDefinition) {
  constexpr std::uint64_t seed = 12;
  Draw draw{seed};
  for (int i = 0; i < 1'000; ++i) {
    const sys_days saturday = saturdays().at(static_cast<std::size_t>(draw.between(0, 2)));
    const Rota rota = random_rota(draw, saturday);
    const Calendar calendar = random_calendar(draw, saturday);
    const auto [from, to] = random_night(draw, saturday);
    for (Instant at = from; at < to; at += 7min)
      ASSERT_EQ(rota.on_duty(at, calendar), slow_on_duty(rota, calendar, at))
          << calendar.in_words(at) << ", rota " << i << " of seed " << seed;
  }
}

}  // namespace
}  // namespace told::core
