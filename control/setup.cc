// SPDX-License-Identifier: Apache-2.0
#include "control/setup.h"

#include <algorithm>
#include <utility>

namespace picket {
namespace {

RateClassId RateClassOf(const Config& config, const std::string& name) {
  const auto found = std::find_if(config.rate_classes.begin(), config.rate_classes.end(),
                                  [&name](const RateClass& c) { return c.name == name; });
  if (found == config.rate_classes.end()) return kNoRateClass;
  return static_cast<RateClassId>(found - config.rate_classes.begin());
}

std::vector<Entry> EntriesFor(std::span<const Prefix> prefixes, Verdict verdict) {
  std::vector<Entry> entries;
  for (const Prefix& p : prefixes) entries.push_back({.prefix = p, .scope = {}, .verdict = verdict});
  return entries;
}

// A never-block prefix inside a trusted one adds nothing, and must not take the trust away by being longer.
std::vector<Prefix> NeverBlockOnly(const LinkConfig& link) {
  const PrefixSet trusted(link.trusted);
  std::vector<Prefix> prefixes = link.never_block;
  std::erase_if(prefixes, [&trusted](const Prefix& p) { return trusted.Covers(p); });
  return prefixes;
}

absl::Status Store(ReputationStore& store, const std::string& source, Tier tier, std::span<const Entry> entries) {
  const absl::StatusOr<SourceId> id = store.AddSource(source, tier);
  if (!id.ok()) return id.status();
  return store.Replace(*id, entries).status();
}

class Loader {
 public:
  Loader(const SetupOptions& options, Tick start)
      : options_(options), start_(start), setup_(std::make_unique<Setup>()) {}

  SetupResult Load() {
    if (ReadConfiguration() && ChooseLink()) FillPolicy();
    if (problems_.empty()) LoadLists();
    if (!problems_.empty()) return {nullptr, std::move(problems_)};
    setup_->table = setup_->store->Build();
    return {std::move(setup_), {}};
  }

 private:
  bool ReadConfiguration() {
    if (options_.config_path.empty()) {
      config_.node.mode = Mode::kEnforce;
      return true;
    }
    ConfigResult read = ReadConfig(options_.config_path);
    problems_ = std::move(read.problems);
    if (read.config) config_ = std::move(*read.config);
    return problems_.empty();
  }

  bool ChooseLink() {
    const auto chosen = std::find_if(config_.links.begin(), config_.links.end(), [this](const LinkConfig& l) {
      return options_.link.empty() || l.name == options_.link;
    });
    if (chosen != config_.links.end()) {
      setup_->link = *chosen;
    } else if (!options_.link.empty()) {
      problems_.push_back(options_.config_path + ": no link is named " + options_.link);
      return false;
    }
    return true;
  }

  void FillPolicy() {
    LinkPolicy policy = PolicyOf(config_, setup_->link);
    if (!options_.live) policy.anti_spoof.verdict = Verdict::kPass;
    if (options_.mode) {
      policy.mode = *options_.mode;
      policy.prefix_modes.clear();
    }
    setup_->policy = PipelinePolicy(std::move(policy));
    setup_->protected_prefixes = PrefixSet(setup_->link.protected_prefixes);
    setup_->limits = {config_.fragment_datagrams, config_.limiter_buckets, config_.limiter_prefix_buckets};
    setup_->seed = options_.seed;
    setup_->store = std::make_unique<ReputationStore>(config_.rate_classes.size());
  }

  void LoadLists() {
    // Names in the config have no blanks, so none of these is the name of a feed.
    const std::vector<Entry> trusted = EntriesFor(setup_->link.trusted, Verdict::kAllow);
    const std::vector<Entry> never_block = EntriesFor(NeverBlockOnly(setup_->link), Verdict::kPass);
    Check("trusted", Store(*setup_->store, "link trusted", Tier::kNeverBlock, trusted));
    Check("never_block", Store(*setup_->store, "link never_block", Tier::kNeverBlock, never_block));
    for (const FeedConfig& f : config_.feeds) LoadFeed(f);
    for (const std::string& path : options_.feed_paths) {
      FeedConfig feed;
      feed.name = "--feed " + path;
      feed.file = path;
      LoadFeed(feed);
    }
  }

  void LoadFeed(const FeedConfig& config) {
    absl::StatusOr<Feed> feed = ReadFeed(config.file, config.format);
    if (!feed.ok()) return Check("", feed.status());
    if (feed->entries.empty() && feed->rejected_lines > 0) {
      const FeedReject& first = feed->rejected.front();
      problems_.push_back(config.file + ":" + std::to_string(first.line) + ": " + first.reason +
                          " (and no line of the list could be accepted)");
      return;
    }
    const std::vector<Entry> entries = EntriesOf(*feed, config, RateClassOf(config_, config.rate_class), start_);
    Check(config.file, Store(*setup_->store, config.name, config.tier, entries));
    const FeedCounts counts = Count(*feed);
    feed->entries = {};
    setup_->feeds.push_back({config.name, config.file, std::move(*feed), counts, entries.size()});
  }

  void Check(const std::string& place, const absl::Status& status) {
    if (status.ok()) return;
    const std::string message(status.message());
    problems_.push_back(place.empty() ? message : place + ": " + message);
  }

  const SetupOptions& options_;
  Tick start_;
  Config config_;
  std::unique_ptr<Setup> setup_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<Entry> EntriesOf(const Feed& feed, const FeedConfig& config, RateClassId rate_class, Tick start) {
  std::vector<Entry> entries;
  entries.reserve(feed.entries.size());
  for (const FeedEntry& line : feed.entries) {
    Entry& e = entries.emplace_back();
    e.prefix = line.prefix;
    e.scope = line.scope.IsEmpty() ? config.scope : line.scope;
    e.exception = line.except;
    e.verdict = config.verdict;
    if (e.verdict == Verdict::kLimit) e.rate_class = rate_class;
    e.category = config.category;
    e.score = config.score;
    if (line.timeout_s != 0) e.expiry = start + Duration::FromSeconds(line.timeout_s);
  }
  return entries;
}

SetupResult LoadSetup(const SetupOptions& options, Tick start) { return Loader(options, start).Load(); }

}  // namespace picket
