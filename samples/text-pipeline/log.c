// A logger: writes each line to the standard error stream. See log.wit.
//
// The stream is a resource: what we hold is a number that stands for it, and we give it back when we are done.
#include "canonical.h"

typedef int32_t handle;

// A `result<_, stream-error>` in memory.
typedef struct {
    uint8_t failed;
    struct {
        uint8_t closed; // 0: last-operation-failed, and then `error` is ours; 1: closed
        handle error;
    } reason;
} written;

enum { LARGEST_WRITE = 4096 };

IMPORT("wasi:cli/stderr@0.2.0", "get-stderr") handle get_stderr(void);
IMPORT("wasi:io/streams@0.2.0", "[method]output-stream.blocking-write-and-flush")
void write_and_flush(handle stream, const char *data, size_t size, written *result);
IMPORT("wasi:io/streams@0.2.0", "[resource-drop]output-stream") void drop_stream(handle stream);
IMPORT("wasi:io/error@0.2.0", "[resource-drop]error") void drop_error(handle error);

static bool write_all(handle stream, string text) {
    while (text.size > 0) {
        size_t part = text.size < LARGEST_WRITE ? text.size : LARGEST_WRITE;
        written result;
        write_and_flush(stream, text.data, part, &result);
        if (result.failed) {
            if (!result.reason.closed) drop_error(result.reason.error);
            return false;
        }
        text.data += part;
        text.size -= part;
    }
    return true;
}

EXPORT("demo:text/log@0.1.0#log") bool log_line(const char *data, size_t size) {
    handle stream = get_stderr();
    bool done = write_all(stream, (string){data, size}) && write_all(stream, TEXT("\n"));
    drop_stream(stream);
    return done;
}

EXPORT("cabi_post_demo:text/log@0.1.0#log") void log_done(bool result) {
    (void)result;
    arena_reset();
}
