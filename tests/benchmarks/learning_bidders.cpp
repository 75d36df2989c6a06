// The learning bidders in C++: the yardstick of the compiled loop.
//
// The same algorithm as our kernels, as one would write it in C++: structs, vectors allocated once, everything in one
// file so that the compiler may inline it all. It starts from the same firms, Q-tables and generator states and does
// every operation in the same order, so the numbers agree to the last bit (test_learning_bidders_speed.py). It is leaner than
// our kernels where C++ programs are: one step per bid instead of demand schedules, no learner or format to plug in.
// Only with NOTE_RIVALS it knows, as our Q-learning does, when it need not look for the best action again.
//
//   learning_bidders time INPUT ROUNDS           prints the seconds of processor time, and a checksum
//   learning_bidders play INPUT ROUNDS OUTPUT    writes profits of every round, then Q-tables, then cash

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>
#ifdef __AVX512F__
#include <immintrin.h>
#endif

// PCG64 (XSL-RR 128/64) as in numpy's Generator.random [ONeill2014].
class Pcg64 {
 public:
  Pcg64(const uint64_t* words)
      : state_((__uint128_t(words[0]) << 64) | words[1]), increment_((__uint128_t(words[2]) << 64) | words[3]) {}

  double uniform() { return double(next() >> 11) * (1.0 / 9007199254740992.0); }

 private:
  uint64_t next() {
    constexpr __uint128_t multiplier = (__uint128_t(2549297995355413924ULL) << 64) | 4865540595714422341ULL;
    state_ = state_ * multiplier + increment_;
    const uint64_t folded = uint64_t(state_ >> 64) ^ uint64_t(state_);
    const unsigned turn = unsigned(state_ >> 122);
    return (folded >> turn) | (folded << ((64 - turn) & 63));
  }

  __uint128_t state_, increment_;
};

enum class Format { uniform, discriminatory };

struct Rules {
  Format format;
  double cap, reserve_price, highest_value;
  int price_bins, price_steps, volume_steps;
  bool penalise;
  double penalty;
  bool reserve_if_undersubscribed, weigh_by_awards;
  double trade_margin;
};

struct Settings {
  double alpha, gamma, epsilon, epsilon_final, epsilon_rounds;
  bool by_visits;
  double alpha_exponent;
};

struct Firm {
  double selling_price, unit_cost, emission_intensity, full_output, required_permits, private_value;
  double lowest_volume, highest_volume;
  int action;
  double bid_price, bid_volume, award, auction_payment, net_demand, bought, trade_payment;
  double output, emissions, shortfall, penalty_payment, profit, permits, cash;
};

struct Government {
  double cap, clearing_price, equilibrium_price;
  double secondary_supply, secondary_demand, traded_volume, trading_price;
  int state;
  double permits, cash, issued, surrendered, expired, product_market;
};

#ifdef NOTE_RIVALS  // no other action of a state is worth more than its rival_: a best value above it needs no search
constexpr bool note_rivals = true;
#else  // search whenever the best value has fallen
constexpr bool note_rivals = false;
#endif

// One player's Q-table, with the best action of every state kept up to date.
class Player {
 public:
  Player(int states, int actions, const double* values)
      : actions_(actions), values_(values, values + size_t(states) * actions), visits_(values_.size()), best_(states), rival_(states) {
    for (int state = 0; state < states; ++state) note_best(state);
  }

  int best(int state) const { return best_[state]; }
  const std::vector<double>& values() const { return values_; }

  void learn(const Settings& settings, int state, int action, double reward, int next_state) {
    const size_t cell = size_t(state) * actions_ + action;
    double alpha = settings.alpha;
    if (settings.by_visits) {
      visits_[cell] += 1.0;
      alpha = std::pow(visits_[cell], -settings.alpha_exponent);
    }
    const double best_value = row(next_state)[best_[next_state]];
    const double before = values_[cell];
    values_[cell] += alpha * (reward + settings.gamma * best_value - before);
    refresh_best(state, action, before);
  }

