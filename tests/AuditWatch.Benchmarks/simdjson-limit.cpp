// What one core can do at best: simdjson's on-demand reader pulls the fields that a first look at an audit event needs, and nothing else.
// Prints the events a second of processor time of the best of five passes over a file that is in memory already.
//   apt-get install libsimdjson-dev && g++ -O3 -march=native -std=c++17 simdjson-limit.cpp -lsimdjson -o simdjson-limit
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string_view>

#include <simdjson.h>

using simdjson::ondemand::document_stream;
using simdjson::ondemand::object;

struct Look {
  std::string_view verb, username, resource, subresource;
  int64_t code = 0;
};

static std::string_view member(object parent, std::string_view name) {
  std::string_view found;
  for (auto field : parent) {
    if (field.unescaped_key().value() == name) found = field.value().get_string().value();
  }
  return found;
}

static Look look_at(object event) {
  Look look;
  for (auto field : event) {
    const std::string_view key = field.unescaped_key().value();
    if (key == "verb") {
      look.verb = field.value().get_string().value();
    } else if (key == "user") {
      look.username = member(field.value().get_object(), "username");
    } else if (key == "objectRef") {
      for (auto part : field.value().get_object()) {
        const std::string_view name = part.unescaped_key().value();
        if (name == "resource") look.resource = part.value().get_string().value();
        if (name == "subresource") look.subresource = part.value().get_string().value();
      }
    } else if (key == "responseStatus") {
      for (auto part : field.value().get_object()) {
        if (part.unescaped_key().value() == std::string_view("code")) look.code = part.value().get_int64().value();
      }
    }
  }
  return look;
}

int main(int count, char** arguments) {
  if (count != 2) return std::fprintf(stderr, "usage: simdjson-limit FILE.jsonl\n"), 2;
  const auto text = simdjson::padded_string::load(arguments[1]).value();
  double best = 0;
  for (int pass = 0; pass < 5; pass++) {
    const auto began = std::clock();
    simdjson::ondemand::parser parser;
    document_stream events = parser.iterate_many(text, 1 << 20).value();
    uint64_t seen = 0, suspicious = 0;
    for (auto event : events) {
      const Look look = look_at(event.get_object().value());
      suspicious += look.code == 403 || look.subresource == "exec" || (look.resource == "secrets" && look.verb == "get") || look.username.empty();
      seen++;
    }
    best = std::max(best, static_cast<double>(seen) * CLOCKS_PER_SEC / static_cast<double>(std::clock() - began));
    if (suspicious > seen) return 1;
  }
  std::printf("%.0f\n", best);
}
