#pragma once
// What toldctl asks where somebody orders something about a case: who, as what, and why. All three are recorded.
#include <string>

#include "ctl/session.hpp"

namespace told::ctl {

struct Order {
  std::string by, role, reason;
};

/// `by`: what --by is, for the help: "Who ends it, by name". `order` must outlive the reading of the command line.
inline void ask_who_orders(Command& made, Order& order, const char* by) {
  made.option("--by", order.by, by).required();
  made.option("--role", order.role, "Their role").required();
  made.option("--reason", order.reason, "Why").required();
}

/// `Request`: of the board's API, with a person, a role and a reason.
template <class Request>
void sign(Request& request, const Order& order) {
  request.set_person(order.by);
  request.set_role(order.role);
  request.set_reason(order.reason);
}

}  // namespace told::ctl
