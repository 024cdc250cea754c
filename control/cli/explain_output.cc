// SPDX-License-Identifier: Apache-2.0
#include "control/cli/explain_output.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"

namespace picket {
namespace {

using Json = nlohmann::ordered_json;

Json ListingJson(const ExplainedListing& explained, const Setup& setup) {
  const Entry& e = explained.listing.entry;
  Json json = {{"prefix", ToString(e.prefix)},
               {"scope", ToString(e.scope)},
               {"verdict", std::string(Name(e.verdict))},
               {"source", explained.source},
               {"tier", std::string(Name(explained.listing.tier))},
               {"category", std::string(Name(e.category))},
               {"score", e.score},
               {"expires", ExpiryText(e.expiry)},
               {"expired", explained.expired},
               {"exception", e.exception},
               {"decides", explained.decides}};
  if (e.verdict == Verdict::kLimit) json["rate_class"] = setup.policy.link.rate_classes[e.rate_class].name;
  return json;
}

Json ListingsJson(const std::vector<ExplainedListing>& entries, const Setup& setup) {
  Json json = Json::array();
  for (const ExplainedListing& e : entries) json.push_back(ListingJson(e, setup));
  return json;
}

std::string ListingsText(const std::vector<ExplainedListing>& entries, const Setup& setup) {
  std::string text;
  for (const ExplainedListing& e : entries) {
    text += absl::StrFormat("  %s %s\n", e.decides ? "=>" : "  ", ToString(e, setup));
  }
  return text;
}

std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string AnswerScope(const AddressExplanation& explanation, const Scope& scope) {
  if (!scope.IsEmpty()) return ToString(scope);
  return explanation.answers.size() > 1 ? "all else" : "any packet";
}

}  // namespace

std::string PacketExplanationText(const PacketExplanation& explanation, const Setup& setup) {
  std::string text = absl::StrFormat("packet %d\n", explanation.number);
  for (const StageLine& line : explanation.stages) text += absl::StrFormat("  %-10s  %s\n", line.stage, line.text);
  text += absl::StrFormat("  %-10s  %s (%s)\n", "verdict", std::string(Name(explanation.verdict)),
                          std::string(Name(explanation.reason)));
  if (explanation.entries.size() > 1) {
    text += "  entries that cover the outside address, the preceding first:\n";
    text += ListingsText(explanation.entries, setup);
  }
  return text;
}

std::string PacketExplanationJson(const PacketExplanation& explanation, const Setup& setup) {
  Json stages = Json::array();
  for (const StageLine& line : explanation.stages) stages.push_back({{"stage", line.stage}, {"text", line.text}});
  return Dump({{"schema", 1},
               {"packet", explanation.number},
               {"verdict", std::string(Name(explanation.verdict))},
               {"reason", std::string(Name(explanation.reason))},
               {"stage", std::string(Info(explanation.reason).stage)},
               {"stages", stages},
               {"entries", ListingsJson(explanation.entries, setup)}});
}

std::string AddressExplanationText(const AddressExplanation& explanation, const Setup& setup) {
  std::string text = ToString(explanation.address) + "\n";
  for (const AddressExplanation::Answer& a : explanation.answers) {
    text += absl::StrFormat("  %-10s  %s\n", AnswerScope(explanation, a.scope),
                            a.by ? ToString(*a.by, setup) : "pass, no entry speaks of it");
  }
  if (!explanation.entries.empty())
    text += "  entries, the preceding first:\n" + ListingsText(explanation.entries, setup);
  return text;
}

std::string AddressExplanationJson(const AddressExplanation& explanation, const Setup& setup) {
  Json answers = Json::array();
  for (const AddressExplanation::Answer& a : explanation.answers) {
    Json answer = {{"scope", ToString(a.scope)}, {"verdict", std::string(Name(a.decision.verdict))}};
    if (a.by) answer["by"] = ListingJson(*a.by, setup);
    answers.push_back(std::move(answer));
  }
  return Dump({{"schema", 1},
               {"address", ToString(explanation.address)},
               {"answers", answers},
               {"entries", ListingsJson(explanation.entries, setup)}});
}

}  // namespace picket
