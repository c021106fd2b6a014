#include "carriers/notice.hpp"

#include <algorithm>

#include "core/london.hpp"
#include "core/reference.hpp"

namespace told::carriers {
namespace {

const char* words(v1::NotificationKind kind) {
  switch (kind) {
    case v1::NOTIFICATION_KIND_STAND_DOWN:
      return "the end of something that you were told of";
    case v1::NOTIFICATION_KIND_ESCALATION:
      return "a call to you, since somebody else has not answered";
    case v1::NOTIFICATION_KIND_ANSWERED:
      return "what you were called about has been answered";
    case v1::NOTIFICATION_KIND_ALARM:
      return "told itself needs attention";
    case v1::NOTIFICATION_KIND_OBLIGATION:
      return "a duty that falls to you";
    case v1::NOTIFICATION_KIND_CORRECTION:
      return "a correction of what you were told before";
    case v1::NOTIFICATION_KIND_WITHDRAWAL:
      return "a withdrawal: what you were told before must be deleted";
    case v1::NOTIFICATION_KIND_SAME_CHILD:
      return "two references that you have belong together";
    case v1::NOTIFICATION_KIND_ANOTHER_CHILD:
      return "what you were told before was about another child";
    default:
      return "something that you must be told";
  }
}

/// The text, or "" where it has anything but printable ASCII without spaces.
std::string one_word(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; }) ? text : "";
}

}  // namespace

Notice notice_of(const Parcel& parcel) {
  const v1::Delivery& delivery = parcel.delivery;
  Notice notice;
  if (delivery.status() == v1::STATUS_EXERCISE) notice.drill = "EXERCISE";
  if (delivery.status() == v1::STATUS_TEST) notice.drill = "TEST";
  notice.reference = core::to_reference(parcel.notification);
  notice.what = words(delivery.kind());
  notice.case_ref = one_word(delivery.case_ref());
  if (delivery.has_deadline())
    notice.deadline =
        core::in_london(core::Instant{std::chrono::seconds{delivery.deadline().seconds()}}, core::ShownTo::the_minute);
  notice.again = delivery.call() > 0;
  notice.link = one_word(parcel.link);
  return notice;
}

}  // namespace told::carriers
