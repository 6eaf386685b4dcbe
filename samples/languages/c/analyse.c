// The analyser in C without libc; ../python/analyse.py is the same in Python. See ../wit/analyse.wit.
#include "canonical.h"

typedef struct {
    string text;
    uint32_t length;
} word;

// A `tuple<string, result<list<word>, string>>` in memory: the plugin's id, and its words or why there are none.
typedef struct {
    string plugin;
    uint8_t failed; // 0: ok, 1: err
    union {
        struct {
            word *items;
            size_t count;
        } words;
        string reason;
    };
} answer;

typedef struct {
    answer *items;
    size_t count;
} answers;

typedef struct {
    string plugin;
    uint32_t words;
    string longest;
    uint32_t length;
} finding;

typedef struct {
    struct {
        finding *items;
        size_t count;
    } findings;
    struct {
        string *items;
        size_t count;
    } failed;
} analysis;

IMPORT("demo:words/tokenize@0.1.0", "tokenize") void tokenize(const char *data, size_t size, answers *result);

static finding find(const answer *a) {
    finding f = {a->plugin, (uint32_t)a->words.count, TEXT(""), 0};
    for (size_t i = 0; i < a->words.count; i++) {
        const word *w = &a->words.items[i];
        if (w->length > f.length) {
            f.longest = w->text;
            f.length = w->length;
        }
    }
    return f;
}

EXPORT("demo:words/analyse@0.1.0#analyse") analysis *analyse(const char *data, size_t size) {
    answers got;
    tokenize(data, size, &got);

    analysis *result = arena_take(sizeof(void *), sizeof(analysis));
    result->findings.items = arena_take(sizeof(void *), got.count * sizeof(finding));
    result->findings.count = 0;
    result->failed.items = arena_take(sizeof(void *), got.count * sizeof(string));
    result->failed.count = 0;
    for (size_t i = 0; i < got.count; i++) {
        const answer *a = &got.items[i];
        if (a->failed) {
            result->failed.items[result->failed.count++] = a->plugin;
        } else {
            result->findings.items[result->findings.count++] = find(a);
        }
    }
    return result;
}

EXPORT("cabi_post_demo:words/analyse@0.1.0#analyse") void analyse_done(analysis *result) {
    (void)result;
    arena_reset();
}
