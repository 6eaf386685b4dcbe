// A transform: the text backwards, character by character. See transform.wit.
#include "canonical.h"

// Whether a byte of UTF-8 goes on with the character that an earlier byte began.
static bool continues(char byte) { return (byte & 0xC0) == 0x80; }

EXPORT("demo:text/transform@0.1.0#apply") string *apply(const char *data, size_t size) {
    char *reversed = arena_take(1, size);
    // A character begins at `i` and ends at `end`; it goes to the place that is as far from the other side.
    for (size_t i = size, end = size; i-- > 0;) {
        if (continues(data[i])) continue;
        __builtin_memcpy(reversed + (size - end), data + i, end - i);
        end = i;
    }
    string *result = arena_take(sizeof(void *), sizeof(string));
    *result = (string){reversed, size};
    return result;
}

EXPORT("cabi_post_demo:text/transform@0.1.0#apply") void apply_done(string *result) {
    (void)result;
    arena_reset();
}