 private:
  const double* row(int state) const { return values_.data() + size_t(state) * actions_; }
#if defined(SEARCH_BY_FOURS) || (defined(SEARCH_BY_LANES) && !defined(__AVX512F__))  // fewer comparisons wait for the one before
  int search(int state) const {
    const double* values = row(state);
    const int fours = actions_ / 4 * 4;
    int best = 0;
    double top = values[0];
    for (int k = 0; k < fours; k += 4) {
      const double here =
          std::max(std::max(values[k], values[k + 1]), std::max(values[k + 2], values[k + 3]));
      if (here > top)
        for (best = k, top = here; values[best] < top;) ++best;
    }
    for (int k = fours; k < actions_; ++k)
      if (values[k] > top) best = k, top = values[k];
    return best;
  }
#elif defined(SEARCH_BY_LANES) && defined(__AVX512F__)  // the largest of eight at a time, then its first place
  int search(int state) const {
    const double* values = row(state);
    const int whole = actions_ / 16 * 16;
    double top = values[0];
    if (whole > 0) {
      __m512d even = _mm512_loadu_pd(values), odd = _mm512_loadu_pd(values + 8);
      for (int k = 16; k < whole; k += 16) {
        even = _mm512_max_pd(even, _mm512_loadu_pd(values + k));
        odd = _mm512_max_pd(odd, _mm512_loadu_pd(values + k + 8));
      }
      top = _mm512_reduce_max_pd(_mm512_max_pd(even, odd));
    }
    for (int k = whole; k < actions_; ++k) top = std::max(top, values[k]);
    const __m512d tops = _mm512_set1_pd(top);
    for (int k = 0; k < whole; k += 8) {
      const unsigned found = _mm512_cmp_pd_mask(_mm512_loadu_pd(values + k), tops, _CMP_EQ_OQ);
      if (found) return k + __builtin_ctz(found);
    }
    int best = whole;
    while (values[best] < top) ++best;
    return best;
  }
#else
  int search(int state) const { return int(std::max_element(row(state), row(state) + actions_) - row(state)); }
#endif

  void refresh_best(int state, int action, double before) {
    const double* values = row(state);
    const int best = best_[state];
    if (action == best) {
      if (note_rivals ? values[action] <= rival_[state] : values[action] < before) note_best(state);
    } else if (values[action] > values[best] || (values[action] == values[best] && action < best)) {
      best_[state] = action, rival_[state] = values[best];
    } else {
      rival_[state] = std::max(rival_[state], values[action]);
    }
  }

  void note_best(int state) {
    double* values = values_.data() + size_t(state) * actions_;
    const int best = best_[state] = search(state);
    if (!note_rivals) return;
    const double value = values[best];
    values[best] = -std::numeric_limits<double>::infinity();
    rival_[state] = values[search(state)];
    values[best] = value;
  }

  int actions_;
  std::vector<double> values_, visits_;
  std::vector<int> best_;
  std::vector<double> rival_;
};

struct Input {
  Rules rules;
  Settings settings;
  Government government;
  std::vector<Firm> firms;
  std::vector<Player> players;
  std::vector<Pcg64> streams;
};

class Market {
 public:
  explicit Market(Input input)
      : rules_(input.rules),
        settings_(input.settings),
        government_(input.government),
        firms_(std::move(input.firms)),
        players_(std::move(input.players)),
        bidding_(input.streams[0]),
        exchange_(input.streams[1]),
        order_(firms_.size()) {
    for (int action = 0; action < rules_.price_steps * rules_.volume_steps; ++action) {
      const int price_step = action / rules_.volume_steps, volume_step = action % rules_.volume_steps;
      shares_.emplace_back(rules_.price_steps > 1 ? double(price_step) / (rules_.price_steps - 1) : 1.0,
                           rules_.volume_steps > 1 ? double(volume_step) / (rules_.volume_steps - 1) : 0.0);
    }
  }

  void play_round() {
    government_.cap = rules_.cap;
    government_.issued += rules_.cap;
    government_.permits += rules_.cap;
    bid();
    hold_auction();
    hold_exchange(rules_.trade_margin * exchange_.uniform());
    comply();
    learn();
    expire();
    ++round_;
  }

  const std::vector<Firm>& firms() const { return firms_; }
  const std::vector<Player>& players() const { return players_; }

 private:
  double epsilon() const {
    const Settings& s = settings_;
    if (s.epsilon_rounds == 0.0) return s.epsilon;
    if (double(round_) >= s.epsilon_rounds || s.epsilon <= s.epsilon_final) return s.epsilon_final;
    return s.epsilon * std::pow(std::max(s.epsilon_final, 1e-12) / s.epsilon, double(round_) / s.epsilon_rounds);
  }

  void bid() {
    const double explore = epsilon();
    const int actions = rules_.price_steps * rules_.volume_steps;
    for (size_t i = 0; i < firms_.size(); ++i) {
      const double first = bidding_.uniform(), second = bidding_.uniform();
      Firm& firm = firms_[i];
      firm.action = first < explore ? int(second * actions) : players_[i].best(government_.state);
      const auto [price_share, volume_share] = shares_[firm.action];
      firm.bid_price = rules_.reserve_price + price_share * (firm.private_value - rules_.reserve_price);
      firm.bid_volume = firm.lowest_volume + volume_share * (firm.highest_volume - firm.lowest_volume);
    }
  }

