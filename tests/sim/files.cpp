#include "files.hpp"

#include <algorithm>
#include <cstring>

namespace told::sim {
namespace {

void put(File::Bytes& into, std::size_t at, const unsigned char* bytes, std::size_t n) {
  if (into.size() < at + n) into.resize(at + n);
  std::memcpy(into.data() + at, bytes, n);
}

}  // namespace

void File::write(std::size_t at, const void* bytes, std::size_t n) {
  const auto* p = static_cast<const unsigned char*>(bytes);
  put(content, at, p, n);
  dirty.push_back({at, Bytes(p, p + n), false});
}

void File::cut(std::size_t to) {
  if (content.size() > to) content.resize(to);
  dirty.push_back({to, {}, true});
}

void File::flush() {
  for (const Change& change : dirty) {
    if (change.cuts) {
      if (platter.size() > change.at) platter.resize(change.at);
    } else {
      put(platter, change.at, change.bytes.data(), change.bytes.size());
    }
  }
  dirty.clear();
  named = true;
}

void File::lose(const Dice& dice, Harm& harm) {
  // Whether the device had got round to it: sometimes nothing was written, sometimes nearly all.
  const double lucky = dice.chance(0.3, "nothing") ? 0.0 : dice.share("lucky");
  for (std::size_t i = 0; i < dirty.size(); ++i) {
    const Change& change = dirty[i];
    if (change.cuts) {
      if (!dice.chance(lucky, "cut", i))
        ++harm.lost_writes;
      else if (platter.size() > change.at)
        platter.resize(change.at);
      continue;
    }
    const bool torn = dice.chance(0.2, "torn", i);
    std::size_t kept = 0;
    for (std::size_t from = 0; from < change.bytes.size();) {
      const std::size_t here = change.at + from;
      const std::size_t n = std::min(sector_bytes - here % sector_bytes, change.bytes.size() - from);
      if (dice.chance(lucky, "sector", i, torn ? here / sector_bytes : 0)) {
        put(platter, here, change.bytes.data() + from, n);
        kept += n;
      }
      from += n;
    }
    if (kept == 0) ++harm.lost_writes;
    if (kept != 0 && kept != change.bytes.size()) ++harm.torn_writes;
  }
  dirty.clear();
  content = platter;
}

FilePtr Files::find(const std::string& name) const {
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : found->second;
}

FilePtr Files::make(const std::string& name) {
  FilePtr& file = files_[name];
  if (!file) file = std::make_shared<File>();
  return file;
}

void Files::remove(const std::string& name, bool flushed) {
  const auto found = files_.find(name);
  if (found == files_.end()) return;
  if (!flushed && found->second->named) removed_[name] = found->second;
  files_.erase(found);
}

void Files::rename(const std::string& from, const std::string& to) {
  const auto found = files_.find(from);
  if (found == files_.end()) return;
  files_[to] = found->second;
  files_.erase(from);
}

void Files::flush_names() {
  for (const auto& [name, file] : files_) file->named = true;
  removed_.clear();
}

void Files::lose(const Dice& dice, Harm& harm) {
  for (const auto& [name, file] : removed_)
    if (!files_.contains(name) && dice.chance(0.3, "comes back " + name)) files_[name] = file;
  removed_.clear();
  for (auto each = files_.begin(); each != files_.end();) {
    File& file = *each->second;
    if (!file.named && dice.chance(0.5, "name " + each->first)) {
      harm.lost_writes += file.dirty.size();
      each = files_.erase(each);
      continue;
    }
    file.named = true;
    file.lose(dice.of(each->first), harm);
    ++each;
  }
}

Files Files::copied() const {
  Files copy;
  for (const auto& [name, file] : files_) {
    const FilePtr made = copy.make(name);
    made->content = made->platter = file->content;
    made->named = true;
  }
  return copy;
}

}  // namespace told::sim
