;; A plugin that turns a to z into A to Z. In WIT:
;;
;;   interface voice { speak: func(text: string) -> string; }
;;   world shout     { export voice; }
(component
  (core module $Code
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 8))

    ;; Room for the argument: an allocator that only moves forward. Addresses 0 to 7 are kept for the answer.
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $place i32)
      (local.set $place (global.get $next))
      (global.set $next (i32.add (local.get $place) (local.get $size)))
      (local.get $place))
    (func (export "reset") (param i32) (global.set $next (i32.const 8)))

    ;; The text is changed where it lies, and the answer is its address and its length.
    (func (export "speak") (param $text i32) (param $length i32) (result i32)
      (local $at i32) (local $end i32) (local $letter i32)
      (i32.store (i32.const 0) (local.get $text))
      (i32.store (i32.const 4) (local.get $length))
      (local.set $at (local.get $text))
      (local.set $end (i32.add (local.get $text) (local.get $length)))
      (block $done
        (loop $next-letter
          (br_if $done (i32.eq (local.get $at) (local.get $end)))
          (local.set $letter (i32.load8_u (local.get $at)))
          (if (i32.and
                (i32.ge_u (local.get $letter) (i32.const 0x61))
                (i32.le_u (local.get $letter) (i32.const 0x7a)))
            (then (i32.store8 (local.get $at) (i32.sub (local.get $letter) (i32.const 0x20)))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next-letter)))
      (i32.const 0)))
  (core instance $code (instantiate $Code))

  ;; The plug: the function with its types, exported under the name of the interface.
  (alias core export $code "memory" (core memory $bytes))
  (func $speak (param "text" string) (result string)
    (canon lift (core func $code "speak")
      (memory $bytes) (realloc (core func $code "realloc")) (post-return (core func $code "reset"))))
  (instance $voice (export "speak" (func $speak)))
  (export "demo:hello/voice@0.1.0" (instance $voice)))
