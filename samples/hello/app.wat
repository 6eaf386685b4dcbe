;; The plugin `app`, the root: it implements `demo:hello/app@0.1.0` and calls `demo:hello/greeting@0.1.0`. In WIT:
;;
;;     interface app      { greet: func(name: string) -> string; }
;;     interface greeting { hello: func(name: string) -> string; }
;;     world root         { import greeting; export app; }
;;
;; greeting.wat explains the allocator and the canonical ABI; what is new here is the import, which is a socket.
(component
  ;; --- The socket: what another plugin has to provide -----------------------------------------------------------
  ;; No plugin is named: the linkfile decides who answers.
  (import "demo:hello/greeting@0.1.0" (instance $greeting
    (export "hello" (func (param "name" string) (result string)))))

  ;; --- Memory ---------------------------------------------------------------------------------------------------
  ;; It is a module of its own, because the import needs it before the code exists that calls the import:
  ;; the answer of `hello` is written into this memory.
  (core module $Heap
    (memory (export "memory") 1)
    (global $heap (mut i32) (i32.const 16))

    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $new i32) (local $end i32)
      (local.set $new
        (i32.and
          (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
          (i32.sub (i32.const 0) (local.get $align))))
      (local.set $end (i32.add (local.get $new) (local.get $size)))
      (if (i32.or
            (i32.lt_u (local.get $end) (local.get $new))
            (i32.gt_u (local.get $end) (i32.const 0xffff0000)))
        (then unreachable))
      (block $fits
        (br_if $fits (i32.le_u (local.get $end) (i32.mul (memory.size) (i32.const 65536))))
        (br_if $fits (i32.ne (i32.const -1)
          (memory.grow (i32.sub
            (i32.shr_u (i32.add (local.get $end) (i32.const 65535)) (i32.const 16))
            (memory.size)))))
        unreachable)
      (global.set $heap (local.get $end))
      (memory.copy (local.get $new) (local.get $old)
        (select (local.get $old-size) (local.get $size) (i32.lt_u (local.get $old-size) (local.get $size))))
      (local.get $new))

    (func (export "forget") (param $answer i32)
      (global.set $heap (i32.const 16))))

  (core instance $heap (instantiate $Heap))
  (alias core export $heap "memory" (core memory $memory))
  (alias core export $heap "realloc" (core func $realloc))

  ;; The imported function as core code sees it: (name, length, where to put the answer's address and length).
  (core func $hello
    (canon lower (func $greeting "hello") string-encoding=utf8 (memory $memory) (realloc $realloc)))

  ;; --- The code -------------------------------------------------------------------------------------------------
  (core module $Code
    (import "heap" "memory" (memory 1))
    (import "heap" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
    (import "greeting" "hello" (func $hello (param i32 i32 i32)))

    ;; greet(name) = hello(name) + "!"
    (func (export "greet") (param $name i32) (param $length i32) (result i32)
      (local $answer i32) (local $text i32) (local $end i32)
      (local.set $answer
        (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 8)))
      (call $hello (local.get $name) (local.get $length) (local.get $answer))
      (local.set $length (i32.load offset=4 (local.get $answer)))
      ;; Ask for one byte more than what came back, and put the exclamation mark there.
      (local.set $text
        (call $realloc
          (i32.load (local.get $answer)) (local.get $length)
          (i32.const 1) (i32.add (local.get $length) (i32.const 1))))
      (i32.store8 (i32.add (local.get $text) (local.get $length)) (i32.const 0x21))
      (i32.store (local.get $answer) (local.get $text))
      (i32.store offset=4 (local.get $answer) (i32.add (local.get $length) (i32.const 1)))
      (local.get $answer)))

  (core instance $code (instantiate $Code
    (with "heap" (instance $heap))
    (with "greeting" (instance (export "hello" (func $hello))))))

  ;; --- The plug -------------------------------------------------------------------------------------------------
  (func $greet (param "name" string) (result string)
    (canon lift (core func $code "greet")
      string-encoding=utf8
      (memory $memory)
      (realloc $realloc)
      (post-return (core func $heap "forget"))))
  (instance $app (export "greet" (func $greet)))
  (export "demo:hello/app@0.1.0" (instance $app)))
