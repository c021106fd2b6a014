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

/// A notification's place among its event's, from 0.
using Slot = std::uint16_t;

/// A policy by which one event could make more notifications is refused when it is loaded. The council's, with a dozen
/// people more on its rota, may come to 1,500. 4095 are 360 KB of memory and make a row of some 300 KB, which every
/// change of one of them writes anew: a thousandth of a second or two of the turn. What a slot could number beyond that
/// is room for an event that goes on under later policies than the one it was checked by.
inline constexpr std::size_t notifications_most = 4095;

/// A notification: the index of the event (or alarm, or order) entry that it is about, and its slot in it.
///
/// Its number stands in the ledger, in timers and in references, and is never another one:
///
///     slot < 256:  (event << 8) | slot
///     from 256 on: bit 62, then (event << 16) | slot
///
/// Entry indices stay below 2^46 (at 10,000 entries a second, two centuries), so that neither form reaches bit 62 by
/// its event, and no number of one is a number of the other.
struct NotificationId {
  EntryIndex event = 0;
  Slot slot = 0;

  [[nodiscard]] std::uint64_t number() const {
    return slot <= slots_of_a_byte ? (event << 8U) | slot : wide | (event << 16U) | slot;
  }
  /// A number that number() never gives (of a low slot in the wide form) is no notification's: event 0 has none.
  [[nodiscard]] static NotificationId of(std::uint64_t number) {
    if (number >> 62U != 1) return {number >> 8U, static_cast<Slot>(number & slots_of_a_byte)};
    const NotificationId id{(number ^ wide) >> 16U, static_cast<Slot>(number & 0xFFFFU)};
    return id.slot > slots_of_a_byte ? id : NotificationId{};
  }
  auto operator<=>(const NotificationId&) const = default;

 private:
  static constexpr std::uint64_t wide = 1ULL << 62U;
  static constexpr Slot slots_of_a_byte = 0xFF;
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
