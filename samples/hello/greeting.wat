;; The plugin `greeting`: it implements `demo:hello/greeting@0.1.0`, which in WIT reads
;;
;;     interface greeting { hello: func(name: string) -> string; }
;;
;; A compiler for C, Rust or Python writes all of this for you.
;; It is spelled out here because it is short, and because it shows that a component is a core module
;; (plain WebAssembly: numbers and one memory) plus a few lines which say how strings and the like are laid out in that memory.
;; Those rules are the canonical ABI: https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md
(component
  ;; --- The core module: what is computed ------------------------------------------------------------------------
  (core module $Code
    (memory (export "memory") 1)                ;; in pages of 64 KiB
    (data (i32.const 0) "Hello, ")              ;; 7 bytes of UTF-8 at address 0
    (global $heap (mut i32) (i32.const 16))     ;; the first free address; what is below it never changes

    ;; Whoever calls us has to put the name into our memory, and asks here for room.
    ;; To allocate is to move $heap up; `forget` frees everything at once, when the answer has been read.
    (func $realloc (export "realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $new i32) (local $end i32)
      ;; $new = $heap, rounded up to a multiple of $align (a power of two)
      (local.set $new
        (i32.and
          (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
          (i32.sub (i32.const 0) (local.get $align))))
      (local.set $end (i32.add (local.get $new) (local.get $size)))
      ;; An $end that wrapped round, or that is past the last 64 KiB of 4 GiB, is more than there can be.
      (if (i32.or
            (i32.lt_u (local.get $end) (local.get $new))
            (i32.gt_u (local.get $end) (i32.const 0xffff0000)))
        (then unreachable))
      (block $fits
        (br_if $fits (i32.le_u (local.get $end) (i32.mul (memory.size) (i32.const 65536))))
        ;; Missing pages: $end in pages, rounded up, less those that are there. -1 means that a limit forbids it.
        (br_if $fits (i32.ne (i32.const -1)
          (memory.grow (i32.sub
            (i32.shr_u (i32.add (local.get $end) (i32.const 65535)) (i32.const 16))
            (memory.size)))))
        unreachable)
      (global.set $heap (local.get $end))
      ;; A block that changes its size takes its contents along; a new one has an $old-size of 0.
      (memory.copy (local.get $new) (local.get $old)
        (select (local.get $old-size) (local.get $size) (i32.lt_u (local.get $old-size) (local.get $size))))
      (local.get $new))

    ;; A string is two numbers: its address and its length in bytes.
    ;; A core function can take both as parameters but gives one number back: the address of that pair.
    (func (export "hello") (param $name i32) (param $length i32) (result i32)
      (local $text i32) (local $answer i32)
      (local.set $text
        (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (i32.add (i32.const 7) (local.get $length))))
      (memory.copy (local.get $text) (i32.const 0) (i32.const 7))
      (memory.copy (i32.add (local.get $text) (i32.const 7)) (local.get $name) (local.get $length))
      (local.set $answer
        (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 8)))
      (i32.store (local.get $answer) (local.get $text))
      (i32.store offset=4 (local.get $answer) (i32.add (i32.const 7) (local.get $length)))
      (local.get $answer))

    ;; Called when the answer has been read, with what `hello` returned.
    (func (export "forget") (param $answer i32)
      (global.set $heap (i32.const 16))))

  (core instance $code (instantiate $Code))

  ;; --- The canonical ABI: how the typed function maps to the core function --------------------------------------
  (alias core export $code "memory" (core memory $memory))
  (func $hello (param "name" string) (result string)
    (canon lift (core func $code "hello")
      string-encoding=utf8
      (memory $memory)                           ;; where the strings lie
      (realloc (core func $code "realloc"))      ;; how a caller gets room for an argument
      (post-return (core func $code "forget")))) ;; what frees the answer

  ;; --- The plug: the WIT interface under which a linkfile finds it ----------------------------------------------
  (instance $greeting (export "hello" (func $hello)))
  (export "demo:hello/greeting@0.1.0" (instance $greeting)))
