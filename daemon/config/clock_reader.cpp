#include "config/clock_draft.hpp"

namespace told::config {

ClockDraft read_clock(Reader& table) {
  ClockDraft clock;
  clock.at = table.at();
  clock.name = table.a_name("name");
  clock.starts = table.text("starts", Need::required);
  clock.after = table.text("after", Need::optional);
  clock.only_if = table.text("only_if", Need::optional);
  clock.sites = table.texts("sites", Need::optional);
  clock.duty = table.text("duty", Need::required);
  clock.who = table.one_alone("who");
  clock.due = table.due("due", Need::required);
  clock.warn = table.rung_time("warn", Need::required);
  clock.stopped_by = table.one_or_more("stopped_by", Need::optional);
  clock.ladder = table.text("ladder", Need::required);
  clock.every = table.due("every", Need::optional);
  clock.until = table.one_or_more("until", Need::optional);
  clock.once_a_stay = table.truth("once_a_stay", Need::optional);
  clock.retention = table.truth("retention", Need::optional);
  clock.reminder = table.truth("reminder", Need::optional);
  clock.basis = table.text("basis", Need::optional);
  clock.source = table.text("source", Need::required);
  table.finish();
  return clock;
}

QuotaDraft read_quota(Reader& table) {
  constexpr std::int64_t figure_most = 1'000'000;
  QuotaDraft quota;
  quota.at = table.at();
  quota.name = table.a_name("name");
  quota.counts = table.text("counts", Need::required);
  quota.until = table.one_or_more("until", Need::required);
  quota.figure = table.whole("figure", Need::required, 1, figure_most);
  table.finish();
  return quota;
}

core::Clock finished(const ClockDraft& draft, std::uint32_t number) {
  core::Clock clock;
  clock.number = number;
  clock.name = draft.name.value;
  clock.starts = draft.starts.value;
  clock.after = draft.after.value;
  if (draft.only_if.given) (void)clock.only_if.read(draft.only_if.value, clock.starts);
  clock.sites = plain(draft.sites);
  clock.duty = draft.duty.value;
  clock.who = draft.who.value;
  clock.due = draft.due.value;
  clock.warn = draft.warn.value;
  clock.stopped_by = plain(draft.stopped_by);
  clock.ladder = draft.ladder.value;
  if (draft.every.given) clock.every = draft.every.value;
  clock.until = plain(draft.until);
  clock.once_a_stay = draft.once_a_stay.value;
  clock.retention = draft.retention.value;
  clock.reminder = draft.reminder.value;
  clock.basis = draft.basis.value;
  clock.source = draft.source.value;
  clock.line = draft.at.line;
  return clock;
}

core::Quota finished(const QuotaDraft& draft) {
  core::Quota quota;
  quota.name = draft.name.value;
  quota.counts = draft.counts.value;
  quota.until = plain(draft.until);
  quota.figure = static_cast<std::uint32_t>(draft.figure.value);
  return quota;
}

}  // namespace told::config
