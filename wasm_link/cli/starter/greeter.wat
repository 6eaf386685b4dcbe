;; The root. In WIT:
;;
;;   interface app   { greet: func(name: string) -> string; }
;;   interface voice { speak: func(text: string) -> string; }
;;   world greeter   { import voice; export app; }
(component
  ;; The socket: the linkfile decides which plugin answers.
  (import "demo:hello/voice@0.1.0" (instance $voice
    (export "speak" (func (param "text" string) (result string)))))

  ;; One memory, with an allocator that only moves forward. The first 7 bytes are "Hello, ".
  (core module $Memory
    (memory (export "memory") 1)
    (data (i32.const 0) "Hello, ")
    (global $next (mut i32) (i32.const 8))
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $place i32)
      (local.set $place (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
      (global.set $next (i32.add (local.get $place) (local.get $size)))
      (local.get $place))
    (func (export "reset") (param i32) (global.set $next (i32.const 8))))
  (core instance $memory (instantiate $Memory))
  (alias core export $memory "memory" (core memory $bytes))
  (alias core export $memory "realloc" (core func $realloc))

  ;; The imported function, as core code calls it: the answer's address and length are stored at `$answer`.
  (core func $speak (canon lower (func $voice "speak") (memory $bytes) (realloc $realloc)))

  (core module $Code
    (import "memory" "memory" (memory 1))
    (import "memory" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
    (import "voice" "speak" (func $speak (param $text i32) (param $length i32) (param $answer i32)))

    ;; greet(name) = speak("Hello, " + name)
    (func (export "greet") (param $name i32) (param $length i32) (result i32)
      (local $text i32) (local $answer i32)
      (local.set $text (call $realloc
        (i32.const 0) (i32.const 0) (i32.const 1) (i32.add (local.get $length) (i32.const 7))))
      (memory.copy (local.get $text) (i32.const 0) (i32.const 7))
      (memory.copy (i32.add (local.get $text) (i32.const 7)) (local.get $name) (local.get $length))
      (local.set $answer (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 8)))
      (call $speak (local.get $text) (i32.add (local.get $length) (i32.const 7)) (local.get $answer))
      (local.get $answer)))
  (core instance $code (instantiate $Code
    (with "memory" (instance $memory))
    (with "voice" (instance (export "speak" (func $speak))))))

  ;; The plug: the function with its types, exported under the name of the interface.
  (func $greet (param "name" string) (result string)
    (canon lift (core func $code "greet")
      (memory $bytes) (realloc $realloc) (post-return (core func $memory "reset"))))
  (instance $app (export "greet" (func $greet)))
  (export "demo:hello/app@0.1.0" (instance $app)))
