// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "absl/strings/str_format.h"
#include "control/config_tables.h"

namespace picket::config {
namespace {

std::vector<Prefix> WithoutPlaces(const std::vector<PlacedPrefix>& placed) {
  std::vector<Prefix> prefixes;
  for (const PlacedPrefix& p : placed) prefixes.push_back(p.prefix);
  return prefixes;
}

void CheckPrefixModes(TableReader& table, LinkConfig& link) {
  absl::flat_hash_map<Prefix, Place> first;
  for (TableReader& t : table.Tables("prefix_modes", kPrefixModesMax)) {
    t.Require("prefix");
    t.Require("mode");
    const std::optional<Prefix> prefix = t.OnePrefix("prefix");
    const std::optional<Mode> mode = t.OneOf("mode", ModeChoices());
    t.ReportUnknownKeys();
    if (!prefix) continue;
    const auto [earlier, is_new] = first.try_emplace(*prefix, t.PlaceOf("prefix"));
    if (!is_new) {
      t.Report("prefix", absl::StrFormat("%s has a mode already in line %d", ToString(*prefix), earlier->second.line));
    }
    if (mode) link.prefix_modes.push_back({*prefix, *mode});
  }
}

// DPDK knows a device by what stands before its arguments.
std::optional<std::string> DeviceName(const std::optional<std::string>& device) {
  if (!device) return std::nullopt;
  return device->substr(0, device->find(','));
}

void CheckDevices(TableReader& table, Draft& draft, LinkConfig& link) {
  const std::optional<std::string> outside = table.Text("outside", kDeviceBytesMax);
  const std::optional<std::string> inside = table.Text("inside", kDeviceBytesMax);
  CheckIsNew(table, "outside", DeviceName(outside), draft.devices);
  CheckIsNew(table, "inside", DeviceName(inside), draft.devices);
  link.outside = outside.value_or("");
  link.inside = inside.value_or("");
  link.mtu = static_cast<uint32_t>(table.Number("mtu", kMtuMin, kMtuMax).value_or(link.mtu));
  link.mbufs = static_cast<uint32_t>(table.Number("mbufs", kMbufsMin, kMbufsMax).value_or(link.mbufs));
  link.propagate_link_state = table.Boolean("propagate_link_state").value_or(link.propagate_link_state);
}

void CheckWorkers(TableReader& table, LinkConfig& link) {
  link.workers = static_cast<uint32_t>(table.Number("workers", 1, kWorkersMax).value_or(link.workers));
  const Choices<Affinity> affinities = {
      {"auto", Affinity::kAuto}, {"rss", Affinity::kRss}, {"software", Affinity::kSoftware}};
  link.affinity = table.OneOf("affinity", affinities).value_or(link.affinity);
  link.latency_histogram = table.Boolean("latency_histogram").value_or(link.latency_histogram);
}

using ProtectedPrefix = Draft::ProtectedPrefix;

void ReportOverlap(const ProtectedPrefix& a, const ProtectedPrefix& b, Problems& problems) {
  const auto& [first, second] = a.place < b.place ? std::tie(a, b) : std::tie(b, a);
  problems.Add(second.place, "link.protected",
               absl::StrFormat("%s overlaps %s in line %d (protect it on one link)", ToString(second.prefix),
                               ToString(first.prefix), first.place.line));
}

}  // namespace

void CheckLink(TableReader& table, Draft& draft) {
  LinkConfig link;
  for (const std::string_view key : {"name", "outside", "inside"}) table.Require(key);
  const std::optional<std::string> name = table.Name("name");
  CheckIsNew(table, "name", name, draft.links);
  link.name = name.value_or("");
  CheckDevices(table, draft, link);
  CheckWorkers(table, link);
  const std::vector<PlacedPrefix> protected_prefixes = table.Prefixes("protected");
  for (const PlacedPrefix& p : protected_prefixes) {
    draft.protected_prefixes.push_back({p.prefix, draft.config.links.size(), p.place});
  }
  link.protected_prefixes = WithoutPlaces(protected_prefixes);
  link.never_block = WithoutPlaces(table.Prefixes("never_block"));
  link.trusted = WithoutPlaces(table.Prefixes("trusted"));
  const Choices<Verdict> anti_spoof = ChoicesOf({Verdict::kDrop, Verdict::kMonitor, Verdict::kPass});
  link.anti_spoof = table.OneOf("anti_spoof", anti_spoof).value_or(link.anti_spoof);
  const Choices<OnFailure> on_failure = {{"open", OnFailure::kOpen}, {"closed", OnFailure::kClosed}};
  link.on_failure = table.OneOf("on_failure", on_failure).value_or(link.on_failure);
  link.mode = table.OneOf("mode", ModeChoices());
  CheckPrefixModes(table, link);
  draft.config.links.push_back(std::move(link));
}

void CheckProtectedAreApart(Draft& draft, Problems& problems) {
  std::vector<ProtectedPrefix>& all = draft.protected_prefixes;
  // Address order puts each prefix right after those that contain it, shortest first.
  std::sort(all.begin(), all.end(), [](const ProtectedPrefix& a, const ProtectedPrefix& b) {
    return std::tie(a.prefix.address.family, a.prefix, a.place) < std::tie(b.prefix.address.family, b.prefix, b.place);
  });
  std::vector<const ProtectedPrefix*> around;
  for (const ProtectedPrefix& p : all) {
    while (!around.empty() && !around.back()->prefix.Contains(p.prefix)) around.pop_back();
    const auto foreign = std::find_if(around.rbegin(), around.rend(),
                                      [&](const ProtectedPrefix* outer) { return outer->link != p.link; });
    if (foreign != around.rend()) ReportOverlap(**foreign, p, problems);
    around.push_back(&p);
  }
}

}  // namespace picket::config
