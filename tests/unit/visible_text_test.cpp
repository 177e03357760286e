#include "sim/base/visible_text.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace rowflow;
using namespace std::string_literals;

TEST_CASE("what is shown as itself stays, everything else is written out") {
  const std::string plain = "3×3 “conv” – Größe, 層, 🙂 ~";
  CHECK(visible_text(plain) == plain);
  CHECK(visible_text("a\0b\x1b[2J\x7f"s) == "a\\x00b\\x1b[2J\\x7f");
  CHECK(visible_text("\xc2\x9b"s) == "\\x9b");                           // a control character beyond ASCII
  CHECK(visible_text("\xe2\x80\xae\xef\xbf\xbe"s) == "\\u202e\\ufffe");  // direction of writing; no character
  CHECK(visible_text("\xff\xc3\xc3\xa9\xed\xa0\x80\xf0\x9f"s) ==
        "\\xff\\xc3é\\xed\\xa0\\x80\\xf0\\x9f");                                // cut, surrogate, cut
  for (const char* far : {"\xc2\xa0", "\xf4\x80\x80\x80", "\xf4\x8f\xbf\xbd"})  // U+A0, U+100000, U+10FFFD
    CHECK(visible_text(far) == far);
  CHECK(visible_text("\xc0\x80\xf4\x90\x80\x80"s) == "\\xc0\\x80\\xf4\\x90\\x80\\x80");  // overlong, beyond Unicode
  CHECK(visible_text("a\r\n\tb") == "a\\r\\n\\tb");
  CHECK(visible_text("a\r\n\tb", Lines::keep) == "a\\r\n\tb");
}

TEST_CASE("JSON keeps its meaning") {
  const std::string text = "{\"a\":\"\xe2\x80\xae\xc2\x9b\xf3\xa0\x81\x81 é\x7f\"}";
  const std::string visible = visible_json(text);
  CHECK(visible == R"({"a":"\u202e\u009b\udb40\udc41 é\u007f"})");
  CHECK(nlohmann::json::parse(visible) == nlohmann::json::parse(text));
}

TEST_CASE("markup and cells") {
  CHECK(xml_text("<a b=\"c\" d='e'>&\x01") == "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;\\x01");
  CHECK(csv_text("plain") == "plain");
  CHECK(csv_text("a,b") == "\"a,b\"");
  CHECK(csv_text("say \"x\"") == "\"say \"\"x\"\"\"");
  CHECK(csv_text("a\rb\nc") == "a\\rb\\nc");
  for (const char* formula : {"=1+1", "@x", "+cmd|x", "-cmd", "-1+2", "-", "+-1", "-inf"})
    CHECK(csv_text(formula) == std::string("'") + formula);
  for (const char* number : {"-1", "+2.5", "-1e-05", ""}) CHECK(csv_text(number) == number);
}
