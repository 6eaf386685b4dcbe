// The tokenizer in C without libc. See ../wit/tokenize.wit; ../../include/canonical.h has the memory.
#include "canonical.h"

typedef struct {
    string text;
    uint32_t length;
} word;

typedef struct {
    word *items;
    size_t count;
} words;

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

EXPORT("demo:words/tokenize@0.1.0#tokenize") words *tokenize(const char *data, size_t size) {
    words *result = arena_take(sizeof(void *), sizeof(words));
    result->items = arena_take(sizeof(void *), 0);
    result->count = 0;
    for (size_t i = 0; i < size;) {
        if (is_space(data[i])) {
            i++;
            continue;
        }
        size_t start = i;
        while (i < size && !is_space(data[i])) i++;
        // Nothing else is taken in this loop, so that each word lies behind the one before.
        // Its text stays where the caller put it: inside the argument.
        word *w = arena_take(sizeof(void *), sizeof(word));
        *w = (word){{data + start, i - start}, (uint32_t)(i - start)};
        result->count++;
    }
    return result;
}

EXPORT("cabi_post_demo:words/tokenize@0.1.0#tokenize") void tokenize_done(words *result) {
    (void)result;
    arena_reset();
}
