// The root, in C without libc: turns an analysis into lines to read. See ../wit/report.wit.
#include "canonical.h"

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

typedef struct {
    struct {
        string *items;
        size_t count;
    } lines;
    bool agree;
} summary;

IMPORT("demo:words/analyse@0.1.0", "analyse") void analyse(const char *data, size_t size, analysis *result);

// A line grows at the end of the arena: nothing else may be taken until it is done.
static void append(string *line, string text) {
    char *end = arena_take(1, text.size);
    __builtin_memcpy(end, text.data, text.size);
    if (line->size == 0) line->data = end;
    line->size += text.size;
}

static void append_number(string *line, uint32_t number) {
    char digits[10]; // 2^32 - 1 has 10
    size_t start = sizeof digits;
    do {
        digits[--start] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    append(line, (string){digits + start, sizeof digits - start});
}

// For example: c: 3 words, the longest is "naïve" (6)
static string describe(const finding *f) {
    string line = TEXT("");
    append(&line, f->plugin);
    append(&line, TEXT(": "));
    append_number(&line, f->words);
    append(&line, f->words == 1 ? TEXT(" word") : TEXT(" words"));
    if (f->words == 0) return line;
    append(&line, TEXT(", the longest is \""));
    append(&line, f->longest);
    append(&line, TEXT("\" ("));
    append_number(&line, f->length);
    append(&line, TEXT(")"));
    return line;
}

EXPORT("demo:words/report@0.1.0#report") summary *report(const char *data, size_t size) {
    analysis got;
    analyse(data, size, &got);

    summary *result = arena_take(sizeof(void *), sizeof(summary));
    size_t room = got.findings.count + got.failed.count;
    result->lines.items = arena_take(sizeof(void *), room * sizeof(string));
    result->lines.count = 0;
    result->agree = got.failed.count == 0;
    for (size_t i = 0; i < got.findings.count; i++) {
        const finding *f = &got.findings.items[i];
        if (f->words != got.findings.items[0].words) result->agree = false;
        result->lines.items[result->lines.count++] = describe(f);
    }
    for (size_t i = 0; i < got.failed.count; i++) {
        string line = TEXT("");
        append(&line, got.failed.items[i]);
        append(&line, TEXT(": failed"));
        result->lines.items[result->lines.count++] = line;
    }
    return result;
}

EXPORT("cabi_post_demo:words/report@0.1.0#report") void report_done(summary *result) {
    (void)result;
    arena_reset();
}
