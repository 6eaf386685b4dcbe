;; A transform: the letters a to z in capitals. See transform.wit for its interface, ../hello/greeting.wat for the allocator.
(component
  (core module $Code
    (memory (export "memory") 1)
    (global $heap (mut i32) (i32.const 16))

    (func $realloc (export "realloc")
      (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
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

    ;; The text was put into our memory for this call, so that we may change it where it lies.
    (func (export "apply") (param $text i32) (param $length i32) (result i32)
      (local $at i32) (local $end i32) (local $answer i32)
      (local.set $at (local.get $text))
      (local.set $end (i32.add (local.get $text) (local.get $length)))
      (block $done
        (loop $next
          (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
          ;; c - 'a' < 26, unsigned, holds for a to z alone; a capital is 32 less
          (if (i32.lt_u (i32.sub (i32.load8_u (local.get $at)) (i32.const 0x61)) (i32.const 26))
            (then (i32.store8 (local.get $at) (i32.sub (i32.load8_u (local.get $at)) (i32.const 32)))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next)))
      (local.set $answer (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 8)))
      (i32.store (local.get $answer) (local.get $text))
      (i32.store offset=4 (local.get $answer) (local.get $length))
      (local.get $answer))

    (func (export "forget") (param $answer i32)
      (global.set $heap (i32.const 16))))

  (core instance $code (instantiate $Code))
  (alias core export $code "memory" (core memory $memory))
  (func $apply (param "text" string) (result string)
    (canon lift (core func $code "apply")
      string-encoding=utf8
      (memory $memory)
      (realloc (core func $code "realloc"))
      (post-return (core func $code "forget"))))
  (instance $transform (export "apply" (func $apply)))
  (export "demo:text/transform@0.1.0" (instance $transform)))
