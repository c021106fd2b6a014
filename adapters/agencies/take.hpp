#pragma once
// Moves one group from an event's data to an agency's message, where the policy let it through.

// TOLD_TAKE(to, from, child): to.child = from.child if it is set. A macro, as protobuf names accessors by pasting.
#define TOLD_TAKE(to, from, group) \
  if ((from).has_##group()) (to).mutable_##group()->Swap((from).mutable_##group())
