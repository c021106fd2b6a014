#pragma once
// An earlier notification was wrong, or should not have been sent: what whoever was told by it is told now. Pure, and
// under the field list by which the earlier one was cut down: nobody learns by a correction what was kept from them.
#include <string>
#include <vector>

#include "agencies/agency.hpp"
#include "agencies/field_list.hpp"

namespace told::agencies {

/// Words the correction of the notification with the reference `notification`: sets delivery.correction and, as the
/// agency words it, the whole of `correcting`'s corrected data as far as `fields` (those of the earlier notification's
/// rule) let it through. Where `fields` are none the recipient knew the fact alone, and learns no more than that it was
/// wrong: the reason is a publisher's free text, and is a field like any other. `earlier` is what they were told by
/// that notification: the event, or an earlier correction of it where they heard of it by that one.
void word_correction(const v1::Event& earlier, const v1::Event& correcting, const std::string& notification,
                     const FieldList& fields, const Agency& agency, v1::Delivery& delivery);

/// Words the withdrawal of the notification with the reference `notification`: it carries nothing of any event.
void word_withdrawal(const std::string& notification, v1::Delivery& delivery);

/// Words that these cases are the same child's: references and nothing else.
void word_same_child(const std::string& goes_on_as, const std::vector<std::string>& case_refs, v1::Delivery& delivery);

/// Words that the notification with the reference `notification`, told under the case `told_as`, was about another
/// child: references and nothing else.
void word_another_child(const std::string& notification, const std::string& told_as, const std::string& goes_on_as,
                        v1::Delivery& delivery);

}  // namespace told::agencies
