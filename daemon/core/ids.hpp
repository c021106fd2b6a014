#pragma once
// The numbers by which the core knows things. People see them as references (reference.hpp).
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace told::core {

/// The index of a ledger entry, from 0.
using EntryIndex = std::uint64_t;

/// A case: the index of the entry that opened it. 0 is none (entry 0 is always `started`).
using CaseNumber = std::uint64_t;

/// A notification: the index of the event (or alarm, or order) entry that it is about, and its slot in it.
/// At most 255 notifications for one event; a policy that could need more is refused when it is loaded.
struct NotificationId {
  EntryIndex event = 0;
  std::uint8_t slot = 0;

  [[nodiscard]] std::uint64_t number() const { return (event << 8U) | slot; }
  [[nodiscard]] static NotificationId of(std::uint64_t number) {
    return {number >> 8U, static_cast<std::uint8_t>(number & 0xFFU)};
  }
  auto operator<=>(const NotificationId&) const = default;
};

/// A recipient, interned in the order in which the policies first named it. State::recipient_name gives the name.
using RecipientId = std::uint16_t;

/// A worker's session, numbered by the gateway from 1 upward within one run of the daemon. 0 is none.
using SessionId = std::uint64_t;

/// Names one waiting questioner (a publisher's request, a worker's frame, a hand on the board); chosen by the
/// room that asks, handed back untouched with the answer. 0 asks for no answer.
using ReplyToken = std::uint64_t;

/// A keyed 128-bit hash. The shell makes them (the core has no cryptography); equal inputs give equal values.
using Fingerprint = std::array<std::byte, 16>;

struct FingerprintHash {
  std::size_t operator()(const Fingerprint& f) const noexcept {
    std::size_t h = 0;  // already uniformly distributed: any 8 bytes of it will do
    for (std::size_t i = 0; i < sizeof h; ++i) h = (h << 8U) | std::to_integer<std::size_t>(f[i]);
    return h;
  }
};

}  // namespace told::core

template <>
struct std::hash<told::core::NotificationId> {
  std::size_t operator()(const told::core::NotificationId& id) const noexcept {
    return std::hash<std::uint64_t>{}(id.number());
  }
};