  void sort_by_merit() {
    for (int fresh = 0; fresh < int(order_.size()); ++fresh) {
      int at = fresh;
      for (; at > 0 && firms_[order_[at - 1]].bid_price < firms_[fresh].bid_price; --at) order_[at] = order_[at - 1];
      order_[at] = fresh;
    }
  }

  // Serve the bids in merit order; those tied at the margin share what is left in proportion to volume. Less than a
  // least share of the cap sets no price (LEAST_SHARE).
  double award_by_merit() {
    constexpr double exhausted = 1e-9, least_share = 1e-6;
    sort_by_merit();
    for (Firm& firm : firms_) firm.award = 0.0;
    double left = rules_.cap, equilibrium_price = rules_.reserve_price, unpriced = 0.0;
    size_t first = 0;
    while (first < order_.size() && left > exhausted * rules_.cap) {
      const double level = firms_[order_[first]].bid_price;
      if (level < rules_.reserve_price) break;
      size_t behind = first;
      double tied = 0.0;
      for (; behind < order_.size() && firms_[order_[behind]].bid_price == level; ++behind)
        tied += firms_[order_[behind]].bid_volume;
      unpriced += std::min(tied, left);
      if (tied > 0.0 && unpriced >= least_share * rules_.cap) equilibrium_price = level, unpriced = 0.0;
      if (tied > 0.0) {
        const double share = std::min(left / tied, 1.0);
        for (size_t k = first; k < behind; ++k) firms_[order_[k]].award = share * firms_[order_[k]].bid_volume;
        left = std::max(left - tied, 0.0);
      }
      first = behind;
    }
    if (rules_.reserve_if_undersubscribed && left > exhausted * rules_.cap) equilibrium_price = rules_.reserve_price;
    return equilibrium_price;
  }

  void hold_auction() {
    government_.equilibrium_price = government_.clearing_price = award_by_merit();
    if (rules_.format == Format::uniform) {
      const double price = government_.clearing_price;
      for (Firm& firm : firms_) {
        firm.auction_payment = price * firm.award;
        if (firm.bid_price < price) firm.auction_payment -= firm.award * (price - firm.bid_price);
      }
    } else {
      double value = 0.0, weight = 0.0;
      for (Firm& firm : firms_) {
        firm.auction_payment = firm.award * firm.bid_price;
        const bool in_full = firm.award > 0.0 && firm.bid_price >= government_.equilibrium_price;
        const double counted = in_full && !rules_.weigh_by_awards ? firm.bid_volume : firm.award;
        value += counted * firm.bid_price;
        weight += counted;
      }
      if (weight > 0.0) government_.clearing_price = value / weight;
    }
    for (Firm& firm : firms_) {
      government_.permits -= firm.award;
      firm.permits += firm.award;
      firm.cash -= firm.auction_payment;
      government_.cash += firm.auction_payment;
    }
  }

  void hold_exchange(double margin) {
    double supply = 0.0, demand = 0.0;
    for (Firm& firm : firms_) {
      firm.net_demand = firm.required_permits - firm.award;
      if (std::abs(firm.net_demand) <= 1e-9 * firm.required_permits) firm.net_demand = 0.0;
      if (firm.net_demand > 0.0)
        demand += firm.net_demand;
      else
        supply -= firm.net_demand;
    }
    const double price = government_.clearing_price * (supply <= demand * (1.0 + 1e-9) ? 1.0 + margin : 1.0 - margin);
    const double traded = std::min(supply, demand);
    for (Firm& firm : firms_) {
      const double own_side = firm.net_demand > 0.0 ? demand : supply;
      firm.bought = own_side > 0.0 ? firm.net_demand * (traded / own_side) : 0.0;
      firm.trade_payment = price * firm.bought;
    }
    government_.secondary_supply = supply;
    government_.secondary_demand = demand;
    government_.traded_volume = traded;
    government_.trading_price = price;
    for (Firm& firm : firms_) {
      firm.permits += firm.bought;
      firm.cash -= firm.trade_payment;
    }
  }

  double produce(Firm& firm) const {
    const double held = firm.award + firm.bought, unit_margin = firm.selling_price - firm.unit_cost;
    const double missing = std::max(firm.required_permits - held, 0.0);
    firm.shortfall = rules_.penalise ? missing : 0.0;
    firm.penalty_payment = rules_.penalise ? rules_.penalty * missing : 0.0;
    firm.output = rules_.penalise || missing == 0.0 ? firm.full_output : held / firm.emission_intensity;
    firm.emissions = rules_.penalise ? firm.required_permits : firm.emission_intensity * firm.output;
    return unit_margin * firm.output;
  }

