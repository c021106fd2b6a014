// A million deadlines agree with a reckoning of our own making: London's summer time by its rule, and days by counting
// them one at a time. Nothing is shared with the core but the kinds of due.
#include <gmock/gmock.h>

#include <array>
#include <random>
#include <set>

#include "core/due.hpp"

namespace told::core {
namespace slow {
namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

bool leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_of(int year, int month) {
  constexpr std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return lengths.at(static_cast<std::size_t>(month) - 1) + (month == 2 && leap(year) ? 1 : 0);
}

/// The last Sundays of March and October at 01:00 UTC, for each year from 1999 on, found by walking all days.
struct Summers {
  std::array<std::int64_t, 50> begin{};
  std::array<std::int64_t, 50> end{};

  Summers() {
    std::int64_t number = 10592;  // days from 1970-01-01 to 1999-01-01
    for (int year = 1999; year < 2049; ++year) {
      for (int month = 1; month <= 12; ++month) {
        for (int date = 1; date <= days_of(year, month); ++date, ++number) {
          const bool sunday = (number + 4) % 7 == 0;  // 1970-01-01 was a Thursday
          if (!sunday || date + 7 <= days_of(year, month)) continue;
          if (month == 3) begin.at(static_cast<std::size_t>(year - 1999)) = number * day + hour;
          if (month == 10) end.at(static_cast<std::size_t>(year - 1999)) = number * day + hour;
        }
      }
    }
  }

  [[nodiscard]] bool is_summer(std::int64_t utc) const {
    for (std::size_t i = 0; i < begin.size(); ++i)
      if (utc < end[i]) return utc >= begin[i];
    return false;
  }
  [[nodiscard]] std::int64_t local(std::int64_t utc) const { return utc + (is_summer(utc) ? hour : 0); }
  /// The earliest instant whose wall clock shows that time, or a later one on a night that skips it.
  [[nodiscard]] std::int64_t instant(std::int64_t wall) const {
    if (local(wall - hour) == wall) return wall - hour;
    if (local(wall) == wall) return wall;
    std::int64_t after = wall - hour;
    while (local(after) < wall) after += minute;
    while (local(after - 1) >= wall) --after;
    return after;
  }
};

const Summers& summers() {
  static const Summers all;
  return all;
}

/// By day numbers, as the test counts them.
struct OwnCalendar {
  std::int64_t opens = 0;
  std::int64_t close = 0;
  std::set<std::int64_t> holidays;

  [[nodiscard]] bool works(std::int64_t number) const {
    const auto weekday = (number + 4) % 7;  // 0 is Sunday
    return weekday != 0 && weekday != 6 && !holidays.contains(number);
  }
};

/// The same date so many months after the day of that number, or the month's last; each found by walking all days.
std::int64_t months_after(std::int64_t number, std::uint32_t months) {
  int year = 1999, month = 1, date = 1;
  const auto next_month = [&] {
    year += month / 12;
    month = month % 12 + 1;
  };
  for (std::int64_t at = 10592; at < number; ++at) {
    if (++date <= days_of(year, month)) continue;
    date = 1;
    next_month();
  }
  std::int64_t first = number - date + 1;  // of the month
  for (std::uint32_t i = 0; i < months; ++i) {
    first += days_of(year, month);
    next_month();
  }
  return first + std::min(date, days_of(year, month)) - 1;
}

std::int64_t expected(const Due& due, std::int64_t from, const OwnCalendar& calendar) {
  if (due.kind == Due::Kind::elapsed) {
    std::int64_t at = from;
    for (std::int64_t left = due.elapsed.count() / 1000000; left > 0;) {
      const std::int64_t step = std::min(left, hour);
      at += step;
      left -= step;
    }
    return at;
  }
  std::int64_t number = summers().local(from) / day;
  if (due.kind == Due::Kind::months) return summers().instant(months_after(number, due.count) * day + day - 1);
  for (std::uint32_t counted = 0; counted < due.count;) {
    ++number;
    if (due.kind == Due::Kind::days || calendar.works(number)) ++counted;
  }
  return summers().instant(number * day + (due.kind == Due::Kind::days ? day - 1 : calendar.close));
}

/// Walks every minute between the two, twice: how many are worked, and in which the share is reached. All of them
/// whole.
std::int64_t expected_share_us(std::int64_t percent, std::int64_t from, std::int64_t deadline,
                               const OwnCalendar& calendar) {
  std::set<std::pair<std::int64_t, std::int64_t>> hours;
  for (std::int64_t number = from / day - 1; number <= deadline / day + 1; ++number)
    if (calendar.works(number))
      hours.emplace(summers().instant(number * day + calendar.opens), summers().instant(number * day + calendar.close));
  const auto worked = [&](std::int64_t at) {
    return std::any_of(hours.begin(), hours.end(),
                       [&](const auto& each) { return each.first <= at && at < each.second; });
  };
  std::int64_t minutes = 0;
  for (std::int64_t at = from; at < deadline; at += minute) minutes += worked(at) ? 1 : 0;
  const std::int64_t share_us = minutes * minute * 10000 * percent;
  std::int64_t gone_us = 0;
  for (std::int64_t at = from; at < deadline; at += minute) {
    if (!worked(at)) continue;
    if (gone_us + minute * 1000000 >= share_us) return at * 1000000 + share_us - gone_us;
    gone_us += minute * 1000000;
  }
  return -1;
}

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>{least, most}(random_);
  }
  /// Half of all within three days of a change of the clocks, and a quarter at it to the hour.
  std::int64_t instant() {
    const std::int64_t any = between(10957 * day, 25933 * day);  // 2000 to 2040
    if (between(0, 1) == 0) return any;
    const auto year = static_cast<std::size_t>(between(1, 41));
    const std::int64_t change = between(0, 1) == 0 ? summers().begin.at(year) : summers().end.at(year);
    return between(0, 1) == 0 ? change + between(-2 * hour, 2 * hour) : change + between(-3 * day, 3 * day);
  }
  Due due() {
    if (between(0, 49) == 0) return {Due::Kind::months, static_cast<std::uint32_t>(between(1, 72))};
    switch (between(0, 3)) {
      case 0:
        return std::chrono::seconds{between(1, 10 * day)};
      case 1:
        return {Due::Kind::days, static_cast<std::uint32_t>(between(1, 14))};
      default:
        return {Due::Kind::working_days, static_cast<std::uint32_t>(between(1, 12))};
    }
  }

