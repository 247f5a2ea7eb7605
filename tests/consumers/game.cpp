/* The same in C++: the second header of the archive is found and whole. */

#include <latchkey.hpp>

#include <cstdio>

int main() {
    std::string sentence;
    const latchkey::Result result = latchkey::Config().issuer("nowhere").client_id("consumer").validate(sentence);
    std::printf("header: %s\n", LATCHKEY_VERSION_STRING);
    if (latchkey::version() != LATCHKEY_VERSION) return 1;
    return result == latchkey::Result::Configuration && sentence.find("issuer") != std::string::npos ? 0 : 1;
}