  void comply() {
    for (Firm& firm : firms_) {
      const double margin = produce(firm);
      firm.profit = margin - firm.auction_payment - firm.trade_payment - firm.penalty_payment;
      firm.cash += margin;
      government_.product_market -= margin;
      const double covered = firm.emissions - firm.shortfall;
      firm.permits -= covered;
      government_.surrendered += covered;
      firm.cash -= firm.penalty_payment;
      government_.cash += firm.penalty_payment;
    }
  }

  int state_of(double price) const {
    const double width = rules_.highest_value - rules_.reserve_price;
    const int bin = width > 0.0 ? int((price - rules_.reserve_price) / width * rules_.price_bins) : 0;
    return std::min(std::max(bin, 0), rules_.price_bins - 1);
  }

  void learn() {
    const int next_state = state_of(government_.clearing_price);
    for (size_t i = 0; i < firms_.size(); ++i)
      players_[i].learn(settings_, government_.state, firms_[i].action, firms_[i].profit, next_state);
    government_.state = next_state;
  }

  void expire() {
    for (Firm& firm : firms_) {
      government_.expired += firm.permits;
      firm.permits = 0.0;
    }
    government_.expired += government_.permits;
    government_.permits = 0.0;
  }

  Rules rules_;
  Settings settings_;
  Government government_;
  std::vector<Firm> firms_;
  std::vector<Player> players_;
  Pcg64 bidding_, exchange_;
  std::vector<std::pair<double, double>> shares_;  // of the ranges of prices and volumes, for every action
  std::vector<int> order_;
  int64_t round_ = 0;
};

// The file that test and benchmark write: generator states (8 x uint64), then everything else as float64.
Input read_input(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  uint64_t words[8];
  file.read(reinterpret_cast<char*>(words), sizeof words);
  auto next = [&file] {
    double number = 0.0;
    file.read(reinterpret_cast<char*>(&number), sizeof number);
    return number;
  };
  Input input{};
  input.streams = {Pcg64(words), Pcg64(words + 4)};
  Rules& r = input.rules;
  r.format = next() == 0.0 ? Format::uniform : Format::discriminatory;
  r.cap = next(), r.reserve_price = next(), r.highest_value = next();
  r.price_bins = int(next()), r.price_steps = int(next()), r.volume_steps = int(next());
  r.penalise = next() != 0.0, r.penalty = next();
  r.reserve_if_undersubscribed = next() != 0.0, r.weigh_by_awards = next() != 0.0;
  r.trade_margin = next();
  Settings& s = input.settings;
  s.alpha = next(), s.gamma = next(), s.epsilon = next(), s.epsilon_final = next(), s.epsilon_rounds = next();
  s.by_visits = next() != 0.0, s.alpha_exponent = next();
  input.firms.resize(size_t(next()));
  for (Firm& f : input.firms) {
    f.selling_price = next(), f.unit_cost = next(), f.emission_intensity = next(), f.full_output = next();
    f.required_permits = next(), f.private_value = next(), f.lowest_volume = next(), f.highest_volume = next();
  }
  std::vector<double> table(size_t(r.price_bins) * r.price_steps * r.volume_steps);
  for (size_t i = 0; i < input.firms.size(); ++i) {
    std::generate(table.begin(), table.end(), next);
    input.players.emplace_back(r.price_bins, r.price_steps * r.volume_steps, table.data());
  }
  if (!file) {
    std::fprintf(stderr, "%s: not an input of this program\n", path.c_str());
    std::exit(2);
  }
  return input;
}

void time_rounds(Market& market, int64_t rounds) {
  const std::clock_t start = std::clock();
  for (int64_t t = 0; t < rounds; ++t) market.play_round();
  const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
  double checksum = 0.0;
  for (const Player& player : market.players())
    checksum = std::accumulate(player.values().begin(), player.values().end(), checksum);
  std::printf("%.9f %.17g\n", seconds, checksum);
}

void write_results(Market& market, int64_t rounds, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  auto put = [&file](double number) { file.write(reinterpret_cast<const char*>(&number), sizeof number); };
  for (int64_t t = 0; t < rounds; ++t) {
    market.play_round();
    for (const Firm& firm : market.firms()) put(firm.profit);
  }
  for (const Player& player : market.players()) std::for_each(player.values().begin(), player.values().end(), put);
  for (const Firm& firm : market.firms()) put(firm.cash);
}

int main(int count, char** words) {
  const std::string mode = count > 1 ? words[1] : "";
  if (!(mode == "time" && count == 4) && !(mode == "play" && count == 5)) {
    std::fprintf(stderr, "usage: %s time INPUT ROUNDS | play INPUT ROUNDS OUTPUT\n", words[0]);
    return 2;
  }
  Market market(read_input(words[2]));
  const int64_t rounds = std::atoll(words[3]);
  if (mode == "time")
    time_rounds(market, rounds);
  else
    write_results(market, rounds, words[4]);
}
