// The root: gives the text to every transform, and tells what each one answered. See main.wit.
#include "canonical.h"

// A `tuple<string, result<string, string>>` in memory: the plugin's id, and its answer or why there is none.
typedef struct {
    string plugin;
    uint8_t failed; // 0: ok, 1: err
    string text;
} answer;

typedef struct {
    answer *items;
    size_t count;
} answers;

typedef struct {
    string *items;
    size_t count;
} strings;

// An `option<bool>` in memory.
typedef struct {
    uint8_t present;
    uint8_t value;
} maybe_bool;

// A result that is more than one number is written where the last parameter points.
IMPORT("demo:text/transform@0.1.0", "apply") void transform_apply(const char *data, size_t size, answers *result);
IMPORT("demo:text/log@0.1.0", "log") void log_log(const char *data, size_t size, maybe_bool *result);

// One string of three, in memory of the arena.
static string join(string first, string second, string third) {
    char *data = arena_take(1, first.size + second.size + third.size);
    __builtin_memcpy(data, first.data, first.size);
    __builtin_memcpy(data + first.size, second.data, second.size);
    __builtin_memcpy(data + first.size + second.size, third.data, third.size);
    return (string){data, first.size + second.size + third.size};
}

// Whether a logger is there makes no difference to what we do.
static void log_line(string line) {
    maybe_bool logged;
    log_log(line.data, line.size, &logged);
}

EXPORT("demo:text/app@0.1.0#run") strings *run(const char *data, size_t size) {
    answers got;
    transform_apply(data, size, &got);

    strings *lines = arena_take(sizeof(void *), sizeof(strings));
    lines->items = arena_take(sizeof(void *), got.count * sizeof(string));
    lines->count = got.count;
    for (size_t i = 0; i < got.count; i++) {
        answer *a = &got.items[i];
        lines->items[i] = join(a->plugin, TEXT(": "), a->failed ? TEXT("failed") : a->text);
        if (a->failed) log_line(join(a->plugin, TEXT(" failed: "), a->text));
    }
    return lines;
}

EXPORT("cabi_post_demo:text/app@0.1.0#run") void run_done(strings *lines) {
    (void)lines;
    arena_reset();
}
