#!/bin/sh
# through_ccache.sh CCACHE COMPILER ARGUMENT...: how everything here is compiled, where there is a ccache.
#
# What includes a precompiled header is only kept by ccache when it is told that this is wanted. And a precompiled header
# is made with the old one lying beside it: g++'s preprocessor takes that for the header, ccache then knows the new one by
# the old, and gives back one that was made of another ledger.proto. So the old one goes first.
for word in "$@"; do
  case $word in *.gch) rm -f -- "$word" ;; esac
done
CCACHE_SLOPPINESS=pch_defines,time_macros exec "$@"
