#pragma once
// An enum's values as people write them: RISK_GRADE_HIGH of RiskGrade is "high".
#include <string>
#include <vector>

namespace google::protobuf {
class EnumDescriptor;
class EnumValueDescriptor;
}  // namespace google::protobuf

namespace told::rehearse {

[[nodiscard]] std::string word_of(const google::protobuf::EnumValueDescriptor& value);
/// All but the first, which says nothing.
[[nodiscard]] std::vector<std::string> words_of(const google::protobuf::EnumDescriptor& all);
/// The value of that word; nullptr where there is none.
[[nodiscard]] const google::protobuf::EnumValueDescriptor* value_of(const google::protobuf::EnumDescriptor& all,
                                                                    const std::string& word);

}  // namespace told::rehearse
