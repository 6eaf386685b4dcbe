// What a component in C without libc needs of the canonical ABI: strings, memory, and the export `cabi_realloc`.
//
// Memory is an arena. To allocate is to move `arena_next` up; `arena_reset` frees everything at once.
// Each exported function `f` has a `cabi_post_f` that resets the arena: it is called when the caller has read the answer,
// so that a plugin which is called a million times needs no more memory than its largest call.
// This is safe because a component is never entered twice at a time: no other call can hold memory of the arena.
//
// Layouts: https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(interface, name) __attribute__((import_module(interface), import_name(name)))

// A `string` in memory: its address, and its length in bytes of UTF-8. It does not end with a zero.
typedef struct {
    const char *data;
    size_t size;
} string;

#define TEXT(literal) ((string){(literal), sizeof(literal) - 1})

extern unsigned char __heap_base; // from the linker: the first address after the stack and the static data
static uintptr_t arena_next = (uintptr_t)&__heap_base;

// Room for `size` bytes at a multiple of `align`, a power of two. Traps where memory ends.
static void *arena_take(size_t align, size_t size) {
    const uint64_t page = 65536;
    uint64_t start = ((uint64_t)arena_next + align - 1) & ~((uint64_t)align - 1);
    uint64_t end = start + size;
    uint64_t pages = (end + page - 1) / page;
    if (pages > 65535) __builtin_trap();
    size_t now = __builtin_wasm_memory_size(0);
    if (pages > now && __builtin_wasm_memory_grow(0, (size_t)pages - now) == (size_t)-1) __builtin_trap();
    arena_next = (uintptr_t)end;
    return (void *)(uintptr_t)start;
}

static void arena_reset(void) { arena_next = (uintptr_t)&__heap_base; }

// How a caller gets room for an argument, and an import for its result; a block that changes its size is moved.
EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
    if (size <= old_size) return old_size ? old : (void *)align; // nothing to hold needs no room
    void *block = arena_take(align, size);
    __builtin_memcpy(block, old, old_size);
    return block;
}
