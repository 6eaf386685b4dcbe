"""Components in text format that hold the harder constructs of the binary format."""

SHIM = """
(component
  (import "demo:text/types@0.1.0" (instance $types
    (type $rec (record (field "a" u32)))
    (export "rec" (type $r (eq $rec)))
    (export "blob" (type $b (sub resource)))))
  (alias export $types "rec" (type $rec))
  (alias export $types "blob" (type $blob))
  (core module $m (func (export "f") (param i32) (result i32) unreachable))
  (core instance $m (instantiate $m))
  (alias core export $m "f" (core func $f))
  (func $open (param "r" $rec) (result (own $blob)) (canon lift (core func $f)))
  (component $shim
    (type $rec' (record (field "a" u32)))
    (import "import-type-rec" (type $rec'' (eq $rec')))
    (import "import-type-blob" (type $blob (sub resource)))
    (import "import-func-open" (func $open (param "r" $rec'') (result (own $blob))))
    (export $rec "rec" (type $rec''))
    (export $blob' "blob" (type $blob))
    (export "open" (func $open) (func (param "r" $rec) (result (own $blob')))))
  (instance $i (instantiate $shim
    (with "import-type-rec" (type $rec)) (with "import-type-blob" (type $blob)) (with "import-func-open" (func $open))))
  (export "demo:text/again@0.1.0" (instance $i)))
"""

TWO_INSTANCES = """
(component
  (component $c
    (type $r' (resource (rep i32)))
    (export $r "r" (type $r'))
    (core func $drop (canon resource.drop $r))
    (func $f (param "x" (own $r)) (canon lift (core func $drop)))
    (export "f" (func $f)))
  (instance $one (instantiate $c))
  (instance $two (instantiate $c))
  (export "one" (instance $one))
  (export "two" (instance $two)))
"""

OUTER_ALIASES = """
(component $outer
  (type $point (record (field "x" s32) (field "y" s32)))
  (import "point" (type $named (eq $point)))
  (component $middle
    (type $list (list u8))
    (component $inner
      (alias outer $outer $point (type $p))
      (alias outer $middle $list (type $l))
      (import "f" (func (param "bytes" $l)))
      (export "p" (type $p)))
    (export "inner" (component $inner)))
  (export "middle" (component $middle)))
"""

RESOURCE_IN_A_TYPE = """
(component
  (import "r" (type $r (sub resource)))
  (type $i (instance
    (alias outer 1 $r (type $outer))
    (export "own" (type $own (sub resource)))
    (export "mix" (func (param "a" (borrow $outer)) (param "b" (borrow $own))))))
  (import "one" (instance (type $i)))
  (import "two" (instance (type $i))))
"""

CORE_MODULES = """
(component
  (import "m" (core module
    (import "env" "memory" (memory 1)) (import "env" "t" (table 1 funcref)) (import "env" "g" (global (mut i64)))
    (export "run" (func (param i32)))))
  (core module $n
    (import "a" "f" (func (param externref)))
    (memory (export "mem") 1) (global (export "g") i32 i32.const 0) (func (export "f")))
  (export "n" (core module $n)))
"""

INLINE_INSTANCE = """
(component
  (import "r" (type $r (sub resource)))
  (core func $drop (canon resource.drop $r))
  (func $f (param "x" (own $r)) (canon lift (core func $drop)))
  (instance $inner (export "g" (func $f)))
  (instance $i (export "r2" (type $r)) (export "f" (func $f)) (export "nested" (instance $inner)))
  (export "i" (instance $i)))
"""

COMPONENT_IMPORT = """
(component
  (component $c
    (import "inner" (component $ct
      (import "t" (type $t (sub resource)))
      (export "u" (type (sub resource)))
      (export "f" (func (param "x" (own $t))))))
    (type $r (resource (rep i32)))
    (instance $i (instantiate $ct (with "t" (type $r))))
    (instance $j (instantiate $ct (with "t" (type $r))))
    (alias export $i "u" (type $iu))
    (alias export $j "u" (type $ju))
    (export "r" (type $r))
    (export "iu" (type $iu))
    (export "ju" (type $ju))))
"""

ASYNC = """
(component
  (import "f" (func $f async (param "s" (stream u8)) (param "e" (stream)) (result (future (result u32)))))
  (import "r" (type $r (sub resource)))
  (type $s (stream u8))
  (type $u (future u32))
  (core module $m (memory (export "m") 1))
  (core instance $m (instantiate $m))
  (alias core export $m "m" (core memory $mem))
  (core func (canon lower (func $f) async (memory (core memory $mem))))
  (core func (canon resource.drop $r))
  (core func (canon task.return (result u32)))
  (core func (canon task.cancel))
  (core func (canon context.get i32 0))
  (core func (canon context.set i32 0))
  (core func (canon subtask.cancel async))
  (core func (canon subtask.drop))
  (core func (canon backpressure.inc))
  (core func (canon backpressure.dec))
  (core func (canon stream.new $s))
  (core func (canon stream.read $s async (memory (core memory $mem))))
  (core func (canon stream.write $s (memory (core memory $mem))))
  (core func (canon stream.cancel-read $s async))
  (core func (canon stream.cancel-write $s))
  (core func (canon stream.drop-readable $s))
  (core func (canon stream.drop-writable $s))
  (core func (canon future.new $u))
  (core func (canon future.read $u async (memory (core memory $mem))))
  (core func (canon future.write $u async (memory (core memory $mem))))
  (core func (canon future.cancel-read $u))
  (core func (canon future.cancel-write $u))
  (core func (canon future.drop-readable $u))
  (core func (canon future.drop-writable $u))
  (core func (canon waitable-set.new))
  (core func (canon waitable-set.wait (memory (core memory $mem))))
  (core func (canon waitable-set.poll (memory (core memory $mem))))
  (core func (canon waitable-set.drop))
  (core func (canon waitable.join))
  (core func (canon thread.yield)))
"""