 private:
  std::mt19937_64 random_;
};

/// Half of them close within the hour that comes twice or not at all: no council's do, and the reckoning must hold.
struct Calendars {
  Calendar core;
  OwnCalendar own;

  explicit Calendars(Draw& draw) {
    own.close = draw.between(0, 1) == 0 ? draw.between(0, 3 * 60) * minute : draw.between(8 * 60, 18 * 60) * minute;
    core.close = std::chrono::seconds{own.close};
    core.horizon = Day{std::chrono::year{2041}, std::chrono::January, std::chrono::day{1}};
    for (int i = 0; i < 400; ++i) {
      const std::int64_t number = draw.between(10957, 25933);
      own.holidays.insert(number);
      core.holidays.emplace(Day{std::chrono::sys_days{std::chrono::days{number}}}, "a holiday");
    }
  }
};

TEST(Deadlines, AMillionAgreeWithASlowReckoningOfTheirOwn) {
  constexpr std::uint64_t seed = 20240220;
  Draw draw{seed};
  for (int calendar = 0; calendar < 100; ++calendar) {
    const Calendars both{draw};
    for (int i = 0; i < 10'000; ++i) {
      const std::int64_t from = draw.instant();
      const Due due = draw.due();
      const Instant at = due_at(due, Instant{std::chrono::seconds{from}}, both.core).at;
      ASSERT_EQ(to_us(at), expected(due, from, both.own) * 1000000)
          << in_words(due) << " from " << both.core.in_words(Instant{std::chrono::seconds{from}}) << " (" << from
          << "), close " << both.own.close << ", calendar " << calendar << " of seed " << seed;
    }
  }
}

TEST(Shares, OfWorkingDaysAgreeWithOneThatWalksEveryMinute) {
  constexpr std::uint64_t seed = 20261127;
  Draw draw{seed};
  for (int calendar = 0; calendar < 20; ++calendar) {
    Calendars both{draw};
    both.own.close = draw.between(60, 24 * 60 - 1) * minute;
    both.own.opens = draw.between(0, both.own.close / minute - 1) * minute;
    both.core.close = std::chrono::seconds{both.own.close};
    both.core.opens = std::chrono::seconds{both.own.opens};
    for (int i = 0; i < 60; ++i) {
      const std::int64_t from = draw.instant() / minute * minute;
      const Due due{Due::Kind::working_days, static_cast<std::uint32_t>(draw.between(1, 4))};
      const auto percent = static_cast<std::uint32_t>(draw.between(1, 100));
      const Instant start{std::chrono::seconds{from}};
      const Instant deadline = due_at(due, start, both.core).at;
      ASSERT_EQ(to_us(share_at(percent, start, deadline, due, both.core)),
                expected_share_us(percent, from, to_us(deadline) / 1000000, both.own))
          << percent << " % of " << in_words(due) << " from " << both.core.in_words(start) << " (" << from
          << "), opens " << both.own.opens << ", close " << both.own.close << ", calendar " << calendar << " of seed "
          << seed;
    }
  }
}

}  // namespace
}  // namespace slow
}  // namespace told::core
