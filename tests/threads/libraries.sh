#!/bin/bash
# libraries.sh DIRECTORY: libzmq and protobuf of Debian's own sources, built with the thread sanitizer: DIRECTORY/lib.
#
# The thread sanitizer knows what one thread leaves for another by seeing the atomics between them, and sees those only
# in what was compiled with it. All that told hands to libzmq's threads would be reported as a race; and protobuf's
# headers lay a map out otherwise under the sanitizer than Debian's library does. What is there already, of the version
# that is installed, is left as it is.
set -euo pipefail
directory=$1
mkdir -p "$directory"
cd "$directory"

declare -A library_of=([zeromq3]=libzmq5 [protobuf]=libprotobuf32)
compiled="-O1 -g1 -fsanitize=thread -fno-omit-frame-pointer -Wno-tsan"

version_of() { dpkg-query -W -f '${source:Version}' "${library_of[$1]}"; }

# Debian's sources come from where its packages do; apt is told so for this alone.
use_sources() {
  local given=/etc/apt/sources.list
  mkdir -p lists/partial
  sed -s 's/^Types: deb$/Types: deb-src/' /etc/apt/sources.list.d/*.sources >debian.sources 2>/dev/null || true
  { [[ ! -s $given ]] || sed -n 's/^deb /deb-src /p' "$given"; } >debian.list
  apt=(apt-get -q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$PWD/parts" -o "Dir::State::lists=$PWD/lists"
    -o "APT::Sandbox::User=root")
  rm -rf parts && mkdir parts && mv debian.sources debian.list parts/
  "${apt[@]}" update
}

fetch() {  # SOURCE
  rm -rf "$1"
  "${apt[@]}" source --download-only "$1=$(version_of "$1")"
  dpkg-source -x "$1"_*.dsc "$1" >/dev/null
}

make_library() {  # SOURCE CMAKE_DIRECTORY TARGET OPTION...
  local source=$1 lists=$2 target=$3
  [[ $(cat "$source.built" 2>/dev/null) != $(version_of "$source") ]] || return 0
  [[ -d lists ]] || use_sources
  fetch "$source"
  cmake -G Ninja -S "$source/$lists" -B "$source-build" -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="$compiled" \
    -DCMAKE_CXX_FLAGS="$compiled" -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$PWD/lib" "${@:4}" >"$source.configure.log"
  cmake --build "$source-build" --target "$target"
  version_of "$source" >"$source.built"
}

make_library zeromq3 . libzmq -DBUILD_TESTS=OFF -DBUILD_STATIC=OFF -DWITH_PERF_TOOL=OFF -DWITH_DOCS=OFF \
  -DENABLE_DRAFTS=OFF -DENABLE_CURVE=ON -DWITH_LIBSODIUM=ON
make_library protobuf cmake libprotobuf -DBUILD_SHARED_LIBS=ON -Dprotobuf_BUILD_TESTS=OFF \
  -Dprotobuf_BUILD_PROTOC_BINARIES=OFF -Dprotobuf_WITH_ZLIB=ON
