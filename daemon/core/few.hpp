#pragma once
// A row of plain values of which there are mostly none or one or two: it takes 8 bytes where it is empty, and one block
// of memory otherwise. An event has three of them, and a million events may be open; as three vectors they take 48
// bytes more.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace told::core {

template <class T>
class Few {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  Few() = default;
  Few(const Few& other) {
    reserve(other.size());
    std::uninitialized_copy(other.begin(), other.end(), place(0));
    if (block_ != nullptr) block_->size = static_cast<std::uint32_t>(other.size());
  }
  Few(Few&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Few& operator=(Few other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Few() { ::operator delete(block_); }

  [[nodiscard]] std::size_t size() const { return block_ == nullptr ? 0 : block_->size; }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] T* begin() { return place(0); }
  [[nodiscard]] T* end() { return place(size()); }
  [[nodiscard]] const T* begin() const { return place(0); }
  [[nodiscard]] const T* end() const { return place(size()); }
  [[nodiscard]] T& operator[](std::size_t i) { return *place(i); }
  [[nodiscard]] const T& operator[](std::size_t i) const { return *place(i); }

  /// Room for exactly as many, where there is not room for them yet.
  void reserve(std::size_t room) {
    if (room <= capacity()) return;
    auto* larger = static_cast<Block*>(::operator new(sizeof(Block) + room * sizeof(T)));
    larger->size = static_cast<std::uint32_t>(size());
    larger->room = static_cast<std::uint32_t>(room);
    std::uninitialized_copy(begin(), end(), reinterpret_cast<T*>(larger + 1));
    ::operator delete(std::exchange(block_, larger));
  }

  T& push_back(const T& value) {
    const T kept = value;  // which may be one of these
    if (size() == capacity()) reserve(std::max<std::size_t>(1, 2 * capacity()));
    return *std::construct_at(place(block_->size++), kept);
  }
  T& emplace_back() { return push_back(T{}); }
  void clear() { ::operator delete(std::exchange(block_, nullptr)); }

 private:
  struct alignas(std::max(alignof(T), alignof(std::uint64_t))) Block {
    std::uint32_t size, room;
  };
  static_assert(alignof(Block) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

  [[nodiscard]] std::size_t capacity() const { return block_ == nullptr ? 0 : block_->room; }
  [[nodiscard]] T* place(std::size_t i) const {
    return block_ == nullptr ? nullptr : reinterpret_cast<T*>(block_ + 1) + i;
  }

  Block* block_ = nullptr;
};

}  // namespace told::core
