// SPDX-License-Identifier: Apache-2.0
#include "control/config_tables.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_format.h"

namespace picket::config {
namespace {

void CheckNode(TableReader& table, Draft& draft) {
  NodeConfig& node = draft.config.node;
  node.name = table.Name("name").value_or(node.name);
  node.mode = table.OneOf("mode", ModeChoices()).value_or(node.mode);
  for (const uint64_t core : table.Numbers("worker_cores", 0, kCoreMax, kWorkerCoresMax)) {
    node.worker_cores.push_back(static_cast<uint32_t>(core));
  }
}

// The keys of one way to give a rate.
struct RateKeys {
  RateUnit unit;
  std::string_view rate;
  std::string_view burst;
  uint64_t least_burst;  // of the default
};
constexpr RateKeys kPacketKeys = {RateUnit::kPackets, "packets_per_s", "burst_packets", 1};
constexpr RateKeys kByteKeys = {RateUnit::kBytes, "bytes_per_s", "burst_bytes", kBurstBytesLeast};

void CheckRate(TableReader& table, const RateKeys& keys, const RateKeys& others, RateClass& rate_class) {
  const std::optional<uint64_t> rate = table.Number(keys.rate, 1, kRateMax);
  const std::optional<uint64_t> burst = table.Number(keys.burst, 1, kBurstMax);
  if (table.Has(keys.burst) && !table.Has(keys.rate) && table.Has(others.rate)) {
    table.Report(keys.burst, absl::StrFormat("does not go with %s (write %s)", others.rate, others.burst));
  }
  if (!rate) return;
  rate_class.unit = keys.unit;
  rate_class.rate_per_s = *rate;
  rate_class.burst = burst.value_or(std::max(*rate / 10, keys.least_burst));
}

void CheckRateClass(TableReader& table, Draft& draft) {
  RateClass rate_class;
  table.Require("name");
  const std::optional<std::string> name = table.Name("name");
  CheckIsNew(table, "name", name, draft.rate_classes);
  rate_class.name = name.value_or("");
  CheckRate(table, kPacketKeys, kByteKeys, rate_class);
  CheckRate(table, kByteKeys, kPacketKeys, rate_class);
  const bool packets = table.Has(kPacketKeys.rate);
  const bool bytes = table.Has(kByteKeys.rate);
  if (packets && bytes) {
    const bool packets_last = table.PlaceOf(kByteKeys.rate) < table.PlaceOf(kPacketKeys.rate);
    table.Report(packets_last ? kPacketKeys.rate : kByteKeys.rate,
                 absl::StrFormat("%s is there too (keep one)", packets_last ? kByteKeys.rate : kPacketKeys.rate));
  }
  if (!packets && !bytes) table.Report(kPacketKeys.rate, "missing (or give bytes_per_s)");
  const Choices<RateKey> per = {
      {"host", RateKey::kHost}, {"subnet64", RateKey::kSubnet64}, {"prefix", RateKey::kPrefix}};
  rate_class.key = table.OneOf("per", per).value_or(rate_class.key);
  draft.config.rate_classes.push_back(std::move(rate_class));
}

void CheckFeedVerdict(TableReader& table, Draft& draft, FeedConfig& feed) {
  const Choices<Verdict> verdicts = ChoicesOf(
      {Verdict::kAllow, Verdict::kMonitor, Verdict::kLimit, Verdict::kChallenge, Verdict::kDecoy, Verdict::kDrop});
  const std::optional<Verdict> verdict = table.OneOf("verdict", verdicts);
  const std::optional<std::string> rate_class = table.Name("rate_class");
  // A verdict that cannot be read says nothing about whether it needs a rate class.
  const bool verdict_known = verdict || !table.Has("verdict");
  feed.verdict = verdict.value_or(feed.verdict);
  feed.rate_class = rate_class.value_or("");
  if (rate_class) draft.rate_class_uses.push_back({*rate_class, table.PlaceOf("rate_class")});
  if (verdict == Verdict::kLimit && !table.Has("rate_class")) {
    table.Report("verdict", "\"limit\" needs a rate_class");
  }
  if (verdict_known && verdict != Verdict::kLimit && table.Has("rate_class")) {
    table.Report("rate_class", "goes with verdict \"limit\" only");
  }
}

void CheckFeed(TableReader& table, Draft& draft) {
  FeedConfig feed;
  table.Require("name");
  table.Require("file");
  const std::optional<std::string> name = table.Name("name");
  CheckIsNew(table, "name", name, draft.feeds);
  feed.name = name.value_or("");
  feed.file = table.Text("file", kFeedPathBytesMax).value_or("/");
  if (!feed.file.starts_with('/')) feed.file = draft.folder + feed.file;
  feed.format = table.OneOf("format", ChoicesOf({FeedFormat::kPlain, FeedFormat::kFirehol, FeedFormat::kIpsetSave}));
  feed.tier = table.OneOf("tier", ChoicesOf({Tier::kFeed, Tier::kFleet, Tier::kOperator})).value_or(feed.tier);
  CheckFeedVerdict(table, draft, feed);
  Choices<Category> categories;
  for (uint8_t i = 0; i <= static_cast<uint8_t>(Category::kInfrastructure); ++i) {
    categories.emplace_back(Name(static_cast<Category>(i)), static_cast<Category>(i));
  }
  feed.category = table.OneOf("category", categories).value_or(feed.category);
  feed.score = static_cast<uint8_t>(table.Number("score", 0, 100).value_or(feed.score));
  if (const std::optional<std::string> text = table.Text("scope", kFeedPathBytesMax)) {
    const std::optional<Scope> scope = ParseScope(*text);
    if (!scope) {
      table.Report("scope", Quoted(*text) + " is no scope (write PROTOCOL or PROTOCOL/PORT,PORT-PORT: \"tcp/22\")");
    }
    feed.scope = scope.value_or(Scope{});
  }
  draft.config.feeds.push_back(std::move(feed));
}

void CheckMalformed(TableReader& table, Draft& draft) {
  const Choices<Verdict> verdicts = ChoicesOf({Verdict::kDrop, Verdict::kMonitor, Verdict::kPass});
  MalformedPolicy& policy = draft.config.malformed;
  if (const std::optional<Verdict> verdict = table.OneOf("default", verdicts)) policy.verdict.fill(*verdict);
  for (size_t i = 0; i < kReasonCount; ++i) {
    if (kReasons[i].kind != ReasonKind::kMalformed) continue;
    policy.verdict[i] = table.OneOf(kReasons[i].name, verdicts).value_or(policy.verdict[i]);
  }
}

void CheckFragments(TableReader& table, Draft& draft) {
  const Choices<FragmentHandling> handlings = {
      {"inspect", FragmentHandling::kInspect}, {"pass", FragmentHandling::kPass}, {"drop", FragmentHandling::kDrop}};
  const Choices<Verdict> overlaps = ChoicesOf({Verdict::kPass, Verdict::kMonitor, Verdict::kDrop});
  const auto check = [&](std::string_view handling, std::string_view overlap, FragmentPolicy& policy) {
    policy.handling = table.OneOf(handling, handlings).value_or(policy.handling);
    policy.overlap = table.OneOf(overlap, overlaps).value_or(policy.overlap);
  };
  check("ipv4", "ipv4_overlap", draft.config.ipv4_fragments);
  check("ipv6", "ipv6_overlap", draft.config.ipv6_fragments);
  draft.config.fragment_datagrams =
      static_cast<uint32_t>(table.PowerOfTwo("datagrams", kFragmentDatagramsMin, kFragmentDatagramsMax)
                                .value_or(draft.config.fragment_datagrams));
}

void CheckLimiter(TableReader& table, Draft& draft) {
  draft.config.limiter_buckets = static_cast<uint32_t>(
      table.PowerOfTwo("buckets", kLimiterBucketsMin, kLimiterBucketsMax).value_or(draft.config.limiter_buckets));
  draft.config.limiter_prefix_buckets =
      static_cast<uint32_t>(table.PowerOfTwo("prefix_buckets", kLimiterBucketsMin, kLimiterBucketsMax)
                                .value_or(draft.config.limiter_prefix_buckets));
}

// A table of the file: `[name]` once, or up to `count_max` times `[[name]]`.
struct TopTable {
  std::string_view name;
  size_t count_max;  // 0: once
  void (*check)(TableReader&, Draft&);
};
constexpr std::array<TopTable, 7> kTopTables = {{{"node", 0, CheckNode},
                                                 {"link", kLinksMax, CheckLink},
                                                 {"rate_class", kRateClassesMax, CheckRateClass},
                                                 {"feed", kFeedsMax, CheckFeed},
                                                 {"malformed", 0, CheckMalformed},
                                                 {"fragments", 0, CheckFragments},
                                                 {"limiter", 0, CheckLimiter}}};

void CheckRateClassUses(const Draft& draft, Problems& problems) {
  std::vector<std::string_view> names;
  for (const auto& [name, place] : draft.rate_classes) names.push_back(name);
  std::sort(names.begin(), names.end());
  for (const Draft::RateClassUse& use : draft.rate_class_uses) {
    if (draft.rate_classes.contains(use.name)) continue;
    problems.Add(use.place, "feed.rate_class",
                 absl::StrFormat("no [[rate_class]] is named %s%s", Quoted(use.name), DidYouMean(use.name, names)));
  }
}

}  // namespace

Choices<Mode> ModeChoices() { return ChoicesOf({Mode::kOff, Mode::kMonitor, Mode::kEnforce}); }

void CheckIsNew(TableReader& table, std::string_view key, const std::optional<std::string>& name, Names& names) {
  if (!name) return;
  const auto [earlier, is_new] = names.try_emplace(*name, table.PlaceOf(key));
  if (is_new) return;
  table.Report(key, absl::StrFormat("%s is used already in line %d", Quoted(*name), earlier->second.line));
}

void ReportRepeatedTables(const std::vector<RepeatedTable>& repeated, Problems& problems) {
  for (const RepeatedTable& again : repeated) {
    const auto top = std::find_if(kTopTables.begin(), kTopTables.end(),
                                  [&](const TopTable& table) { return table.name == again.name; });
    std::string what = "clashes with an earlier key";
    if (top != kTopTables.end()) what = "duplicate table (keep one)";
    if (top != kTopTables.end() && top->count_max > 0) {
      what = absl::StrFormat("duplicate table (write [[%s]] for each)", again.name);
    }
    problems.Add(again.place, Shown(again.name), what);
  }
}

Config ReadTables(const ParsedToml& toml, const std::string& folder, Problems& problems) {
  Draft draft;
  draft.folder = folder;
  TableReader root(*toml.root, "", problems);
  for (const TopTable& top : kTopTables) {
    std::vector<TableReader> tables = root.Tables(top.name, top.count_max);
    for (const RepeatedTable& again : toml.repeated) {
      if (again.name == top.name) tables.emplace_back(again.table, std::string(top.name), problems);
    }
    for (TableReader& table : tables) {
      top.check(table, draft);
      table.ReportUnknownKeys();
    }
  }
  root.ReportUnknownKeys();
  CheckProtectedAreApart(draft, problems);
  CheckRateClassUses(draft, problems);
  return draft.config;
}

}  // namespace picket::config
