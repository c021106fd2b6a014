#pragma once
// When a changed byte of an export did no harm: where it says the same as before to whoever reads it, the bytes that
// were signed among it. White space, the order of fields and the spelling of base64 are not the ledger's.
#include <google/protobuf/util/message_differencer.h>

#include <sstream>
#include <string>
#include <vector>

#include "audit/json.hpp"
#include "told/v1/api.pb.h"

namespace told::audit::testing {

inline std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line + "\n");
  return out;
}

inline bool same_header(const std::string& changed, const std::string& original) {
  v1::ExportHeader a, b;
  if (!from_json(changed, &a).empty() || !from_json(original, &b).empty()) return false;
  // The key that the file names is its maker's word: it is checked against the one given. The text of the signed note
  // outside what was signed is read strictly by the signature's check.
  a.clear_verifier_key(), b.clear_verifier_key();
  return google::protobuf::util::MessageDifferencer::Equals(a, b);
}

inline bool same_line(const std::string& changed, const std::string& original) {
  v1::ExportLine a, b;
  return from_json(changed, &a).empty() && from_json(original, &b).empty() &&
         google::protobuf::util::MessageDifferencer::Equals(a, b);
}

inline bool same_meaning(const std::string& changed, const std::string& original) {
  const auto a = lines(changed), b = lines(original);
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i] && !(i == 0 ? same_header(a[i], b[i]) : same_line(a[i], b[i]))) return false;
  return true;
}

}  // namespace told::audit::testing
