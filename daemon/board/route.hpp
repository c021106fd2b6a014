#pragma once
// From a method and a path to what is asked for.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "board/http.hpp"
#include "ledger/case_names.hpp"

namespace told::board {

enum class Asked {
  health,
  ready,
  metrics,
  checkpoint,
  policy,
  open,
  ways,
  case_,
  watch,
  export_,
  acknowledge,
  call,
  stand_down,
  screen,
  hold,
  erase,
  disclosures,
  same_child,
  another_child,
  close_alarm
};

struct Route {
  Asked what = Asked::health;
  std::uint64_t number = 0;  ///< of the case, event, notification or alarm in the path
  /// The same, as told writes it; as it was given where a case is named by another reference than the house's, which
  /// says more than whoever has the other may know.
  std::string reference;
  bool by_entry = false;  ///< `number` is of an event or order, and the case that it is in is asked for
};

/// The route, or the problem: 404 for no such path, 405 for another method, 400 for a mistyped reference (which is
/// refused, never looked up). A case may be named by the house's reference or by any party's; to be shown, also by that
/// of an event or of a notification in it, since that may be all that somebody has in hand.
[[nodiscard]] std::variant<Route, Response> route_of(const Request& request, const ledger::CaseNames& names);

/// A number from 1 to `max`.
[[nodiscard]] std::optional<std::size_t> small_number(const std::string& text, std::size_t max);

}  // namespace told::board
