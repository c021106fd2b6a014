#pragma once
// The promises that the judge holds told to, in the words in which a violation is reported.

namespace told::sim {

inline constexpr auto I1 = "no accepted event is lost";
inline constexpr auto I2 = "nothing leaves before it is durable";
inline constexpr auto limbo = "no limbo";
inline constexpr auto marked = "a repeat is marked";
inline constexpr auto order = "earlier comes first";
inline constexpr auto entitled = "an answer counts from whoever may give it";
inline constexpr auto ladders = "ladders keep their time and do not fall silent";
inline constexpr auto deadlines = "deadlines are what the policy says, in its own zone and days";
inline constexpr auto whole = "log and state never differ";
inline constexpr auto said_no = "told says no clearly, and only where it must";
inline constexpr auto need_to_know = "need to know";
inline constexpr auto everybody = "whoever must know is told";
inline constexpr auto exercises = "an exercise never meets what is real";
inline constexpr auto ends_told = "those who were told of a start are told of its end";

}  // namespace told::sim
