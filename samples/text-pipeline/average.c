// A transform: how long the words are on average, rounded down. See transform.wit.
//
// Text without a word has no average, and a function that returns a plain string cannot say so: it traps.
#include "canonical.h"

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The digits of a number, in memory of the arena.
static string decimal(size_t number) {
    char *end = (char *)arena_take(1, 10) + 10; // 2^32 - 1 has 10 digits
    char *start = end;
    do {
        *--start = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    return (string){start, (size_t)(end - start)};
}

EXPORT("demo:text/transform@0.1.0#apply") string *apply(const char *data, size_t size) {
    size_t words = 0, letters = 0;
    for (size_t i = 0; i < size; i++) {
        if (is_space(data[i])) continue;
        letters += (data[i] & 0xC0) != 0x80; // a character of UTF-8 counts once, by its first byte
        words += i == 0 || is_space(data[i - 1]);
    }
    if (words == 0) __builtin_trap(); // in C, to divide by zero is undefined

    string *result = arena_take(sizeof(void *), sizeof(string));
    *result = decimal(letters / words);
    return result;
}

EXPORT("cabi_post_demo:text/transform@0.1.0#apply") void apply_done(string *result) {
    (void)result;
    arena_reset();
}
