#include "core/lane.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace told::core {
namespace {

auto with(NotificationId id) {
  return [id](const Queued& q) { return q.id() == id; };
}

auto of_case(CaseNumber c) {
  return [c](const Queued& q) { return q.case_number == c; };
}

/// Takes everything of the case out of `queue`, in its order, and puts it behind `to`.
void move_case(std::deque<Queued>& queue, CaseNumber c, std::deque<Queued>& to) {
  std::copy_if(queue.begin(), queue.end(), std::back_inserter(to), of_case(c));
  std::erase_if(queue, of_case(c));
}

/// Puts what is of the case in the order in which it was made, among the places that it has in `queue`.
void put_in_order(std::deque<Queued>& queue, CaseNumber c, const PlaceOf& now) {
  std::vector<Queued> its;
  std::copy_if(queue.begin(), queue.end(), std::back_inserter(its), of_case(c));
  std::stable_sort(its.begin(), its.end(),
                   [&](const Queued& a, const Queued& b) { return now(a.id()).made_by < now(b.id()).made_by; });
  auto next = its.begin();
  for (Queued& q : queue)
    if (q.case_number == c) q = *next++;
}

}  // namespace

std::optional<Channel> Lane::channel_of(SessionId session) const {
  for (Channel c = 0; c < channels_max; ++c)
    if (session != 0 && reach_[c].session == session) return c;
  return std::nullopt;
}

void Lane::open(Channel c, SessionId newer, bool one_at_a_time) {
  close(c);
  reach_[c].session = newer;
  reach_[c].one_at_a_time = one_at_a_time;
}

void Lane::offer(Channel c, std::uint32_t credit, bool urgent_only) {
  Reach& r = reach_[c];
  if (credit > 0) r.closed = false;
  if (r.one_at_a_time) r.credit = r.urgent_credit = 0;
  (urgent_only ? r.urgent_credit : r.credit) += credit;
}

void Lane::close(Channel c) {
  reach_[c] = {};
  if (in_use_ != c) return;
  // To the front of what is urgent, ordinary ones too: within a case their order must stay.
  back_from(in_flight_.begin());
}

void Lane::back_from(std::deque<InFlight>::iterator first) {
  std::vector<Queued> back;
  for (auto each = first; each != in_flight_.end(); ++each)
    if (!each->earlier_call) back.push_back(each->what);
  urgent_.insert(urgent_.begin(), back.begin(), back.end());
  in_flight_.erase(first, in_flight_.end());
}

bool Lane::ordinary_has(CaseNumber c) const {
  return c != 0 && std::any_of(ordinary_.begin(), ordinary_.end(), of_case(c));
}

void Lane::wait(Queued what, bool urgent) {
  if (!urgent) {
    ordinary_.push_back(what);
    return;
  }
  if (ordinary_has(what.case_number)) move_case(ordinary_, what.case_number, urgent_);
  urgent_.push_back(what);
}

bool Lane::nothing_before(CaseNumber c, bool urgent) const {
  return urgent_.empty() && (urgent ? !ordinary_has(c) : ordinary_.empty());
}

void Lane::drop_next() { (urgent_.empty() ? ordinary_ : urgent_).pop_front(); }

bool Lane::takes(Channel c, bool urgent) const {
  const Reach& r = reach_[c];
  if (!in_flight_.empty() && (in_use_ != c || r.one_at_a_time)) return false;
  return r.session != 0 && (r.credit > 0 || (urgent && r.urgent_credit > 0));
}

void Lane::launch(Channel c, Queued what, bool urgent) {
  Reach& r = reach_[c];
  --(urgent && r.urgent_credit > 0 ? r.urgent_credit : r.credit);
  in_use_ = c;
  in_flight_.push_back({what});
}

bool Lane::landed(NotificationId id, Landed how, bool earlier_call) {
  const auto found = std::find_if(in_flight_.begin(), in_flight_.end(), [&](const InFlight& each) {
    return each.what.id() == id && each.earlier_call == earlier_call;
  });
  if (found == in_flight_.end()) return false;
  if (how == Landed::again) {
    // What was sent after it must not overtake it: it and everything later goes again, in order.
    back_from(found);
    return true;
  }
  const Queued what = found->what;
  in_flight_.erase(found);
  if (how == Landed::last) put_last(what);
  return true;
}

void Lane::put_last(Queued what) {
  std::deque<Queued> its_case{what};
  if (what.case_number != 0) {
    move_case(urgent_, what.case_number, its_case);
    move_case(ordinary_, what.case_number, its_case);
  }
  // Behind everything that waits: a message that is refused holds up no other case.
  std::deque<Queued>& end = ordinary_.empty() ? urgent_ : ordinary_;
  end.insert(end.end(), its_case.begin(), its_case.end());
}

void Lane::go_again(Queued what, Landed how) {
  if (how == Landed::again)
    urgent_.push_front(what);
  else
    put_last(what);
}

void Lane::wait_no_more(NotificationId id) {
  std::erase_if(urgent_, with(id));
  std::erase_if(ordinary_, with(id));
}

void Lane::forget(NotificationId id) {
  wait_no_more(id);
  std::erase_if(in_flight_, [id](const InFlight& each) { return each.what.id() == id; });
}

void Lane::begun_anew(NotificationId id) {
  wait_no_more(id);
  for (InFlight& each : in_flight_) each.earlier_call = each.earlier_call || each.what.id() == id;
}

void Lane::regroup(const PlaceOf& now) {
  std::set<CaseNumber> changed;
  for (auto* queue : {&urgent_, &ordinary_})
    for (Queued& q : *queue)
      if (const CaseNumber c = now(q.id()).case_number; c != q.case_number) changed.insert(q.case_number = c);
  for (InFlight& each : in_flight_) each.what.case_number = now(each.what.id()).case_number;
  changed.erase(0);
  for (const CaseNumber c : changed) {
    if (std::any_of(urgent_.begin(), urgent_.end(), of_case(c))) move_case(ordinary_, c, urgent_);
    put_in_order(urgent_, c, now);
    put_in_order(ordinary_, c, now);
  }
}

Lane& Lanes::of(RecipientId r) {
  if (lanes_.size() <= r) lanes_.resize(r + std::size_t{1});
  return lanes_[r];
}

const Lane* Lanes::find(RecipientId r) const { return r < lanes_.size() ? &lanes_[r] : nullptr; }

void Lanes::regroup(const PlaceOf& now) {
  for (Lane& lane : lanes_) lane.regroup(now);
}

}  // namespace told::core
